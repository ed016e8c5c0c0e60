"""What a write to the registry does, decided without a database: every store asks here, then writes what it is told.

The journal is the truth (ADR 0001, decision 1). Its invariants:

- ``seq`` runs 1, 2, 3, ... without a gap, in the order of commit;
- each entry names the SHA-256 of the JCS form of the entry before it, so that no entry can be changed, dropped or
  slipped in without breaking the chain;
- a document whose digest is already current writes nothing;
- a resource's CTID is described by one live document only;
- a document is changed by who published it or by its owner, by nobody else;
- a document changes hands by two entries, its owner's offer and the new owner's consent, with nothing in between;
- what came from another registry names it, and has the publisher and owner that it has there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from openler.actions.log_ports import Held
from openler.actions.ports import Change, Entry, JournalAction
from openler.errors import Conflict, Internal, Refused, declare
from openler.ids import Ctid, Digest
from openler.linkeddata.canonical import jcs
from openler.merkle.tree import leaf_hash

CHAIN_BROKEN = declare("registry.chain_broken", by=__name__)
PRECONDITION_FAILED = declare("registry.precondition_failed", by=__name__)
CTID_TAKEN = declare("registry.ctid_taken", by=__name__)
OTHER_PUBLISHER = declare("registry.other_publisher", by=__name__)
NOT_OFFERED = declare("registry.not_offered", by=__name__)
NOT_OWNER = declare("registry.not_owner", by=__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands: what a store must know of it to decide on the next change."""

    ctdl_type: str
    publisher: Ctid
    owner: Ctid | None
    digest: Digest
    provisional: bool
    deleted: bool
    created: datetime
    assigned: bool = False
    offered: Ctid | None = None
    statement: Digest | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One change with the entry it makes, and how its document stands afterwards; both None where nothing is to be written.

    ``leaf`` is the entry's hash in the journal's Merkle tree.
    """

    change: Change
    entry: Entry | None
    after: Standing | None
    leaf: bytes = b""


def entry_form(entry: Entry) -> bytes:
    """The JCS form of an entry, whose SHA-256 the next one names; what an entry does not have to tell is left out."""
    more: dict[str, object] = {}
    if entry.owner is not None:
        more["owner"] = str(entry.owner)
    if entry.provisional:
        more["provisional"] = True
    if entry.statement is not None:
        more["statement"] = str(entry.statement)
    if entry.origin is not None:
        more["origin"] = entry.origin
    return jcs({
        "seq": entry.seq,
        "ctid": str(entry.ctid),
        "action": entry.action.value,
        "digest": None if entry.digest is None else str(entry.digest),
        "previous": None if entry.previous is None else str(entry.previous),
        "publisher": str(entry.publisher),
        "time": entry.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    } | more)  # fmt: skip


def entry_hash(entry: Entry) -> Digest:
    """SHA-256 over the JCS form of an entry."""
    return Digest.of(entry_form(entry))


def plan(
    changes: Sequence[Change],
    *,
    at: datetime,
    head: Entry | None,
    standing: Mapping[Ctid, Standing],
    claims: Mapping[Ctid, Ctid],
) -> tuple[Step, ...]:
    """Decide what each change does, in order; a later change of the same batch sees what an earlier one did.

    ``standing`` holds the documents that exist under the changes' CTIDs and those named by ``claims``, which tells
    for each resource CTID of the changes the document that describes it now.

    :raises Conflict: ``registry.precondition_failed``, ``registry.ctid_taken``; ``place`` is the offending document's CTID
    :raises Refused: ``registry.other_publisher``, ``registry.not_offered``, ``registry.not_owner``
    """
    documents, described = dict(standing), dict(claims)
    held: dict[Ctid, list[Ctid]] = {}
    for resource, document in claims.items():
        held.setdefault(document, []).append(resource)
    seq = head.seq if head else 0
    previous = entry_hash(head) if head else None
    steps = []
    for change in changes:
        before = documents.get(change.ctid)
        _check(change, before, documents, described)
        action = _action(change, before)
        if action is None:
            steps.append(Step(change, None, None))
            continue
        seq += 1
        after = _after(change, before, at)
        entry = _entry(change, action, after, seq=seq, previous=previous, at=at)
        form = entry_form(entry)
        previous = Digest.of(form)
        documents[change.ctid] = after
        if change.normalised is not None:
            for resource in held.pop(change.ctid, ()):
                if described.get(resource) == change.ctid:
                    del described[resource]
            held[change.ctid] = list(described_by(change))
            described.update(dict.fromkeys(held[change.ctid], change.ctid))
        steps.append(Step(change, entry, after, leaf_hash(form)))
    return tuple(steps)


def described_by(change: Change) -> tuple[Ctid, ...]:
    """All CTIDs a change's graph describes: its own first, each once."""
    return tuple(dict.fromkeys((change.ctid, *change.resources)))


