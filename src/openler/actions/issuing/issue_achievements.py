"""What rows of achievements name, looked up in the registry once: descriptions, and the competencies assessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openler.actions.issuing.issue_rows import Claim
from openler.actions.ports import Ports
from openler.credentials.shapes import is_url
from openler.ctdl.document import Document, parse, restored
from openler.errors import Malformed, NotFound, declare
from openler.ids import Ctid
from openler.meaning.achievement import CompetencyRef, achievement, competencies, name_of

ACHIEVEMENT_UNKNOWN = declare("issue.achievement_unknown", by=__name__)
COMPETENCY_UNKNOWN = declare("issue.competency_unknown", by=__name__)

KEPT = 2000
"""Most descriptions remembered during a run; beyond it the oldest are looked up again."""


@dataclass(frozen=True, slots=True)
class Described:
    """An achievement's description, the journal entry that holds it, and what a record says of it and the competencies assessed.

    Many rows share one of these: nobody may change what is in it.
    """

    document: Document
    seq: int
    achievement: Mapping[str, Any]


class Achievements:
    """Descriptions by CTID, remembered while a batch is issued."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._known: dict[Ctid, tuple[Document, int]] = {}
        self._published: dict[Ctid, CompetencyRef | None] = {}
        self._described: dict[tuple[Ctid, tuple[str, ...]], Described] = {}

    def find(self, wanted: Claim) -> Described:
        """What a row names; rows that name the same get the same.

        :raises NotFound: ``issue.achievement_unknown``
        :raises Malformed: ``issue.competency_unknown``; the description is nothing that can be achieved, or has no name
        """
        named = (wanted.achievement, wanted.competencies)
        found = self._described.get(named)
        if found is None:
            document, seq = self._document(wanted.achievement, wanted.number)
            listed = competencies(document)
            assessed = [self._competency(text, listed, wanted.number) for text in wanted.competencies]
            if len(self._described) >= KEPT:
                self._described.pop(next(iter(self._described)))
            made = achievement(document, assessed=tuple(dict.fromkeys(assessed)))
            found = self._described[named] = Described(document, seq, made)
        return found

    def _document(self, ctid: Ctid, number: int) -> tuple[Document, int]:
        found = self._known.get(ctid)
        if found is None:
            stored = self._ports.store.get(ctid)
            if stored is None or stored.deleted or stored.ctid != ctid:
                raise NotFound(ACHIEVEMENT_UNKNOWN, place=f"row {number}, achievement", ctid=ctid)
            if len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            found = self._known[ctid] = parse(stored.normalised), stored.seq
        return found

    def _competency(self, text: str, listed: tuple[CompetencyRef, ...], number: int) -> CompetencyRef:
        """As the description lists it, by address, CTID, code or name; else any competency of the registry, by its CTID."""
        ctid = Ctid.within(text)
        for each in listed:
            if text in {each.iri, each.code} or (ctid and ctid == Ctid.within(each.iri)) or text.casefold() == each.name.casefold():
                return each
        found = self._anywhere(ctid) if ctid is not None else None
        if found is None:
            raise Malformed(COMPETENCY_UNKNOWN, place=f"row {number}, competencies", seen=text[:80])
        return found

    def _anywhere(self, ctid: Ctid) -> CompetencyRef | None:
        """A competency of the registry; what stands in a framework of hundreds is looked for once, not once a row."""
        if ctid not in self._published:
            stored = self._ports.store.get(ctid)
            node = restored(stored.normalised, stored.digest).find(ctid) if stored is not None and not stored.deleted else None
            named = node is not None and node.get("@type") == "ceasn:Competency" and is_url(node.get("@id")) and name_of(node)
            if len(self._published) >= KEPT:
                self._published.pop(next(iter(self._published)))
            self._published[ctid] = CompetencyRef(str(node["@id"]), name_of(node)) if node is not None and named else None
        return self._published[ctid]
