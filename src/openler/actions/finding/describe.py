"""Describe: a published resource as a person reads it. Labels come from the vocabulary, names from the registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openler.actions.finding.get import DELETED, get_document
from openler.actions.ports import Named, Ports, Reference
from openler.ctdl.document import Document, parse
from openler.ctdl.durations import spoken
from openler.ctdl.formats.schema_org import structured
from openler.ctdl.profile import standard
from openler.ctdl.score import ResourceScore, score_of
from openler.ctdl.summary import name_of
from openler.ctdl.terms import terms
from openler.ctdl.values import items, refs, text, texts
from openler.errors import NotFound
from openler.ids import Ctid, Digest
from openler.insight.facts import PROVIDER, Kind, kind_of
from openler.messages import Language

MAX_DEPTH = 4
"""How deep embedded profiles are shown; deeper ones are left to the JSON."""
MAX_VALUES = 200
"""How many values of one property are shown; the rest is counted."""

_FIRST = (
    "ceterms:credentialStatusType", "ceterms:lifeCycleStatusType", "ceterms:offeredBy", "ceterms:ownedBy", "ceterms:assertedBy",
    "ceterms:estimatedCost", "ceterms:estimatedDuration", "ceterms:deliveryType", "ceterms:address", "ceterms:requires",
    "ceterms:entryCondition", "ceterms:teaches", "ceterms:isPreparationFor", "ceterms:occupationType", "ceterms:hasSupportService",
)  # fmt: skip
_SHOWN_ELSEWHERE = frozenset(
    {
        "@id",
        "@type",
        "@context",
        "ceterms:ctid",
        "ceterms:name",
        "ceasn:name",
        "ceterms:description",
        "ceasn:description",
        "ceasn:identifier",
    }
)
_LINKABLE = ("https://", "http://")


MAX_SHOWN_BYTES = 200_000
"""Longest document that is shown whole; of a longer one its address is given, for a framework of thousands is megabytes."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its text, where it leads (a path here or an address elsewhere, or empty), and its own facts if it is a profile."""

    text: str
    address: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A property with its label and values; ``more`` values are not shown."""

    term: str
    label: str
    values: tuple[Value, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Description:
    """A resource's page. ``referring`` is what names it, by the label of the property that does.

    ``score`` is how complete the description is by CTDL's own marks; None where nothing is asked of its class. ``provider`` is
    on whose fix list it stands.
    ``document`` is None where the whole is too long to stand in a page (:data:`MAX_SHOWN_BYTES`).
    ``structured`` is the resource in schema.org's words, None for a class that has none there.
    """

    ctid: Ctid
    ctdl_type: str
    kind: str
    name: str
    description: str
    facts: tuple[Fact, ...]
    referring: tuple[tuple[str, tuple[Named, ...]], ...]
    graph: Ctid
    digest: Digest
    updated: str
    document: str | None
    provider: Ctid | None = None
    score: ResourceScore | None = None
    structured: Mapping[str, Any] | None = None


def describe(ports: Ports, ctid: Ctid, *, language: Language = "en") -> Description:
    """What is published of a resource.

    :raises NotFound: ``registry.not_found``, ``registry.deleted``
    """
    stored = get_document(ports, ctid)
    if stored.deleted:
        raise NotFound(DELETED, ctid=ctid)
    document = parse(stored.normalised)
    node = next((entry for entry in document.graph if entry.get("ceterms:ctid") == ctid), document.main)
    kind = next((entry for entry in items(node, "@type") if isinstance(entry, str)), document.type)
    named = ports.graph.named(tuple(_mentioned(node)))
    teller = _Teller(document, named, language)
    return Description(
        ctid=ctid,
        ctdl_type=kind,
        kind=terms().label(kind),
        name=name_of(node, language) or str(ctid),
        description=text(node, "ceterms:description", language) or text(node, "ceasn:description", language),
        facts=tuple(teller.facts(node, 0)),
        referring=_grouped(ports.graph.referring(ctid)),
        graph=document.ctid,
        digest=stored.digest,
        updated=stored.updated.isoformat(),
        document=stored.normalised.decode() if len(stored.normalised) <= MAX_SHOWN_BYTES else None,
        provider=_provider(ports, node, ctid, kind),
        score=score_of(document, node, kind, standard()),
        structured=structured(document, node, {ctid: one.name for ctid, one in named.items()}, f"{ports.base_url}/resources/{ctid}"),
    )


class _Teller:
    """Turns nodes into facts, with the names of what they refer to at hand."""

    def __init__(self, document: Document, named: Mapping[Ctid, Named], language: Language) -> None:
        self._document = document
        self._named = named
        self._language = language

    def facts(self, node: Mapping[str, Any], depth: int) -> Iterator[Fact]:
        first = [term for term in _FIRST if term in node]
        for term in (*first, *(term for term in node if term not in first)):
            if term in _SHOWN_ELSEWHERE and not (depth and term in {"ceterms:name", "ceterms:description"}):
                continue
            said = self._duration if terms().is_property(term) and terms().property(term).kind == "duration" else self._values
            values = [value for entry in items(node, term) for value in said(entry, depth)]
            if values:
                yield Fact(term, terms().label(term), tuple(values[:MAX_VALUES]), max(0, len(values) - MAX_VALUES))

    def _values(self, value: Any, depth: int) -> Iterator[Value]:
        if isinstance(value, bool):
            yield Value({"en": ("no", "yes"), "es": ("no", "sí")}[self._language][value])
        elif isinstance(value, int | float):
            yield Value(f"{value:,}")
        elif isinstance(value, str):
            yield self._reference(value, depth)
        elif isinstance(value, dict):
            yield from self._object(value, depth)

    def _duration(self, value: Any, depth: int) -> Iterator[Value]:
        words = spoken(value, self._language) if isinstance(value, str) else None
        return iter((Value(words),)) if words is not None else self._values(value, depth)

    def _reference(self, value: str, depth: int) -> Value:
        embedded = self._document.find(value) if value.startswith("_:") else None
        if embedded is not None:
            return next(self._object(embedded, depth), Value(value))
        ctid = Ctid.within(value)
        if ctid is not None:
            known = self._named.get(ctid)
            return Value(known.name or ctid, f"/resources/{ctid}") if known else Value(value, value if value.startswith(_LINKABLE) else "")
        if terms().prefixes().get(value.partition(":")[0]) and not value.startswith(_LINKABLE):
            return Value(terms().label(value))
        return Value(value, value if value.startswith(_LINKABLE) else "")

    def _object(self, value: dict[str, Any], depth: int) -> Iterator[Value]:
        kind = value.get("@type")
        if kind is None and "@id" not in value:
            for found in texts({"value": value}, "value", self._language):
                yield Value(found)
            return
        if len(value) == 1 and isinstance(value.get("@id"), str):
            yield self._reference(value["@id"], depth)
            return
        if kind == "ceterms:CredentialAlignmentObject":
            yield self._alignment(value, depth)
            return
        name = text(value, "ceterms:name", self._language) or terms().label(kind if isinstance(kind, str) else "")
        price, currency = value.get("ceterms:price"), value.get("ceterms:currency")
        if isinstance(price, int | float):
            amount = f"{price:,.2f}".removesuffix(".00") + (f" {currency}" if isinstance(currency, str) else "")
            name = f"{name}: {amount}" if text(value, "ceterms:name", self._language) else amount
        yield Value(name, facts=tuple(self.facts(value, depth + 1)) if depth < MAX_DEPTH else ())

    def _alignment(self, value: dict[str, Any], depth: int) -> Value:
        name = text(value, "ceterms:targetNodeName", self._language)
        code = text(value, "ceterms:codedNotation", self._language)
        target = value.get("ceterms:targetNode")
        led = self._reference(target, depth) if isinstance(target, str) else Value("")
        shown = name or led.text or code
        return Value(f"{shown} ({code})" if code and code != shown else shown, led.address)


def _provider(ports: Ports, node: Mapping[str, Any], ctid: Ctid, kind: str) -> Ctid | None:
    """Whose fix list names it, if that provider's own description is here. The graph may be large: only the one node is read."""
    if kind_of(kind) is Kind.ORGANIZATION:
        return ctid
    for name in PROVIDER:
        for reference in refs(node, name):
            found = Ctid.within(reference)
            stored = ports.store.get(found) if found is not None else None
            if stored is not None and not stored.deleted:
                return found
    return None


def _mentioned(value: Any) -> Iterator[Ctid]:
    if isinstance(value, str):
        found = Ctid.within(value)
        if found is not None:
            yield found
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _mentioned(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _mentioned(entry)


def _grouped(references: tuple[Reference, ...]) -> tuple[tuple[str, tuple[Named, ...]], ...]:
    groups: dict[str, list[Named]] = {}
    for reference in references:
        groups.setdefault(reference.predicate, []).append(reference.subject)
    return tuple((terms().label(predicate), tuple(subjects)) for predicate, subjects in groups.items())
