"""Requirement tables: what an occupation or a job asks for, read out of its CTDL document.

A requirement is a competency (``ceterms:targetCompetency``) or a credential (``ceterms:targetCredential``) of a ``ceterms:requires``
condition. Importance is O*NET's own scale, 1 (not important) to 5 (extremely important), as ``ceterms:weight`` carries it there; a
statement without one has none, and none is made up for it. The document's own ``ceterms:targetCompetency`` tells levels where it is
weighted (ADR 0004); unweighted, and with no condition given, it stands for what is required.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from openler.ctdl.document import Document, nodes, refs, text
from openler.ids import Ctid

IMPORTANCE_LOWEST = Fraction(1)
IMPORTANCE_HIGHEST = Fraction(5)
IMPORTANCE_ASKED = Fraction(3)
"""O*NET's "important": an element rated lower than this is described by an occupation but not asked for."""

LEVEL_LOWEST, LEVEL_HIGHEST = Fraction(0), Fraction(7)

SOC_LENGTH = 7
"""``29-1141`` of ``29-1141.00``: where the SOC code ends and O*NET's own detail begins."""

RequirementKind = Literal["competency", "credential"]
TargetKind = Literal["occupation", "job"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing asked for.

    ``key`` identifies it: the CTID where it has one, else its IRI, else framework and code. ``importance`` is on the scale 1 to
    5 or None where the source gives none; ``level`` on O*NET's scale 0 to 7, told but not weighed. ``source`` names the framework
    or, for a credential, its CTDL class.
    """

    key: str
    kind: RequirementKind
    name: str
    code: str = ""
    source: str = ""
    importance: Fraction | None = None
    level: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """An occupation or a job with what it asks for, in order of key. ``socs`` are SOC codes as written in the document."""

    ctid: Ctid
    kind: TargetKind
    name: str
    description: str
    socs: tuple[str, ...]
    employer: str
    requirements: tuple[Requirement, ...]


def alignment_key(node: Mapping[str, Any]) -> str:
    """What identifies the competency or credential that an alignment object (or the thing itself) names; "" for nothing.

    >>> alignment_key({"ceterms:codedNotation": "2.A.1.a", "ceterms:frameworkName": {"en": "O*NET"}})
    'O*NET#2.A.1.a'
    """
    own = node.get("ceterms:ctid")
    for candidate in (own if isinstance(own, str) else "", *refs(node, "ceterms:targetNode"), *_own_id(node)):
        if candidate:
            return Ctid.within(candidate) or candidate
    code = node.get("ceterms:codedNotation")
    framework = text(node, "ceterms:frameworkName") or "".join(refs(node, "ceterms:framework")[:1])
    return f"{framework}#{code}" if isinstance(code, str) and framework else ""


def alignment_name(node: Mapping[str, Any]) -> str:
    """The name that an alignment object, a competency or a credential goes by."""
    for prop in ("ceterms:targetNodeName", "ceasn:competencyText", "ceterms:name", "ceasn:name"):
        if found := text(node, prop):
            return found
    return ""


def soc_codes(document: Document, node: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes of a node's ``ceterms:occupationType`` alignments, sorted, as written (``29-1141`` or ``29-1141.00``)."""
    found = {str(alignment.get("ceterms:codedNotation", "")) for alignment in nodes(document, node, "ceterms:occupationType")}
    return tuple(sorted(found - {""}))


def target(document: Document, *, employer: str = "") -> Target | None:
    """The requirement table of an Occupation or Job document; None for any other type."""
    kind = _KINDS.get(document.type)
    if kind is None:
        return None
    main = document.main
    levels = _levels(document)
    found: dict[str, Requirement] = {}
    for requirement in _requirements(document, main):
        known = found.get(requirement.key)
        if known is None or (requirement.importance or 0) > (known.importance or 0):
            found[requirement.key] = replace(requirement, level=levels.get(requirement.key))
    return Target(
        ctid=document.ctid,
        kind=kind,
        name=text(main, "ceterms:name"),
        description=text(main, "ceterms:description"),
        socs=soc_codes(document, main),
        employer=employer,
        requirements=tuple(found[key] for key in sorted(found)),
    )


_KINDS: dict[str, TargetKind] = {"ceterms:Occupation": "occupation", "ceterms:Job": "job"}


_REFERRED: tuple[tuple[RequirementKind, str], ...] = (
    ("competency", "ceterms:targetCompetency"),
    ("credential", "ceterms:targetCredential"),
)


def _requirements(document: Document, main: dict[str, Any]) -> Iterator[Requirement]:
    for holder in nodes(document, main, "ceterms:requires") or (main,):
        told: set[str] = set()
        for node in nodes(document, holder, "ceterms:targetCompetency"):
            key, importance = alignment_key(node), _scaled(node, IMPORTANCE_LOWEST, IMPORTANCE_HIGHEST)
            told.add(key)
            if holder is main and "ceterms:weight" in node:
                continue
            if key and (importance is None or importance >= IMPORTANCE_ASKED):
                code = str(node.get("ceterms:codedNotation", ""))
                yield Requirement(key, "competency", alignment_name(node), code, text(node, "ceterms:frameworkName"), importance)
        for kind, prop in _REFERRED:
            for iri in refs(holder, prop):
                key = Ctid.within(iri) or iri
                if not iri.startswith("_:") and key not in told:
                    yield Requirement(key, kind, "")


def _levels(document: Document) -> dict[str, Fraction]:
    told = nodes(document, document.main, "ceterms:targetCompetency")
    found = ((alignment_key(node), _scaled(node, LEVEL_LOWEST, LEVEL_HIGHEST)) for node in told)
    return {key: level for key, level in found if key and level is not None}


def _scaled(node: Mapping[str, Any], lowest: Fraction, highest: Fraction) -> Fraction | None:
    """The weight of an alignment object, None where it has none or one that is not on the scale."""
    weight = node.get("ceterms:weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        return None
    # repr is the shortest decimal that reads back the same: 4.12 stays 412/100 and not its binary neighbour.
    value = Fraction(repr(weight))
    return value if lowest <= value <= highest else None


def _own_id(node: Mapping[str, Any]) -> tuple[str, ...]:
    own = node.get("@id")
    is_alignment = node.get("@type") == "ceterms:CredentialAlignmentObject"
    return (own,) if isinstance(own, str) and not own.startswith("_:") and not is_alignment else ()
