"""What every registry store keeps to: the journal is the truth (ADR 0001, decision 1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from openler.access.audit import AuditEvent
from openler.actions.ports import Change, EnvelopeFilter, JournalAction, Store
from openler.actions.registry.journal import entry_hash
from openler.errors import Conflict, Refused
from openler.ids import Ctid, Digest
from tests.support.ctdl import OWNER, complete, ctid, document

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def change(key: str, name: str = "Welding", **changed: object) -> Change:
    built = document({**complete("ceterms:LearningProgram", key), "ceterms:name": {"en-US": name}})
    made = Change(
        ctid=built.ctid, ctdl_type=built.type, owner=built.owner, publisher=OWNER, normalised=built.normalised,
        received=b" " + built.normalised, digest=built.digest, resources=built.resources,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def event(at: datetime = T0) -> AuditEvent:
    return AuditEvent("tests:document:publish", "tests", at, {"documents": 1})


def append(store: Store, *changes: Change, at: datetime = T0) -> list[JournalAction | None]:
    return [outcome.entry.action if outcome.entry else None for outcome in store.append(changes, at=at, event=event(at))]


def deletion(key: str) -> Change:
    return change(key, normalised=None, digest=None, received=b"", resources=())


def test_the_journal_is_gapless_and_each_entry_names_the_one_before(store: Store) -> None:
    append(store, change("a"), change("b"))
    append(store, change("a", "Advanced Welding"), at=T0 + timedelta(hours=1))
    entries = store.entries()
    assert [(entry.seq, entry.ctid, entry.action) for entry in entries] == [
        (1, ctid("a"), JournalAction.PUBLISH),
        (2, ctid("b"), JournalAction.PUBLISH),
        (3, ctid("a"), JournalAction.UPDATE),
    ]
    assert [entry.previous for entry in entries] == [None, entry_hash(entries[0]), entry_hash(entries[1])]
    assert store.verify_chain() == 3
    assert store.head() == 3
    assert store.entries(after=1, limit=1) == entries[1:2]


def test_an_unchanged_digest_writes_nothing(store: Store) -> None:
    assert append(store, change("a")) == [JournalAction.PUBLISH]
    assert append(store, change("a"), at=T0 + timedelta(days=1)) == [None]
    stored = store.get(ctid("a"))
    assert stored is not None
    assert stored.updated == T0
    assert store.head() == 1


def test_all_of_a_batch_or_nothing(store: Store) -> None:
    append(store, change("a"))
    with pytest.raises(Conflict, match=r"registry\.precondition_failed"):
        append(store, change("b"), change("a", "Other", expected=Digest("0" * 64)))
    assert store.get(ctid("b")) is None
    assert store.head() == 1
    assert len(store.audit()) == 1, "no audit event without its write"


def test_a_precondition_holds_only_for_the_current_version(store: Store) -> None:
    first = change("a")
    append(store, first)
    assert append(store, change("a", "Second", expected=first.digest)) == [JournalAction.UPDATE]
    with pytest.raises(Conflict):
        append(store, change("a", "Third", expected=first.digest))


def test_a_resource_is_described_by_one_live_document(store: Store) -> None:
    shared = ctid("shared")
    append(store, change("a", resources=(ctid("a"), shared)))
    found = store.get(shared)
    assert found is not None
    assert found.ctid == ctid("a")
    with pytest.raises(Conflict, match=r"registry\.ctid_taken"):
        append(store, change("b", resources=(ctid("b"), shared)))
    append(store, deletion("a"))
    assert append(store, change("b", resources=(ctid("b"), shared))) == [JournalAction.PUBLISH]


def test_a_stranger_changes_nothing(store: Store) -> None:
    append(store, change("a"))
    with pytest.raises(Refused, match=r"registry\.other_publisher"):
        append(store, change("a", "Mine now", publisher=Ctid.derive("tests", "ceterms:Organization", "stranger")))


def test_a_deletion_leaves_a_tombstone_and_every_version(store: Store) -> None:
    first, second = change("a"), change("a", "Second")
    append(store, first)
    append(store, second, at=T0 + timedelta(hours=1))
    assert append(store, deletion("a"), at=T0 + timedelta(hours=2)) == [JournalAction.DELETE]
    stored = store.get(ctid("a"))
    assert stored is not None
    assert stored.deleted
    assert [entry.action for entry in store.versions(ctid("a"))] == [JournalAction.PUBLISH, JournalAction.UPDATE, JournalAction.DELETE]
    assert first.digest is not None
    old = store.version(ctid("a"), first.digest)
    assert old is not None
    assert old.normalised == first.normalised
    assert store.received(first.digest) == first.received
    assert store.count(EnvelopeFilter()) == 0
    assert append(store, first, at=T0 + timedelta(hours=3)) == [JournalAction.PUBLISH]


def test_documents_are_listed_in_order_in_pages(store: Store) -> None:
    keys = [f"k{number}" for number in range(7)]
    append(store, *(change(key) for key in keys))
    everything = [one.ctid for one in store.documents(EnvelopeFilter())]
    assert everything == sorted(ctid(key) for key in keys)
    first = store.documents(EnvelopeFilter(), limit=3)
    rest = store.documents(EnvelopeFilter(), after=first[-1].ctid)
    assert [one.ctid for one in (*first, *rest)] == everything
    pages = [[one.ctid for one in store.documents(EnvelopeFilter(), skip=skip, limit=3)] for skip in (0, 3, 6, 9)]
    assert pages == [everything[:3], everything[3:6], everything[6:], []]
    assert [one.ctid for one in store.documents(EnvelopeFilter(), after=everything[1], skip=2, limit=2)] == everything[4:6]
    assert store.documents(EnvelopeFilter(ctdl_type="ceterms:Job"), skip=1) == ()
    assert store.count(EnvelopeFilter(ctdl_type="ceterms:LearningProgram", owner=OWNER)) == 7
    assert store.count(EnvelopeFilter(ctdl_type="ceterms:Job")) == 0
    assert store.count(EnvelopeFilter(since=T0 + timedelta(seconds=1))) == 0


def test_provisional_documents_are_left_out_unless_asked_for(store: Store) -> None:
    append(store, change("a"), change("b", provisional=True))
    assert [one.ctid for one in store.documents(EnvelopeFilter())] == [ctid("a")]
    assert [one.ctid for one in store.documents(EnvelopeFilter(provisional=True))] == [ctid("b")]
    assert store.count(EnvelopeFilter(provisional=None)) == 2


def test_the_audit_log_tells_who_did_what(store: Store) -> None:
    append(store, change("a"))
    assert store.audit() == (event(),)
