"""Description sets: everything that belongs to a record's description, path by path, with the national Registry's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openler.actions.finding.get import DELETED, NOT_FOUND
from openler.actions.ports import Located, Ports, StoredDocument
from openler.ctdl.description_sets import chosen
from openler.ctdl.document import Document, restored
from openler.errors import NotFound
from openler.ids import Ctid


@dataclass(frozen=True, slots=True)
class DescriptionSet:
    """A path, how many nodes stand at its end, and the addresses of as many as were asked for; a nameless node has none."""

    path: str
    total: int
    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A description set as it is told, and the nodes themselves."""

    told: DescriptionSet
    nodes: tuple[Located, ...]


class Graphs:
    """Documents as they stand now, each read once for one answer."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._stored: dict[Ctid, StoredDocument | None] = {}
        self._read: dict[Ctid, Document] = {}

    def load(self, nodes: Sequence[Located]) -> None:
        """Read the documents of some nodes in one go."""
        missing = sorted({one.document for one in nodes} - self._stored.keys())
        found = self._ports.store.current(missing) if missing else {}
        for ctid in missing:
            stored = found.get(ctid)
            self._stored[ctid] = stored if stored is not None and not stored.deleted and not stored.provisional else None

    def document(self, stored: StoredDocument) -> Document:
        """A stored document, parsed."""
        if stored.ctid not in self._read:
            self._read[stored.ctid] = restored(stored.normalised, stored.digest)
        return self._read[stored.ctid]

    def find(self, one: Located) -> tuple[Mapping[str, Any], StoredDocument] | None:
        """A node as published now; None for one that is gone, or that has no name and whose document has changed since."""
        stored = self._stored.get(one.document)
        if stored is None:
            return None
        document = self.document(stored)
        if one.ctid is not None:
            node = document.index.get(one.ctid)
            return None if node is None else (node, stored)
        if stored.seq != one.seq:
            return None
        nodes = self._ports.queries.nodes(document)
        return (nodes[one.place], stored) if one.place < len(nodes) else None

    def nodes(self, located: Sequence[Located]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Nodes as published, each with a name of its own for telling it from others."""
        self.load(located)
        for one in located:
            found = self.find(one)
            if found is not None:
                yield f"{one.document} {one.ctid or one.place}", found[0]


def description_sets(
    ports: Ports,
    graphs: Graphs,
    node: Mapping[str, Any],
    ctid: str,
    *,
    limit: int,
    exact: str | None = None,
    contains: str | None = None,
) -> tuple[Found, ...]:
    """The description sets of a record that have anything in them, in the order of their paths."""
    stated = node.get("@type")
    kinds = [kind for kind in (stated if isinstance(stated, list) else [stated]) if isinstance(kind, str)]
    branches = [branch for kind in kinds for branch in chosen(kind, exact=exact, contains=contains)]
    found = []
    for one in sorted(ports.queries.related(Ctid(ctid), branches, limit=limit), key=lambda one: one.path):
        graphs.load(one.nodes)
        named = (graphs.find(located) for located in one.nodes)
        uris = tuple(uri for entry in named if entry is not None and isinstance(uri := entry[0].get("@id"), str))
        found.append(Found(DescriptionSet(one.path, one.total, uris), one.nodes))
    return tuple(found)


def sets_of(ports: Ports, ctid: Ctid, *, limit: int, exact: str | None = None, contains: str | None = None) -> tuple[DescriptionSet, ...]:
    """The description sets of a CTID. :raises NotFound: ``registry.not_found``, ``registry.deleted``"""
    stored = ports.store.get(ctid)
    if stored is None:
        raise NotFound(NOT_FOUND, ctid=ctid)
    if stored.deleted:
        raise NotFound(DELETED, ctid=ctid)
    graphs = Graphs(ports)
    node = graphs.document(stored).index.get(ctid, {})
    return tuple(one.told for one in description_sets(ports, graphs, node, ctid, limit=limit, exact=exact, contains=contains))
