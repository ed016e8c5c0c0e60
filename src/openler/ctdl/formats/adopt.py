"""CTIDs that exist already are adopted before any is made (ADR 0001, decision 9; ADR 0004).

A certain match needs a federal or state identifier, or an equal address and name; for programs and credentials an adopted
owner besides. Whatever is less, and whatever several of our things claim at once, is proposed to a person and not applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from openler.ctdl.document import Document, nodes, refs, text
from openler.ctdl.formats.account import Proposal
from openler.ctdl.formats.codes import cip_code
from openler.ctdl.formats.shapes import IDENTIFIER_PROPERTIES
from openler.ctdl.terms import terms
from openler.errors import Code, declare
from openler.ids import Ctid

SAME_IDENTIFIER = declare("import.same_identifier", by=__name__)
SAME_ADDRESS = declare("import.same_address", by=__name__)
SAME_NAME = declare("import.same_name", by=__name__)
SIMILAR_NAME = declare("import.similar_name", by=__name__)
CLAIMED_TWICE = declare("import.claimed_twice", by=__name__)

SIMILAR = 0.85
"""From which share of common characters two names under one owner and CIP are proposed as one."""

_WORDS = re.compile(r"[^a-z0-9]+")


def fold(name: str) -> str:
    """A name for comparison: letters and digits only, without case."""
    return _WORDS.sub(" ", name.casefold()).strip()


@dataclass(frozen=True, slots=True)
class Claim:
    """One of our things, looking for a CTID that names it already. ``identifiers`` are (scheme, value) pairs."""

    kind: str
    key: str
    name: str
    ours: Ctid
    type: str
    identifiers: frozenset[tuple[str, str]] = frozenset()
    address: tuple[str, str] | None = None
    owner: Ctid | None = None
    cip: str | None = None


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a claim found: ``ctid`` to use, or pairs to propose."""

    ctid: Ctid | None
    certain: Code | None = None
    proposals: tuple[Proposal, ...] = ()


