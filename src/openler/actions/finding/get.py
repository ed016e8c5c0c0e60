"""Read what is published, as documents or as single resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openler.actions.ports import EnvelopeFilter, Ports, StoredDocument
from openler.actions.sparql_ports import RdfType
from openler.ctdl.document import Document, restored
from openler.ctdl.terms import CONTEXT_IRI, terms
from openler.errors import NotFound, declare
from openler.ids import Ctid

NOT_FOUND = declare("registry.not_found", by=__name__)
DELETED = declare("registry.deleted", by=__name__)

BATCH = 500


def get_document(ports: Ports, ctid: Ctid) -> StoredDocument:
    """The document whose graph describes a CTID, as it stands now; a deleted one is a tombstone with ``deleted`` set.

    :raises NotFound: ``registry.not_found``
    """
    stored = ports.store.get(ctid)
    if stored is None:
        raise NotFound(NOT_FOUND, ctid=ctid)
    return stored


def parsed(ports: Ports, ctid: Ctid) -> Document:
    """The same, parsed.

    :raises NotFound: ``registry.not_found``, ``registry.deleted``
    """
    stored = get_document(ports, ctid)
    if stored.deleted:
        raise NotFound(DELETED, ctid=ctid)
    return restored(stored.normalised, stored.digest)


def get_resource(ports: Ports, ctid: Ctid) -> dict[str, Any]:
    """The one node that describes a CTID, with its context. Raises as :func:`parsed`."""
    document = parsed(ports, ctid)
    node = next((entry for entry in document.graph if entry.get("ceterms:ctid") == ctid), document.main)
    return {"@context": CONTEXT_IRI, **node}


def get_rdf(ports: Ports, ctid: Ctid, media_type: RdfType) -> bytes:
    """All statements of the document that describes a CTID. Raises as :func:`parsed`."""
    if get_document(ports, ctid).deleted:
        raise NotFound(DELETED, ctid=ctid)
    return ports.graph.describe(ctid, media_type=media_type)


def all_documents(ports: Ports, *types: str) -> Iterator[Document]:
    """All current documents whose class is one of ``types`` or below it, by class and CTID; without ``types``, all."""
    known = terms()
    classes: list[str | None] = [None] if not types else [*sorted({name for top in types for name in (top, *known.subclasses(top))})]
    for name in classes:
        after: Ctid | None = None
        while batch := ports.store.documents(EnvelopeFilter(ctdl_type=name), after=after, limit=BATCH):
            for stored in batch:
                yield restored(stored.normalised, stored.digest)
            after = batch[-1].ctid
