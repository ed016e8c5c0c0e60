"""The registry as RDF: pyoxigraph, opened by the projector alone.

Everybody else is answered from the journal's documents, and in SPARQL from a copy of the store.

Each document is a named graph, ``{base}/graph/{ctid}``, read as :mod:`openler.ctdl.dataset` says.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import orjson
import pyoxigraph as ox

from openler.actions.ports import Named, Reference, Store
from openler.actions.sparql_ports import Answer, Question, RdfType
from openler.ctdl.dataset import named_graph, together
from openler.ctdl.document import parse
from openler.ctdl.terms import CONTEXT_IRI, terms
from openler.errors import NotFound, declare
from openler.ids import Ctid, Digest
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.serialise import to_nquads, to_ntriples, to_turtle
from openler.stores.links import Links
from openler.stores.position import Batch, Load, Position
from openler.stores.snapshots import Snapshots
from openler.stores.sparql import Sparql

GRAPH_NOT_FOUND = declare("projections.graph_not_found", by=__name__)

BULK_FROM = 100
"""Documents from which on a batch is loaded in bulk."""


def graphs(base_url: str, batch: Batch) -> list[bytes]:
    """Documents as named graphs in JSON-LD, to be put together."""
    return [named_graph(base_url, document) for document in batch.documents.values() if document is not None]


_MARK = ox.NamedNode("urn:openler:projection")
_HOLDS = ox.NamedNode("urn:openler:holds")


class RdfStore:
    """The projection: one pyoxigraph store, opened when the projector first needs it and closed when it lets go."""

    name = "graph"
    reads: tuple[str, ...] = ()

    def __init__(self, place: Path, base_url: str) -> None:
        self._place = place
        self._base = base_url.rstrip("/")
        self._store: ox.Store | None = None
        self.derive = partial(graphs, self._base)
        self.snapshots = Snapshots(place.with_name("graph-snapshots"))
        self.sparql = Sparql(self.snapshots, self._base)

    def graph_name(self, ctid: Ctid) -> str:
        """The IRI of a document's named graph."""
        return f"{self._base}/graph/{ctid}"

    def dump(self, ctid: Ctid) -> bytes | None:
        """A document's statements as N-Quads, where this process has the store open and it holds the document."""
        if self._store is None:
            return None
        quads = sorted(str(quad) for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(self.graph_name(ctid))))
        return "".join(f"{quad} .\n" for quad in quads).encode() or None

    def position(self) -> Position | None:
        """The last entry held, kept in the store itself."""
        if not self._place.exists():
            return None
        try:
            found = next(self._open().quads_for_pattern(_MARK, _HOLDS, None, None), None)
        except (OSError, ValueError):
            return None
        if found is None or not isinstance(found.object, ox.Literal):
            return None
        seq, digest = found.object.value.split(" ")
        position = Position(int(seq), Digest(digest))
        newest = self.snapshots.newest()
        if newest is None or newest.seq != position.seq:  # an older openler's store, or one killed before its copy was made
            self.snapshots.make(self._open(), position)
        return position

    def take(self, load: Load) -> None:
        """Replace the documents' graphs; the mark comes last, so that a load killed midway is taken again."""
        store, position = self._open(), load.position
        if not load.fresh:
            for ctid in load.documents:
                store.remove_graph(ox.NamedNode(self.graph_name(ctid)))
        self._add(store, [graph for one in load.derived for graph in one.rows])
        store.flush()
        old = list(store.quads_for_pattern(_MARK, _HOLDS, None, None))
        store.add(ox.Quad(_MARK, _HOLDS, ox.Literal(f"{position.seq} {position.hash}")))
        for quad in old:
            if quad.object.value != f"{position.seq} {position.hash}":  # type: ignore[union-attr]
                store.remove(quad)
        store.flush()
        self.snapshots.make(store, position)

    def reset(self) -> None:
        """Delete the store."""
        self.close()
        self.snapshots.reset()
        shutil.rmtree(self._place, ignore_errors=True)

    def close(self) -> None:
        """Close the store, so that another process can open it."""
        self._store = None

    def _open(self) -> ox.Store:
        if self._store is None:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            self._store = ox.Store(str(self._place))
        return self._store

    def _add(self, store: ox.Store, graphs: Sequence[bytes]) -> None:
        if not graphs:
            return
        data = together(graphs)
        # Bulk loading writes sorted files of its own: quick for many documents, wasteful for a few.
        load = store.bulk_load if len(graphs) >= BULK_FROM else store.load
        load(data, format=ox.RdfFormat.JSON_LD, base_iri=f"{self._base}/")


class RegistryGraph:
    """A :class:`~openler.actions.ports.Graph`: the RDF store where this process owns it, the journal, and the link table."""

    def __init__(self, store: Store, rdf: RdfStore, links: Links) -> None:
        self._store = store
        self._rdf = rdf
        self._links = links
        self._contexts = Contexts.pinned().with_document(CONTEXT_IRI, terms().context())

    def describe(self, ctid: Ctid, *, media_type: RdfType) -> bytes:
        """See :meth:`~openler.actions.ports.Graph.describe`. Always the current version, whatever the projection's lag.

        :raises NotFound: ``projections.graph_not_found``
        """
        stored = self._store.get(ctid)
        if stored is None or stored.deleted:
            raise NotFound(GRAPH_NOT_FOUND, ctid=ctid)
        value = orjson.loads(stored.normalised)
        value["@context"] = CONTEXT_IRI
        value["@id"] = self._rdf.graph_name(stored.ctid)
        write = {"text/turtle": to_turtle, "application/n-quads": to_nquads, "application/n-triples": to_ntriples}[media_type]
        return write(value, self._contexts)

    def ask(self, question: Question) -> Answer:
        """See :meth:`~openler.actions.ports.Graph.ask`."""
        return self._rdf.sparql.ask(question, head=self._store.head())

    def named(self, ctids: Sequence[Ctid]) -> Mapping[Ctid, Named]:
        """See :meth:`~openler.actions.ports.Graph.named`. What the link table does not hold yet is read from the journal."""
        found = self._links.named(ctids)
        missing = [ctid for ctid in ctids if ctid not in found]
        for ctid, stored in (self._store.current(missing) if missing else {}).items():
            if not stored.deleted:
                document = parse(stored.normalised)
                found |= {entry.ctid: entry for entry in self._links.names_in(document) if entry.ctid == ctid}
        return found

    def referring(self, ctid: Ctid, *, predicates: Sequence[str] = (), limit: int = 1000) -> tuple[Reference, ...]:
        """See :meth:`~openler.actions.ports.Graph.referring`."""
        return self._links.referring(ctid, predicates=predicates, limit=limit)
