"""The projector: one a data directory, holder of an OS lock, follows the journal (ADR 0001, decision 2)."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from openler.actions.job_ports import Here, Spread
from openler.actions.ports import Lag, Store
from openler.actions.registry.journal import entry_hash
from openler.errors import Conflict, Unavailable, declare
from openler.stores.links import Links
from openler.stores.passing import Pass, Progress
from openler.stores.position import Position, Projection

LOCK_HELD = declare("projections.lock_held", by=__name__)
STALLED = declare("projections.stalled", by=__name__)

POLL_SECONDS = 0.05
STALL_SECONDS = 120.0
"""How long the holder of the lock may show no headway before a waiting command gives up."""


class FollowingProjector:
    """A :class:`~openler.actions.ports.Projector` over some projections in one directory.

    The lock belongs to a file, not to this process's memory: the kernel frees it when its holder ends, however it ends.
    Each projection keeps its own position with what it holds; ``{name}.json`` beside it only announces that position to
    processes that may not open the projection.
    """

    def __init__(
        self, directory: Path, store: Store, links: Links, projections: Sequence[Projection], spread: Spread | None = None
    ) -> None:
        self._directory = directory
        self._store = store
        self._spread = spread or Here()
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
        while min(starts.values()) < (head := self._store.head()):
            Pass(self._store, self._links, self._projections, starts, head, self._announce).run(self._spread, progress)
            starts = dict.fromkeys(starts, head)

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
