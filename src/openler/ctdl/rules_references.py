"""Rules for what a property refers to: its range, its concept scheme, and both directions of an inverse."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from openler.ctdl.document import Document
from openler.ctdl.findings import Report, below
from openler.ctdl.terms import Property, terms
from openler.ctdl.values import items, refs
from openler.errors import declare
from openler.ids import Ctid

RANGE = declare("ctdl.range", by=__name__)
CONCEPT = declare("ctdl.concept_not_in_scheme", by=__name__)
INVERSE = declare("ctdl.inverse_contradicted", by=__name__)
ANY_ADDRESS: Final = "xsd:anyURI"
"""A range that every reference meets: whatever has an address can be named."""

VALUE_NOT_REFERENCE = declare("ctdl.reference_expected", by=__name__)


def in_range(entry: Property, kinds: tuple[str, ...], place: str, report: Report) -> None:
    """That one of the classes of the thing referred to may stand there. Unknown classes are told elsewhere."""
    vocabulary = terms()
    known = () if ANY_ADDRESS in entry.ranges else [kind for kind in kinds if vocabulary.is_class(kind)]
    if known and not any(vocabulary.in_range(entry, kind) for kind in known):
        report.add("error", RANGE, place, property=entry.name, seen=known[0])


def concept(entry: Property, value: Any, place: str, report: Report) -> None:
    """That a concept named by the vocabulary's own prefix is a member of the property's scheme.

    Alignment objects are read by their ``ceterms:targetNode``. A value from elsewhere is free, unless the alignment object
    says that its framework is the scheme itself.
    """
    if isinstance(value, dict):
        target = value.get("ceterms:targetNode", value.get("@id"))
        framework = value.get("ceterms:framework")
        where = below(place, "ceterms:targetNode") if "ceterms:targetNode" in value else place
    else:
        target, framework, where = value, None, place
    if not isinstance(target, str):
        return
    curie = _curie(target)
    if curie is None:
        named = framework.rsplit("/", 1)[-1] if isinstance(framework, str) else ""
        if not any(terms().concepts(scheme) and scheme.split(":")[1] == named for scheme in entry.schemes):
            return
    known = [scheme for scheme in entry.schemes if terms().concepts(scheme)]
    if known and not any(curie in terms().concepts(scheme) for scheme in known):
        report.add("error", CONCEPT, where, property=entry.name, seen=target, scheme=", ".join(known))


@cache
def _vocabularies() -> Mapping[str, str]:
    """Prefix of a concept by what its addresses contain: the scheme's folder, whichever host and scheme published it."""
    return {concept.split(":")[0]: concept.split(":")[0] for scheme in terms().schemes() for concept in terms().concepts(scheme)}


def _curie(target: str) -> str | None:
    prefix, found, _ = target.partition(":")
    if found and prefix in _vocabularies():
        return target
    if "/vocabs/" in target:
        folder, _, local = target.split("/vocabs/", 1)[1].partition("/")
        if folder in _vocabularies() and local:
            return f"{folder}:{local}"
    return None


def inverse(entry: Property, node: dict[str, Any], place: str, document: Document, report: Report) -> None:
    """That where A says it has B, and B says whose it is, B names A (only inside the graph; a note)."""
    own = node.get("@id")
    if entry.inverse is None or not isinstance(own, str):
        return
    own = _name(own)
    for position, value in enumerate(items(node, entry.name)):
        other = document.find(value) if isinstance(value, str) else None
        stated = _stated(other, entry.inverse, report) if other is not None else frozenset()
        if stated and own not in stated:
            where = below(place, entry.name, position if isinstance(node[entry.name], list) else None)
            report.add("note", INVERSE, where, property=entry.name, inverse=entry.inverse, seen=value)


def _stated(node: dict[str, Any], prop: str, report: Report) -> frozenset[str]:
    found = report.memo.get((id(node), prop))
    if found is None:
        found = report.memo[id(node), prop] = frozenset(map(_name, refs(node, prop)))
    return found


def _name(reference: str) -> str:
    """What two addresses of one resource have in common."""
    return Ctid.within(reference) or reference
