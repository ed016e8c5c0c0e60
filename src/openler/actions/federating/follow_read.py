"""Read a registry that signs its journal: heads, pages of entries with their documents, each checked before it is believed.

Nothing is taken on trust: a page's entries must continue the hash chain from the last one that was taken, up to a head that the
registry signed for exactly that many entries; a document must be the one whose digest its entry names, and the registry must have
signed whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from openler.actions.finding.envelopes import MAX_PER_PAGE
from openler.actions.finding.events import MAX_PAGE_BYTES
from openler.actions.ports import Entry, Ports
from openler.actions.registry.audit_remote import event_entry
from openler.actions.registry.check_proof import STATEMENT, Given, check, sealed
from openler.actions.registry.head import CONSISTENCY, HEAD, size_of
from openler.actions.registry.journal import entry_hash
from openler.credentials.dids import addresses, web_did
from openler.credentials.faults import CannotCheck
from openler.credentials.report import Outcome
from openler.ctdl.document import MAX_DEPTH, MAX_DOCUMENT_BYTES
from openler.errors import Malformed, OpenlerError, Refused, Unavailable, declare
from openler.ids import Did, Digest
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

NOT_ANSWERED = declare("follow.not_answered", by=__name__)
NO_PROOFS = declare("follow.no_proofs", by=__name__)
FEED_MALFORMED = declare("follow.feed_malformed", by=__name__)
OTHER_REGISTRY = declare("follow.other_registry", by=__name__)
UNCONFIRMED = declare("follow.unconfirmed", by=__name__)
REWRITTEN = declare("follow.rewritten", by=__name__)

MAX_PAGE = MAX_DOCUMENT_BYTES + 2 * MAX_PAGE_BYTES
"""Largest page that is read, in bytes: one of the largest documents, or many small ones, with what was signed about them."""
MAX_SMALL = 256 * 1024
FIRST_YEAR = 1990
LAST_YEAR = 9998
"""Nothing was published in a registry before the one, nor can a moment after the other be told in every time zone."""
_OK, _NOT_FOUND = 200, 404


@dataclass(frozen=True, slots=True)
class Peer:
    """A registry that is read: its address, its DID, and the DID document that says with which keys it signs."""

    url: str
    did: Did
    document: object


@dataclass(frozen=True, slots=True)
class Page:
    """Entries that continue the journal, with what came with each; ``head`` is signed for exactly the last of them."""

    entries: tuple[tuple[Entry, Mapping[str, Any]], ...]
    chain: Digest | None
    head: Mapping[str, Any]


def peer_at(ports: Ports, url: str) -> Peer:
    """The registry at an address.

    :raises Refused: ``follow.no_proofs``; ``follow.unconfirmed``: it does not say with what it signs
    :raises Unavailable: it does not answer
    """
    did = web_did(url)
    document = did_document(ports, did)
    if document is None:  # a registry that never signed has no key yet; asked for its head, it makes one
        read_json(ports, f"{url}/journal/head", limit=MAX_SMALL, missing=Refused(NO_PROOFS, url=url))
        document = did_document(ports, did)
    if document is None:
        raise Refused(UNCONFIRMED, url=url)
    return Peer(url, did, document)


def did_document(ports: Ports, did: Did) -> object:
    """A DID's document, or None where it cannot be read."""
    try:
        places = addresses(did, ports.plain_origins)
    except (Malformed, CannotCheck):
        return None
    for address in places:
        try:
            return read_json(ports, address, limit=MAX_SMALL)
        except OpenlerError:
            continue
    return None


def read_head(ports: Ports, peer: Peer, size: int | None = None) -> Mapping[str, Any]:
    """The head it signs, for its first ``size`` entries or all.

    :raises Refused: ``follow.no_proofs``, ``follow.unconfirmed``
    :raises Malformed: it is no head, its signature is wrong, ``follow.other_registry``
    """
    asked = "" if size is None else f"?size={size}"
    head = read_json(ports, f"{peer.url}/journal/head{asked}", limit=MAX_SMALL, missing=Refused(NO_PROOFS, url=peer.url))
    _confirmed(ports, peer, head, HEAD)
    if size is not None and size_of(head) != size:
        raise Malformed(FEED_MALFORMED, place="/journal/head", url=peer.url)
    size_of(head)
    return dict(head)


