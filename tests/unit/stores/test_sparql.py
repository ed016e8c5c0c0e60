"""SPARQL from a copy, in a process that can do nothing else and ends in time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from openler.actions.sparql_ports import Answer, Question
from openler.errors import Malformed, OpenlerError, TooLarge, Unavailable
from openler.stores.projections import projections
from tests.support.ctdl import BASE
from tests.support.searching import Searched, offer

NAMES = "SELECT ?name { ?s <https://purl.org/ctdl/terms/name> ?name } ORDER BY ?name"


def ask(
    index: Searched, text: str, *, seconds: int = 10, most: int = 100, rows: str = "json", graph: str = "ttl", **more: tuple[str, ...]
) -> Answer:
    return index.made.graph.ask(Question(text, rows, graph, most, seconds, **more))


def values(answer: Answer) -> list[str]:
    return [next(iter(row.values()))["value"] for row in json.loads(answer.body)["results"]["bindings"]]


@pytest.fixture
def index(tmp_path: Path) -> Searched:
    return Searched(tmp_path, [offer("Welding", "w"), offer("Nursing", "n")])


def test_answers_follow_what_is_published_and_say_how_far_they_are(index: Searched) -> None:
    answer = ask(index, NAMES)
    assert (values(answer), answer.seq, answer.head) == (["Nursing", "Welding"], 2, 2)
    index.put(offer("Plumbing", "w"))
    answer = ask(index, NAMES)
    assert (values(answer), answer.seq, answer.head) == (["Nursing", "Plumbing"], 3, 3)


def test_each_document_is_a_graph_and_only_the_named_ones_are_asked_where_some_are(index: Searched) -> None:
    graphs = values(ask(index, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"))
    assert len(graphs) == 2
    assert all(one.startswith(f"{BASE}/graph/ce-") for one in graphs)
    assert len(values(ask(index, NAMES, default_graphs=(graphs[0],)))) == 1
    assert values(ask(index, NAMES, named_graphs=(graphs[0],))) == []


@pytest.mark.parametrize(("form", "begins"), [("json", b'{"head"'), ("xml", b"<?xml"), ("csv", b"name\r\n"), ("tsv", b"?name\n")])
def test_tables_come_in_four_forms(index: Searched, form: str, begins: bytes) -> None:
    answer = ask(index, NAMES, rows=form)
    assert answer.body.startswith(begins)
    assert b"Welding" in answer.body


@pytest.mark.parametrize("form", ["ttl", "nt", "jsonld"])
def test_graphs_come_in_three_forms(index: Searched, form: str) -> None:
    answer = ask(index, "CONSTRUCT { ?s <http://a.example/called> ?n } WHERE { ?s <https://purl.org/ctdl/terms/name> ?n }", graph=form)
    assert (answer.kind, answer.rows, answer.form) == ("graph", 2, form)
    assert b"Welding" in answer.body


def test_yes_or_no(index: Searched) -> None:
    assert json.loads(ask(index, "ASK { ?s ?p ?o }", rows="csv").body)["boolean"] is True


def test_unbound_values_and_languages_are_kept(index: Searched) -> None:
    answer = ask(index, "SELECT ?name ?none { ?s <https://purl.org/ctdl/terms/name> ?name } ORDER BY ?name LIMIT 1")
    assert json.loads(answer.body)["results"]["bindings"] == [{"name": {"type": "literal", "value": "Nursing", "xml:lang": "en-us"}}]


@pytest.mark.parametrize(
    ("text", "limits", "error", "code"),
    [
        (NAMES, {"most": 1}, TooLarge, "sparql.too_many"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", {"most": 1}, TooLarge, "sparql.too_many"),
        ("SELECT * {", {}, Malformed, "sparql.malformed"),
        (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o . ?p ?q ?r }",
            {"seconds": 1},
            TooLarge,
            "sparql.too_long",
        ),
    ],
)
def test_what_is_too_much_or_no_query_is_refused(
    index: Searched, text: str, limits: dict[str, int], error: type[OpenlerError], code: str
) -> None:
    with pytest.raises(error) as refused:
        ask(index, text, **limits)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_the_place_of_a_mistake_is_told(index: Searched) -> None:
    with pytest.raises(Malformed) as refused:
        ask(index, "SELECT ?x\nWHERE { ?x }")
    assert refused.value.place is not None
    assert refused.value.place.startswith("line 2, character ")


def test_before_anything_is_published_there_is_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        ask(Searched(tmp_path), NAMES)
    assert refused.value.code == "sparql.not_ready"


def test_a_copy_that_is_missing_is_made_when_the_projector_looks(index: Searched, tmp_path: Path) -> None:
    for one in tmp_path.rglob("graph-snapshots/current.json"):
        one.unlink()
    again = projections(tmp_path, index.store, BASE)
    again.projector.catch_up()
    assert json.loads(again.graph.ask(Question("ASK { ?s ?p ?o }", "json", "ttl", 10, 10)).body)["boolean"] is True


@pytest.fixture
def called() -> tuple[str, list[str]]:
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        do_GET = do_POST  # noqa: N815 - the name that http.server calls

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/", seen


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
def test_a_call_that_nothing_else_stopped_finds_no_socket(index: Searched, called: tuple[str, list[str]]) -> None:
    address, seen = called
    with pytest.raises(OpenlerError):
        ask(index, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    assert seen == []


def test_a_confined_process_can_make_no_socket() -> None:
    if sys.platform != "linux":
        pytest.skip("the filter is Linux's")
    code = (
        "import socket\nfrom openler.stores.sparql_child import confine\nprint(confine(5))\n"
        "try: socket.socket()\nexcept OSError: print('none')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.split() == ["True", "none"]


def test_the_child_sees_none_of_our_settings(index: Searched, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    real: Callable[..., subprocess.CompletedProcess[bytes]] = subprocess.run

    def watched(*arguments: object, env: dict[str, str], **more: object) -> subprocess.CompletedProcess[bytes]:
        seen.update(env)
        return real(*arguments, env=env, **more)

    monkeypatch.setenv("OPENLER_PASSPHRASE", "a secret of the tests")
    monkeypatch.setattr("openler.stores.sparql.subprocess.run", watched)
    ask(index, NAMES)
    assert seen
    assert not [name for name in seen if name.startswith("OPENLER_")]
