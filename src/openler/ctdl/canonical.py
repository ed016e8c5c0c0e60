"""The canonical order and names of a graph of our own: same content, same bytes, whatever order it was given in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from openler.ctdl.terms import terms
from openler.errors import Malformed, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs

NODES_MISSING = declare("ctdl.nodes_missing", by=__name__)
NODE_UNNAMED = declare("ctdl.node_unnamed", by=__name__)


def resource_iri(base: str, ctid: str) -> str:
    """Where a resource of ours lives (ADR 0001, decision 8)."""
    return f"{base.rstrip('/')}/resources/{ctid}"


def canonical_graph(base: str, nodes: Sequence[dict[str, Any]]) -> tuple[Ctid, list[dict[str, Any]]]:
    """The main node's CTID, and copies of the nodes named and ordered: main, others by CTID, blank nodes as first named.

    :raises Malformed: no nodes, a main one without CTID, or one that is neither named by a CTID nor a blank node
    """
    if not nodes:
        raise Malformed(NODES_MISSING)
    ctids = {position: Ctid.parse(node["ceterms:ctid"]) for position, node in enumerate(nodes) if "ceterms:ctid" in node}
    if 0 not in ctids:
        raise Malformed(NODE_UNNAMED, place="/@graph/0")
    named = [0, *sorted((position for position in ctids if position), key=lambda position: ctids[position])]
    blank: dict[str, dict[str, Any]] = {}
    for position, node in enumerate(nodes):
        if position not in ctids:
            label = node.get("@id")
            if not isinstance(label, str) or not label.startswith("_:") or label in blank:
                raise Malformed(NODE_UNNAMED, place=f"/@graph/{position}")
            blank[label] = node
    main = ctids[0]
    naming = _Naming(base, main, blank)
    graph = [
        naming.node({**nodes[position], "ceterms:ctid": str(ctids[position]), "@id": resource_iri(base, ctids[position])})
        for position in named
    ]
    graph.extend(naming.named_so_far())
    # What nothing refers to comes last, in the order of its content without the label that it was given.
    unnamed = [label for label in blank if not naming.is_named(label)]
    for label in sorted(unnamed, key=lambda name: jcs({key: value for key, value in blank[name].items() if key != "@id"})):
        naming.label(label)
        graph.extend(naming.named_so_far())
    return main, graph


class _Naming:
    """New labels for blank nodes, told apart by document so that graphs can be put together without a clash."""

    def __init__(self, base: str, main: Ctid, blank: dict[str, dict[str, Any]]) -> None:
        self._base = base
        self._main = main
        self._blank = blank
        self._labels: dict[str, str] = {}
        self._waiting: deque[str] = deque()
        self._refers = _referring()

    def named_so_far(self) -> Iterator[dict[str, Any]]:
        """The blank nodes named and not yet given out; giving one out may name others."""
        while self._waiting:
            yield self.node(self._blank[self._waiting.popleft()])

    def node(self, value: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key in sorted(value):
            entry = value[key]
            made[key] = self._name(entry) if key in self._refers else self._copy(entry)
        return made

    def _copy(self, value: Any) -> Any:
        """A value that is no reference, nor holds one of its own: what is below may."""
        if isinstance(value, dict):
            return self.node(value)
        if isinstance(value, list):
            return [self._copy(entry) for entry in value]
        return value

    def _name(self, value: Any) -> Any:
        """A value of a property that refers to things."""
        if isinstance(value, str):
            if value.startswith("_:"):
                return self.label(value)
            if len(value) == len(self._main) and Ctid.within(value) == value:
                return resource_iri(self._base, value)
            return value
        if isinstance(value, list):
            return [self._name(entry) for entry in value]
        return self.node(value) if isinstance(value, dict) else value

    def is_named(self, old: str) -> bool:
        return old in self._labels

    def label(self, old: str) -> str:
        new = self._labels.get(old)
        if new is None:
            # The registry's blank nodes are `_:` and a UUID; ours is derived, as a CTID is.
            new = f"_:{Ctid.derive(self._main, 'blank node', str(len(self._labels)))[3:]}"
            self._labels[old] = new
            if old in self._blank:
                self._waiting.append(old)
        return new


@cache
def _referring() -> frozenset[str]:
    """The keys whose texts name something."""
    known = (terms().property(name) for name in terms().properties())
    return frozenset({"@id", *(entry.name for entry in known if entry.kind == "iri")})
