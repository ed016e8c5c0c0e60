"""What is known of a query before anything runs it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openler.linkeddata.sparql import GRAPHS, ROWS, calls_elsewhere, chosen, is_update

CALLS = (
    "SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }",
    "SELECT * { service SILENT ?x { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o }#\nSELECT * { SeRvIcE<http://a.example/>{} }",
    'SELECT * { ?s ?p "#" SERVICE <http://a.example/> {} }',
    "SELECT * { ?s ?p '\\'' . SERVICE <http://a.example/> {} }",
    'SELECT * { ?s ?p """a"b""" . SERVICE <http://a.example/> {} }',
    "SELECT * { ?s <http://a.example/#x> 1 . SERVICE <http://a.example/> {} }",
    "SELECT * { FILTER(?a<?b)SERVICE<http://a.example/>{} }",
    "PREFIX : <http://a.example/> SELECT * { SERVICE:x{} }",
    "PREFIX ex: <http://a.example/> SELECT * { ?s ?p ex:.SERVICE<http://a.example/>{} }",
    "PREFIX ex: <http://a.example/> SELECT * { ?s ?p ex: SERVICE ?x {} }",
    "PREFIX ex: <http://a.example/> SELECT * { ?s ?p ex:a\\# . SERVICE ?x {} }",
    "SELECT * { \\u0053ERVICE <http://a.example/> {} }",
    "SELECT * { SERV\\U00000049CE <http://a.example/> {} }",
    "SELECT * { ?s ?p \\u0022#\\u0022 . SERVICE <http://a.example/> {} }",
    "SELECT * { ?s ?p 1SERVICE<http://a.example/>{} }",
    "SELECT * { # SERVICE\r SERVICE <http://a.example/> {} }",
)
HARMLESS = (
    "SELECT * { ?service ?p $service }",
    "PREFIX ceterms: <https://purl.org/ctdl/terms/> SELECT * { ?s a ceterms:SupportService ; ceterms:hasSupportService ?o }",
    'SELECT * { ?s ?p "SERVICE" } # SERVICE <http://a.example/>',
    "SELECT * { ?s ?p <http://service.example/service#service> }",
    "SELECT * { ?s ?p '''a SERVICE 'of' ours''' }",
)


@pytest.mark.parametrize("query", CALLS)
def test_a_call_to_another_service_is_seen_however_it_is_written(query: str) -> None:
    assert calls_elsewhere(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_the_letters_alone_are_no_call(query: str) -> None:
    assert not calls_elsewhere(query)


@given(st.text(max_size=60), st.sampled_from(["SERVICE", "service", "SeRviCe"]))
def test_behind_a_line_of_its_own_a_call_is_always_seen_or_swallowed_by_an_open_string(before: str, word: str) -> None:
    quotes = any(mark in before for mark in "\"'")
    assert quotes or calls_elsewhere(f"{before}\n {word} <http://a.example/> {{ }}")


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "PREFIX insert: <a:b> # select\nDELETE WHERE { ?s ?p ?o }",
        "BASE <a:b> LOAD <a:b>",
        "clear all",
        "WITH <a:b> DELETE { ?s ?p ?o } WHERE { }",
    ],
)
def test_an_update_is_told_from_a_query(query: str) -> None:
    assert is_update(query)


@pytest.mark.parametrize(
    "query", ["SELECT ?insert { }", "PREFIX insert: <a:b> ASK { ?s insert:delete ?o }", "", "BASE <insert> DESCRIBE <x>"]
)
def test_a_query_is_no_update(query: str) -> None:
    assert not is_update(query)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"), ("*/*", "json"), ("text/csv", "csv"), ("application/*;q=0.1, text/csv;q=0.9", "csv"), ("text/*", "csv"),
        ("application/sparql-results+xml;q=0.5, application/sparql-results+json;q=0.4", "xml"), ("image/png", None), ("text/csv;q=0", None),
        ("text/csv;q=x", None), ("TEXT/CSV", "csv"),
    ],
)  # fmt: skip
def test_the_form_that_is_liked_best_is_chosen(accept: str, form: str | None) -> None:
    assert chosen(accept, ROWS) == form


def test_a_form_that_is_named_goes_before_what_is_liked() -> None:
    assert chosen("text/turtle", GRAPHS, short="nt") == "nt"
    assert chosen("text/turtle", GRAPHS, short="exe") is None
