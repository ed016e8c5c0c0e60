"""One pass of the projector over the journal, up to where its head stood when the pass began.

Documents are read at the head or later, so whatever is derived in the pass is derived from what holds at the head: what
one document's change means for others matters only to those that no pass touches any more. A document is taken in where
its newest entry stands; one that changes meanwhile waits for the next pass.

Reading, deriving and writing go on side by side: lots are derived ahead, by other processes where there are many, while
the projections take in those that are ready, each in a thread of its own. They know nothing of each other, except that
what reads others' documents asks the links for those that a change touches.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Final, TypeVar

from openler.actions.job_ports import Spread
from openler.actions.ports import Entry, Store, StoredDocument
from openler.actions.registry.journal import entry_hash
from openler.ids import Ctid
from openler.stores.deriving import Elsewhere, Lot, Made, derived
from openler.stores.links import Links
from openler.stores.position import Derived, Load, Position, Projection

LOT: Final = 2_500
"""Most journal entries of a lot: what refers to each other mostly comes together."""
LOT_BYTES: Final = 16 * 1024 * 1024
"""How much text a lot's documents may have before no more are added to it: parsed, they take about ten times as much memory."""
SLICE: Final = 500
"""Documents read at once."""
LOAD: Final = 10_000
"""Documents after which what is derived is taken in: few commits, each of them large."""
LOAD_BYTES: Final = 64 * 1024 * 1024
"""The same by their text."""

T = TypeVar("T")
Progress = Callable[[int, int], None]
Announce = Callable[[Projection, Position], None]


class Pass:
    """Brings projections from where each one starts to ``head``. Those that start at 0 hold nothing yet."""

    def __init__(
        self, store: Store, links: Links, projections: Sequence[Projection], starts: Mapping[str, int], head: int, announce: Announce
    ) -> None:
        self._store = store
        self._links = links
        self._projections = projections
        self._starts = starts
        self._head = head
        self._announce = announce
        self._elsewhere = Elsewhere(store, {prop for one in projections if starts[one.name] < head for prop in one.reads})
        self._redone: set[Ctid] = set()

    def run(self, spread: Spread, progress: Progress | None) -> None:
        """Take in everything up to the head."""
        with closing(_loads(spread.over(derived, self._lots()))) as loads, ThreadPoolExecutor(1, thread_name_prefix="load") as one_ahead:
            running: Future[Position] | None = None
            for made, position in loads:
                self._told(running, progress)
                running = one_ahead.submit(self._take, made, position)
            self._told(running, progress)

    def _told(self, running: Future[Position] | None, progress: Progress | None) -> None:
        if running is not None:
            reached = running.result().seq
            if progress:
                progress(reached, self._head)

    # --- reading ---

    def _lots(self) -> Iterator[Lot]:
        reached = min(self._starts.values())
        while reached < self._head:
            entries = [entry for entry in self._store.entries(after=reached, limit=LOT) if entry.seq <= self._head]
            last, stored, gone = self._standing(entries)
            makers = {one.name: one.derive for one in self._projections if self._starts[one.name] < last.seq}
            yield Lot(Position(last.seq, entry_hash(last)), stored, gone, self._elsewhere.of(stored), makers)
            reached = last.seq

    def _standing(self, entries: Sequence[Entry]) -> tuple[Entry, list[StoredDocument], list[Ctid]]:
        """How the documents stand whose newest entry is among as many of these as fit, and the last of them."""
        stored: dict[Ctid, StoredDocument] = {}
        gone: dict[Ctid, None] = {}
        size, last = 0, entries[0]
        for some in _by(SLICE, entries):
            if size >= LOT_BYTES:
                break
            last = some[-1]
            asked = sorted({entry.ctid for entry in some})
            current = self._store.current(asked)
            for ctid in asked:
                one = current.get(ctid)
                if one is None or one.ctid != ctid:  # another document describes it now
                    gone[ctid] = None
                elif one.seq <= last.seq and ctid not in stored:
                    if one.deleted or one.provisional:
                        gone[ctid] = None
                    else:
                        stored[ctid] = one
                        size += len(one.normalised)
        return last, list(stored.values()), list(gone)

    # --- taking in ---

    def _take(self, made: Sequence[Made], position: Position) -> Position:
        waiting = [projection for projection in self._projections if self._starts[projection.name] < position.seq]

        def take(projection: Projection) -> None:
            start = self._starts[projection.name]
            rows = [Derived(one.documents, one.rows[projection.name]) for one in made if projection.name in one.rows]
            if start and projection.reads:
                rows += self._touched(projection, made, position)
            projection.take(Load(rows, position, fresh=not start, last=position.seq >= self._head))
            self._announce(projection, position)

        with ThreadPoolExecutor(max_workers=len(waiting) or 1, thread_name_prefix="projection") as pool:
            started = [pool.submit(take, one) for one in waiting if one is not self._links and not (one.reads and self._starts[one.name])]
            for projection in waiting:
                if projection is self._links or (projection.reads and self._starts[projection.name]):
                    take(projection)
            for one in started:
                one.result()
        return position

    def _touched(self, projection: Projection, made: Sequence[Made], position: Position) -> Iterator[Derived]:
        """What a projection holds of documents that refer to changed ones, and that no entry of this pass speaks of."""
        described = {ctid for one in made for ctid in one.described}
        touched = self._links.dependants(described, projection.reads).difference(self._redone, *(one.documents for one in made))
        self._redone |= touched
        start = self._starts[projection.name]
        for some in _by(LOT, sorted(touched)):
            current = self._store.current(some)
            stored = [
                one for ctid, one in current.items() if one.ctid == ctid and one.seq <= start and not one.deleted and not one.provisional
            ]
            lot = Lot(position, stored, (), self._elsewhere.of(stored), {projection.name: projection.derive})
            again = derived(lot)
            yield Derived(again.documents, again.rows[projection.name])


def _loads(derived_lots: Iterable[tuple[Lot, Made]]) -> Generator[tuple[list[Made], Position], None, None]:
    """Lots put together until there are enough of them to be taken in at once."""
    waiting: list[Made] = []
    documents = size = 0
    lot: Lot | None = None
    for lot, made in derived_lots:
        waiting.append(made)
        documents += len(made.documents)
        size += sum(len(one.normalised) for one in lot.stored)
        if documents >= LOAD or size >= LOAD_BYTES:
            yield waiting, lot.position
            waiting, documents, size = [], 0, 0
    if lot is not None and waiting:
        yield waiting, lot.position


def _by(count: int, things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[start : start + count] for start in range(0, len(things), count))
