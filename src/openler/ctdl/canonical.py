"""The canonical order and names of a graph of our own: same content, same bytes, whatever order it was given in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
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
    for label in sorted(blank, key=lambda name: jcs({key: value for key, value in blank[name].items() if key != "@id"})):
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

    def named_so_far(self) -> Iterator[dict[str, Any]]:
        """The blank nodes named and not yet given out; giving one out may name others."""
        while self._waiting:
            yield self.node(self._blank[self._waiting.popleft()])

    def node(self, value: dict[str, Any]) -> dict[str, Any]:
        return {key: self._value(key, value[key]) for key in sorted(value)}

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(key, entry) for entry in value]
        if isinstance(value, dict):
            return self.node(value)
        if isinstance(value, str) and (key == "@id" or _refers(key)):
            if value.startswith("_:"):
                return self.label(value)
            if len(value) == len(self._main) and Ctid.within(value) == value:
                return resource_iri(self._base, value)
        return value

    def label(self, old: str) -> str:
        new = self._labels.get(old)
        if new is None:
            # The registry's blank nodes are `_:` and a UUID; ours is derived, as a CTID is.
            new = f"_:{Ctid.derive(self._main, 'blank node', str(len(self._labels)))[3:]}"
            self._labels[old] = new
            if old in self._blank:
                self._waiting.append(old)
        return new


def _refers(key: str) -> bool:
    entry = terms().find_property(key)
    return entry is not None and entry.kind == "iri"
