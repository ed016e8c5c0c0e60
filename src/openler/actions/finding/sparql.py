"""Ask the registry's graph in SPARQL 1.1: reading only, within limits, from a copy that says how far behind it is."""

from __future__ import annotations

from collections.abc import Sequence

from openler.actions.ports import Ports
from openler.actions.sparql_ports import Answer, Question
from openler.errors import Malformed, Misused, Refused, TooLarge, declare
from openler.linkeddata.sparql import GRAPHS, ROWS, calls_elsewhere, chosen, is_update

UPDATE_REFUSED = declare("sparql.update_refused", by=__name__)
SERVICE_REFUSED = declare("sparql.service_refused", by=__name__)
QUERY_TOO_LARGE = declare("sparql.query_too_large", by=__name__)
FORMAT_UNKNOWN = declare("sparql.format_unknown", by=__name__)
EMPTY = declare("sparql.empty", by=__name__)
GRAPH_MALFORMED = declare("sparql.graph_malformed", by=__name__)

MAX_QUERY = 64 * 1024
"""Characters of a query."""
MAX_ROWS = 10_000
"""Most rows, or statements of a graph, in one answer; more is refused rather than cut."""
MAX_SECONDS = 10
MAX_GRAPHS = 100
"""Most graphs that a request names beside its query."""


def ask(
    ports: Ports,
    text: str,
    *,
    accept: str = "*/*",
    form: str = "",
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Answer:
    """Answer one query; ``form`` is a short name of :data:`ROWS` or :data:`GRAPHS` and goes before ``accept``.

    Without graphs named, every statement of every document can be asked for, and each document is a named graph.

    :raises Refused: ``sparql.update_refused``, ``sparql.service_refused``
    :raises Malformed: ``sparql.malformed``, ``sparql.empty``
    :raises Misused: ``sparql.format_unknown``, ``sparql.graph_malformed``
    :raises TooLarge: ``sparql.query_too_large``, ``sparql.too_many``, ``sparql.too_long``, ``sparql.too_costly``
    :raises RateLimited: ``sparql.busy``
    :raises Unavailable: ``sparql.not_ready``
    """
    if len(text) > MAX_QUERY:
        raise TooLarge(QUERY_TOO_LARGE, size=len(text), limit=MAX_QUERY)
    if not text.strip():
        raise Malformed(EMPTY, place="query")
    if is_update(text):
        raise Refused(UPDATE_REFUSED, place="query")
    if calls_elsewhere(text):
        raise Refused(SERVICE_REFUSED, place="query")
    rows = chosen(accept, ROWS, short=form if form not in GRAPHS else "")
    graph = chosen(accept, GRAPHS, short=form if form not in ROWS else "")
    if rows is None and graph is None:
        raise Misused(FORMAT_UNKNOWN, place="format" if form else "Accept", known=", ".join((*ROWS, *GRAPHS)))
    if len(default_graphs) + len(named_graphs) > MAX_GRAPHS or not all(map(_is_iri, (*default_graphs, *named_graphs))):
        raise Misused(GRAPH_MALFORMED, limit=MAX_GRAPHS)
    question = Question(
        text=text,
        rows=rows or "json",
        graph=graph or "ttl",
        most=MAX_ROWS,
        seconds=MAX_SECONDS,
        default_graphs=tuple(default_graphs),
        named_graphs=tuple(named_graphs),
    )
    return ports.graph.ask(question)


def media_type(answer: Answer) -> str:
    """The answer's media type."""
    return {**ROWS, **GRAPHS}[answer.form]


def service_description(ports: Ports) -> bytes:
    """What this endpoint is, in Turtle (SPARQL 1.1 Service Description)."""
    results = ", ".join(f"<http://www.w3.org/ns/formats/{name}>" for name in _W3C)
    return f"""@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix void: <http://rdfs.org/ns/void#> .

<{ports.base_url}/sparql> a sd:Service ;
    sd:endpoint <{ports.base_url}/sparql> ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:feature sd:UnionDefaultGraph ;
    sd:resultFormat {results} ;
    sd:defaultDataset [
        a sd:Dataset ;
        sd:defaultGraph [ a sd:Graph ; void:uriSpace "{ports.base_url}/resources/" ] ;
        sd:namedGraph [ a sd:NamedGraph ; void:uriSpace "{ports.base_url}/graph/" ]
    ] .
""".encode()


_W3C = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "JSON-LD")


def _is_iri(text: str) -> bool:
    return "://" in text and not any(letter in text for letter in ' <>"{}|^`\\') and text.isprintable()
