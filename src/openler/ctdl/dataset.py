"""Many published documents as RDF at once, quickly: pyoxigraph reads them with the vocabulary's own context put in.

It would drop undefined terms silently; the rules have refused or told of those before anything is published. What needs a
canonical form of one document is in :mod:`openler.linkeddata`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import orjson
import pyoxigraph as ox

from openler.ctdl.document import Document
from openler.ctdl.terms import terms

# A JSON string that begins as a blank node's label does. A quotation mark inside of a string has a backslash before it, an
# opening one never has.
_BLANK = re.compile(rb'(?<!\\)"_:([^"\\]*)"')


def graph_iri(base_url: str, document: Document) -> str:
    """The IRI of a document's named graph."""
    return f"{base_url.rstrip('/')}/graph/{document.ctid}"


def json_ld(base_url: str, documents: Sequence[Document]) -> bytes:
    """One JSON-LD document of many, each a named graph; blank nodes of different documents have different labels."""
    return together([named_graph(base_url, document) for document in documents])


def named_graph(base_url: str, document: Document) -> bytes:
    """One document as a named graph without a context."""
    return b'{"@id":%b,"@graph":%b}' % (orjson.dumps(graph_iri(base_url, document)), _told_apart(document))


def together(graphs: Sequence[bytes]) -> bytes:
    """Named graphs as one JSON-LD document, with the vocabulary's context."""
    return b'{"@context":%b,"@graph":[%b]}' % (orjson.dumps(terms().context()["@context"]), b",".join(graphs))


def ntriples(base_url: str, documents: Sequence[Document]) -> Iterator[bytes]:
    """The statements of many documents as N-Triples lines, in the documents' order; the same documents give the same lines."""
    for subject, predicate, object_, _ in _statements(base_url, documents):
        yield f"{subject} {predicate} {object_} .\n".encode()


def nquads(base_url: str, documents: Sequence[Document]) -> Iterator[bytes]:
    """The same as N-Quads: each statement with its document's graph."""
    for subject, predicate, object_, graph in _statements(base_url, documents):
        yield f"{subject} {predicate} {object_} <{graph}> .\n".encode()


def turtle(base_url: str, documents: Sequence[Document], *, header: bool = True) -> bytes:
    """The same as Turtle, names shortened by the vocabulary's prefixes; ``header`` has them declared."""
    prefixes = {**terms().prefixes()}
    quads = ox.parse(b"".join(ntriples(base_url, documents)), format=ox.RdfFormat.N_TRIPLES)
    written = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    lines = (written or b"").splitlines(keepends=True)
    first = next((at for at, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    # The prefixes come in any order from one run to the next.
    return b"".join([*(sorted(lines[:first]) if header else ()), *lines[first:]])


def _statements(base_url: str, documents: Sequence[Document]) -> Iterator[tuple[str, str, str, str]]:
    labels: dict[str, str] = {}
    issued: dict[str, int] = {}
    prefixes = {graph_iri(base_url, document): _label(document) for document in documents}
    for quad in ox.parse(json_ld(base_url, documents), format=ox.RdfFormat.JSON_LD, base_iri=f"{base_url.rstrip('/')}/"):
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        subject, object_ = (_term(term, graph, prefixes, labels, issued) for term in (quad.subject, quad.object))
        yield subject, str(quad.predicate), object_, graph


def _told_apart(document: Document) -> bytes:
    """The document's graph, its blank nodes named after it."""
    prefix = _label(document).encode()
    return _BLANK.sub(lambda found: b'"_:%b%b"' % (prefix, found[1].hex().encode()), orjson.dumps(document.graph))


def _label(document: Document) -> str:
    return document.ctid[3:].replace("-", "")


def _term(term: object, graph: str, prefixes: dict[str, str], labels: dict[str, str], issued: dict[str, int]) -> str:
    """A term as N-Triples has it. Embedded objects get labels by chance when they are read; here they are numbered as they come."""
    if not isinstance(term, ox.BlankNode):
        return str(term)
    label = labels.get(term.value)
    if label is None:
        number = issued[graph] = issued.get(graph, 0) + 1
        label = labels[term.value] = f"_:{prefixes.get(graph, 'x')}n{number}"
    return label
