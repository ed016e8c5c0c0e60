"""Reading N-Quads, for datasets that do not come from JSON-LD."""

from __future__ import annotations

import pyoxigraph

from openler.errors import Malformed, declare
from openler.linkeddata.rdf import RDF, Quad, literal

NOT_NQUADS = declare("linkeddata.not_nquads", by=__name__)


def parse_nquads(data: bytes) -> list[Quad]:
    """Parse an N-Quads document into canonical terms, in its order; blank nodes keep their labels.

    :raises Malformed: ``linkeddata.not_nquads`` with ``place`` (``line L, column C``)
    """
    try:
        return [
            (_term(quad.subject), _term(quad.predicate), _term(quad.object), _graph(quad.graph_name))
            for quad in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS)
        ]
    except SyntaxError as error:
        raise Malformed(NOT_NQUADS, place=f"line {error.lineno}, column {error.offset}") from None


def _graph(term: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.DefaultGraph) -> str:
    return "" if isinstance(term, pyoxigraph.DefaultGraph) else _term(term)


def _term(term: object) -> str:
    if isinstance(term, pyoxigraph.NamedNode):
        return f"<{term.value}>"
    if isinstance(term, pyoxigraph.BlankNode):
        return f"_:{term.value}"
    if isinstance(term, pyoxigraph.Literal):
        language = term.language or ""
        return literal(term.value, RDF + "langString" if language else term.datatype.value, language)
    raise Malformed(NOT_NQUADS, reason=type(term).__name__)
