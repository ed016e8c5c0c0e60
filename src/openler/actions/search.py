"""Find what the registry holds, by words and facets."""

from __future__ import annotations

from dataclasses import replace

from openler.actions.duplicates import hidden
from openler.actions.ports import Found, Ports, Query
from openler.ctdl.summary import FACETS
from openler.errors import Misused, declare

UNKNOWN_FACET = declare("search.unknown_facet", by=__name__)
TOO_DEEP = declare("search.too_deep", by=__name__)

MAX_LIMIT = 200
"""Most hits on one page, as the national Registry has it."""
MAX_OFFSET = 10_000
"""How deep a search may be paged; who wants everything lists envelopes."""


def search(ports: Ports, query: Query) -> Found:
    """Search. ``limit`` above :data:`MAX_LIMIT` is read as that; any words are allowed and searched for as written.

    Of what people confirmed to be one thing, one is found (:mod:`~openler.actions.duplicates`).

    :raises Misused: ``search.unknown_facet``, ``search.too_deep``
    """
    for facet in query.facets:
        if facet not in FACETS:
            raise Misused(UNKNOWN_FACET, place=facet[:40], facet=facet[:40], known=", ".join(FACETS))
    if query.offset > MAX_OFFSET:
        raise Misused(TOO_DEEP, seen=query.offset, limit=MAX_OFFSET)
    limit, offset = min(max(query.limit, 0), MAX_LIMIT), max(query.offset, 0)
    return ports.search.find(replace(query, limit=limit, offset=offset, without=(*query.without, *hidden(ports))))