def only_grew(ports: Ports, peer: Peer, kept: bytes, head: Mapping[str, Any]) -> None:
    """Make sure that a head continues the one that was kept, by proof (RFC 9162, section 2.1.4).

    :raises Refused: ``follow.rewritten``: its journal is not the one that it was
    """
    old = parse_json(kept, max_bytes=MAX_SMALL, max_depth=10)
    first, second = size_of(old), size_of(head)
    if first > second:
        raise Refused(REWRITTEN, url=peer.url, first=first, second=second)
    if first == second:
        if isinstance(old, Mapping) and (old.get("root"), old.get("chain")) != (head.get("root"), head.get("chain")):
            raise Refused(REWRITTEN, url=peer.url, first=first, second=second)
        return
    proof = read_json(ports, f"{peer.url}/journal/proofs/consistency?from={first}&to={second}", limit=MAX_SMALL)
    if not isinstance(proof, Mapping) or proof.get("type") != CONSISTENCY:
        raise Malformed(FEED_MALFORMED, place="/journal/proofs/consistency", url=peer.url)
    checked = check(jcs(dict(proof)), now=ports.clock.now(), did_document=peer.document, against=kept)
    same = isinstance(proof.get("head"), Mapping) and proof["head"].get("root") == head.get("root")
    if checked.outcome is not Outcome.PASSED or not same:
        raise Refused(REWRITTEN, url=peer.url, first=first, second=second)


def read_page(ports: Ports, peer: Peer, after: int, chain: Digest | None, size: int) -> Page:
    """Up to 200 entries after the last one taken, but not beyond ``size``.

    :raises Refused: ``follow.rewritten``: they do not continue the chain, or no head was signed for them
    :raises Malformed: ``follow.feed_malformed`` and what is wrong with an entry
    """
    limit = min(MAX_PER_PAGE, size - after)
    told = read_json(ports, f"{peer.url}/envelopes/events?after={after}&per_page={limit}&documents=true", limit=MAX_PAGE)
    if not isinstance(told, list) or not told or len(told) > limit:
        raise Malformed(FEED_MALFORMED, place="/envelopes/events", url=peer.url)
    found: list[tuple[Entry, Mapping[str, Any]]] = []
    for event in told:
        entry = event_entry(event)
        if entry.seq != after + len(found) + 1:
            raise Malformed(FEED_MALFORMED, place=f"seq {entry.seq}", url=peer.url)
        if entry.previous != chain:
            raise Refused(REWRITTEN, url=peer.url, first=after + len(found), second=entry.seq)
        chain = entry_hash(entry)
        found.append((entry, event))
    head = read_head(ports, peer, found[-1][0].seq)
    if head.get("chain") != chain:
        raise Refused(REWRITTEN, url=peer.url, first=after, second=found[-1][0].seq)
    return Page(tuple(found), chain, head)


def statement_of(ports: Ports, peer: Peer, value: object) -> Mapping[str, Any]:
    """What a registry signed about a document. :raises Malformed: it did not :raises Refused: ``follow.unconfirmed``"""
    _confirmed(ports, peer, value, STATEMENT)
    return value if isinstance(value, Mapping) else {}


def moment(value: object, place: str) -> datetime:
    """A moment with its time zone, in UTC. :raises Malformed: ``follow.feed_malformed``"""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Malformed(FEED_MALFORMED, place=place, url=str(value)[:40])
    return found.astimezone(UTC)


def read_json(ports: Ports, url: str, *, limit: int, missing: OpenlerError | None = None) -> Any:
    """The JSON at an address, at most ``limit`` bytes.

    :raises Unavailable: ``follow.not_answered``, and what the guarded fetch raises
    :raises Malformed: it is no strict JSON
    """
    answer = ports.fetch.get(url, accept="application/json", limit=limit)
    if answer.status == _NOT_FOUND and missing is not None:
        raise missing
    if answer.status != _OK:
        raise Unavailable(NOT_ANSWERED, url=url[:200], status=answer.status)
    return parse_json(answer.body, max_bytes=limit, max_depth=MAX_DEPTH + 4)


def kept_form(head: Mapping[str, Any]) -> bytes:
    """A head as it is kept."""
    return orjson.dumps(dict(head), option=orjson.OPT_SORT_KEYS)


def _confirmed(ports: Ports, peer: Peer, value: object, kind: str) -> None:
    """The value must be of that kind and signed by the peer, with a key that its DID document lists."""
    seen = value.get("registry") if isinstance(value, Mapping) else None
    if seen != peer.did:
        raise Malformed(OTHER_REGISTRY, place="/registry", seen=str(seen)[:80], wanted=peer.did)
    findings = sealed(value, Given(ports.clock.now(), peer.document), kind=kind)
    if any(finding.outcome is not Outcome.PASSED for finding in findings):
        raise Refused(UNCONFIRMED, url=peer.url)
