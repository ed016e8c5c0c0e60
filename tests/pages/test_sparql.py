"""``/sparql`` by the SPARQL 1.1 Protocol and as a page; and each resource in the forms of RDF."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from tests.support.ctdl import ctid

NAMES = "SELECT ?name { ?s <https://purl.org/ctdl/terms/name> ?name } ORDER BY ?name"
HTML = {"accept": "text/html"}
PROGRAM = ctid("one")


@pytest.fixture(autouse=True)
def _followed(client: TestClient) -> None:
    for _ in range(100):
        if client.get("/search?q=welding").json()["total"]:
            return


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("GET", {"params": {"query": NAMES}}),
        ("POST", {"data": {"query": NAMES}}),
        ("POST", {"content": NAMES, "headers": {"content-type": "application/sparql-query"}}),
    ],
)
def test_a_query_can_be_sent_in_the_three_ways_of_the_protocol(client: TestClient, method: str, more: dict[str, object]) -> None:
    answer = client.request(method, "/sparql", **more)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/sparql-results+json")
    assert [row["name"]["value"] for row in answer.json()["results"]["bindings"]] == ["Tests College", "Welding Technology"]
    assert int(answer.headers["x-openler-sequence"]) == 2
    assert answer.headers["x-openler-lag"] == "0"


@pytest.mark.parametrize(
    ("accept", "begins"), [("text/csv", "name\r\n"), ("application/sparql-results+xml", "<?xml"), ("text/tab-separated-values", "?name")]
)
def test_the_form_is_chosen_by_accept(client: TestClient, accept: str, begins: str) -> None:
    answer = client.get("/sparql", params={"query": NAMES}, headers={"accept": accept})
    assert answer.headers["content-type"].startswith(accept)
    assert answer.text.startswith(begins)


@pytest.mark.parametrize(
    ("method", "more", "status", "code"),
    [
        ("GET", {"params": {"query": "SELECT * {"}}, 400, "sparql.malformed"),
        ("GET", {"params": {"query": ""}}, 400, "sparql.empty"),
        ("GET", {"params": {"query": "DROP ALL"}}, 403, "sparql.update_refused"),
        ("GET", {"params": {"update": "DROP ALL"}}, 403, "sparql.update_refused"),
        ("POST", {"content": "DROP ALL", "headers": {"content-type": "application/sparql-update"}}, 403, "sparql.update_refused"),
        ("GET", {"params": {"query": "SELECT * { SERVICE <http://a.example/> { } }"}}, 403, "sparql.service_refused"),
        ("GET", {"params": [("query", NAMES), ("query", NAMES)]}, 400, "sparql.one_query"),
        ("POST", {"data": {"nothing": "here"}}, 400, "sparql.one_query"),
        ("POST", {"content": b"\xff", "headers": {"content-type": "application/sparql-query"}}, 400, "sparql.not_text"),
        ("POST", {"content": "{}", "headers": {"content-type": "application/json"}}, 400, "sparql.content_unknown"),
        ("GET", {"params": {"query": NAMES, "format": "exe"}}, 400, "sparql.format_unknown"),
        ("GET", {"params": {"query": NAMES}, "headers": {"accept": "image/png"}}, 400, "sparql.format_unknown"),
        ("GET", {"params": {"query": NAMES, "default-graph-uri": "no iri"}}, 400, "sparql.graph_malformed"),
        ("POST", {"data": {"query": "ASK {} #" + "x" * 70_000}}, 413, "sparql.query_too_large"),
        ("GET", {"params": {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}}, 413, "sparql.too_many"),
    ],
)
def test_what_is_refused_says_why(client: TestClient, method: str, more: dict[str, object], status: int, code: str) -> None:
    answer = client.request(method, "/sparql", **more)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_without_a_query_the_service_describes_itself(client: TestClient) -> None:
    answer = client.get("/sparql")
    statements = {(str(one.predicate), str(one.object)) for one in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert (f"<{sd}supportedLanguage>", f"<{sd}SPARQL11Query>") in statements
    assert (f"<{sd}endpoint>", "<http://localhost:8000/sparql>") in statements


def test_the_page_answers_in_a_table_and_hands_out_files(client: TestClient) -> None:
    page = client.get("/sparql", params={"query": NAMES}, headers=HTML)
    assert page.status_code == 200
    assert "<td>Welding Technology</td>" in page.text
    file = client.get("/sparql", params={"query": NAMES, "format": "csv"}, headers=HTML)
    assert file.headers["content-type"].startswith("text/csv")
    assert 'filename="answer.csv"' in file.headers["content-disposition"]


def test_the_page_ties_a_mistake_to_its_field_and_keeps_what_was_typed(client: TestClient) -> None:
    page = client.get("/sparql", params={"query": 'SELECT <b>"'}, headers=HTML)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert "SELECT &lt;b&gt;" in page.text


@pytest.mark.parametrize("query", ["ASK { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT ?s { ?s a <http://a.example/none> }"])
def test_the_page_shows_every_kind_of_answer(client: TestClient, query: str) -> None:
    page = client.get("/sparql", params={"query": query}, headers=HTML)
    assert page.status_code == 200
    assert 'role="status"' in page.text


def test_the_examples_on_the_page_are_queries(client: TestClient) -> None:
    from openler.web.pages.sparql import _PREFIX, EXAMPLES

    for _, text in EXAMPLES:
        assert client.get("/sparql", params={"query": _PREFIX + text}).status_code == 200


RDF = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
}


@pytest.mark.parametrize("suffix", RDF)
@pytest.mark.parametrize("kind", ["resources", "graph"])
def test_each_resource_comes_in_the_forms_of_rdf_by_accept_and_by_suffix(client: TestClient, suffix: str, kind: str) -> None:
    media_type, form = RDF[suffix]
    by_accept = client.get(f"/{kind}/{PROGRAM}", headers={"accept": f"{media_type}, */*;q=0.1"})
    by_suffix = client.get(f"/{kind}/{PROGRAM}.{suffix}", headers=HTML)
    for answer in (by_accept, by_suffix):
        assert answer.headers["content-type"].startswith(media_type)
        assert any("Welding Technology" in str(one.object) for one in ox.parse(answer.content, format=form))
    assert by_accept.content == by_suffix.content
    assert by_accept.headers["etag"] != client.get(f"/{kind}/{PROGRAM}").headers["etag"]


def test_json_ld_has_a_suffix_too_and_an_unknown_one_is_not_found(client: TestClient) -> None:
    assert client.get(f"/resources/{PROGRAM}.jsonld").json()["ceterms:ctid"] == PROGRAM
    answer = client.get(f"/resources/{PROGRAM}.exe")
    assert (answer.status_code, answer.json()["code"]) == (404, "http.suffix_unknown")
