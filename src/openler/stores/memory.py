"""The reference store: the registry in dictionaries, as plain as it can be. Tests hold the others to what it does."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from openler.access.audit import AuditEvent
from openler.actions.log_ports import Held, Kept
from openler.actions.ports import Change, Entry, EnvelopeFilter, Outcome, StoredDocument
from openler.actions.registry.journal import Standing, Step, described_by, held, plan, verify_entries
from openler.ids import Ctid, Digest
from openler.merkle.tiles import Tile, grown
from openler.stores.memory_follows import MemoryFollows, MemoryVerdicts
from openler.stores.memory_publishing import MemoryPublishJobs


@dataclass(frozen=True, slots=True)
class _Version:
    ctid: Ctid
    ctdl_type: str
    owner: Ctid | None
    normalised: bytes
    received: bytes


class MemoryStore(MemoryFollows, MemoryVerdicts, MemoryPublishJobs):
    """A :class:`~openler.actions.ports.Store` that lives as long as the process."""

    def __init__(self) -> None:
        MemoryFollows.__init__(self)
        MemoryVerdicts.__init__(self)
        MemoryPublishJobs.__init__(self)
        self._lock = threading.RLock()
        self._entries: list[Entry] = []
        self._standing: dict[Ctid, Standing] = {}
        self._last: dict[Ctid, Entry] = {}
        self._versions: dict[Digest, _Version] = {}
        self._claims: dict[Ctid, Ctid] = {}
        self._events: list[AuditEvent] = []
        self._notes: dict[str, bytes] = {}
        self._tiles: dict[Tile, bytes] = {}
        self._statements: dict[Digest, bytes] = {}

    def append(self, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        """See :meth:`~openler.actions.ports.Store.append`."""
        with self._lock:
            head = self._entries[-1] if self._entries else None
            steps = plan(changes, at=at, head=head, standing=self._standing, claims=self._claims)
            self._tiles |= grown(len(self._entries), [step.leaf for step in steps if step.entry], self.tiles)
            for step in steps:
                self._write(step)
            if any(step.entry for step in steps):
                self._events.append(event)
            return tuple(Outcome(step.change.ctid, step.entry) for step in steps)

    def _write(self, step: Step) -> None:
        change = step.change
        if step.entry is None or step.after is None:
            return
        self._entries.append(step.entry)
        self._standing[change.ctid] = step.after
        self._last[change.ctid] = step.entry
        if change.statement is not None:
            self._statements[Digest.of(change.statement)] = change.statement
        if change.normalised is None:
            return
        for resource in [resource for resource, document in self._claims.items() if document == change.ctid]:
            del self._claims[resource]
        self._claims.update(dict.fromkeys(described_by(change), change.ctid))
        self._versions.setdefault(
            step.after.digest,
            _Version(change.ctid, change.ctdl_type, change.owner, change.normalised, change.received),
        )

    def _document(self, ctid: Ctid) -> StoredDocument:
        standing, last = self._standing[ctid], self._last[ctid]
        version = self._versions[standing.digest]
        return StoredDocument(
            ctid=ctid,
            ctdl_type=version.ctdl_type,
            owner=standing.owner,
            publisher=standing.publisher,
            normalised=version.normalised,
            digest=standing.digest,
            seq=last.seq,
            created=standing.created,
            updated=last.time,
            provisional=standing.provisional,
            deleted=standing.deleted,
            assigned=standing.assigned,
            offered=standing.offered,
            statement=standing.statement,
        )

    def get(self, ctid: Ctid) -> StoredDocument | None:
        """See :meth:`~openler.actions.ports.Store.get`."""
        return self.current([ctid]).get(ctid)

    def current(self, ctids: Sequence[Ctid]) -> dict[Ctid, StoredDocument]:
        """See :meth:`~openler.actions.ports.Store.current`."""
        with self._lock:
            return {ctid: self._document(self._claims[ctid]) for ctid in ctids if ctid in self._claims}

    def received(self, digest: Digest) -> bytes | None:
        """See :meth:`~openler.actions.ports.Store.received`."""
        version = self._versions.get(digest)
        return version.received if version else None

    def versions(self, ctid: Ctid) -> tuple[Entry, ...]:
        """See :meth:`~openler.actions.ports.Store.versions`."""
        with self._lock:
            return tuple(entry for entry in self._entries if entry.ctid == ctid)

    def version(self, ctid: Ctid, digest: Digest) -> StoredDocument | None:
        """See :meth:`~openler.actions.ports.Store.version`."""
        with self._lock:
            version = self._versions.get(digest)
            if version is None or version.ctid != ctid:
                return None
            entry = next(entry for entry in reversed(self._entries) if entry.ctid == ctid and entry.digest == digest)
            return replace(
                self._document(ctid),
                ctdl_type=version.ctdl_type,
                owner=version.owner,
                normalised=version.normalised,
                digest=digest,
                seq=entry.seq,
                updated=entry.time,
                provisional=entry.provisional,
                statement=entry.statement,
                deleted=False,
            )

    def documents(
        self, where: EnvelopeFilter, *, after: Ctid | None = None, skip: int = 0, limit: int = 1000
    ) -> tuple[StoredDocument, ...]:
        """See :meth:`~openler.actions.ports.Store.documents`."""
        with self._lock:
            listed = (self._document(ctid) for ctid in sorted(self._standing) if after is None or ctid > after)
            return tuple(islice((document for document in listed if _matches(document, where)), skip, skip + limit))

    def count(self, where: EnvelopeFilter) -> int:
        """See :meth:`~openler.actions.ports.Store.count`."""
        with self._lock:
            return sum(_matches(self._document(ctid), where) for ctid in self._standing)

    def entries(self, *, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        """See :meth:`~openler.actions.ports.Store.entries`."""
        with self._lock:
            return tuple(self._entries[max(after, 0) : max(after, 0) + limit])

    def head(self) -> int:
        """See :meth:`~openler.actions.ports.Store.head`."""
        return len(self._entries)

    def verify_chain(self) -> int:
        """See :meth:`~openler.actions.ports.Store.verify_chain`."""
        with self._lock:
            return verify_entries(self._entries)

    def audit(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditEvent, ...]:
        """See :meth:`~openler.actions.ports.Store.audit`."""
        with self._lock:
            return tuple(self._events[max(after, 0) : max(after, 0) + limit])

    def keep_notes(self, source: str, content: bytes, *, at: datetime, event: AuditEvent) -> None:  # noqa: ARG002 - a database keeps the time
        """See :meth:`~openler.actions.ports.Store.keep_notes`."""
        with self._lock:
            if self._notes.get(source) != content:
                self._notes[source] = content
                self._events.append(event)

    def tiles(self, wanted: Sequence[Tile]) -> dict[Tile, bytes]:
        """See :meth:`~openler.actions.log_ports.Log.tiles`."""
        with self._lock:
            return {tile: self._tiles[tile] for tile in wanted if tile in self._tiles}

    def kept(self, *, after: Digest | None = None, limit: int = 1000) -> tuple[Kept, ...]:
        """See :meth:`~openler.actions.log_ports.Log.kept`."""
        with self._lock:
            listed = [digest for digest in sorted(self._versions) if after is None or digest > after]
            return tuple(Kept(digest, self._versions[digest].ctid, self._versions[digest].normalised) for digest in listed[:limit])

    def held(self, *, after: Ctid | None = None, limit: int = 1000) -> tuple[Held, ...]:
        """See :meth:`~openler.actions.log_ports.Log.held`."""
        with self._lock:
            listed = [ctid for ctid in sorted(self._standing) if after is None or ctid > after]
            return tuple(held(ctid, self._last[ctid].seq, self._standing[ctid]) for ctid in listed[:limit])

    def statement(self, digest: Digest) -> bytes | None:
        """See :meth:`~openler.actions.log_ports.Log.statement`."""
        return self._statements.get(digest)

    def notes(self) -> dict[str, bytes]:
        """See :meth:`~openler.actions.ports.Store.notes`."""
        with self._lock:
            return {source: self._notes[source] for source in sorted(self._notes)}


def _matches(document: StoredDocument, where: EnvelopeFilter) -> bool:
    return (
        not document.deleted
        and where.ctdl_type in {None, document.ctdl_type}
        and where.owner in {None, document.owner}
        and where.publisher in {None, document.publisher}
        and (where.since is None or document.updated >= where.since)
        and (where.until is None or document.updated < where.until)
        and where.provisional in {None, document.provisional}
    )
