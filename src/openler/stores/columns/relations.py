"""What stands at the end of a path from one node: few nodes are looked up, many are marked and looked over."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from openler.ctdl.description_sets import Branch, Step
from openler.ctdl.query_model import TYPE
from openler.ctdl.query_words import folded
from openler.errors import Unavailable
from openler.stores.columns.evaluate import SECONDS, TOO_SLOW
from openler.stores.columns.packed import Array
from openler.stores.columns.snapshot import Snapshot

FEW = 64
"""Nodes up to which each is looked up by itself."""


class Relations:
    """Follows paths at one moment. The beginnings that paths share are followed once."""

    def __init__(self, snapshot: Snapshot, *, clock: Callable[[], float] = time.monotonic, seconds: float = SECONDS) -> None:
        self._snapshot = snapshot
        self._moment = snapshot.moment
        self._clock, self._seconds = clock, seconds
        self._until = clock() + seconds
        self._known: dict[tuple[int, tuple[Step, ...]], Array] = {}

    def ends(self, node: int, branch: Branch) -> Array:
        """The live nodes at the end of a path, in order, of the classes it names. :raises Unavailable: ``query.too_slow``"""
        found = self._walk(node, branch.steps)
        return self._of_class(found, branch.classes) if len(found) and branch.classes else found

    def _walk(self, node: int, steps: Sequence[Step]) -> Array:
        if not steps:
            return np.array([node], "<i4")
        name = (node, tuple(steps))
        if name not in self._known:
            if self._clock() > self._until:
                raise Unavailable(TOO_SLOW, limit=int(self._seconds))
            before = self._walk(node, steps[:-1])
            self._known[name] = self._step(before, steps[-1]) if len(before) else before
        return self._known[name]

    def _step(self, nodes: Array, step: Step) -> Array:
        if len(nodes) > FEW:
            return self._marked(nodes, step)
        found = [self._into(int(node), step.property) if step.reverse else self._out(int(node), step.property) for node in nodes]
        joined: Array = np.unique(np.concatenate(found))
        standing: Array = joined[self._moment.live[joined]]
        return standing

    def _out(self, node: int, prop: str) -> Array:
        segment = self._snapshot.segment_of(node)
        subjects = self._snapshot.part(segment, prop, "rs")
        if subjects is None:
            return np.zeros(0, "<i4")
        low, high = np.searchsorted(subjects, node - segment.first), np.searchsorted(subjects, node - segment.first, side="right")
        if low == high:
            return np.zeros(0, "<i4")
        # Few rows: resolved here, without resolving the whole segment.
        raw = self._snapshot.part(segment, prop, "ro")[low:high]
        return np.where(raw < 0, self._moment.node_of[np.where(raw < 0, -1 - raw, 0)], raw + segment.first).astype("<i4")

    def _into(self, node: int, prop: str) -> Array:
        found = [np.zeros(0, "<i4")]
        key = self._key(node)
        for segment in self._moment.segments:
            raw, rows = self._snapshot.by_target(segment, prop)
            if raw is None:
                continue
            wanted = [-1 - key] if key is not None else []
            if 0 <= node - segment.first < segment.nodes:
                wanted.append(node - segment.first)
            for target in wanted:
                low, high = np.searchsorted(raw, target), np.searchsorted(raw, target, side="right")
                if low < high:
                    found.append(self._snapshot.part(segment, prop, "rs")[rows[low:high]] + np.int32(segment.first))
        return np.concatenate(found)

    def _key(self, node: int) -> int | None:
        segment = self._snapshot.segment_of(node)
        nodes = self._snapshot.part(segment, "", "kn")
        at = int(np.searchsorted(nodes, node - segment.first))
        return int(self._snapshot.part(segment, "", "kk")[at]) if at < len(nodes) and nodes[at] == node - segment.first else None

    def _marked(self, nodes: Array, step: Step) -> Array:
        """The same for many nodes, by one look over all references of the property."""
        asked, found = np.zeros(self._moment.size + 1, bool), np.zeros(self._moment.size + 1, bool)
        asked[nodes] = True
        for segment in self._moment.segments:
            subjects = self._snapshot.part(segment, step.property, "rs")
            if subjects is None:
                continue
            targets = self._snapshot.targets(segment, step.property)
            if step.reverse:
                found[segment.first : segment.first + segment.nodes][subjects[asked[targets]]] = True
            else:
                found[targets[asked[segment.first : segment.first + segment.nodes][subjects]]] = True
        return np.flatnonzero(found & self._moment.live).astype("<i4")

    def _of_class(self, nodes: Array, classes: frozenset[str]) -> Array:
        wanted = {folded(name).encode() for name in classes}
        fitting = np.zeros(len(nodes), bool)
        for segment in self._moment.segments:
            low, high = np.searchsorted(nodes, segment.first), np.searchsorted(nodes, segment.first + segment.nodes)
            subjects = self._snapshot.part(segment, TYPE, "ss") if low < high else None
            if subjects is None:
                continue
            begins, book = self._snapshot.part(segment, TYPE, "so"), self._snapshot.part(segment, TYPE, "sb")
            codes = self._snapshot.part(segment, TYPE, "sc")
            names = book[1:-1].split(b"\0")
            assert len(names) == len(begins) - 1  # noqa: S101 - no text holds a NUL
            good = np.array([name in wanted for name in names], bool)
            local = nodes[low:high] - segment.first
            first, last = np.searchsorted(subjects, local), np.searchsorted(subjects, local, side="right")
            counts = np.concatenate([[0], np.cumsum(good[codes])]) if len(local) > FEW else None
            for at, (begin, end) in enumerate(zip(first, last, strict=True)):
                fitting[low + at] = counts[end] > counts[begin] if counts is not None else bool(good[codes[begin:end]].any())
        return nodes[fitting]
