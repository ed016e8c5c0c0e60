"""One moment of the segments' file as arrays: what is live, where a CTID is described, and the columns asked for.

A moment is read in one transaction, so that the projector may write beside it. Columns are kept in memory across moments,
up to a budget, as a segment never changes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from openler.ctdl.query_model import Condition
from openler.stores.columns.packed import Array, key
from openler.stores.columns.segments import TYPES

BUDGET = 1024 * 1024 * 1024
"""Bytes of columns kept in memory."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of the file: ``first`` is the number of its first node."""

    id: int
    first: int
    nodes: int


@dataclass(frozen=True, slots=True)
class Moment:
    """What holds for the whole file at one position of the journal.

    ``live`` and ``records`` have one bit a node and a last one for "none", which is never set: an index of -1 finds it.
    ``node_of`` is the live node that a key's CTID names, or -1. ``gone`` is how far the table of replaced documents was read.
    """

    era: int
    seq: int
    segments: tuple[Segment, ...]
    size: int
    live: Array = field(repr=False)
    records: Array = field(repr=False)
    node_of: Array = field(repr=False)
    gone: int = 0


class Kept:
    """Columns in memory, those asked for last; shared by all threads."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._held = 0
        self._entries: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = threading.Lock()
        self.moment: Moment | None = None

    def get(self, name: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What is kept under a name, made now if it is not."""
        with self._lock:
            if name in self._entries:
                self._entries.move_to_end(name)
                return self._entries[name]
        made = make()
        with self._lock:
            if name not in self._entries:
                self._entries[name] = made
                self._held += _size(made)
            while self._held > self._budget and len(self._entries) > 1:
                self._held -= _size(self._entries.popitem(last=False)[1])
        return made


def _size(made: Any) -> int:
    return 64 + (len(made) if isinstance(made, bytes) else int(made.nbytes) if made is not None else 0)


