"""``openler query``: the national Registry's query language at the prompt."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid, document, program

WELDING, NURSING = ctid("one"), ctid("two")


@pytest.fixture
def published(cli: Cli, tmp_path: Path) -> Path:
    """Two programs in the registry; a folder for queries."""
    nodes = [
        program(ceterms__name={"en-US": "Welding"}),
        {**complete("ceterms:LearningProgram", "two"), "ceterms:name": {"en-US": "Practical Nursing"}},
    ]
    for number, node in enumerate(nodes):
        (tmp_path / f"{number}.json").write_bytes(document(node).normalised)
        assert cli("publish", tmp_path / f"{number}.json", "--publisher", OWNER).code == 0
    return tmp_path


def asked(folder: Path, query: object) -> Path:
    place = folder / "query.json"
    place.write_text(json.dumps(query))
    return place


def test_a_query_shows_what_it_finds(cli: Cli, published: Path) -> None:
    ran = cli("query", asked(published, {"ceterms:name": "nursing"}))
    assert ran.code == 0
    assert "Practical Nursing" in ran.out
    assert NURSING in ran.out
    assert "Welding" not in ran.out


def test_the_answer_comes_as_one_document(cli: Cli, published: Path) -> None:
    ran = cli("query", asked(published, {"@type": "ceterms:LearningProgram"}), "--order-by", "ceterms:name", "--take", 1, "--json")
    assert (ran.json["total"], ran.json["behind"], [node["ceterms:ctid"] for node in ran.json["data"]]) == (2, 0, [NURSING])
    assert "description_sets" not in ran.json
    with_sets = cli("query", asked(published, {"ceterms:ctid": str(WELDING)}), "--sets", "--json")
    assert set(with_sets.json["description_sets"]) == {WELDING}


@pytest.mark.usefixtures("published")
def test_a_query_is_read_from_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(b'{"ceterms:name": "welding"}'))
    monkeypatch.setattr("sys.stdin", given)
    assert cli("query", "-", "--json").json["total"] == 1


def test_what_cannot_be_meant_is_told_in_two_lines(cli: Cli, published: Path) -> None:
    ran = cli("query", asked(published, {"ceterms:nme": "x"}))
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.startswith("error: ")
    assert "ceterms:nme" in ran.err
    assert cli("query", published / "absent.json").code == 2
