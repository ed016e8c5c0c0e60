"""The hierarchy that a package's ``isChildOf`` associations make: who is whose child, in which order, and what goes round in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tree:
    """Parents and children of each node, and the edges ``(child, parent)`` left out because they close a circle."""

    parents: Mapping[str, tuple[str, ...]]
    children: Mapping[str, tuple[str, ...]]
    circular: frozenset[tuple[str, str]]


def tree(edges: Iterable[tuple[str, str]]) -> Tree:
    """The tree of ``(child, parent)`` edges, in the order given; an edge given twice counts once.

    Edges that lie on a circle, or between two circles, are all left out, so that what is left never depends on their order.
    """
    given = list(dict.fromkeys(edges))
    circular = _circular(given)
    parents: dict[str, list[str]] = {}
    children: dict[str, list[str]] = {}
    for edge in given:
        if edge not in circular:
            child, parent = edge
            parents.setdefault(child, []).append(parent)
            children.setdefault(parent, []).append(child)
    return Tree({node: tuple(found) for node, found in parents.items()}, {node: tuple(found) for node, found in children.items()}, circular)


def _circular(edges: list[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """What remains when nodes without a parent, then nodes without a child, are taken away again and again."""
    remaining = set(edges)
    for near, far in ((0, 1), (1, 0)):
        degree: dict[str, int] = {}
        beside: dict[str, list[tuple[str, str]]] = {}
        for edge in remaining:
            degree[edge[near]] = degree.get(edge[near], 0) + 1
            degree.setdefault(edge[far], 0)
            beside.setdefault(edge[far], []).append(edge)
        free = [node for node, count in degree.items() if count == 0]
        while free:
            for edge in beside.get(free.pop(), ()):
                remaining.discard(edge)
                degree[edge[near]] -= 1
                if degree[edge[near]] == 0:
                    free.append(edge[near])
    return frozenset(remaining)
