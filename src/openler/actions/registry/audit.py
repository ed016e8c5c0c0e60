"""Audit a registry from inside: everything that can be recomputed is, and what differs is named.

What was published hashes to what the journal says; the journal's chain and tree hold; where documents stand follows from the
journal. Whoever can write in the database can rewrite all of that together: only a head that was kept elsewhere shows it, so that
is what ``against`` is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from openler.actions.ports import Entry, Ports
from openler.actions.registry import audit_findings as codes
from openler.actions.registry.audit_findings import AuditFinding, AuditReport, Findings, KeptHead
from openler.actions.registry.audit_replay import Replay
from openler.actions.registry.check_proof import KEY_NOT_CONFIRMED, Given, sealed
from openler.actions.registry.head import HEAD, head_content
from openler.actions.registry.journal import entry_form, entry_hash
from openler.actions.registry.registry_key import registry_did, registry_document
from openler.credentials.report import Outcome
from openler.ctdl.document import restored
from openler.errors import Internal, Malformed, NotFound
from openler.ids import Ctid, Digest
from openler.linkeddata.parse import parse_json
from openler.merkle import tiles, tree
from openler.merkle.tree import HASH_BYTES, leaf_hash

PAGE = 1_000
"""Rows read at a time."""

MAX_HEAD_BYTES = 100_000
Progress = Callable[[int, int], None]


def audit(ports: Ports, *, against: bytes | None = None, progress: Progress | None = None) -> AuditReport:
    """Recompute the registry and compare it with what is stored, and with a head that was kept.

    :raises Malformed: what is compared with is no signed head of this registry
    :raises Unavailable: the store does not answer
    """
    kept = None if against is None else read_head(ports, against)
    found = Findings()
    size = ports.store.head()
    if kept is not None:  # first, so that it is told whatever else is found
        _against(ports, kept, size, found)
    digests, versions = _versions(ports, found)
    leaves, replay, named = _journal(ports, digests, found, progress)
    for digest in sorted(digests - named):
        found.add(codes.DOCUMENT_UNKNOWN, digest.hex(), digest=digest.hex())
    _tree(ports, leaves, size, found)
    _states(ports, replay, found)
    try:
        head: Mapping[str, Any] = head_content(ports)
    except Internal:  # told as a finding above
        head = {"size": size, "root": None, "chain": None}
    compared, notes = (None, ()) if kept is None else (kept.size, kept.notes)
    return AuditReport(len(leaves), versions, head, compared, tuple(found.listed), found.count, notes)


def read_head(ports: Ports, content: bytes) -> KeptHead:
    """A head of this registry that was kept. :raises Malformed: it is none, or its signature is wrong"""
    value = parse_json(content, max_bytes=MAX_HEAD_BYTES, max_depth=10)
    try:
        document: object = registry_document(ports)
    except NotFound:
        document = None
    own = isinstance(value, Mapping) and value.get("registry") == registry_did(ports)
    return KeptHead.read(value, head_notes(value, now=ports.clock.now(), document=document if own else None))


def head_notes(value: object, *, now: datetime, document: object) -> tuple[AuditFinding, ...]:
    """Check a head's signature; a key that nobody confirmed is a note. :raises Malformed: the signature is wrong"""
    findings = sealed(value, Given(now, document), kind=HEAD)
    return tuple(
        AuditFinding(finding.code, "head", finding.parameters)
        for finding in findings
        if finding.code == KEY_NOT_CONFIRMED and finding.outcome is Outcome.UNKNOWN
    )


def _versions(ports: Ports, found: Findings) -> tuple[set[bytes], int]:
    """The digests under which versions are filed; each version is hashed again."""
    digests: set[bytes] = set()
    after: Digest | None = None
    while page := ports.store.kept(after=after, limit=PAGE):
        for one in page:
            digests.add(bytes.fromhex(one.digest))
            if Digest.of(one.normalised) != one.digest or one.ctid.encode() not in one.normalised:
                found.add(codes.DOCUMENT_CHANGED, one.digest, ctid=one.ctid, digest=one.digest)
        after = page[-1].digest
    return digests, len(digests)


def _journal(ports: Ports, digests: set[bytes], found: Findings, progress: Progress | None) -> tuple[dict[int, bytes], Replay, set[bytes]]:
    """Walk the journal: its numbers, its chain, the documents it names. Gives the entries' hashes by number."""
    leaves: dict[int, bytes] = {}
    replay, named = Replay(), set[bytes]()
    expected, previous = 0, None
    total = ports.store.head()
    for entry in _entries(ports, found):
        expected += 1
        if entry.seq != expected:
            found.add(codes.ENTRY_MISSING, f"seq {expected}", first=expected, last=entry.seq - 1)
            expected = entry.seq
        elif entry.previous != previous:
            found.add(codes.CHAIN_BROKEN, f"seq {entry.seq}", seq=entry.seq, before=entry.seq - 1)
        leaves[entry.seq] = leaf_hash(entry_form(entry))
        previous = entry_hash(entry)
        replay.add(entry)
        _named(ports, entry, digests, named, found)
        if progress and entry.seq % PAGE == 0:
            progress(entry.seq, total)
    return leaves, replay, named


