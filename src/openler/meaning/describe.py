"""A registry's description, read for people: what it is called, its level, the skills it asks for, who vouches for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openler.ctdl.document import Document, refs, text
from openler.ctdl.terms import terms
from openler.ids import Ctid, Digest
from openler.meaning.achievement import CompetencyRef, competencies, name_of

QUALITY = ("ceterms:accreditedBy", "ceterms:approvedBy", "ceterms:recognizedBy", "ceterms:regulatedBy")
"""Quality assurance as CTDL states it of what is described."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A description, read for people. ``type`` is the class's label; ``digest`` names the version.

    ``providers`` are addresses; ``quality`` says by whom it is accredited, approved, recognized or regulated: the property's label
    and a name where the description has one, else an address.
    """

    ctid: Ctid
    name: str
    type: str
    description: str
    levels: tuple[str, ...]
    competencies: tuple[CompetencyRef, ...]
    providers: tuple[str, ...]
    digest: Digest
    statuses: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()


def describe(document: Document, language: str = "en", *, ctid: Ctid | None = None) -> Meaning:
    """Read the description of the main resource, or of another one in the same graph."""
    main = (document.find(ctid) if ctid else None) or document.main
    stated = main.get("@type")
    kind = stated[0] if isinstance(stated, list) and stated else stated
    owners = dict.fromkeys((*refs(main, "ceterms:ownedBy"), *refs(main, "ceterms:offeredBy")))
    return Meaning(
        ctid=ctid or document.ctid,
        name=name_of(main, language),
        type=terms().label(str(kind)),
        description=text(main, "ceterms:description", language),
        levels=_targets(main, "ceterms:audienceLevelType", language),
        statuses=_targets(main, "ceterms:credentialStatusType", language),
        quality=_quality(document, main, language),
        competencies=competencies(document, language),
        providers=tuple(owners),
        digest=document.digest,
    )


def _targets(node: Mapping[str, Any], prop: str, language: str) -> tuple[str, ...]:
    return tuple(words for each in _objects(node, prop) if (words := text(each, "ceterms:targetNodeName", language)))


def _quality(document: Document, main: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """Who vouches for it, by the properties that say so; an organization that stands in the graph has its name there."""
    found: dict[str, None] = {}
    for prop in QUALITY:
        for iri in refs(main, prop):
            node = document.find(iri)
            found[f"{terms().label(prop)}: {(name_of(node, language) if node is not None else '') or iri}"] = None
    return tuple(found)


def _objects(node: Mapping[str, Any], prop: str) -> list[Mapping[str, Any]]:
    value = node.get(prop)
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Mapping)]
