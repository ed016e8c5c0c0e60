"""Where documents stand, worked out from the journal alone, to be compared with what the store says."""

from __future__ import annotations

from dataclasses import dataclass

from openler.actions.log_ports import Held
from openler.actions.ports import Entry, JournalAction
from openler.ids import Ctid, Digest


@dataclass(slots=True)
class _State:
    seq: int
    publisher: Ctid
    digest: Digest | None = None
    owner: Ctid | None = None
    assigned: bool = False
    provisional: bool = False
    deleted: bool = False
    offered: Ctid | None = None
    statement: Digest | None = None
    seen: bool = False


class Replay:
    """The journal's entries, one after the other."""

    def __init__(self) -> None:
        self._states: dict[Ctid, _State] = {}

    def add(self, entry: Entry) -> None:
        """What an entry does to its document."""
        state = self._states.setdefault(entry.ctid, _State(entry.seq, entry.publisher))
        state.seq = entry.seq
        state.offered = entry.owner if entry.action is JournalAction.OFFER else None
        state.deleted = entry.action is JournalAction.DELETE
        if entry.action in {JournalAction.OFFER, JournalAction.DELETE}:
            return
        state.digest, state.provisional = entry.digest, entry.provisional
        state.assigned, state.owner = entry.owner is not None, entry.owner
        if entry.action is JournalAction.TRANSFER or entry.origin is not None:
            state.publisher = entry.publisher
        if entry.action is not JournalAction.TRANSFER:
            state.statement = entry.statement

    def differing(self, held: Held) -> tuple[str, ...]:
        """In what a document stands otherwise than its entries say; everything where it has none."""
        state = self._states.get(held.ctid)
        if state is None:
            return ("seq",)
        state.seen = True
        names = ("seq", "digest", "publisher", "provisional", "deleted", "assigned", "offered", "statement")
        differing = tuple(name for name in names if getattr(held, name) != getattr(state, name))
        return (*differing, "owner") if state.assigned and state.owner != held.owner else differing

    def unseen(self) -> list[Ctid]:
        """Documents that have entries and were not asked about."""
        return sorted(ctid for ctid, state in self._states.items() if not state.seen)
