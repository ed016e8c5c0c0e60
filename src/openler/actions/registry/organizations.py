"""The organizations that are published, as imports look for those that they name."""

from __future__ import annotations

from collections.abc import Iterator

from openler.actions.ports import EnvelopeFilter, Ports
from openler.ctdl.document import Document, restored
from openler.ctdl.terms import terms
from openler.ids import Ctid

PAGE = 500


def organizations(ports: Ports) -> Iterator[Document]:
    """All of them, class by class, in order of CTID. :raises Unavailable: the store does not answer"""
    for name in sorted(terms().subclasses("ceterms:Agent")):
        after: Ctid | None = None
        while page := ports.store.documents(EnvelopeFilter(ctdl_type=name), after=after, limit=PAGE):
            for stored in page:
                yield restored(stored.normalised, stored.digest)
            after = page[-1].ctid
