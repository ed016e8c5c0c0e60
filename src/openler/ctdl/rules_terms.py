"""Rules for terms: that classes and properties exist, may be published, stand where they may and are not retired."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from openler.ctdl.document import Document
from openler.ctdl.findings import Report, below
from openler.ctdl.rules_privacy import PERSON, PERSON_CLASSES
from openler.ctdl.terms import Property, terms
from openler.ctdl.values import refs
from openler.errors import declare
from openler.ids import Ctid

CLASS_MISSING = declare("ctdl.class_missing", by=__name__)
CLASS_UNKNOWN = declare("ctdl.class_unknown", by=__name__)
CLASS_GENERIC = declare("ctdl.class_generic", by=__name__)
PROPERTY_UNKNOWN = declare("ctdl.property_unknown", by=__name__)
DOMAIN = declare("ctdl.domain", by=__name__)
RETIRED = declare("ctdl.term_retired", by=__name__)
KEYWORD = declare("ctdl.keyword_unexpected", by=__name__)
OWNER = declare("ctdl.owner_contradicted", by=__name__)

TOO_MANY_CLASSES = declare("ctdl.too_many_classes", by=__name__)

MAX_CLASSES: Final = 8
"""Most classes of one node: published ones have one, rarely two."""

GENERIC: Final = frozenset({"ceterms:Credential"})
"""Classes that say too little to be published: one of the subclasses is meant."""

VOCABULARIES: Final = ("ceterms:", "ceasn:", "qdata:", "asn:")
"""Prefixes whose terms we know completely; a term of another vocabulary passes unless its prefix is not declared."""

NAMESPACES: Final = (
    "https://purl.org/ctdl/",
    "http://purl.org/ctdl/",
    "https://purl.org/ctdlasn/",
    "http://purl.org/ctdlasn/",
    "https://credreg.net/qdata/",
)

NODE_KEYWORDS: Final = frozenset({"@id", "@type"})

OPEN_VALUES: Final = frozenset({"ceterms:leftSource", "ceterms:rightSource"})
"""A constraint compares a class, a property, a concept or a plain literal: anything may stand there."""


def kinds(node: dict[str, Any], via: Property | None) -> tuple[str, ...]:
    """A node's classes. An embedded object that states none is what its property's only range says."""
    found = node.get("@type")
    if isinstance(found, str):
        return (found,)
    if isinstance(found, list):
        return tuple(name for name in found[:MAX_CLASSES] if isinstance(name, str))
    if via is not None and len(via.ranges) == 1:
        return tuple(via.ranges)
    return ()


def classes(node: dict[str, Any], place: str, *, top: bool, report: Report) -> None:
    """The classes that a node states."""
    found = node.get("@type")
    if found is None:
        if top:
            report.add("error", CLASS_MISSING, place)
        return
    stated = found[:MAX_CLASSES] if isinstance(found, list) else [found]
    if isinstance(found, list) and len(found) > MAX_CLASSES:
        report.add("error", TOO_MANY_CLASSES, below(place, "@type"), seen=len(found), limit=MAX_CLASSES)
    is_resource = "ceterms:ctid" in node
    is_known = any(isinstance(name, str) and name not in GENERIC and terms().is_class(name) for name in stated)
    for position, name in enumerate(stated):
        where = below(place, "@type", position if isinstance(found, list) else None)
        if not isinstance(name, str):
            report.add("error", CLASS_UNKNOWN, where, seen=name)
        else:
            _class(name, where, report, is_resource=is_resource, is_known=is_known)


def _class(name: str, place: str, report: Report, *, is_resource: bool, is_known: bool) -> None:
    """One class; ``is_known`` where the node states one that is neither generic nor foreign, ``is_resource`` where it has a CTID.

    A mere mention (a blank node, an embedded object) may be vague about what it mentions; a resource may not.
    """
    if name in PERSON_CLASSES:
        report.add("error", PERSON, place, seen=name)
    elif name in GENERIC:
        if is_resource and not is_known:
            report.add("error", CLASS_GENERIC, place, seen=name)
    elif (successor := terms().class_retired_for(name)) is not None:
        retired(name, successor, place, report)
    elif not terms().is_class(name) and not (_foreign(name) and (is_known or not is_resource)):
        report.add("error", CLASS_UNKNOWN, place, seen=name)


def misplaced(name: str, stated: tuple[str, ...]) -> bool:
    """Whether a property may stand on none of the classes; where no class is known, nothing can be said."""
    known = known_of(stated)
    return bool(known) and _misplaced(name, known)


def known_of(stated: tuple[str, ...]) -> tuple[str, ...]:
    """The classes of the vocabulary among some names: what a memo may hold, for a name of somebody's own may be of any length."""
    return tuple([kind for kind in stated if terms().is_class(kind)])


@lru_cache(maxsize=16_384)  # bounded: a document may combine classes as it likes
def _misplaced(name: str, known: tuple[str, ...]) -> bool:
    return not any(name in terms().properties_of(kind) for kind in known)


def unknown_property(name: str, place: str, report: Report) -> None:
    """A key that is no property of the vocabulary: an error unless it belongs to a vocabulary that we do not know."""
    if not _foreign(name):
        report.add("error", PROPERTY_UNKNOWN, below(place, name), seen=name)


def keyword(name: str, place: str, report: Report) -> None:
    """JSON-LD keywords that could make the graph say what the JSON does not show are refused."""
    if name not in NODE_KEYWORDS:
        report.add("error", KEYWORD, below(place, name), seen=name)


def retired(name: str, successor: str, place: str, report: Report) -> None:
    """A term to write no more, with what takes its place."""
    report.add("note", RETIRED, place, seen=name, instead=successor or "-")


def owners(document: Document, report: Report) -> None:
    """That what is described beside the main resource is not said to be somebody else's."""
    own = {
        found
        for name in ("ceterms:ownedBy", "ceterms:offeredBy")
        for found in map(Ctid.within, refs(document.main, name))
        if found is not None
    }
    if not own:
        return
    for position, node in enumerate(document.graph[1:], start=1):
        stated = [found for found in map(Ctid.within, refs(node, "ceterms:ownedBy")) if found is not None] if "ceterms:ctid" in node else []
        if stated and own.isdisjoint(stated):
            report.add("note", OWNER, f"/@graph/{position}/ceterms:ownedBy", seen=stated[0], owner=min(own))


def _foreign(name: str) -> bool:
    """A term of another vocabulary, by a declared prefix or in full."""
    if name.startswith((*VOCABULARIES, *NAMESPACES)):
        return False
    prefix, colon, local = name.partition(":")
    return bool(colon and local) and (local.startswith("//") or prefix in terms().prefixes())
