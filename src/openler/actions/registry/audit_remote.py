"""Audit a registry from outside: read its journal over HTTP, recompute chain and tree, and hold them against the head it signed.

Its documents are read and hashed only where asked for: there may be a million.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from openler.actions.finding.envelopes import MAX_PER_PAGE
from openler.actions.ports import Entry, Ports
from openler.actions.registry import audit_findings as codes
from openler.actions.registry.audit import MAX_HEAD_BYTES, head_notes
from openler.actions.registry.audit_findings import AuditFinding, AuditReport, Findings, KeptHead
from openler.actions.registry.check_proof import REGISTRY_DIFFERS
from openler.actions.registry.head import read_entry
from openler.actions.registry.journal import entry_form, entry_hash
from openler.credentials.dids import addresses, web_did
from openler.ctdl.document import MAX_DOCUMENT_BYTES
from openler.errors import Malformed, Misused, OpenlerError, Unavailable, declare
from openler.ids import Digest
from openler.linkeddata.parse import parse_json
from openler.merkle import tiles
from openler.merkle.tree import leaf_hash

URL_MALFORMED = declare("audit.url_malformed", by=__name__)

MAX_PAGE_BYTES = 4 * 1024 * 1024
_OK = 200
_ABSENT = frozenset({404, 410})
Progress = Callable[[int, int], None]


def audit_remote(
    ports: Ports, url: str, *, against: bytes | None = None, documents: bool = False, progress: Progress | None = None
) -> AuditReport:
    """Audit the registry at an address.

    :raises Misused: ``audit.url_malformed``
    :raises Malformed: its head, or the one to compare with, is none, or is signed by nobody or another
    :raises Refused: the address may not be read from here
    :raises Unavailable: ``audit.not_answered``
    """
    base = url.rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise Misused(URL_MALFORMED, place="URL", seen=url[:80])
    head, document, notes = _head(ports, base)
    kept = None if against is None else _kept(ports, against, head, document)
    found = Findings()
    walked = _Walk(None if kept is None else kept.size)
    signed = KeptHead.read(head, ())
    size = signed.size
    read = _read(ports, base, size, walked, found, progress, documents=documents)
    if walked.size == size and (walked.root(size), walked.previous) != (signed.root, signed.chain):
        found.add(codes.TREE_DIFFERS, "head", level=0, number=0)
    if kept is not None:
        _against(walked, kept, size, found)
    compared = None if kept is None else kept.size
    notes += () if kept is None else kept.notes
    return AuditReport(walked.size, read, head, compared, tuple(found.listed), found.count, notes)


def _kept(ports: Ports, content: bytes, head: Mapping[str, Any], document: object) -> KeptHead:
    value = parse_json(content, max_bytes=MAX_HEAD_BYTES, max_depth=10)
    same = isinstance(value, Mapping) and value.get("registry") == head["registry"]
    return KeptHead.read(value, head_notes(value, now=ports.clock.now(), document=document if same else None))


def _head(ports: Ports, base: str) -> tuple[Mapping[str, Any], object, tuple[AuditFinding, ...]]:
    """The head that the registry at ``base`` signed as itself, its DID document, and notes about the key."""
    head, did = _json(ports, f"{base}/journal/head"), web_did(base)
    seen = head.get("registry") if isinstance(head, Mapping) else None
    if seen != did:
        raise Malformed(REGISTRY_DIFFERS, place="/registry", seen=str(seen)[:80], wanted=did)
    document = _did_document(ports, did)
    return head, document, head_notes(head, now=ports.clock.now(), document=document)


def _read(ports: Ports, base: str, size: int, walked: _Walk, found: Findings, progress: Progress | None, *, documents: bool) -> int:
    """Read the journal's first ``size`` entries; how many documents were read with them."""
    read = 0
    while walked.size < size:
        page = _json(ports, f"{base}/envelopes/events?after={walked.size}&per_page={MAX_PER_PAGE}")
        if not isinstance(page, list) or not page:
            found.add(codes.CUT_OFF, f"seq {walked.size + 1}", first=walked.size + 1, last=size)
            break
        for event in page[: size - walked.size]:
            entry = event_entry(event)
            walked.add(entry, found)
            if documents and entry.digest is not None:
                read += 1
                _document(ports, base, entry, found)
        if progress:
            progress(walked.size, size)
    return read


