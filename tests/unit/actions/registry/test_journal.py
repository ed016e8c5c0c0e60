"""No entry of the journal can be changed, dropped, slipped in or moved without breaking its chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from openler.actions.ports import Entry, JournalAction
from openler.actions.registry.journal import entry_hash, verify_entries
from openler.errors import Internal
from openler.ids import Ctid, Digest

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
OWNER = Ctid.derive("tests", "ceterms:CredentialOrganization", "owner")


def chain(length: int = 5) -> list[Entry]:
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        ctid = Ctid.derive("tests", "ceterms:LearningProgram", f"k{seq}")
        previous = entry_hash(entries[-1]) if entries else None
        entries.append(Entry(seq, ctid, JournalAction.PUBLISH, Digest.of(bytes([seq])), previous, OWNER, T0))
    return entries


CHANGES = [
    {"ctid": Ctid.derive("tests", "ceterms:LearningProgram", "other")},
    {"action": JournalAction.UPDATE},
    {"digest": Digest.of(b"other")},
    {"digest": None},
    {"publisher": Ctid.derive("tests", "ceterms:CredentialOrganization", "other")},
    {"time": T0 + timedelta(microseconds=1)},
    {"previous": Digest.of(b"other")},
]


@pytest.mark.parametrize("change", CHANGES, ids="-".join)
def test_an_entry_cannot_be_changed_in_any_of_its_parts(change: dict[str, object]) -> None:
    entries = chain()
    assert verify_entries(entries) == 5
    changed = replace(entries[2], **change)  # type: ignore[arg-type]
    assert entry_hash(changed) != entry_hash(entries[2])
    with pytest.raises(Internal, match=r"registry\.chain_broken") as caught:
        verify_entries([*entries[:2], changed, *entries[3:]])
    assert caught.value.place in {"seq 3", "seq 4"}


def test_an_entry_cannot_be_dropped_slipped_in_or_moved() -> None:
    entries = chain()
    renumbered = [replace(entry, seq=seq) for seq, entry in enumerate([*entries[:2], *entries[3:]], start=1)]
    for broken in (entries[1:], [*entries[:2], *entries[3:]], renumbered, [entries[1], entries[0], *entries[2:]], [*entries, entries[-1]]):
        with pytest.raises(Internal, match=r"registry\.chain_broken"):
            verify_entries(broken)


def test_the_same_moment_in_another_zone_is_the_same_entry() -> None:
    [entry] = chain(1)
    elsewhere = replace(entry, time=entry.time.astimezone(timezone(timedelta(hours=-5))))
    assert entry_hash(elsewhere) == entry_hash(entry)
