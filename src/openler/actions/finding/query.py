"""Ask the registry in the national Registry's query language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openler.actions.finding.description_sets import DescriptionSet, Graphs, description_sets
from openler.actions.finding.query_request import Asked
from openler.actions.ports import Located, Ports, StoredDocument


@dataclass(frozen=True, slots=True)
class Record:
    """A record found: its node as published, and what the registry knows of the document that describes it."""

    ctid: str
    node: Mapping[str, Any]
    stored: StoredDocument

    @property
    def uri(self) -> str:
        """Its address, as published."""
        named = self.node.get("@id")
        return named if isinstance(named, str) else self.ctid


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """A page of records and how many there are in all.

    ``sets`` are the description sets of each record on the page, by CTID; ``related`` the nodes beside the records: those that
    the sets name, those of the records' own graphs. ``behind`` is how many journal entries the index lacks.
    """

    total: int
    records: tuple[Record, ...]
    sets: Mapping[str, tuple[DescriptionSet, ...]] | None
    related: tuple[Mapping[str, Any], ...] | None
    behind: int


def query(ports: Ports, asked: Asked) -> QueryAnswer:
    """Answer a query.

    :raises Unavailable: ``query.too_slow``, or the store does not answer
    """
    selected = ports.queries.select(asked.condition, asked.order, skip=asked.skip, take=asked.take)
    graphs = Graphs(ports)
    records = tuple(_records(graphs, selected.nodes))
    sets = None
    related: dict[str, Mapping[str, Any]] = {}
    if asked.graphs:
        own = {record.ctid for record in records}
        for record in records:
            for at, node in enumerate(graphs.document(record.stored).graph):
                if node.get("ceterms:ctid") not in own:
                    related.setdefault(f"{record.stored.ctid} {at}", node)
    if asked.sets:
        sets = {}
        for record in records:
            found = description_sets(ports, graphs, record.node, record.ctid, limit=asked.branch)
            sets[record.ctid] = tuple(one.told for one in found)
            if asked.set_records:
                for one in found:
                    related |= dict(graphs.nodes(one.nodes))
    behind = next((lag.head - lag.seq for lag in ports.projector.lags() if lag.projection == "query"), 0)
    wanted = asked.graphs or asked.set_records
    return QueryAnswer(selected.total, records, sets, tuple(related.values()) if wanted else None, behind)


def _records(graphs: Graphs, nodes: Sequence[Located]) -> Iterable[Record]:
    """The records as they stand now; what was withdrawn since the index was made is left out."""
    graphs.load(nodes)
    for one in nodes:
        found = graphs.find(one)
        if found is not None and one.ctid is not None:
            yield Record(one.ctid, found[0], found[1])