class _Walk:
    """A journal as it is read: its chain and its tree, and the chain's end at the size that is compared."""

    def __init__(self, compared: int | None) -> None:
        self.size = 0
        self.previous: Digest | None = None
        self.chain_then: Digest | None = None
        self._compared = compared
        self._tiles: dict[tiles.Tile, bytes] = {}

    def add(self, entry: Entry, found: Findings) -> None:
        """One entry more."""
        if entry.seq != self.size + 1:
            found.add(codes.ENTRY_MISSING, f"seq {self.size + 1}", first=self.size + 1, last=max(entry.seq - 1, self.size + 1))
        elif entry.previous != self.previous:
            found.add(codes.CHAIN_BROKEN, f"seq {entry.seq}", seq=entry.seq, before=entry.seq - 1)
        self._tiles |= tiles.grown(self.size, [leaf_hash(entry_form(entry))], self._read)
        self.size += 1
        self.previous = entry_hash(entry)
        if self.size == self._compared:
            self.chain_then = self.previous

    def root(self, size: int) -> str:
        """The tree's root at a size."""
        return tiles.root(size, self._read).hex()

    def _read(self, wanted: Any) -> dict[tiles.Tile, bytes]:
        return {tile: self._tiles[tile] for tile in wanted if tile in self._tiles}


def _against(walked: _Walk, kept: KeptHead, size: int, found: Findings) -> None:
    if kept.size > size:
        found.add(codes.HEAD_SHORTER, f"seq {size + 1}", size=size, kept=kept.size, time=kept.time)
    elif kept.size <= walked.size and (walked.root(kept.size), walked.chain_then) != (kept.root, kept.chain):
        found.add(codes.HEAD_REWRITTEN, f"seq 1-{kept.size}", kept=kept.size, time=kept.time)


def event_entry(event: object) -> Entry:
    """An entry from an event. :raises Malformed: ``registry.entry_malformed``"""
    told = event if isinstance(event, Mapping) else {}
    form = {
        "seq": told.get("id"),
        "ctid": told.get("envelope_ceterms_ctid"),
        "action": told.get("event"),
        "digest": told.get("resource_digest"),
        "previous": told.get("previous"),
        "publisher": told.get("published_by"),
        "time": _written(told.get("created_at")),
    }
    return read_entry(form | {name: told[name] for name in ("owner", "provisional", "statement", "origin") if name in told})


def _written(text: object) -> object:
    """A time as the journal writes it: UTC, six decimals."""
    try:
        return datetime.fromisoformat(str(text)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return text


def _document(ports: Ports, base: str, entry: Entry, found: Findings) -> None:
    """Read and hash one version. What could not be asked is raised: a registry that is busy has dropped nothing."""
    url = f"{base}/envelopes/{entry.ctid}/revisions/{entry.seq}"
    answer = ports.fetch.get(url, accept="application/json", limit=MAX_DOCUMENT_BYTES)
    if answer.status in _ABSENT:
        found.add(codes.DOCUMENT_MISSING, f"seq {entry.seq}", ctid=entry.ctid, digest=entry.digest, seq=entry.seq)
    elif answer.status != _OK:
        raise Unavailable(codes.HEAD_NOT_ANSWERED, url=url[:200], status=answer.status)
    elif Digest.of(answer.body) != entry.digest:
        found.add(codes.DOCUMENT_CHANGED, f"seq {entry.seq}", ctid=entry.ctid, digest=entry.digest)


def _did_document(ports: Ports, did: str) -> object:
    """The registry's DID document, or None where it cannot be read: then the key stays unconfirmed."""
    for address in addresses(did, ports.plain_origins):
        try:
            return _json(ports, address)
        except OpenlerError:
            continue
    return None


def _json(ports: Ports, url: str) -> Any:
    return parse_json(_bytes(ports, url, limit=MAX_PAGE_BYTES), max_bytes=MAX_PAGE_BYTES, max_depth=20)


def _bytes(ports: Ports, url: str, *, limit: int) -> bytes:
    answer = ports.fetch.get(url, accept="application/json", limit=limit)
    if answer.status != _OK:
        raise Unavailable(codes.HEAD_NOT_ANSWERED, url=url[:200], status=answer.status)
    return answer.body
