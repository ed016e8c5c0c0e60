"""validate, publish, get, search, project: what a provider's clerk types, and what bad input gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, document, program


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two good programs, one with a gap, one with an error, one that is no JSON."""
    folder = tmp_path / "documents"
    folder.mkdir()
    welding = program(ceterms__name={"en-US": "Welding Technology"})
    nursing = {**complete("ceterms:LearningProgram", "two"), "ceterms:name": {"en-US": "Practical Nursing"}}
    gap = {**complete("ceterms:LearningProgram", "three"), "ceterms:name": {"en-US": "Carpentry"}}
    del gap["ceterms:description"]
    wrong = {**complete("ceterms:LearningProgram", "four"), "ceterms:nonsense": "x"}
    for name, node in (("a-welding", welding), ("b-nursing", nursing), ("c-gap", gap), ("d-wrong", wrong)):
        (folder / f"{name}.json").write_bytes(document(node).normalised)
    (folder / "e-broken.json").write_text('{"@graph": [')
    return folder


def test_validate_tells_code_place_and_sentence_and_ends_with_1_on_errors(cli: Cli, files: Path) -> None:
    ran = cli("validate", files, "--json")
    assert ran.code == 1
    by_name = {Path(result["source"]).name: result for result in ran.json}
    assert by_name["a-welding.json"]["passes"] is True
    assert [f["code"] for f in by_name["c-gap.json"]["findings"]] == ["ctdl.required_missing"]
    wrong = by_name["d-wrong.json"]["findings"][0]
    assert wrong["severity"] == "error"
    assert wrong["place"].endswith("ceterms:nonsense")
    assert wrong["message"]
    assert by_name["e-broken.json"]["ctid"] is None


def test_gaps_fail_only_when_asked_to_be_strict(cli: Cli, files: Path) -> None:
    assert cli("validate", files / "c-gap.json").code == 0
    assert cli("validate", files / "c-gap.json", "--strict").code == 1


def test_validate_stores_nothing(cli: Cli, files: Path) -> None:
    cli("validate", files)
    assert not cli.home.exists()


def test_publish_refuses_what_is_wrong_and_publishes_the_rest_once(cli: Cli, files: Path) -> None:
    first = cli("publish", files, "--publisher", OWNER, "--json")
    assert first.code == 1
    assert (first.json["published"], first.json["updated"], first.json["unchanged"]) == (3, 0, 0)
    assert sorted(Path(one["source"]).name for one in first.json["refused"]) == ["d-wrong.json", "e-broken.json"]
    assert first.json["findings"] == {"ctdl.required_missing": 1}
    again = cli("publish", files, "--publisher", OWNER, "--json")
    assert (again.json["published"], again.json["updated"], again.json["unchanged"]) == (0, 0, 3)
    assert again.json["head"] == first.json["head"] == 3


def test_what_was_published_is_found_and_read_back_byte_for_byte(cli: Cli, files: Path) -> None:
    cli("publish", files, "--publisher", OWNER)
    found = cli("search", "weld", "--json")
    assert found.code == 0
    assert found.json["hits"][0]["name"] == "Welding Technology"
    got = cli("get", found.json["hits"][0]["ctid"])
    assert got.out.strip().encode() == (files / "a-welding.json").read_bytes()


def test_get_tells_as_json_what_the_registry_knows_around_a_document(cli: Cli, files: Path) -> None:
    cli("publish", files / "a-welding.json", "--publisher", OWNER)
    name = cli("search", "weld", "--json").json["hits"][0]["ctid"]
    told = cli("get", name, "--json").json

    assert told["document"] == cli("get", name).json
    assert (told["ctid"], told["publisher"], told["seq"]) == (name, str(OWNER), 1)


def test_a_rebuilt_projection_answers_the_same(cli: Cli, files: Path) -> None:
    cli("publish", files, "--publisher", OWNER)
    before = cli("search", "--json").json
    rebuilt = cli("project", "--rebuild", "--json")
    assert {lag["projection"] for lag in rebuilt.json} >= {"search", "graph"}
    assert all(lag["seq"] == lag["head"] == 3 for lag in rebuilt.json)
    assert cli("search", "--json").json == before


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("get", "nonsense"), 2, "CTID"),
        (("get", f"{OWNER}"), 2, ""),
        (("validate", "/nowhere/at/all.json"), 2, "path"),
        (("publish", "/nowhere", "--publisher", OWNER), 2, "path"),
        (("search", "--facet", "county"), 2, "NAME=VALUE"),
        (("search", "--facet", "shoe-size=9"), 2, ""),
        (("no-such-command",), 2, "--help"),
        (("search", "--limit", "0"), 2, "--help"),
    ],
)
def test_a_mistake_is_told_in_an_error_and_a_hint(cli: Cli, arguments: tuple[str, ...], code: int, hint: str) -> None:
    ran = cli(*arguments)
    assert ran.code == code
    assert ran.out == ""
    lines = ran.err.strip().splitlines()
    assert lines[0].startswith("error: ")
    assert hint in (lines[1] if len(lines) > 1 else "")
    assert len(lines) <= 2


def test_hostile_text_cannot_drive_the_terminal(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({"@context": "https://evil.example/\x1b[31m", "@graph": [{"ceterms:ctid": "\x1b]0;owned\x07"}]}))
    ran = cli("validate", bad)
    assert ran.code == 1
    assert "\x1b" not in ran.out + ran.err


def test_a_files_name_cannot_drive_the_terminal_either(cli: Cli, tmp_path: Path) -> None:
    for name in ("red\x1b[31m.json", "title\x1b]0;owned\x07.json", "c1\x9b31m.json"):
        (tmp_path / name).write_bytes(document(program()).normalised)
        for ran in (cli("validate", tmp_path / name), cli("publish", tmp_path / "absent" / name, "--publisher", OWNER)):
            assert not set("\x1b\x07\x9b") & set(ran.out + ran.err)
            assert ".json" in ran.out + ran.err


def test_a_database_that_does_not_answer_ends_with_4(cli: Cli) -> None:
    ran = cli("search", "--database", "postgresql://nobody:x@127.0.0.1:1/none")
    assert ran.code == 4
    assert "nobody:x" not in ran.err
