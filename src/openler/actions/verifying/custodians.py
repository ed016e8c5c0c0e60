"""Asking custodians about an address that has fallen silent, or whose issuer is closed.

What they answer is taken only with their signature (:mod:`openler.credentials.custody`). An issuer that is merely slow is
not asked for elsewhere: a time limit that passed, or an error of its server, says nothing about whether it is still there.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from openler.actions.ports import Ports
from openler.actions.verifying.reading import NOT_FOUND_THERE, PAGE_THERE, Reading
from openler.credentials import custody, dids
from openler.credentials.evidence import MAX_DOCUMENT, Evidence, Item, Kind, Need
from openler.credentials.policy import Custodian
from openler.errors import NotFound, OpenlerError, Unavailable, declare
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

NOT_HELD = declare("custody.not_held", by=__name__)
NOT_ANSWERED = declare("custody.not_answered", by=__name__)

_SILENT = frozenset({NOT_FOUND_THERE, PAGE_THERE, "net.name_unknown", "net.unreachable", "net.tls_failed"})
"""Why an address may have been given up for good: its name is gone, nobody listens, the certificate ran out, 404, 410, or a
page where there should be data."""
_KEPT = frozenset({Kind.CONTROLLER, Kind.STATUS_LIST, Kind.SCHEMA, Kind.RESOURCE, Kind.VERSION})
_OK = 200


def fell_silent(item: Item) -> bool:
    """Whether an address gave an answer that a custodian may stand in for."""
    return item.body is None and item.code in _SILENT and item.kind in _KEPT


def is_closed(need: Need, custodians: Sequence[Custodian]) -> bool:
    """Whether a custodian says that the issuer is closed: whoever answers at its address now may be somebody else."""
    return any(url in each.closed for each in custodians for url in need.urls)


def from_custodians(reading: Reading, need: Need, custodians: Sequence[Custodian], evidence: Evidence) -> list[Item]:
    """The first believable answer, with the custodian's own keys where they had to be read; empty where there is none."""
    for custodian in custodians:
        own = _own_keys(reading, custodian, evidence)
        for url in need.urls:
            try:
                item = _asked(reading, need, url, custodian)
                custody.believed(item, evidence.adding(own), (custodian,))
            except OpenlerError:
                continue
            return [item, *own]
    return []


def _own_keys(reading: Reading, custodian: Custodian, evidence: Evidence) -> list[Item]:
    """A custodian's DID document, where its identifier is not all one needs."""
    try:
        urls = dids.addresses(custodian.did, reading.plain_origins)
    except OpenlerError:
        return []
    if not urls or evidence.find(Kind.CONTROLLER, custodian.did) is not None:
        return []
    return [reading.pursue(Need(Kind.CONTROLLER, custodian.did, urls, "application/did+json, application/json", MAX_DOCUMENT))]


def _asked(reading: Reading, need: Need, url: str, custodian: Custodian) -> Item:
    ports = reading.ports
    if reading.serving and custodian.address == ports.base_url.rstrip("/"):
        answer = held(ports, url)
    else:
        asked = f"{custodian.address}/custody/snapshots?{urlencode({'address': url})}"
        got = ports.fetch.get(asked, accept="application/json", limit=2 * need.limit + MAX_DOCUMENT)
        if got.status != _OK:
            raise Unavailable(NOT_ANSWERED, url=asked[:200], status=got.status)
        answer = got.body
    found = parse_json(answer, max_bytes=2 * need.limit + MAX_DOCUMENT)
    if not isinstance(found, dict) or not isinstance(found.get("statement"), dict):
        raise Unavailable(NOT_ANSWERED, url=url[:200], status=_OK)
    try:
        body = base64.b64decode(str(found.get("body")), validate=True)
    except (ValueError, binascii.Error):
        raise Unavailable(NOT_ANSWERED, url=url[:200], status=_OK) from None
    statement = found["statement"]
    media_type = str(statement.get("mediaType", ""))
    return Item(need.kind, need.key, reading.now, url, body, media_type=media_type, statement=jcs(statement).decode())


def held(ports: Ports, address: str, *, at: datetime | None = None) -> bytes:
    """What this custodian answers for an address: its newest statement, or the newest until ``at``, with the body it is about.

    :raises NotFound: ``custody.not_held``
    """
    moment = at if at is None or at.tzinfo is not None else at.replace(tzinfo=UTC)
    found = ports.trust.snapshot(address, at=moment)
    body = ports.trust.body(found.digest) if found is not None else None
    if found is None or body is None:
        raise NotFound(NOT_HELD, url=address[:200])
    return jcs({"statement": parse_json(found.statement), "body": base64.b64encode(body).decode(), "snapshot": found.seq})


def history(ports: Ports, address: str) -> list[dict[str, Any]]:
    """All statements on an address, oldest first. :raises NotFound: ``custody.not_held``"""
    found = ports.trust.snapshots(address)
    if not found:
        raise NotFound(NOT_HELD, url=address[:200])
    return [{"snapshot": each.seq, "statement": parse_json(each.statement)} for each in found]
