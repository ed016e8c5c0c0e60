"""The initiative as typed: started, filled in, measured, kept between runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler.initiative.guide import guide
from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid, document

STATED = "engage.interoperability.committed"


@pytest.fixture
def started(cli: Cli) -> Cli:
    assert cli("initiative", "start", "Records for all", "--region", "Quillmere", "--goal", "Attainment").code == 0
    return cli


def test_status_shows_five_phases_every_step_and_three_actions_with_their_owners(started: Cli) -> None:
    told = started("initiative", "status", "--json").json
    assert [phase["phase"] for phase in told["phases"]] == ["understand", "engage", "analyze", "implement", "sustain"]
    assert [step["step"] for phase in told["phases"] for step in phase["steps"]] == list(guide().steps)
    assert len(told["next"]) == 3
    assert {one["role"] for one in told["next"]} <= set(guide().roles)
    assert sum(told["counts"].values()) == len(guide().steps)
    text = started("initiative", "status").out
    for phase in guide().phases:
        assert f"{phase.number}. {phase.title.en}" in text
        for step in phase.steps:
            assert step.title.en in text
    assert "nobody is named yet" in text


def test_with_all_every_criterion_is_named_as_record_takes_it(started: Cli) -> None:
    text = started("initiative", "status", "--all").out
    assert all(f"({name})" in text for name in guide().criteria)


def test_everything_written_down_is_there_in_the_next_run(started: Cli) -> None:
    run = started
    assert run("initiative", "assign", "governor", "Office of the Governor").code == 0
    assert run("initiative", "goal", "Shorter searches").code == 0
    assert run("initiative", "stakeholder", "Public library").code == 0
    assert run("initiative", "use-case", "Nurses", "--story", "A nurse moves.", "--goal", "Attainment", "--needs", "licenses").code == 0
    assert run("initiative", "decide", "Begin with nursing", "--reason", "Shortage", "--by", "Cabinet", "--date", "2026-01-31").code == 0
    assert run("initiative", "record", STATED, "--statement", "Adopted.", "--by", "Cabinet", "--link", "https://a.example").code == 0
    told = run("initiative", "status", "--json").json
    assert told["goals"] == ["Attainment", "Shorter searches"]
    assert told["stakeholders"] == ["Public library"]
    assert told["roles"]["governor"] == "Office of the Governor"
    assert told["use_cases"][0]["data"] == ["licenses"]
    assert told["decisions"][0]["dated"] == "2026-01-31"
    criteria = {each["criterion"]: each for phase in told["phases"] for step in phase["steps"] for each in step["criteria"]}
    assert criteria[STATED]["standing"] == "met"
    assert criteria[STATED]["statement"]["link"] == "https://a.example"
    assert run("initiative", "record", STATED, "--statement", "Withdrawn.", "--by", "Cabinet", "--not", "--json").json["counts"]["met"] == 0
    assert "“Withdrawn.”" in run("initiative", "status", "--all").out


def test_refresh_keeps_an_assessment_once_and_history_lists_it(started: Cli) -> None:
    first = started("initiative", "refresh", "--json").json
    second = started("initiative", "refresh", "--json").json
    assert (first["kept"], second["kept"]) == (True, False)
    assert first["figures"]["records.issued"] == {"value": 0, "of": None, "source": "issuing ledger"}
    listed = started("initiative", "history", "--json").json
    assert [one["digest"] for one in listed["assessments"]] == [first["digest"]]
    assert listed["assessments"][0]["counts"] == first["counts"]
    assert started("initiative", "next-cycle", "--json").json["cycle"] == 2


def test_without_the_passphrase_the_registry_can_still_be_measured(started: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENLER_PASSPHRASE")
    assert started("initiative", "refresh").code == 2
    told = started("initiative", "refresh", "--registry-only", "--json")
    assert told.code == 0
    assert "records.issued" not in told.json["figures"], "not asked is not known, and not 0"


def test_what_the_national_registry_knows_comes_from_a_list(started: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for key in ("one", "two"):
        (folder / f"{key}.json").write_bytes(document({**complete("ceterms:Certificate", key), "ceterms:ownedBy": [str(OWNER)]}).normalised)
    assert started("publish", folder, "--publisher", OWNER).code == 0
    listed = tmp_path / "national.txt"
    listed.write_text(f"{ctid('one', 'ceterms:Certificate')}\n{OWNER}\n")
    assert "share.national" not in started("initiative", "status", "--json").json["figures"]
    told = started("initiative", "refresh", "--national", listed, "--json").json["figures"]["share.national"]
    assert (told["value"], told["of"]) == (1, 2)
    assert started("initiative", "status", "--json").json["figures"]["share.national"]["value"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("status",), 2, "initiative start"),
        (("start", "A"), 2, "--help"),
        (("start", " ", "--region", "B"), 1, ""),
    ],
)
def test_mistakes_before_the_start_are_told(cli: Cli, arguments: tuple[str, ...], code: int, hint: str) -> None:
    ran = cli("initiative", *arguments)
    assert ran.code == code
    assert ran.err.startswith("error: ")
    assert hint in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("start", "A", "--region", "B"), 1, "initiative status"),
        (("record", "no.such", "--statement", "x", "--by", "y"), 2, "--all"),
        (("record", "engage.stakeholders.roles", "--statement", "x", "--by", "y"), 1, "refresh"),
        (("record", STATED, "--statement", "x", "--by", "y", "--date", "31.1.2026"), 2, "2026-05-31"),
        (("record", STATED, "--statement", "x", "--by", "y", "--date", "2999-01-01"), 1, "day"),
        (("record", STATED, "--statement", "x", "--by", "y", "--link", "javascript:x"), 1, "https://"),
        (("assign", "king", "x"), 2, "governor"),
        (("use-case", "A", "--goal", "none such"), 2, "initiative goal"),
        (("status", "--national", "/nowhere/x.txt"), 2, "path"),
    ],
)
def test_mistakes_are_told_in_two_lines_and_change_nothing(started: Cli, arguments: tuple[str, ...], code: int, hint: str) -> None:
    before = started("initiative", "status", "--json").json["version"]
    ran = started("initiative", *arguments)
    assert ran.code == code
    assert ran.out == ""
    lines = ran.err.strip().splitlines()
    assert len(lines) == 2
    assert hint in lines[1]
    assert started("initiative", "status", "--json").json["version"] == before