def held(ctid: Ctid, seq: int, standing: Standing) -> Held:
    """How a document stands, as a row of its own: ``seq`` is its last entry's number."""
    return Held(
        ctid=ctid,
        seq=seq,
        digest=standing.digest,
        publisher=standing.publisher,
        owner=standing.owner,
        provisional=standing.provisional,
        deleted=standing.deleted,
        assigned=standing.assigned,
        offered=standing.offered,
        statement=standing.statement,
    )


def verify_entries(entries: Iterable[Entry]) -> int:
    """Check a whole journal from its first entry; the number of entries checked.

    :raises Internal: ``registry.chain_broken``; ``place`` is ``seq N``
    """
    expected, previous = 0, None
    for entry in entries:
        expected += 1
        if entry.seq != expected or entry.previous != previous:
            raise Internal(CHAIN_BROKEN, place=f"seq {expected}", seq=expected)
        previous = entry_hash(entry)
    return expected


def _check(change: Change, before: Standing | None, documents: Mapping[Ctid, Standing], described: Mapping[Ctid, Ctid]) -> None:
    live = before is not None and not before.deleted
    if change.expected is not None and (before is None or not live or before.digest != change.expected):
        raise Conflict(PRECONDITION_FAILED, place=change.ctid, ctid=change.ctid, expected=change.expected)
    if change.transfer is not None and before is not None:
        _check_transfer(change, before)
    elif before is not None and change.origin is None and change.publisher not in {before.publisher, before.owner}:
        raise Refused(OTHER_PUBLISHER, place=change.ctid, ctid=change.ctid, publisher=before.publisher)
    if change.normalised is None:
        return
    for resource in described_by(change):
        holder = described.get(resource)
        if holder is None or holder == change.ctid:
            continue
        other = documents.get(holder)
        if other is not None and not other.deleted:
            raise Conflict(CTID_TAKEN, place=change.ctid, ctid=resource, document=holder)


def _check_transfer(change: Change, before: Standing) -> None:
    """An owner may offer, the one it was offered to accept; until the document changes, for nobody accepts what was not offered."""
    if change.transfer == "accept":
        if before.offered != change.publisher:
            raise Refused(NOT_OFFERED, place=change.ctid, ctid=change.ctid, organization=change.publisher)
    elif change.publisher != before.owner and not (before.owner is None and change.publisher == before.publisher):
        raise Refused(NOT_OWNER, place=change.ctid, ctid=change.ctid, owner=before.owner or before.publisher)


def _entry(change: Change, action: JournalAction, after: Standing, *, seq: int, previous: Digest | None, at: datetime) -> Entry:
    owner = after.offered if action is JournalAction.OFFER else after.owner if after.assigned and not after.deleted else None
    return Entry(
        seq=seq,
        ctid=change.ctid,
        action=action,
        digest=None if after.deleted else after.digest,
        previous=previous,
        publisher=change.publisher,
        time=at,
        owner=owner,
        provisional=after.provisional and not after.deleted,
        statement=None if change.normalised is None else after.statement,
        origin=change.origin,
    )


def _after(change: Change, before: Standing | None, at: datetime) -> Standing:
    if change.normalised is None:
        if before is None:
            raise AssertionError(change.ctid)  # _action lets no deletion, no transfer of an unknown document through
        if change.transfer == "offer":
            return replace(before, offered=change.owner)
        if change.transfer == "accept":
            return replace(before, owner=change.publisher, publisher=change.publisher, assigned=True, offered=None)
        return replace(before, deleted=True, offered=None)
    if change.digest is None:
        raise AssertionError(change.ctid)  # a document comes with its digest
    keeps = before is not None and before.assigned and not change.assigned and change.origin is None
    return Standing(
        ctdl_type=change.ctdl_type,
        publisher=before.publisher if before and change.origin is None else change.publisher,
        owner=before.owner if before is not None and keeps else change.owner,
        digest=change.digest,
        provisional=change.provisional,
        deleted=False,
        created=before.created if before else at,
        assigned=keeps or change.assigned,
        statement=None if change.statement is None else Digest.of(change.statement),
    )


def _action(change: Change, before: Standing | None) -> JournalAction | None:
    live = before is not None and not before.deleted
    if change.transfer is not None:
        return (JournalAction.OFFER if change.transfer == "offer" else JournalAction.TRANSFER) if live else None
    if change.normalised is None:
        return JournalAction.DELETE if live else None
    if before is None or not live:
        return JournalAction.PUBLISH
    if before.digest == change.digest and before.provisional == change.provisional and not _tells_more(change, before):
        return None
    return JournalAction.UPDATE


def _tells_more(change: Change, before: Standing) -> bool:
    """Whether a change of an unchanged document still says something new: for whom it is published, or a signature of its publisher."""
    if change.assigned and not (before.assigned and before.owner == change.owner):
        return True
    if change.origin is not None and (change.publisher, change.assigned, change.owner) != (before.publisher, before.assigned, before.owner):
        return True
    return change.statement is not None and Digest.of(change.statement) != before.statement
