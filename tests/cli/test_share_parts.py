"""Showing only part of a record at the command line: what can be left out, what the reader would see, and the link."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_share import ANA, CERTIFICATE, issue_to_ana
from tests.support.ctdl import OWNER

TABLE = (
    "learner_name,learner_id,achievement,date,holder,results\nAna Ruiz,ana@example.org,{certificate},{date},ana,GPA (GradePointAverage)=2.1"
)
PURPOSE = ("--purpose", "a job")


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLER_WALLET_PASSPHRASE", "correct horse battery staple")


@pytest.fixture
def college(cli: Cli, tmp_path: Path) -> Cli:
    """A college that has issued ana a record in one piece, and has a P-256 key."""
    issue_to_ana(cli, "http://localhost:8000", tmp_path)
    assert cli("key", "create", "parts", "--type", "P-256").code == 0
    return cli


def issued(cli: Cli, folder: Path, form: str, *, key: str = "file:parts", date: str = "2026-05-02") -> str:
    """One more record in a form that can be shown in parts; its id in the wallet."""
    table = folder / f"{form}.csv"
    table.write_text(TABLE.format(certificate=CERTIFICATE, date=date))
    ran = cli("issue", "--csv", table, "--issuer", OWNER, "--key", key, "--format", form, "--did", "key", "--json")
    assert ran.code == 0, ran.out + ran.err
    (taken,) = cli("wallet", "take-in", *ANA, "--json").json["records"]
    return str(taken["record"])


@pytest.mark.parametrize("form", ["di-sd", "sd-jwt"])
def test_a_grade_is_hidden_from_the_list_of_parts_to_the_readers_view(college: Cli, tmp_path: Path, form: str) -> None:
    record = issued(college, tmp_path, form)
    told = college("share", "parts", record, *ANA, "--json").json
    assert {each["part"] for each in told["parts"] if each["can_be_left_out"]} == {"email", "name", "gpa"}
    assert told["shown_whole"] is False
    listed = college("share", "parts", record, *ANA)
    assert "Result: GPA" in listed.out
    seen = college("share", "create", *ANA, "--record", record, *PURPOSE, "--hide", "gpa", "--preview")
    assert (seen.code, "2.1" in seen.out, "real and current" in seen.out, "1 part not shown" in seen.out) == (0, False, True, True)
    assert college("share", "list", *ANA, "--json").json == [], "a preview makes no link"
    link = college("share", "create", *ANA, "--record", record, *PURPOSE, "--hide", "gpa", "--json").json["url"]
    shown = college("share", "open", link, "--json").json
    assert (shown["partsNotShown"], shown["report"]["verdict"]) == ([1], "valid")
    read = college("share", "open", link)
    assert "1 part not shown" in read.out
    assert "2.1" not in read.out
    whole = college("share", "create", *ANA, "--record", record, *PURPOSE, "--json").json["url"]
    assert "Result: GPA: 2.1" in college("share", "open", whole).out


def test_only_the_named_parts_show_where_that_is_asked(college: Cli, tmp_path: Path) -> None:
    record = issued(college, tmp_path, "di-sd")
    seen = college("share", "create", *ANA, "--record", record, *PURPOSE, "--show", "gpa", "--preview", "--json").json["preview"]
    assert seen[0]["partsNotShown"] == 2
    assert "2.1" in json.dumps(seen[0]["credential"])
    assert "Ana Ruiz" not in json.dumps(seen[0]["credential"])


def test_a_record_in_one_piece_says_so(college: Cli) -> None:
    (record,) = (one["record"] for one in college("wallet", "list", *ANA, "--json").json["records"])
    told = college("share", "parts", record, *ANA)
    assert told.code == 0
    assert "shown whole" in told.err
    refused = college("share", "create", *ANA, "--record", record, *PURPOSE, "--hide", "name")
    assert (refused.code, "share.nothing_to_choose" in refused.err) == (2, True)


def test_mistakes_are_told_in_two_lines(college: Cli, tmp_path: Path) -> None:
    record = issued(college, tmp_path, "di-sd")
    chosen = ("share", "create", *ANA, "--record", record, *PURPOSE)
    table = tmp_path / "di-sd.csv"
    issue = ("issue", "--csv", table, "--issuer", OWNER)
    for arguments, code, told in (
        ((*chosen, "--hide", "issuer"), 2, "share.part_not_named"),
        ((*chosen, "--hide", "gpa", "--show", "name"), 2, "cli.hide_and_show"),
        (("share", "parts", "credential-of-nobody", *ANA), 2, "holding.record_unknown"),
        ((*issue, "--key", "file:college", "--format", "di-sd"), 2, "issue.key_cannot_part"),
        ((*issue, "--key", "file:parts", "--always-show", "/evidence"), 2, "cli.always_show_elsewhere"),
    ):
        ran = college(*arguments)
        assert (ran.code, told in ran.err.splitlines()[0]) == (code, True), (arguments, ran.err)
        assert len(ran.err.strip().splitlines()) <= 2


def test_the_holders_own_copy_is_for_her_alone(college: Cli, tmp_path: Path) -> None:
    issued(college, tmp_path, "di-sd")
    out = tmp_path / "mine.json"
    assert college("wallet", "export", *ANA, "--out", out).code == 0
    (own,) = (one["credential"] for one in json.loads(out.read_text())["records"] if "ecdsa-sd-2023" in one["credential"])
    file = tmp_path / "own.json"
    file.write_text(own)
    judged = college("verify", file)
    assert (judged.code, "credentials.sd_base_not_derived" in judged.out) == (3, True)
    file.write_text(own.replace('"GPA"', '"Grade"'))
    refused = college("wallet", "add", file, *ANA)
    assert (refused.code, "hold.own_copy_broken" in refused.err) == (1, True)


def test_a_point_that_always_shows_can_be_asked_for_and_one_that_is_nowhere_refuses_its_row(college: Cli, tmp_path: Path) -> None:
    table = tmp_path / "always.csv"
    table.write_text(TABLE.format(certificate=CERTIFICATE, date="2026-05-09"))
    issue = ("issue", "--csv", table, "--issuer", OWNER, "--key", "file:parts", "--format", "di-sd", "--always-show")
    refused = college(*issue, "/evidence")
    assert (refused.code, "credentials.selection_pointer_nowhere" in refused.out) == (1, True)
    assert college(*issue, "/credentialSubject/result").code == 0
    (taken,) = college("wallet", "take-in", *ANA, "--json").json["records"]
    told = college("share", "parts", taken["record"], *ANA, "--json").json["parts"]
    assert {each["part"] for each in told if each["can_be_left_out"]} == {"email", "name"}
