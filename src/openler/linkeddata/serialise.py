"""RDF for people and other systems: canonical N-Quads, and Turtle with the field's usual prefixes."""

from __future__ import annotations

from typing import Any

import pyoxigraph

from openler.linkeddata.canonical import canonicalise
from openler.linkeddata.contexts import Contexts

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "asn": "http://purl.org/ASN/schema/core/",
    "ceasn": "https://purl.org/ctdlasn/terms/",
    "ceterms": "https://purl.org/ctdl/terms/",
    "clr": "https://purl.imsglobal.org/spec/vc/clr/vocab.html#",
    "cred": "https://www.w3.org/2018/credentials#",
    "dct": "http://purl.org/dc/terms/",
    "navy": "https://credreg.net/navy/terms/",
    "ob": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "qdata": "https://credreg.net/qdata/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sec": "https://w3id.org/security#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Namespaces as CTDL and Open Badges abbreviate them; only those that a document uses are written."""


def to_nquads(document: dict[str, Any], contexts: Contexts) -> bytes:
    """The document's RDF dataset as canonical N-Quads. Raises what ``canonicalise`` raises."""
    return canonicalise(document, contexts)


def to_turtle(document: dict[str, Any], contexts: Contexts) -> bytes:
    """The document's RDF as Turtle; the same document gives the same bytes. Raises what ``canonicalise`` raises.

    Turtle has one graph: the statements of named graphs (a proof, an enclosed credential) stand beside the others.
    """
    data = canonicalise(document, contexts)
    dataset = list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS))
    used = {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}".encode() in data}
    triples = dict.fromkeys(quad.triple for quad in dataset)
    return pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.TURTLE, prefixes=used) or b""


def to_ntriples(document: dict[str, Any], contexts: Contexts) -> bytes:
    """The document's RDF as N-Triples; named graphs as :func:`to_turtle` has them. Raises what ``canonicalise`` raises."""
    dataset = pyoxigraph.parse(canonicalise(document, contexts), format=pyoxigraph.RdfFormat.N_QUADS)
    return pyoxigraph.serialize(dict.fromkeys(quad.triple for quad in dataset), format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
