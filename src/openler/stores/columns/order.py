"""The first of many nodes by a literal property: numbers at once, texts by a heap. What has no value comes last either way."""

from __future__ import annotations

import heapq

import numpy as np

from openler.ctdl.query_model import Order
from openler.stores.columns.packed import Array
from openler.stores.columns.snapshot import Snapshot


def ordered(snapshot: Snapshot, nodes: Array, order: Order, count: int) -> Array:
    """The first ``count`` of some nodes, which come in order; among equals the ones changed last are first."""
    found, values = _numbers(snapshot, nodes, order.by)
    if found.any():
        known = nodes[found][::-1]
        keys = values[found][::-1]
        known = known[np.argsort(-keys if order.descending else keys, kind="stable")]
    else:
        known, found = _texts(snapshot, nodes, order, count)
    return np.concatenate([known, nodes[~found][::-1]])[:count]


def _numbers(snapshot: Snapshot, nodes: Array, prop: str) -> tuple[Array, Array]:
    """Which nodes have a number, and each one's first."""
    found, values = np.zeros(len(nodes), bool), np.zeros(len(nodes))
    for segment in snapshot.moment.segments:
        low, high = np.searchsorted(nodes, [segment.first, segment.first + segment.nodes])
        subjects = snapshot.part(segment, prop, "ns") if low < high else None
        if subjects is None:
            continue
        rows, has = _rows(subjects, nodes[low:high] - segment.first)
        found[low:high] = has
        values[low:high][has] = snapshot.part(segment, prop, "nv")[rows[has]]
    return found, values


def _texts(snapshot: Snapshot, nodes: Array, order: Order, count: int) -> tuple[Array, Array]:
    """The first nodes by their first text, and which nodes have any."""
    found = np.zeros(len(nodes), bool)
    keyed: list[tuple[bytes, int]] = []
    for segment in snapshot.moment.segments:
        low, high = np.searchsorted(nodes, [segment.first, segment.first + segment.nodes])
        subjects = snapshot.part(segment, order.by, "ss") if low < high else None
        if subjects is None:
            continue
        rows, has = _rows(subjects, nodes[low:high] - segment.first)
        found[low:high] = has
        begins, book = snapshot.part(segment, order.by, "so"), snapshot.part(segment, order.by, "sb")
        codes = snapshot.part(segment, order.by, "sc")[rows[has]]
        spans = zip(begins[codes].tolist(), begins[codes + 1].tolist(), nodes[low:high][has].tolist(), strict=True)
        keyed.extend((book[begin : end - 1], node) for begin, end, node in spans)
    ascending = not order.descending
    first = heapq.nsmallest(count, keyed, key=lambda one: (one[0], -one[1])) if ascending else heapq.nlargest(count, keyed)
    return np.array([node for _, node in first], "<i8"), found


def _rows(subjects: Array, local: Array) -> tuple[Array, Array]:
    """For each node its first row, and whether it has any."""
    rows = np.searchsorted(subjects, local)
    has = np.zeros(len(local), bool)
    inside = rows < len(subjects)
    has[inside] = subjects[rows[inside]] == local[inside]
    return rows, has
