"""The projector: one a data directory, holder of an OS lock, follows the journal (ADR 0001, decision 2)."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import orjson

from openler.actions.ports import Entry, Lag, Store, StoredDocument
from openler.actions.registry.journal import entry_hash
from openler.ctdl.document import Document, refs, restored
from openler.errors import Conflict, Unavailable, declare
from openler.ids import Ctid
from openler.stores.links import Links
from openler.stores.position import Batch, Position, Projection

LOCK_HELD = declare("projections.lock_held", by=__name__)
STALLED = declare("projections.stalled", by=__name__)

BATCH = 5_000
"""Most journal entries taken in at once: few commits, and what refers to each other mostly comes together."""
BATCH_BYTES = 16 * 1024 * 1024
"""How much text a batch's documents may have before no more are added to it: parsed, they take about ten times as much memory."""
SLICE = 500
"""Documents read at once."""
POLL_SECONDS = 0.05
STALL_SECONDS = 120.0
"""How long the holder of the lock may show no headway before a waiting command gives up."""

Progress = Callable[[int, int], None]


class FollowingProjector:
    """A :class:`~openler.actions.ports.Projector` over some projections in one directory.

    The lock belongs to a file, not to this process's memory: the kernel frees it when its holder ends, however it ends.
    Each projection keeps its own position with what it holds; ``{name}.json`` beside it only announces that position to
    processes that may not open the projection.
    """

    def __init__(self, directory: Path, store: Store, links: Links, projections: Sequence[Projection]) -> None:
        self._directory = directory
        self._store = store
        self._links = links
        self._projections = (links, *projections)  # links first: they tell whose summaries a change touches
        self._working = threading.RLock()
        self._held = False

    def catch_up(self, *, progress: Progress | None = None) -> None:
        """See :meth:`~openler.actions.ports.Projector.catch_up`."""
        target = self._store.head()
        latest, since = -1, time.monotonic()
        while True:
            with self._working, self._lock() as held:
                if held:
                    self._follow_once(progress)
                    return
            behind = self._announced()
            if behind >= target:
                return
            if behind != latest:
                latest, since = behind, time.monotonic()
                if progress:
                    progress(behind, target)
            elif time.monotonic() - since > STALL_SECONDS:
                raise Unavailable(STALLED, seq=behind, head=target)
            time.sleep(POLL_SECONDS)

    def follow(self, stop: threading.Event, *, interval: float = 0.5) -> None:
        """Hold the lock and follow the journal until ``stop`` is set: what ``serve`` does in a thread of its own."""
        while not stop.is_set():
            with self._lock() as held:
                seen = -1
                while held and not stop.is_set():
                    if (head := self._store.head()) != seen:
                        with self._working:
                            self._follow_once(None)
                        seen = head
                    stop.wait(interval)
            stop.wait(interval)

    def close(self) -> None:
        """Let go of what the projections keep open."""
        for projection in self._projections:
            projection.close()

    def lags(self) -> tuple[Lag, ...]:
        """See :meth:`~openler.actions.ports.Projector.lags`."""
        head = self._store.head()
        return tuple(Lag(one.name, min(self._announcement(one), head), head) for one in self._projections)

    def rebuild(self) -> None:
        """See :meth:`~openler.actions.ports.Projector.rebuild`."""
        with self._working, self._lock() as held:
            if not held:
                raise Conflict(LOCK_HELD)
            for projection in self._projections:
                self._restart(projection)
            self._follow_once(None)

    @contextmanager
    def _lock(self) -> Iterator[bool]:
        """Whether this object holds the lock inside the block: taken now, or by :meth:`follow` in another thread."""
        if self._held:
            yield True
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            self._held = True
            try:
                yield True
            finally:
                with self._working:
                    self._held = False
                    for projection in self._projections:
                        projection.close()
        finally:
            os.close(descriptor)

    def _follow_once(self, progress: Progress | None) -> None:
        """Bring every projection to the head, from wherever each one is."""
        starts = {projection.name: self._checked(projection) for projection in self._projections}
        reached = min(starts.values())
        while waiting_entries := self._store.entries(after=reached, limit=BATCH):
            entries, documents, stored = self._taken(waiting_entries)
            last = entries[-1]
            position = Position(last.seq, entry_hash(last))
            waiting = [projection for projection in self._projections if starts[projection.name] < last.seq]
            self._apply(documents, stored, position, waiting)
            reached = last.seq
            if progress:
                progress(reached, max(self._store.head(), reached))

    def _taken(self, entries: Sequence[Entry]) -> tuple[Sequence[Entry], dict[Ctid, Document | None], dict[Ctid, StoredDocument]]:
        """As many of the entries as fit into a batch, with the documents they speak of and what is known of each."""
        documents: dict[Ctid, Document | None] = {}
        stored: dict[Ctid, StoredDocument] = {}
        size = 0
        for start in range(0, len(entries), SLICE):
            if size >= BATCH_BYTES:
                return entries[:start], documents, stored
            found = self._documents({entry.ctid for entry in entries[start : start + SLICE]} - documents.keys(), stored)
            size += sum(len(document.normalised) for document in found.values() if document is not None)
            documents |= found
        return entries, documents, stored

    def _apply(
        self,
        documents: dict[Ctid, Document | None],
        stored: dict[Ctid, StoredDocument],
        position: Position,
        waiting: Sequence[Projection],
    ) -> None:
        described = {ctid for document in documents.values() if document for ctid in document.resources} | documents.keys()
        known = _Known(self._store, documents)

        def apply(projection: Projection) -> None:
            wanted = dict(documents)
            if projection.reads:
                wanted |= self._documents(self._links.dependants(described, projection.reads) - documents.keys())
                known.expect(filter(None, wanted.values()), frozenset(projection.reads))
            projection.apply(Batch(wanted, known.resolve, stored), position)
            self._announce(projection, position)

        # They know nothing of each other, except that what reads others' documents asks the links for them. Most of the work
        # is done outside of Python, so that they get along side by side.
        with ThreadPoolExecutor(max_workers=len(waiting) or 1, thread_name_prefix="projection") as pool:
            started = [pool.submit(apply, projection) for projection in waiting if not projection.reads and projection is not self._links]
            for projection in waiting:
                if projection is self._links or projection.reads:
                    apply(projection)
            for one in started:
                one.result()

    def _documents(self, ctids: set[Ctid], known: dict[Ctid, StoredDocument] | None = None) -> dict[Ctid, Document | None]:
        stored = self._store.current(sorted(ctids))
        found: dict[Ctid, Document | None] = {}
        for ctid in sorted(ctids):
            one = stored.get(ctid)
            current = one is not None and one.ctid == ctid and not one.deleted and not one.provisional
            found[ctid] = restored(one.normalised, one.digest) if one is not None and current else None
            if one is not None and current and known is not None:
                known[ctid] = one
        return found

    def _checked(self, projection: Projection) -> int:
        """Where a projection is, after making sure that it follows this journal and no other."""
        position = projection.position()
        if position is not None and position.seq > 0:
            entries = self._store.entries(after=position.seq - 1, limit=1)
            if entries and entries[0].seq == position.seq and entry_hash(entries[0]) == position.hash:
                self._announce(projection, position)
                return position.seq
        self._restart(projection)
        return 0

    def _restart(self, projection: Projection) -> None:
        self._announcement_path(projection).unlink(missing_ok=True)
        projection.reset()

    # --- announcements ---

    def _announcement_path(self, projection: Projection) -> Path:
        return self._directory / f"{projection.name}.json"

    def _announce(self, projection: Projection, position: Position) -> None:
        path = self._announcement_path(projection)
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.write_bytes(orjson.dumps({"seq": position.seq, "hash": position.hash}))
        fresh.replace(path)

    def _announcement(self, projection: Projection) -> int:
        try:
            return int(orjson.loads(self._announcement_path(projection).read_bytes())["seq"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return 0

    def _announced(self) -> int:
        return min(self._announcement(projection) for projection in self._projections)


class _Known:
    """Finds documents for summaries, each looked up and parsed once a batch."""

    def __init__(self, store: Store, documents: dict[Ctid, Document | None]) -> None:
        self._store = store
        self._found: dict[Ctid, Document | None] = {
            ctid: document for document in documents.values() if document for ctid in document.resources
        }

    def expect(self, documents: Iterable[Document], properties: frozenset[str]) -> None:
        """Look up in one go what the summaries of some documents will ask for by these properties."""
        named = {
            ctid
            for document in documents
            for node in document.graph
            for prop in properties & node.keys()
            for reference in refs(node, prop)
            if (ctid := Ctid.within(reference)) is not None
        }
        self._look_up(named - self._found.keys())

    def resolve(self, ctid: Ctid) -> Document | None:
        if ctid not in self._found:
            self._look_up({ctid})
        return self._found[ctid]

    def _look_up(self, ctids: set[Ctid]) -> None:
        stored = self._store.current(sorted(ctids))
        read: dict[Ctid, Document] = {}
        for ctid in ctids:
            one = stored.get(ctid)
            if one is None or one.deleted:
                self._found[ctid] = None
                continue
            if one.ctid not in read:
                read[one.ctid] = restored(one.normalised, one.digest)
            self._found[ctid] = read[one.ctid]
