"""``openler wallet``: what a holder types, where her passphrase may come from, and what bad input gets."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from openler.linkeddata.canonical import jcs
from tests.cli.conftest import Cli
from tests.support.presenting import Key, badge

PASSPHRASE = "correct horse battery staple"
ANA = ("--wallet", "ana")


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLER_WALLET_PASSPHRASE", PASSPHRASE)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A signed badge from elsewhere, as a file."""
    issuer = Key(1)
    path = tmp_path / "badge.json"
    path.write_bytes(jcs(issuer.sign(badge(issuer))))
    return path


def test_records_are_added_listed_exported_and_removed(cli: Cli, record: Path, tmp_path: Path) -> None:
    assert cli("wallet", "create", *ANA).code == 0
    added = cli("wallet", "add", record, record, *ANA, "--json").json
    assert len({one["record"] for one in added}) == 1
    told = cli("wallet", "experience", *ANA, "--title", "Forklift driver", "--from", "2019", "--skill", "Forklift", "--json").json[0]
    listed = cli("wallet", "list", *ANA, "--json").json
    assert [(one["kind"], one["record"]) for one in listed["records"]] == [
        ("credential", added[0]["record"]), ("self_asserted", told["record"]),
    ]  # fmt: skip
    assert listed["waiting"] == []

    out = tmp_path / "mine.json"
    assert cli("wallet", "export", *ANA, "--out", out).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    exported = json.loads(out.read_bytes())
    assert exported["records"][0]["credential"].encode() == record.read_bytes()

    assert cli("wallet", "remove", told["record"], *ANA).code == 0
    assert [one["record"] for one in cli("wallet", "list", *ANA, "--json").json["records"]] == [added[0]["record"]]
    assert cli("wallet", "delete", *ANA, "--yes").code == 0
    assert cli("wallet", "list", *ANA).code == 1


def test_what_is_her_own_word_is_told_apart_in_the_table(cli: Cli, record: Path) -> None:
    cli("wallet", "create", *ANA)
    cli("wallet", "add", record, *ANA)
    cli("wallet", "experience", *ANA, "--title", "Forklift driver")
    lines = [line for line in cli("wallet", "list", *ANA).out.splitlines() if "-" in line]
    assert ["issued by others" in line for line in lines] == [True, False]
    assert ["your own words" in line for line in lines] == [False, True]


def test_an_experience_can_come_from_a_file(cli: Cli, tmp_path: Path) -> None:
    cli("wallet", "create", *ANA)
    statement = tmp_path / "work.json"
    statement.write_text(json.dumps({"title": "Cook", "started": "2019", "ended": "2021-04", "skills": ["Knife skills"]}))
    assert cli("wallet", "experience", *ANA, "--file", statement, "--json").json[0]["statement"]["ended"] == "2021-04"


def test_the_passphrase_comes_from_a_file_before_the_environment(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("wallet", "create", *ANA)
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    monkeypatch.setenv("OPENLER_WALLET_PASSPHRASE", "not the passphrase")
    assert cli("wallet", "list", *ANA).code == 1
    assert cli("wallet", "list", *ANA, "--passphrase-file", file).code == 0


def test_without_a_terminal_and_a_passphrase_it_is_told_where_to_give_one(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENLER_WALLET_PASSPHRASE")
    for command in (("create", *ANA), ("list", *ANA), ("passphrase", *ANA)):
        ran = cli("wallet", *command)
        assert ran.code == 2
        assert "hint: " in ran.err
        assert "--passphrase-file" in ran.err
    assert not (cli.home / "private.sqlite").exists()


def test_no_command_takes_a_passphrase_as_an_argument_or_shows_one(cli: Cli) -> None:
    for command in ("create", "list", "add", "passphrase", "delete"):
        shown = cli("wallet", command, "--help").out
        assert PASSPHRASE not in shown
        assert "--passphrase <" not in shown
    said = cli("wallet", "list", *ANA)
    assert PASSPHRASE not in said.out + said.err


def test_a_changed_passphrase_is_the_one_that_opens(cli: Cli, tmp_path: Path) -> None:
    cli("wallet", "create", *ANA)
    new = tmp_path / "new"
    new.write_text("another good passphrase")
    assert cli("wallet", "passphrase", *ANA, "--new-passphrase-file", new).code == 0
    assert cli("wallet", "list", *ANA).code == 1
    assert cli("wallet", "list", *ANA, "--passphrase-file", new).code == 0


def test_a_wallet_is_not_deleted_unasked(cli: Cli) -> None:
    cli("wallet", "create", *ANA)
    ran = cli("wallet", "delete", *ANA)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert cli("wallet", "list", *ANA).code == 0


MISTAKES = [
    (("list", "--wallet", "nobody"), 1, "vault.wrong_passphrase"),
    (("create", *ANA), 1, "vault.handle_taken"),
    (("create", "--wallet", ""), 1, "vault.handle_malformed"),
    (("add", "/nowhere/at/all.json", *ANA), 2, "cli.file_missing"),
    (("remove", "credential-of-nobody", *ANA), 2, "holding.record_unknown"),
    (("experience", *ANA), 2, "cli.experience_missing"),
    (("experience", *ANA, "--title", "x", "--from", "yesterday"), 1, "holding.date_malformed"),
    (("experience", *ANA, "--title", "x", "--from", "2020", "--until", "2019"), 1, "holding.dates_reversed"),
    (("list",), 2, "--wallet"),
]


def test_a_mistake_is_told_in_an_error_and_a_hint(cli: Cli) -> None:
    cli("wallet", "create", *ANA)
    for arguments, code, told in MISTAKES:
        ran = cli("wallet", *arguments)
        assert (ran.code, ran.out) == (code, ""), (arguments, ran.err)
        lines = ran.err.strip().splitlines()
        assert lines[0].startswith("error: ")
        assert told in lines[0]
        assert len(lines) <= 2


def test_files_that_are_no_record_are_refused_and_nothing_is_kept(cli: Cli, tmp_path: Path) -> None:
    cli("wallet", "create", *ANA)
    bad = tmp_path / "bad"
    for content in (b"", b"not json", b"{}", b"\x89PNG\r\n\x1a\nbroken", b"[" * 100):
        bad.write_bytes(content)
        assert cli("wallet", "add", bad, *ANA).code == 1, content
    assert cli("wallet", "list", *ANA, "--json").json["records"] == []


def test_hostile_names_cannot_drive_the_terminal(cli: Cli) -> None:
    cli("wallet", "create", *ANA)
    added = cli("wallet", "experience", *ANA, "--title", "\x1b]0;owned\x07 driver")
    listed = cli("wallet", "list", *ANA)
    assert "\x1b" not in added.out + added.err + listed.out + listed.err
