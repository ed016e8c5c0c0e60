"""Reading a published schema of CTDL, CTDL-ASN or QData: which terms it defines, and what it says of each.

A schema is JSON-LD as the publisher gives it out: a ``@graph`` of classes, properties, concept schemes and concepts. Only facts are
read, never definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from openler.ctdl.terms import Tables
from openler.errors import Malformed, TooLarge, declare
from openler.linkeddata.parse import parse_json

MALFORMED = declare("ctdl.schema_malformed", by=__name__)
TOO_MANY = declare("ctdl.schema_too_many_terms", by=__name__)

MAX_SCHEMA_BYTES: Final = 16 * 1024 * 1024
"""Largest schema file, in bytes; CTDL's own has 2 MB."""
MAX_TERMS: Final = 50_000
"""Most terms of one schema."""
_LONGEST: Final = 300

_CLASS, _PROPERTY, _SCHEME, _CONCEPT = "rdfs:Class", "rdf:Property", "skos:ConceptScheme", "skos:Concept"
# SW Vocab Status: "archaic" is what is kept for old data only.
_ARCHAIC: Final = frozenset({"vs:archaic", "archaic"})


@dataclass(slots=True)
class Facts:
    """What is said of terms, each set by the term's name.

    ``schemes`` are the concept schemes that are defined, not only added to; ``retired`` the terms marked as archaic or deprecated.
    """

    classes: dict[str, frozenset[str]] = field(default_factory=dict)
    properties: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    concepts: dict[str, frozenset[str]] = field(default_factory=dict)
    schemes: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)


ASPECTS: Final = {
    "parents": "rdfs:subPropertyOf",
    "domains": "schema:domainIncludes",
    "ranges": "schema:rangeIncludes",
    "inverse": "owl:inverseOf",
    "schemes": "meta:targetScheme",
}
"""What is said of a property, by the name it has in our tables."""


def read(documents: Iterable[bytes]) -> Facts:
    """The facts of one or more schema files taken together.

    :raises Malformed: ``ctdl.schema_malformed``, it is no schema; or what :func:`openler.linkeddata.parse.parse_json` raises
    :raises TooLarge: over :data:`MAX_SCHEMA_BYTES` or :data:`MAX_TERMS`
    """
    found = Facts()
    members: dict[str, set[str]] = {}
    for document in documents:
        for entry in _entries(document):
            _take(entry, found, members)
    found.concepts |= {scheme: frozenset(names) for scheme, names in members.items()}
    return found


def from_tables(tables: Tables) -> Facts:
    """The facts of our own tables, before any departure from the schemas."""
    found = Facts()
    for name, entry in tables["classes.json"].items():
        found.classes[name] = frozenset(entry["parents"])
        found.labels[name] = entry["label"]
        if entry.get("retired"):
            found.retired.add(name)
    for name, entry in tables["properties.json"].items():
        if entry.get("schema", True):
            found.properties[name] = {aspect: frozenset(entry.get(aspect, ())) for aspect in ASPECTS}
            found.labels[name] = entry.get("label", "")
        if entry.get("retired"):
            found.retired.add(name)
    for scheme, entry in tables["concepts.json"].items():
        found.concepts[scheme] = frozenset(entry["concepts"])
        found.labels[scheme] = entry["label"]
        found.schemes.add(scheme)
        found.labels |= {name: concept["label"] for name, concept in entry["concepts"].items()}
    return found


def _entries(document: bytes) -> Iterator[Mapping[str, Any]]:
    value = parse_json(document, max_bytes=MAX_SCHEMA_BYTES)
    graph = value.get("@graph") if isinstance(value, dict) else None
    if not isinstance(graph, list):
        raise Malformed(MALFORMED, place="/@graph", problem="it has no @graph of terms")
    if len(graph) > MAX_TERMS:
        raise TooLarge(TOO_MANY, seen=len(graph), limit=MAX_TERMS)
    known = 0
    for position, entry in enumerate(graph):
        if not isinstance(entry, dict):
            raise Malformed(MALFORMED, place=f"/@graph/{position}", problem="an entry is no object")
        if not isinstance(entry.get("@id"), str) or len(entry["@id"]) > _LONGEST:
            raise Malformed(MALFORMED, place=f"/@graph/{position}/@id", problem="a term has no name, or too long a one")
        known += bool({_CLASS, _PROPERTY, _SCHEME, _CONCEPT} & _values(entry, "@type"))
        yield entry
    if not known:
        raise Malformed(MALFORMED, place="/@graph", problem="it defines no class, property or concept")


def _take(entry: Mapping[str, Any], found: Facts, members: dict[str, set[str]]) -> None:
    name, kinds = entry["@id"], _values(entry, "@type")
    found.labels.setdefault(name, _label(entry))
    if _values(entry, "vs:term_status") & _ARCHAIC or entry.get("owl:deprecated") is True:
        found.retired.add(name)
    if _CLASS in kinds:
        found.classes[name] = found.classes.get(name, frozenset()) | _values(entry, "rdfs:subClassOf")
    if _PROPERTY in kinds:
        before = found.properties.get(name, {})
        found.properties[name] = {aspect: before.get(aspect, frozenset()) | _values(entry, key) for aspect, key in ASPECTS.items()}
    if _SCHEME in kinds:
        members.setdefault(name, set())
        found.schemes.add(name)
    if _CONCEPT in kinds:
        for scheme in _values(entry, "skos:inScheme"):
            members.setdefault(scheme, set()).add(name)


def _values(entry: Mapping[str, Any], key: str) -> frozenset[str]:
    """Names under a key, whether one or many, plain or as ``{"@id": ...}``."""
    given = entry.get(key)
    each = given if isinstance(given, list) else [given]
    names = (one.get("@id") if isinstance(one, dict) else one for one in each)
    return frozenset(name for name in names if isinstance(name, str) and len(name) <= _LONGEST)


def _label(entry: Mapping[str, Any]) -> str:
    for key in ("rdfs:label", "skos:prefLabel"):
        given = entry.get(key)
        if isinstance(given, str):
            return given[:_LONGEST]
        if isinstance(given, dict):
            text = given.get("en-US", given.get("en", next(iter(given.values()), "")))
            return text[:_LONGEST] if isinstance(text, str) else ""
    return ""
