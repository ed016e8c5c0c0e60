"""Read many published resources at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openler.actions.ports import Ports, StoredDocument
from openler.ctdl.document import restored
from openler.ctdl.terms import terms
from openler.errors import Malformed, TooLarge, declare
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json

CTIDS_UNREADABLE = declare("query.ctids_unreadable", by=__name__)
TOO_MANY_CTIDS = declare("query.too_many_ctids", by=__name__)
CLASS_UNKNOWN = declare("query.class_unknown", by=__name__)

MAX_CTIDS = 500
"""Most CTIDs asked for at once."""


def read_ctids(body: bytes) -> tuple[tuple[Ctid, ...], str | None]:
    """The body of such a request: its CTIDs, each once, and the class it names. What is no CTID names nothing here.

    :raises Malformed: ``query.ctids_unreadable``, ``query.class_unknown``
    :raises TooLarge: ``query.too_many_ctids``
    """
    return ctids_of(parse_json(body))


def ctids_of(value: object) -> tuple[tuple[Ctid, ...], str | None]:
    """The same of a body that was read already."""
    given = value.get("ctids") if isinstance(value, dict) else None
    kind = value.get("@type") if isinstance(value, dict) else None
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Malformed(CTIDS_UNREADABLE, place="/ctids")
    if len(given) > MAX_CTIDS:
        raise TooLarge(TOO_MANY_CTIDS, place="/ctids", seen=len(given), limit=MAX_CTIDS)
    if kind is not None and (not isinstance(kind, str) or not terms().is_class(kind)):
        raise Malformed(CLASS_UNKNOWN, place="/@type", seen=str(kind)[:80])
    found = (Ctid.within(str(one).lower()) for one in given)
    return tuple(dict.fromkeys(one for one in found if one is not None)), kind


def nodes_of(ports: Ports, ctids: Sequence[Ctid]) -> tuple[Mapping[str, Any], ...]:
    """The nodes of some CTIDs that are published, in the order asked."""
    standing = _standing(ports, ctids)
    documents = {stored.ctid: restored(stored.normalised, stored.digest) for stored in standing.values()}
    nodes = (documents[standing[ctid].ctid].index.get(ctid) for ctid in ctids if ctid in standing)
    return tuple(node for node in nodes if node is not None)


def existing(ports: Ports, ctids: Sequence[Ctid], kind: str | None) -> tuple[Ctid, ...]:
    """Which CTIDs are published, of a class or any below it where one is named."""
    if kind is None:
        standing = _standing(ports, ctids)
        return tuple(ctid for ctid in ctids if ctid in standing)
    found = []
    for node in nodes_of(ports, ctids):
        stated = node.get("@type")
        if any(isinstance(one, str) and terms().is_a(one, kind) for one in (stated if isinstance(stated, list) else [stated])):
            found.append(Ctid(node["ceterms:ctid"]))
    return tuple(found)


def graphs_of(ports: Ports, ctids: Sequence[Ctid]) -> tuple[bytes, ...]:
    """The documents that describe some CTIDs, each once, in their normal form."""
    standing = _standing(ports, ctids)
    return tuple({standing[ctid].ctid: standing[ctid].normalised for ctid in ctids if ctid in standing}.values())


def _standing(ports: Ports, ctids: Sequence[Ctid]) -> Mapping[Ctid, StoredDocument]:
    found = ports.store.current(ctids)
    return {ctid: stored for ctid, stored in found.items() if not stored.deleted and not stored.provisional}
