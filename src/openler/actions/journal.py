"""What a write to the registry does, decided without a database: every store asks here, then writes what it is told.

The journal is the truth (ADR 0001, decision 1). Its invariants:

- ``seq`` runs 1, 2, 3, ... without a gap, in the order of commit;
- each entry names the SHA-256 of the JCS form of the entry before it, so that no entry can be changed, dropped or
  slipped in without breaking the chain;
- a document whose digest is already current writes nothing;
- a resource's CTID is described by one live document only;
- a document is changed by who published it or by its owner, by nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from openler.actions.ports import Change, Entry, JournalAction
from openler.errors import Conflict, Internal, Refused, declare
from openler.ids import Ctid, Digest
from openler.linkeddata.canonical import jcs

CHAIN_BROKEN = declare("registry.chain_broken", by=__name__)
PRECONDITION_FAILED = declare("registry.precondition_failed", by=__name__)
CTID_TAKEN = declare("registry.ctid_taken", by=__name__)
OTHER_PUBLISHER = declare("registry.other_publisher", by=__name__)


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


@dataclass(frozen=True, slots=True)
class Step:
    """One change with the entry it makes, and how its document stands afterwards; both None where nothing is to be written."""

    change: Change
    entry: Entry | None
    after: Standing | None


def entry_form(entry: Entry) -> bytes:
    """The JCS form of an entry, whose SHA-256 the next one names."""
    return jcs({
        "seq": entry.seq,
        "ctid": str(entry.ctid),
        "action": entry.action.value,
        "digest": None if entry.digest is None else str(entry.digest),
        "previous": None if entry.previous is None else str(entry.previous),
        "publisher": str(entry.publisher),
        "time": entry.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    })  # fmt: skip


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
    :raises Refused: ``registry.other_publisher``
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
        entry = Entry(seq, change.ctid, action, change.digest, previous, change.publisher, at)
        previous = entry_hash(entry)
        after = _after(change, before, at)
        documents[change.ctid] = after
        if change.digest is not None:
            for resource in held.pop(change.ctid, ()):
                if described.get(resource) == change.ctid:
                    del described[resource]
            held[change.ctid] = list(described_by(change))
            described.update(dict.fromkeys(held[change.ctid], change.ctid))
        steps.append(Step(change, entry, after))
    return tuple(steps)


def described_by(change: Change) -> tuple[Ctid, ...]:
    """All CTIDs a change's graph describes: its own first, each once."""
    return tuple(dict.fromkeys((change.ctid, *change.resources)))


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
    if before is not None and change.publisher not in {before.publisher, before.owner}:
        raise Refused(OTHER_PUBLISHER, place=change.ctid, ctid=change.ctid, publisher=before.publisher)
    if change.digest is None:
        return
    for resource in described_by(change):
        holder = described.get(resource)
        if holder is None or holder == change.ctid:
            continue
        other = documents.get(holder)
        if other is not None and not other.deleted:
            raise Conflict(CTID_TAKEN, place=change.ctid, ctid=resource, document=holder)


def _after(change: Change, before: Standing | None, at: datetime) -> Standing:
    if change.digest is None:
        if before is None:
            raise AssertionError(change.ctid)  # _action lets no deletion of an unknown document through
        return replace(before, deleted=True)
    return Standing(
        ctdl_type=change.ctdl_type,
        publisher=before.publisher if before else change.publisher,
        owner=change.owner,
        digest=change.digest,
        provisional=change.provisional,
        deleted=False,
        created=before.created if before else at,
    )


def _action(change: Change, before: Standing | None) -> JournalAction | None:
    live = before is not None and not before.deleted
    if change.digest is None:
        return JournalAction.DELETE if live else None
    if before is None or not live:
        return JournalAction.PUBLISH
    if before.digest == change.digest and before.provisional == change.provisional:
        return None
    return JournalAction.UPDATE
