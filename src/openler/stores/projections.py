"""The projections of a data directory, wired together: what :mod:`openler.bootstrap` asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openler.actions.job_ports import Spread
from openler.actions.ports import Store
from openler.stores.columns.index import ColumnIndex
from openler.stores.graph import RdfStore, RegistryGraph
from openler.stores.links import Links
from openler.stores.projector import FollowingProjector
from openler.stores.search import TantivyIndex


@dataclass(frozen=True, slots=True)
class Projections:
    """Search, graph, queries, and the projector that keeps all in step."""

    search: TantivyIndex
    graph: RegistryGraph
    queries: ColumnIndex
    projector: FollowingProjector


def projections(data: Path, store: Store, base_url: str, spread: Spread | None = None) -> Projections:
    """The projections under ``{data}/projections``; nothing is opened or written before it is needed."""
    directory = data / "projections"
    links = Links(directory / "links.sqlite")
    search = TantivyIndex(directory / "search")
    rdf = RdfStore(directory / "graph", base_url)
    queries = ColumnIndex(directory / "query.sqlite")
    projector = FollowingProjector(directory, store, links, [search, rdf, queries], spread)
    return Projections(search, RegistryGraph(store, rdf, links), queries, projector)