def _entries(ports: Ports, found: Findings) -> Iterator[Entry]:
    """The journal in order; an entry that is no entry any more is told, and read around."""
    after, limit = 0, PAGE
    while True:
        try:
            page = ports.store.entries(after=after, limit=limit)
        except Internal as error:
            if limit > 1:
                limit = 1
                continue
            after = int(str(error.parameters["seq"]))
            found.add(codes.ENTRY_UNREADABLE, f"seq {after}", seq=after)
            limit = PAGE
            continue
        if not page:
            return
        yield from page
        after, limit = page[-1].seq, PAGE


def _named(ports: Ports, entry: Entry, digests: set[bytes], named: set[bytes], found: Findings) -> None:
    """The documents and statements that an entry names must be there."""
    if entry.digest is not None:
        digest = bytes.fromhex(entry.digest)
        named.add(digest)
        if digest not in digests:
            found.add(codes.DOCUMENT_MISSING, f"seq {entry.seq}", ctid=entry.ctid, digest=entry.digest, seq=entry.seq)
    if entry.statement is not None:
        content = ports.store.statement(entry.statement)
        if content is None or Digest.of(content) != entry.statement:
            found.add(codes.STATEMENT_MISSING, f"seq {entry.seq}", ctid=entry.ctid, seq=entry.seq)


def _tree(ports: Ports, leaves: Mapping[int, bytes], size: int, found: Findings) -> None:
    """The tree as stored: its leaves are the entries', every level follows from the one below, and it is as long as the journal."""
    longer = _stored_size(ports, size)
    if longer > size:
        found.add(codes.CUT_OFF, f"seq {size + 1}", first=size + 1, last=longer)
    below: dict[tiles.Tile, bytes] = {}
    for tile in tiles.names(size):
        stored = ports.store.tiles([tile]).get(tile, b"")
        level, number = tile
        width = min(tiles.WIDTH, (size >> (tiles.HEIGHT * level)) - number * tiles.WIDTH)
        held = stored[: width * HASH_BYTES]
        if level == 0:
            _leaves(leaves, number * tiles.WIDTH + 1, width, held, found)
        elif held != b"".join(below.get((level, number * tiles.WIDTH + place), b"") for place in range(width)):
            found.add(codes.TREE_DIFFERS, f"tile {level}/{number}", level=level, number=number)
        if len(held) == tiles.WIDTH * HASH_BYTES:
            row = [held[start : start + HASH_BYTES] for start in range(0, len(held), HASH_BYTES)]
            below[level + 1, number] = tree.perfect_root(row)


def _leaves(leaves: Mapping[int, bytes], first: int, width: int, held: bytes, found: Findings) -> None:
    for place in range(width):
        seq, hashed = first + place, held[place * HASH_BYTES : (place + 1) * HASH_BYTES]
        if seq in leaves and leaves[seq] != hashed:
            found.add(codes.ENTRY_CHANGED, f"seq {seq}", seq=seq)


def _stored_size(ports: Ports, size: int) -> int:
    """How many entries the tree holds, which is more than ``size`` where the journal's end was taken off."""
    number = size // tiles.WIDTH
    longest = size
    while hashes := ports.store.tiles([(0, number)]).get((0, number), b""):
        longest = max(longest, number * tiles.WIDTH + len(hashes) // HASH_BYTES)
        number += 1
    return longest


def _states(ports: Ports, replay: Replay, found: Findings) -> None:
    """Where each document stands must follow from its entries, and its owner from the document where the journal names none."""
    after: Ctid | None = None
    while page := ports.store.held(after=after, limit=PAGE):
        current = ports.store.current([one.ctid for one in page])
        for one in page:
            differing = replay.differing(one)
            stored = current.get(one.ctid)
            if stored is None or stored.ctid != one.ctid:
                if not one.deleted:
                    found.add(codes.STATE_MISSING, one.ctid, ctid=one.ctid)
            elif not one.assigned and "digest" not in differing and _owner(stored.normalised, one.digest) != one.owner:
                differing = (*differing, "owner")
            if differing:
                found.add(codes.STATE_DIFFERS, one.ctid, ctid=one.ctid, names=", ".join(differing))
        after = page[-1].ctid
    for ctid in replay.unseen():
        found.add(codes.STATE_MISSING, ctid, ctid=ctid)


def _owner(normalised: bytes, digest: Digest) -> Ctid | None:
    try:
        return restored(normalised, digest).owner
    except Malformed:  # changed since; told by its digest
        return None


def _against(ports: Ports, kept: KeptHead, size: int, found: Findings) -> None:
    if kept.size > size:
        found.add(codes.HEAD_SHORTER, f"seq {size + 1}", size=size, kept=kept.size, time=kept.time)
        return
    try:
        now = head_content(ports, kept.size)
    except Internal:  # the tree itself is broken, which is told beside
        return
    if (now["root"], now["chain"], now["registry"]) != (kept.root, kept.chain, kept.registry):
        found.add(codes.HEAD_REWRITTEN, f"seq 1-{kept.size}", kept=kept.size, time=kept.time)
