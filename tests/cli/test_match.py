"""``openler match`` and ``openler align`` as a counsellor runs them: what counts, why, and what is told when nothing can be matched."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.matching import HANDLE, PASSPHRASE, WALLET_PASSPHRASE, build


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, bytes]]]:
    home = tmp_path_factory.mktemp("region") / "data"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OPENLER_")]:
            patch.delenv(name)
        patch.setenv("OPENLER_PASSPHRASE", PASSPHRASE)
        yield home, build(home)


@pytest.fixture
def region(cli: Cli, made: tuple[Path, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    home, signed = made
    monkeypatch.setenv("OPENLER_DATA", str(home))
    monkeypatch.setenv("OPENLER_WALLET_PASSPHRASE", WALLET_PASSPHRASE)
    return signed


def test_a_wallet_is_matched_though_no_service_runs_and_the_text_says_why(cli: Cli, region: dict[str, bytes]) -> None:
    ran = cli("match", "--wallet", HANDLE, "--limit", "1", "--own", "49-9021")

    assert ran.code == 0, ran.err
    assert "4 of 4 records count." in ran.out
    assert "JOBS: the 1 best of 34 compared" in ran.out
    assert "1. Heating and Cooling Technician, at Brackenfold Homes: 100 of 100. Pays 24 to 36 USD an hour." in ran.out
    assert "from Tessarack Technical School names this skill itself. Given 2025-06-27. Registry entry ce-" in ran.out
    assert "Own word only, " in ran.out
    assert "points that are not counted" in ran.out
    assert "The occupation 49-9021 stands at place 1 of 40." in ran.out
    assert "a full score on a job that asks for little can stand below two thirds of one that asks for much" in ran.out


def test_json_holds_every_point_and_its_sentences_and_adds_up(cli: Cli, region: dict[str, bytes]) -> None:
    told = cli("match", "--wallet", HANDLE, "--limit", "200", "--json").json

    assert (told["jobs_compared"], len(told["jobs"]), told["occupations_compared"]) == (34, 34, 40)
    for one in (*told["jobs"], *told["occupations"]):
        explained = one["explanation"]
        assert explained["score_milli"] == sum(reason["milli_points"] for reason in explained["shown"])
        assert explained["score_milli"] + sum(reason["milli_points"] for reason in explained["gap"]) == 100_000
        for reason in explained["shown"]:
            assert reason["weighs_message"]
            assert all(support["message"] and support["credential"].startswith("urn:uuid:") for support in reason["shown_by"])


def test_a_revoked_record_counts_no_more_and_its_reason_is_told(
    cli: Cli, made: tuple[Path, dict[str, bytes]], region: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A revocation is final, so that it is done to a copy.
    shutil.copytree(made[0], cli.home)
    monkeypatch.setenv("OPENLER_DATA", str(cli.home))
    before = scores(cli("match", "--wallet", HANDLE, "--limit", "200", "--json").json)
    lost = next(json.loads(one)["id"] for one in region.values() if b"Refrigerant Handler" in one)
    assert cli("status", "revoke", lost, "--reason", "issued by mistake").code == 0
    ran = cli("match", "--wallet", HANDLE, "--limit", "200", "--json").json

    assert [(one["credential"], one["verdict"], one["reasons"][0]["code"]) for one in ran["set_aside"]] == [
        (lost, "invalid", "credentials.status_revoked")
    ]
    assert "has revoked this record" in ran["set_aside"][0]["reasons"][0]["message"]
    after, losses = scores(ran), 0
    for target, explained in before.items():
        only = [one for one in explained["shown"] if {support["credential"] for support in one["shown_by"]} == {lost}]
        assert after[target]["score_milli"] == explained["score_milli"] - sum(one["milli_points"] for one in only)
        losses += len(only)
    assert losses
    assert "Does not count: Refrigerant Handler Certification: not real or no longer valid." in cli("match", "--wallet", HANDLE).out


def scores(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["explanation"]["target"]: one["explanation"] for one in (*told["jobs"], *told["occupations"])}


def test_files_are_verified_first_and_a_changed_one_earns_nothing(cli: Cli, region: dict[str, bytes], tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    solar = next(one for one in region.values() if b"Solar Installation" in one)
    good.write_bytes(solar)
    bad.write_bytes(solar.replace(b"Solar Installation", b"Solar Instalation"))

    fine = cli("match", good, "--against", "jobs", "--limit", "1", "--json").json
    assert fine["jobs"][0]["explanation"]["name"] == "Solar Installer"
    assert fine["occupations"] == []
    forged = cli("match", bad, "--against", "jobs", "--limit", "1", "--json").json
    assert forged["jobs"][0]["explanation"]["score_milli"] == 0
    assert [one["verdict"] for one in forged["set_aside"]] == ["invalid"]


def test_one_target_is_told_in_full_and_limits_leave_programs_out_with_the_reason(
    cli: Cli, region: dict[str, bytes], tmp_path: Path
) -> None:
    record = tmp_path / "record.json"
    record.write_bytes(next(one for one in region.values() if b"Refrigerant Handler" in one))
    jobs = cli("match", record, "--limit", "34", "--json").json["jobs"]
    target = next(one["explanation"]["target"] for one in jobs if one["explanation"]["name"] == "Heating and Cooling Technician")

    ran = cli("match", record, "--target", target, "--max-cost", "1000", "--county", "Norrin")
    assert ran.code == 0
    assert "of 34 compared:" in ran.out
    assert "more, worth" not in ran.out, "nothing is summed up"
    assert "Left out: Heating, Cooling and Refrigeration, Tessarack Technical School. Costs more than the limit: 6,000 USD." in ran.out
    assert "Offered somewhere else: Sorrel." in ran.out
    open_to_all = cli("match", record, "--target", target)
    assert "Programs that close the gap:" in open_to_all.out
    assert "Heating, Cooling and Refrigeration, Tessarack Technical School" in open_to_all.out
    assert "Left out" not in open_to_all.out
    assert cli("match", record, "--target", "ce-00000000-0000-4000-8000-000000000000").code == 2


def test_what_cannot_be_matched_is_told_in_two_lines(cli: Cli, region: dict[str, bytes], tmp_path: Path) -> None:
    nothing = cli("match")
    assert (nothing.code, nothing.err.splitlines()[0][:6], nothing.err.splitlines()[1][:5]) == (2, "error:", "hint:")
    assert "[cli.match_nothing_given]" in nothing.err
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert cli("match", broken).code == 1
    assert "[cli.match_both_given]" in cli("match", broken, "--wallet", HANDLE).err
    assert cli("match", tmp_path / "missing.json").code == 2
    wrong = tmp_path / "wrong"
    wrong.write_text("not the passphrase at all")
    refused = cli("match", "--wallet", HANDLE, "--passphrase-file", wrong)
    assert (refused.code, refused.out) == (1, "")


def test_words_become_ranked_proposals_and_nothing_is_taken_over(cli: Cli, region: dict[str, bytes], tmp_path: Path) -> None:
    ran = cli("align", "I fixed pumps; took care of children", "--limit", "3", "--json").json
    assert [(one["phrase"], one["candidates"][0]["name"]) for one in ran["phrases"]] == [
        ("fixed pumps", "Pumps"),
        ("took care of children", "Watching over children"),
    ]
    for one in ran["phrases"]:
        ranks = [candidate["score"] for candidate in one["candidates"]]
        assert ranks == sorted(ranks, reverse=True)
        assert len(ranks) <= 3
        assert all(candidate["ctid"].startswith("ce-") for candidate in one["candidates"])
    text = cli("align", "fixed pumps")
    assert "1. Pumps: Start, stop and prime pumps" in text.out
    assert "a person decides" in text.err


def test_a_table_of_words_gives_a_table_to_confirm_in_that_no_spreadsheet_runs(cli: Cli, region: dict[str, bytes], tmp_path: Path) -> None:
    table = tmp_path / "words.csv"
    table.write_text('id,phrase\n1,"=pumps were fixed"\n2,\n3,drew blood from a vein\n')
    ran = cli("align", "--file", table, "--csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))

    assert ran.code == 0
    assert {row["place"] for row in rows} == {"row 2", "row 4"}
    assert {row["phrase"] for row in rows if row["place"] == "row 2"} == {"'=pumps were fixed"}
    assert next(row["name"] for row in rows if row["place"] == "row 4") == "Venipuncture"
    assert {row["confirmed"] for row in rows} == {""}
    assert "1 row says nothing: 3" in cli("align", "--file", table).err
    assert "[align.column_unknown]" in cli("align", "--file", table, "--column", "words").err
    assert "[cli.align_nothing_given]" in cli("align").err
    assert "[cli.align_both_given]" in cli("align", "pumps", "--file", table).err