def identifiers(node: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The (scheme, value) pairs of a resource."""
    found = {(kind, _bare(text(node, prop))) for kind, prop in IDENTIFIER_PROPERTIES.items() if text(node, prop)}
    entries = node.get("ceterms:identifier", ())
    for entry in entries if isinstance(entries, list) else [entries]:
        if isinstance(entry, dict) and (value := text(entry, "ceterms:identifierValueCode")):
            found.add((fold(text(entry, "ceterms:identifierTypeName")), _bare(value)))
    return frozenset(found)


def claimed_identifier(kind: str, value: str) -> tuple[str, str]:
    """The same pair for an identifier that a mapping names."""
    return (kind if kind in IDENTIFIER_PROPERTIES else fold(kind), _bare(value))


def address_key(street: str, postal_code: str) -> tuple[str, str] | None:
    """An address for comparison, or None where it is too little to compare."""
    folded, digits = fold(street), postal_code.strip()[:5]
    return (folded, digits) if folded and digits else None


def _bare(value: str) -> str:
    return re.sub(r"[\s-]", "", value).casefold()


class Known:
    """The resources that have CTIDs already."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._names: dict[Ctid, str] = {}
        self._types: dict[Ctid, str] = {}
        self._cips: dict[Ctid, frozenset[str]] = {}
        self._by_identifier: dict[tuple[str, str], set[Ctid]] = {}
        self._by_address: dict[tuple[str, str], set[Ctid]] = {}
        self._by_name: dict[str, set[Ctid]] = {}
        self._by_owner: dict[Ctid, set[Ctid]] = {}
        for document in sorted(documents, key=lambda found: found.ctid):
            self._learn(document)

    def __len__(self) -> int:
        return len(self._names)

    def _learn(self, document: Document) -> None:
        main, ctid = document.main, document.ctid
        self._names[ctid] = text(main, "ceterms:name") or text(main, "ceasn:name")
        self._types[ctid] = document.type
        self._by_name.setdefault(fold(self._names[ctid]), set()).add(ctid)
        for pair in identifiers(main):
            self._by_identifier.setdefault(pair, set()).add(ctid)
        for place in nodes(document, main, "ceterms:address"):
            if (key := address_key(text(place, "ceterms:streetAddress"), text(place, "ceterms:postalCode"))) is not None:
                self._by_address.setdefault(key, set()).add(ctid)
        programs = nodes(document, main, "ceterms:instructionalProgramType")
        self._cips[ctid] = frozenset(code for node in programs if (code := cip_code(text(node, "ceterms:codedNotation"))) is not None)
        for prop in ("ceterms:ownedBy", "ceterms:offeredBy"):
            for reference in refs(main, prop):
                if (owner := Ctid.within(reference)) is not None:
                    self._by_owner.setdefault(owner, set()).add(ctid)

    def adopt(self, claims: Iterable[Claim]) -> dict[str, Adoption]:
        """What each claim found, by its key. A CTID that several claim, or that two of them found by different ways, is proposed."""
        certain: dict[str, tuple[Ctid, Code]] = {}
        doubtful: dict[str, list[tuple[Ctid, Code]]] = {}
        asked = sorted(claims, key=lambda claim: claim.key)
        for claim in asked:
            found, reason = self._search(claim)
            if reason is not None and len(found) == 1 and self._is_certain(claim, found[0], reason):
                certain[claim.key] = (found[0], reason)
            elif reason is not None:
                doubtful[claim.key] = [(ctid, reason) for ctid in found]
        claimed: dict[Ctid, int] = {}
        for ctid, _ in certain.values():
            claimed[ctid] = claimed.get(ctid, 0) + 1
        answers: dict[str, Adoption] = {}
        for claim in asked:
            if claim.key in certain and claimed[certain[claim.key][0]] == 1:
                answers[claim.key] = Adoption(*certain[claim.key])
                continue
            pairs = [(certain[claim.key][0], CLAIMED_TWICE)] if claim.key in certain else doubtful.get(claim.key, [])
            answers[claim.key] = Adoption(None, None, tuple(self._proposal(claim, ctid, reason) for ctid, reason in pairs))
        return answers

    def _proposal(self, claim: Claim, existing: Ctid, reason: Code) -> Proposal:
        return Proposal(
            claim.kind, claim.key, claim.name, claim.ours, existing, reason, {"name": claim.name, "existing": self._names[existing]}
        )

    def _is_certain(self, claim: Claim, found: Ctid, reason: Code) -> bool:
        if claim.kind == "organization":
            return reason == SAME_IDENTIFIER or (reason == SAME_ADDRESS and fold(self._names[found]) == fold(claim.name))
        if claim.owner is None or found not in self._by_owner.get(claim.owner, ()):
            return False
        if reason == SAME_IDENTIFIER:
            return True
        if reason != SAME_NAME:
            return False
        if claim.kind == "program":
            return claim.cip is not None and claim.cip in self._cips[found]
        return self._types[found] == claim.type

    def _search(self, claim: Claim) -> tuple[list[Ctid], Code | None]:
        pool = self._pool(claim)
        by_identifier = {ctid for pair in claim.identifiers for ctid in self._by_identifier.get(pair, ())} & pool
        if by_identifier:
            return self._narrowed(claim, by_identifier), SAME_IDENTIFIER
        if claim.kind == "organization" and claim.address is not None and (found := self._by_address.get(claim.address, set()) & pool):
            return self._narrowed(claim, found), SAME_ADDRESS
        named = self._by_name.get(fold(claim.name), set()) & pool
        if named:
            same_cip = {ctid for ctid in named if claim.cip is not None and claim.cip in self._cips[ctid]}
            return self._narrowed(claim, same_cip or named), SAME_NAME
        similar = {
            ctid for ctid in pool
            if claim.kind == "program" and claim.cip is not None and claim.cip in self._cips[ctid]
            and SequenceMatcher(None, fold(self._names[ctid]), fold(claim.name)).ratio() >= SIMILAR
        }  # fmt: skip
        return (sorted(similar), SIMILAR_NAME) if similar else ([], None)

    def _pool(self, claim: Claim) -> set[Ctid]:
        family = {"organization": "ceterms:Agent", "credential": "ceterms:Credential"}.get(claim.kind, "ceterms:LearningOpportunityProfile")
        owned = self._by_owner.get(claim.owner, set()) if claim.owner is not None else None
        if claim.kind == "program":
            return {ctid for ctid in owned or () if terms().is_a(self._types[ctid], family)}
        if claim.kind == "credential" and owned is not None:
            return {ctid for ctid in owned if terms().is_a(self._types[ctid], family)}
        return {ctid for ctid, kind in self._types.items() if terms().is_a(kind, family)}

    def _narrowed(self, claim: Claim, found: set[Ctid]) -> list[Ctid]:
        """Several with one identifier: those with our address, else those with our name, else all."""
        if len(found) > 1:
            here = found & self._by_address.get(claim.address, set()) if claim.address is not None else set()
            named = found & self._by_name.get(fold(claim.name), set())
            typed = {ctid for ctid in found if self._types[ctid] == claim.type}
            found = here or named or typed or found
        return sorted(found)
