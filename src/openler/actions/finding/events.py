"""The journal as events, with the national Registry's own field names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from openler.actions.finding.envelopes import COMMUNITY, MAX_PER_PAGE, more
from openler.actions.interchange.export import since
from openler.actions.ports import Entry, JournalAction, Ports
from openler.actions.registry.registry_key import registry_key
from openler.actions.registry.statements import registry_statement
from openler.errors import Misused, declare
from openler.ids import Ctid

PAGES_WITH_DOCUMENTS = declare("registry.pages_with_documents", by=__name__)

WORDS = {
    JournalAction.PUBLISH: "create",
    JournalAction.UPDATE: "update",
    JournalAction.DELETE: "destroy",
    JournalAction.OFFER: "offer",
    JournalAction.TRANSFER: "transfer",
}
"""What the national Registry calls each, as far as it has them: who asks may say either."""
MAX_PAGE_BYTES = 8 * 1024 * 1024
"""How much text the documents of one page of events may have before no more are added to it."""
LOOK = 1_000
"""Entries read at once where most are passed over."""


def events_since(
    ports: Ports,
    after: str = "0",
    *,
    ctid: Ctid | None = None,
    event: str | None = None,
    page: int = 1,
    limit: int = MAX_PER_PAGE,
    documents: bool = False,
) -> tuple[Mapping[str, Any], ...]:
    """Journal entries after a sequence number, or from a day or moment on, oldest first; of one document, of one kind.

    With ``documents`` each entry that is its document's last comes with the document and what was signed about it, and the page
    ends at :data:`MAX_PAGE_BYTES`; a follower that has to read all entries then needs no other request. It goes on by ``after``:
    ``page`` counts pages of ``limit`` entries.

    :raises Unavailable: ``registry.key_closed``, with ``documents``
    :raises Misused: ``export.since_malformed``, ``registry.pages_with_documents``
    """
    if documents and page > 1:
        raise Misused(PAGES_WITH_DOCUMENTS, place="page")
    begin = since(after)
    seq = _before(ports, begin.moment) if begin.moment is not None else begin.seq
    wanted = min(max(limit, 1), MAX_PER_PAGE)
    skip = (page - 1) * wanted
    if ctid is not None:
        entries: Sequence[Entry] = [one for one in ports.store.versions(ctid) if one.seq > seq and _is(one, event)]
    elif event is None:
        entries, skip = ports.store.entries(after=seq + skip, limit=wanted), 0  # numbers have no gaps
    else:
        found: list[Entry] = []
        while len(found) < wanted and (some := ports.store.entries(after=seq, limit=LOOK)):
            matching = [one for one in some if _is(one, event)]
            found.extend(matching[skip:])
            skip = max(0, skip - len(matching))
            seq = some[-1].seq
        entries = found
    entries = entries[skip : skip + wanted]
    events = [_told(entry) for entry in entries]
    return _with_documents(ports, entries, events) if documents else tuple(events)


def _is(entry: Entry, event: str | None) -> bool:
    return event is None or event in {entry.action.value, WORDS[entry.action]}


def _before(ports: Ports, moment: datetime) -> int:
    """The last sequence number before a moment: times never go back along the journal."""
    low, high = 0, ports.store.head()
    while low < high:
        middle = (low + high + 1) // 2
        entry = ports.store.entries(after=middle - 1, limit=1)[0]
        low, high = (middle, high) if entry.time < moment else (low, middle - 1)
    return low


def _with_documents(ports: Ports, entries: Sequence[Entry], events: Sequence[dict[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    key, at = registry_key(ports), ports.clock.now()
    current = ports.store.current([entry.ctid for entry in entries])
    origins = ports.store.origins([entry.ctid for entry in entries])
    told: list[Mapping[str, Any]] = []
    size = 0
    for entry, event in zip(entries, events, strict=True):
        stored = current.get(entry.ctid)
        if stored is not None and stored.ctid == entry.ctid and stored.seq == entry.seq:
            size += len(stored.normalised)
            if told and size > MAX_PAGE_BYTES:
                break
            event["registry_statement"] = registry_statement(key, stored, at=at)
            if not stored.deleted:
                event["decoded_resource"] = orjson.loads(stored.normalised)
            origin = origins.get(entry.ctid)
            if origin is not None and origin.statement is not None:
                event["origin_statement"] = orjson.loads(origin.statement)
        told.append(event)
    return tuple(told)


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.seq,
        "event": entry.action.value,
        "envelope_ceterms_ctid": str(entry.ctid),
        "envelope_community": COMMUNITY,
        "resource_digest": entry.digest,
        "previous": entry.previous,
        "published_by": str(entry.publisher),
        "created_at": entry.time.isoformat(),
    } | more(entry)
