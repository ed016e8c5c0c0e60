"""``openler search`` and ``openler sparql`` as a person at a terminal uses them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid, document

NAMES = ("Nursing Assistant", "Welding Basics", "Welding Technology")
QUERY = "SELECT ?name { ?s <https://purl.org/ctdl/terms/name> ?name } ORDER BY ?name"


@pytest.fixture
def published(cli: Cli, tmp_path: Path) -> Cli:
    folder = tmp_path / "documents"
    folder.mkdir()
    place = {"@type": "ceterms:Place", "ceterms:postalCode": "08901", "ceterms:latitude": 40.4862, "ceterms:longitude": -74.4518}
    for name in NAMES:
        node = {**complete("ceterms:LearningProgram", name), "ceterms:name": {"en-US": name}, "ceterms:availableAt": [place]}
        (folder / f"{name}.json").write_bytes(document(node).normalised)
    assert cli("publish", folder, "--publisher", OWNER).code in {0, 1}
    return cli


def test_a_corrected_search_says_so_beside_the_data(published: Cli) -> None:
    ran = published("search", "weldng")
    assert ran.code == 0
    assert "showing results for \u201cwelding\u201d" in ran.err
    assert "Welding Basics" in ran.out
    assert published("search", "weldng", "--json").json["reading"]["corrected"] == [["weldng", "welding"]]


def test_the_next_page_is_one_option_away(published: Cli) -> None:
    first = published("search", "--limit", 2, "--json").json
    assert first["next"] in published("search", "--limit", 2).err
    rest = published("search", "--limit", 2, "--after", first["next"], "--json").json
    assert [hit["name"] for hit in (*first["hits"], *rest["hits"])] == [*NAMES]
    assert rest["next"] is None


def test_near_tells_miles_and_an_unknown_place_is_said(published: Cli) -> None:
    assert "0.0" in published("search", "--near", "08901", "--within", "5mi").out
    assert "No published address is in" in published("search", "--near", "Atlantis").err


def test_similar_tells_what_is_in_common(published: Cli) -> None:
    ran = published("search", "--similar", ctid("Welding Basics"))
    assert "Welding Technology" in ran.out
    assert "in common" in ran.out
    assert published("search", "--similar", ctid("Welding Basics"), "--json").json["in_common"]


@pytest.mark.parametrize(
    "arguments", [("--after", "x"), ("--near", "08901", "--within", "far"), ("--similar", str(ctid("none"))), ("--similar", "x")]
)
def test_a_mistake_in_a_search_is_told(published: Cli, arguments: tuple[str, ...]) -> None:
    ran = published("search", *arguments)
    assert ran.code in {1, 2}
    assert ran.err.startswith("error: ")


def test_a_query_from_a_file_and_from_standard_input(published: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "query.rq").write_text(QUERY, encoding="utf-8")
    assert "Welding Basics" in published("sparql", tmp_path / "query.rq").out
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(QUERY.encode())))
    assert json.loads(published("sparql", "-", "--json").out)["head"]["vars"] == ["name"]


@pytest.mark.parametrize(
    ("query", "more", "begins"),
    [
        (QUERY, ("--format", "csv"), "name"),
        ("ASK { ?s ?p ?o }", (), "yes"),
        ("CONSTRUCT WHERE { ?s <https://purl.org/ctdl/terms/name> ?o }", (), "@prefix"),
        ("CONSTRUCT WHERE { ?s <https://purl.org/ctdl/terms/name> ?o }", ("--json",), "["),
    ],
)
def test_every_kind_of_answer_has_its_form(published: Cli, tmp_path: Path, query: str, more: tuple[str, ...], begins: str) -> None:
    (tmp_path / "query.rq").write_text(query, encoding="utf-8")
    ran = published("sparql", tmp_path / "query.rq", *more)
    assert ran.code == 0
    assert ran.out.startswith(begins)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("DROP ALL", "sparql.update_refused"),
        ("SELECT * {", "sparql.malformed"),
        ("", "sparql.empty"),
        (None, "sparql.file_missing"),
        (b"\xff", "sparql.file_not_text"),
    ],
)
def test_a_mistake_in_a_query_is_told(published: Cli, tmp_path: Path, query: str | bytes | None, code: str) -> None:
    if query is not None:
        (tmp_path / "query.rq").write_bytes(query.encode() if isinstance(query, str) else query)
    ran = published("sparql", tmp_path / "query.rq")
    assert ran.code in {1, 2}
    assert f"[{code}]" in ran.err