class Snapshot:
    """One moment, read through a connection that stands in a transaction."""

    def __init__(self, connection: sqlite3.Connection, kept: Kept) -> None:
        self._connection = connection
        self._kept = kept
        self.moment = kept.moment = self._now(kept.moment)

    # --- columns ---

    def part(self, segment: Segment, prop: str, name: str) -> Any:
        """One packed column; None where the segment has nothing of it."""

        def read() -> Any:
            row = self._connection.execute(
                "SELECT data FROM part WHERE segment = ? AND property = ? AND name = ?", (segment.id, prop, name)
            ).fetchone()
            if row is None:
                return None
            return row[0] if name == "sb" else np.frombuffer(row[0], TYPES[name])

        return self._kept.get((self.moment.era, segment.id, prop, name), read)

    def targets(self, segment: Segment, prop: str) -> Any:
        """What each reference of a segment means now: a node's number in the whole file, or -1 for nothing live."""

        def resolve() -> Any:
            raw = self.part(segment, prop, "ro")
            if raw is None:
                return None
            outside = raw < 0
            if not outside.any():
                return raw + np.int32(segment.first)
            return np.where(outside, self.moment.node_of[np.where(outside, -1 - raw, 0)], raw + np.int32(segment.first)).astype("<i4")

        return self._kept.get((self.moment.era, segment.id, prop, "resolved", self.moment.seq), resolve)

    def by_target(self, segment: Segment, prop: str) -> tuple[Any, Any]:
        """References of a segment in the order of their raw targets: those targets, and each one's row."""

        def sort() -> Any:
            raw = self.part(segment, prop, "ro")
            return None if raw is None else np.argsort(raw, kind="stable").astype("<i4")

        order = self._kept.get((self.moment.era, segment.id, prop, "by target"), sort)
        if order is None:
            return None, None
        ordered = self._kept.get((self.moment.era, segment.id, prop, "targets"), lambda: self.part(segment, prop, "ro")[order])
        return ordered, order

    def kept(self, segment: Segment, condition: Condition, make: Callable[[], Array]) -> Array:
        """What a condition on a segment's own values came to: as true as the segment, hence for good."""
        found: Array = self._kept.get((self.moment.era, segment.id, condition), make)
        return found

    def segment_of(self, node: int) -> Segment:
        """The segment that holds a node."""
        low, high = 0, len(self.moment.segments) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.moment.segments[middle].first <= node else (low, middle - 1)
        return self.moment.segments[low]

    # --- names ---

    def key_of(self, ctid: str) -> int | None:
        """The number of a CTID that anything here describes or refers to."""
        row = self._connection.execute('SELECT id FROM "key" WHERE name = ?', (key(ctid),)).fetchone()
        return None if row is None else int(row[0])

    def node_of(self, ctid: str) -> int:
        """The live node that a CTID names, or -1."""
        number = self.key_of(ctid)
        return -1 if number is None or number >= len(self.moment.node_of) else int(self.moment.node_of[number])

    def words(self, beginning: str) -> Array:
        """The numbers of all words with a beginning."""
        rows = self._connection.execute(
            "SELECT id FROM word WHERE name >= ? AND name < ?", (beginning, beginning + "\U0010ffff")
        ).fetchall()
        return np.array([row[0] for row in rows], "<i4")

    def tongues(self, tag: str) -> Array:
        """One bit for each language known, set for a tag and those below it."""
        rows = self._connection.execute("SELECT id, name FROM tongue").fetchall()
        found = np.zeros(max((row[0] for row in rows), default=0) + 1, bool)
        for number, name in rows:
            found[number] = name == tag or name.startswith(f"{tag}-")
        return found

    def document_of(self, node: int) -> tuple[str, int, int]:
        """The document that a node belongs to: its CTID, the node's place in it, and the journal entry it stands for."""
        row = self._connection.execute(
            "SELECT ctid, first, seq FROM document WHERE first <= ? ORDER BY first DESC LIMIT 1", (node,)
        ).fetchone()
        return row[0], node - row[1], row[2]

    # --- the moment ---

    def _now(self, before: Moment | None) -> Moment:
        told = self._connection.execute("SELECT seq FROM position").fetchone()
        era = int(self._connection.execute("SELECT next FROM counter WHERE name = 'era'").fetchone()[0])
        seq = int(told[0]) if told else 0
        if before is not None and (before.era, before.seq) == (era, seq):
            return before
        known = tuple(Segment(*row) for row in self._connection.execute("SELECT id, first, nodes FROM segment ORDER BY first"))
        size = known[-1].first + known[-1].nodes if known else 0
        keys = int((self._connection.execute("SELECT next FROM counter WHERE name = 'key'").fetchone() or (0,))[0])
        old = before if before is not None and before.era == era and before.size <= size else None
        live, records, node_of = np.ones(size + 1, bool), np.zeros(size + 1, bool), np.full(keys + 1, -1, "<i4")
        live[-1] = False
        start, gone = 0, 0
        if old is not None:
            start, gone = old.size, old.gone
            live[:start], records[:start] = old.live[:start], old.records[:start]
            node_of[: len(old.node_of) - 1] = old.node_of[:-1]
        for number, first, last in self._connection.execute("SELECT id, first, last FROM gone WHERE id > ?", (gone,)):
            live[first:last] = False
            gone = number
        made = Moment(era, seq, known, size, live, records, node_of, gone)
        for nodes, numbers in self._fresh(made, start):
            records[nodes] = True
            standing = live[nodes]
            node_of[numbers[standing]] = nodes[standing]
        records &= live
        node_of[~live[node_of]] = -1
        return made

    def _fresh(self, made: Moment, start: int) -> Iterator[tuple[Array, Array]]:
        """The nodes with a CTID from a number on, with their keys."""
        self.moment = made
        for segment in made.segments:
            if segment.first + segment.nodes > start and segment.nodes:
                nodes, numbers = self.part(segment, "", "kn") + np.int32(segment.first), self.part(segment, "", "kk")
                fresh = nodes >= start
                yield nodes[fresh], numbers[fresh]
