"""The registry's documents as matching needs them: found by CTID and by occupation code, with what each entry teaches or requires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from openler.ctdl.document import Document, nodes, refs, text
from openler.ctdl.formats.codes import cip_code, occupation_codes
from openler.ids import Ctid
from openler.skills.framework import SOC_LENGTH, Target, alignment_key, alignment_name, target

NO_MATCH = "99-9999"
"""What the CIP to SOC crosswalk writes for a program that prepares for no occupation in particular."""

PROGRAM_TYPES = frozenset({"ceterms:LearningProgram", "ceterms:Course", "ceterms:LearningOpportunityProfile"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource and the document that describes it."""

    document: Document
    node: dict[str, Any]

    @property
    def name(self) -> str:
        """What it is called."""
        return text(self.node, "ceterms:name") or alignment_name(self.node)


@dataclass(frozen=True, slots=True)
class Named:
    """A competency that an entry names."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Entries:
    """An index over documents. ``targets`` are the occupations and jobs that ask for something, in order of CTID."""

    by_ctid: Mapping[Ctid, Entry]
    targets: tuple[Target, ...]
    by_soc: Mapping[str, tuple[Target, ...]]
    programs: tuple[Document, ...]
    crosswalk: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[Document], *, crosswalk: Mapping[str, tuple[str, ...]] | None = None) -> Entries:
        """Index documents. ``crosswalk`` maps a six-digit CIP code to SOC codes, for entries that name no occupation."""
        held = sorted(documents, key=lambda document: document.ctid)
        by_ctid: dict[Ctid, Entry] = {}
        for document in held:
            for node in document.graph:
                ctid = Ctid.within(str(node.get("ceterms:ctid", "")))
                if ctid is not None:
                    by_ctid.setdefault(ctid, Entry(document, node))
        targets = tuple(_named(found, by_ctid) for document in held if (found := target(document, employer=_owner_name(document, by_ctid))))
        by_soc: dict[str, list[Target]] = {}
        for found in targets:
            if found.kind == "occupation" and found.requirements:
                for soc in sorted({code[:SOC_LENGTH] for code in found.socs}):
                    by_soc.setdefault(soc, []).append(found)
        return cls(
            by_ctid=by_ctid,
            targets=tuple(found for found in targets if found.requirements),
            by_soc={soc: tuple(found) for soc, found in by_soc.items()},
            programs=tuple(document for document in held if document.type in PROGRAM_TYPES),
            crosswalk=dict(crosswalk or {}),
        )

    def entry(self, iri: str) -> Entry | None:
        """The entry whose CTID stands in an IRI, whichever registry's."""
        ctid = Ctid.within(iri)
        return self.by_ctid.get(ctid) if ctid else None

    def taught(self, entry: Entry) -> tuple[Named, ...]:
        """The competencies that a program or course teaches, in order of key."""
        return _competencies(entry, entry.node, "ceterms:teaches")

    def required(self, entry: Entry) -> tuple[Named, ...]:
        """The competencies that a credential's holder must have shown, in order of key."""
        found: dict[str, Named] = {}
        for condition in nodes(entry.document, entry.node, "ceterms:requires"):
            for named in _competencies(entry, condition, "ceterms:targetCompetency"):
                found.setdefault(named.key, named)
        return tuple(found[key] for key in sorted(found))

    def learning(self, entry: Entry) -> tuple[Entry, ...]:
        """The programs that a credential's conditions name, in order of CTID."""
        found = {}
        for condition in nodes(entry.document, entry.node, "ceterms:requires"):
            for iri in refs(condition, "ceterms:targetLearningOpportunity"):
                program = self.entry(iri)
                if program is not None:
                    found[str(program.node.get("ceterms:ctid"))] = program
        return tuple(found[key] for key in sorted(found))

    def occupations(self, entry: Entry) -> tuple[tuple[str, ...], str]:
        """The SOC codes an entry leads to, and how they were found: ``occupation_type``, ``crosswalk`` or ``""``.

        What the source itself says stands before what an import inferred from the CIP code, and that before our own crosswalk.
        """
        given, inferred = occupation_codes(entry.node)
        direct = {code[:SOC_LENGTH] for code in given} - {NO_MATCH}
        if direct:
            return tuple(sorted(direct)), "occupation_type"
        crossed = {code[:SOC_LENGTH] for code in inferred} or {soc for cip in cip_codes(entry) for soc in self.crosswalk.get(cip, ())}
        return tuple(sorted(crossed - {NO_MATCH})), "crosswalk" if crossed - {NO_MATCH} else ""


def cip_codes(entry: Entry) -> tuple[str, ...]:
    """The CIP codes of an entry as six digits with their dot, ``51.3801``."""
    named = nodes(entry.document, entry.node, "ceterms:instructionalProgramType")
    return tuple(sorted({code for node in named if (code := cip_code(str(node.get("ceterms:codedNotation", ""))))}))


def _competencies(entry: Entry, holder: dict[str, Any], prop: str) -> tuple[Named, ...]:
    found: dict[str, Named] = {}
    for node in nodes(entry.document, holder, prop):
        key = alignment_key(node)
        if key:
            found.setdefault(key, Named(key, alignment_name(node)))
    for iri in refs(holder, prop):
        if not iri.startswith("_:"):
            key = Ctid.within(iri) or iri
            found.setdefault(key, Named(key, ""))
    return tuple(found[key] for key in sorted(found))


def _owner_name(document: Document, by_ctid: Mapping[Ctid, Entry]) -> str:
    for prop in ("ceterms:offeredBy", "ceterms:ownedBy"):
        for iri in refs(document.main, prop):
            ctid = Ctid.within(iri)
            if ctid is not None and ctid in by_ctid:
                return by_ctid[ctid].name
    return ""


def _named(found: Target, by_ctid: Mapping[Ctid, Entry]) -> Target:
    """The target with names filled in for requirements that only carry an address."""
    if all(requirement.name for requirement in found.requirements):
        return found
    filled = []
    for requirement in found.requirements:
        ctid = Ctid.within(requirement.key)
        entry = by_ctid.get(ctid) if ctid else None
        if requirement.name or entry is None:
            filled.append(requirement)
        else:
            source = requirement.source if requirement.kind == "competency" else entry.document.type
            filled.append(replace(requirement, name=entry.name, source=source))
    return replace(found, requirements=tuple(filled))
