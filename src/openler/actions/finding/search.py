"""Find what the registry holds: by words and facets, near a place, or like something else."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace

import orjson

from openler.actions.ports import Found, Ports, Query
from openler.actions.registry.duplicates import hidden
from openler.actions.search_ports import Alike, Cursor
from openler.ctdl.places import MAX_KM, kilometers
from openler.ctdl.summary import FACETS
from openler.errors import Misused, declare
from openler.ids import Ctid

UNKNOWN_FACET = declare("search.unknown_facet", by=__name__)
TOO_DEEP = declare("search.too_deep", by=__name__)
CURSOR_MALFORMED = declare("search.cursor_malformed", by=__name__)
DISTANCE_MALFORMED = declare("search.distance_malformed", by=__name__)

MAX_LIMIT = 200
"""Most hits on one page, as the national Registry has it."""
MAX_OFFSET = 10_000
"""How deep a search may be paged; who wants everything lists envelopes."""
MAX_VALUES = 1_000
"""Most values told of one facet."""
MAX_CURSOR = 1_200
CURSOR_PARTS, MAX_NAMED = 4, 5
BACK = "back"
"""What a cursor ends with that leads to the page before."""
MAX_PLACE = 100
"""Characters of a place's name; the rest is left unread."""


def search(ports: Ports, query: Query, *, cursor: str = "", within: str = "") -> Found:
    """Search. ``limit`` above :data:`MAX_LIMIT` is read as that; any words are allowed and searched for as written.

    ``values`` above :data:`MAX_VALUES` is read as that.
    ``cursor`` is what :func:`next_cursor` gave for the page before, ``within`` a distance as people write it, such as ``25mi``.
    Of what people confirmed to be one thing, one is found (:mod:`~openler.actions.registry.duplicates`).

    :raises Misused: ``search.unknown_facet``, ``search.too_deep``, ``search.cursor_malformed``, ``search.distance_malformed``
    :raises NotFound: ``search.similar_to_nothing``
    :raises Unavailable: ``search.outdated``
    """
    for facet in (*query.facets, *query.counted):
        if facet not in FACETS:
            raise Misused(UNKNOWN_FACET, place=facet[:40], facet=facet[:40], known=", ".join(FACETS))
    if query.offset > MAX_OFFSET:
        raise Misused(TOO_DEEP, seen=query.offset, limit=MAX_OFFSET)
    if within.strip():
        found = kilometers(within)
        if found is None:
            raise Misused(DISTANCE_MALFORMED, place="within", seen=within[:40], limit=int(MAX_KM))
        query = replace(query, within=found)
    after = _read(cursor, query) if cursor else query.after
    limit, offset = min(max(query.limit, 0), MAX_LIMIT), max(query.offset, 0)
    without = (*query.without, *hidden(ports))
    values = min(max(query.values, 0), MAX_VALUES)
    asked = replace(query, limit=limit, offset=offset, near=query.near[:MAX_PLACE], after=after, without=without, values=values)
    return ports.search.find(asked)


def next_cursor(query: Query, found: Found) -> str:
    """Where the next page goes on, as text to be handed back; empty after the last. It holds no secret and says nothing of itself."""
    return _told(query, found.next)


def previous_cursor(query: Query, found: Found) -> str:
    """Where the page before ended, as text to be handed back like :func:`next_cursor`'s; empty before the first."""
    return _told(query, found.previous)


def _told(query: Query, cursor: Cursor | None) -> str:
    if cursor is None:
        return ""
    told = [_digest(query), cursor.hits, cursor.key, cursor.position, *([BACK] if cursor.back else [])]
    return base64.urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")


def _read(cursor: str, query: Query) -> Cursor:
    """A cursor as it was given. One of another search, or none at all, is refused."""
    try:
        told = orjson.loads(base64.b64decode(cursor[:MAX_CURSOR] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise Misused(CURSOR_MALFORMED, place="after") from error
    back = isinstance(told, list) and told[CURSOR_PARTS:] == [BACK]
    parts = told[:CURSOR_PARTS] if back else told
    digest, hits, key, position = parts if isinstance(parts, list) and len(parts) == CURSOR_PARTS else (None,) * CURSOR_PARTS
    if isinstance(position, bool) or not isinstance(position, int) or not 0 <= position <= MAX_OFFSET:
        raise Misused(CURSOR_MALFORMED, place="after")
    if digest != _digest(query) or isinstance(key, bool) or not isinstance(key, str | int | float):
        raise Misused(CURSOR_MALFORMED, place="after")
    named = tuple(Ctid.within(one) for one in hits if isinstance(one, str)) if isinstance(hits, list) else ()
    found = tuple(ctid for ctid in named if ctid is not None)
    if not found or len(found) > MAX_NAMED:
        raise Misused(CURSOR_MALFORMED, place="after")
    return Cursor(found, key, position, back=back)


def _digest(query: Query) -> str:
    """What two pages of one search have in common; the distance may be given as text and is left out."""
    facets = sorted((name, sorted(values)) for name, values in query.facets.items() if values)
    said = orjson.dumps([query.words.strip(), facets, query.near[:MAX_PLACE].strip(), query.similar])
    return hashlib.sha256(said).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why a resource is similar, in words: ``names`` of the skills, occupations, subjects or words that both have, ``more`` not named."""

    kind: str
    names: tuple[str, ...]
    more: int


def likenesses(ports: Ports, found: Found, *, shown: int = 3) -> dict[Ctid, tuple[Likeness, ...]]:
    """For each hit what it has in common with what was asked for, skills by their names."""
    skills = {value for hit in found.hits for one in hit.alike if one.kind == "skill" for value in one.values[:shown]}
    ctids = {value: ctid for value in skills if (ctid := Ctid.within(value)) is not None}
    named = ports.graph.named(tuple(ctids.values())) if ctids else {}

    def name(one: Alike, value: str) -> str:
        ctid = ctids.get(value) if one.kind == "skill" else None
        return named[ctid].name if ctid is not None and ctid in named else value

    return {
        hit.ctid: tuple(
            Likeness(one.kind, tuple(name(one, value) for value in one.values[:shown]), max(0, len(one.values) - shown))
            for one in hit.alike
        )
        for hit in found.hits
    }
