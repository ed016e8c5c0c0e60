"""What a newer schema changes, and our tables with those changes taken in.

A schema file speaks for a vocabulary (a prefix) when it defines most of what is known of it. Only then is it news that a term is
gone: CTDL-ASN's file defines four terms of CTDL, and is silent about the rest without meaning anything by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from openler.ctdl.schema import ASPECTS, Facts
from openler.ctdl.terms import Tables

How = Literal["added", "removed", "deprecated"]
What = Literal["class", "property", "concept scheme", "concept", "parents", "domains", "ranges", "inverse", "schemes"]

# The range decides the form of a new property's values, since the schema does not carry the context's coercions.
_FORMS: Final = {
    "rdf:langString": ("language", "@language"), "xsd:string": ("string", "xsd:string"), "xsd:language": ("string", "xsd:language"),
    "xsd:float": ("float", "xsd:float"), "xsd:decimal": ("float", "xsd:decimal"), "xsd:integer": ("integer", "xsd:integer"),
    "xsd:date": ("date", "xsd:date"), "schema:Date": ("date", "schema:Date"), "xsd:dateTime": ("datetime", "xsd:dateTime"),
    "xsd:boolean": ("boolean", "xsd:boolean"), "schema:Duration": ("duration", "schema:Duration"),
    "xsd:duration": ("duration", "xsd:duration"),
}  # fmt: skip

VOCABULARIES: Final = frozenset({"ceterms", "ceasn", "asn", "qdata"})
"""The prefixes that schema files can speak for; terms of others are only borrowed."""

SAID_ELSEWHERE: Final = frozenset({
    ("ceterms:processingAgent", "ranges", "ceterms:Agent"),
    ("qdata:percentage", "domains", "qdata:Observation"),
})  # fmt: skip
"""What one vocabulary's file says of another's term within that other's own prefix: its absence from the own file is no news."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change. ``values`` are what was added to or removed from a term's ``what``; empty where the term itself came or went."""

    what: What
    term: str
    how: How
    values: tuple[str, ...] = ()


def changes(known: Facts, newer: Facts) -> tuple[Change, ...]:
    """Everything that differs, in the order of what, term and how."""
    speaks = spoken_for(known, newer)
    return tuple(
        sorted({*_terms(known, newer, speaks), *_sayings(known, newer, speaks), *_concepts(known, newer), *_retired(known, newer)})
    )


def spoken_for(known: Facts, newer: Facts) -> frozenset[str]:
    """The prefixes of which the newer schema defines most of what is known."""
    had = Counter(_prefix(name) for name in (*known.classes, *known.properties))
    has = Counter(_prefix(name) for name in (*newer.classes, *newer.properties) if name in known.classes or name in known.properties)
    return frozenset(prefix for prefix in VOCABULARIES if 2 * has[prefix] > had[prefix])


def taken_in(tables: Tables, newer: Facts) -> Tables:
    """Our tables with a newer schema's facts. What it leaves out stays known: documents that use it must not break by an update."""
    classes, properties, concepts = ({**tables[name]} for name in ("classes.json", "properties.json", "concepts.json"))
    context = tables["context.json"]
    coercions = {key: list(names) for key, names in context["coercions"].items()}
    for name, parents in newer.classes.items():
        before = classes.get(name, {})
        classes[name] = {**before, "label": before.get("label") or newer.labels.get(name, "")}
        classes[name]["parents"] = sorted({*parents, *before.get("parents", ())})
        if name in newer.retired:
            classes[name]["retired"] = True
    for name, said in newer.properties.items():
        properties[name] = _property(name, properties.get(name), said, newer)
        if name not in tables["properties.json"]:
            key = "@container @language" if properties[name]["kind"] == "language" else f"@type {properties[name]['datatype']}"
            coercions[key] = sorted({*coercions.get(key, ()), name})
    for scheme, members in newer.concepts.items():
        before = concepts.get(scheme, {"label": newer.labels.get(scheme, ""), "concepts": {}})
        added = {name: {"label": newer.labels.get(name, "")} for name in members if name not in before["concepts"]}
        concepts[scheme] = {**before, "concepts": {**before["concepts"], **added}}
    return {
        **tables,
        "classes.json": dict(sorted(classes.items())),
        "properties.json": dict(sorted(properties.items())),
        "concepts.json": dict(sorted(concepts.items())),
        "context.json": {**context, "coercions": dict(sorted(coercions.items()))},
    }


def _property(name: str, before: dict[str, Any] | None, said: dict[str, frozenset[str]], newer: Facts) -> dict[str, Any]:
    if before is not None:
        kind, datatype = before["kind"], before["datatype"]
    else:
        kind, datatype = next((_FORMS[one] for one in sorted(said["ranges"]) if one in _FORMS), ("iri", "@id"))
    entry: dict[str, Any] = {"datatype": datatype, "kind": kind, "label": (before or {}).get("label") or newer.labels.get(name, "")}
    for aspect in ASPECTS:
        values = sorted({*said[aspect], *(before or {}).get(aspect, ())})
        if values:
            entry[aspect] = values
    if name in newer.retired or (before or {}).get("retired"):
        entry["retired"] = True
    return entry


def _terms(known: Facts, newer: Facts, speaks: frozenset[str]) -> Iterator[Change]:
    sets: tuple[tuple[What, Any, Any], ...] = (("class", known.classes, newer.classes), ("property", known.properties, newer.properties))
    for what, had, has in sets:
        yield from (Change(what, name, "added") for name in has.keys() - had.keys())
        yield from (Change(what, name, "removed") for name in had.keys() - has.keys() if _prefix(name) in speaks)


def _sayings(known: Facts, newer: Facts, speaks: frozenset[str]) -> Iterator[Change]:
    for name in known.classes.keys() & newer.classes.keys():
        yield from _differing("parents", name, known.classes[name], newer.classes[name], speaks)
    for name in known.properties.keys() & newer.properties.keys():
        aspects: tuple[What, ...] = ("parents", "domains", "ranges", "inverse", "schemes")
        for aspect in aspects:
            yield from _differing(aspect, name, known.properties[name][aspect], newer.properties[name][aspect], speaks)


def _differing(what: What, name: str, had: frozenset[str], has: frozenset[str], speaks: frozenset[str]) -> Iterator[Change]:
    if has - had:
        yield Change(what, name, "added", tuple(sorted(has - had)))
    # Another vocabulary's file may have added what is missing here: only what this one speaks for can be gone.
    gone = {value for value in had - has if _prefix(value) in speaks and (name, what, value) not in SAID_ELSEWHERE}
    gone = gone if _prefix(name) in speaks else set()
    if gone:
        yield Change(what, name, "removed", tuple(sorted(gone)))


def _concepts(known: Facts, newer: Facts) -> Iterator[Change]:
    for scheme, members in newer.concepts.items():
        before = known.concepts.get(scheme)
        if before is None:
            yield Change("concept scheme", scheme, "added", tuple(sorted(members)))
            continue
        if members - before:
            yield Change("concept", scheme, "added", tuple(sorted(members - before)))
        if before - members and scheme in newer.schemes:
            yield Change("concept", scheme, "removed", tuple(sorted(before - members)))


def _retired(known: Facts, newer: Facts) -> Iterator[Change]:
    for name in newer.retired - known.retired:
        what: What = "class" if name in newer.classes else "property" if name in newer.properties else "concept"
        yield Change(what, name, "deprecated")


def _prefix(name: str) -> str:
    return name.partition(":")[0]
