"""What every registry store keeps to as a log: its tree is the journal's, and documents change hands by two consents."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, text

from openler.actions.ports import Change, EnvelopeFilter, JournalAction, Store
from openler.actions.registry.journal import entry_form
from openler.errors import Internal, Refused
from openler.ids import Ctid, Digest
from openler.merkle import tiles
from openler.merkle.tree import leaf_hash
from openler.stores.sql.engine import schema_name, writing
from openler.stores.sql.migrate import VERSION_TABLE, migrate
from openler.stores.sql.registry import SqlStore
from openler.stores.sql.registry_tables import document, journal, resource
from tests.contract.test_store import T0, append, change, deletion, event
from tests.support.ctdl import OWNER, ctid

BEFORE = "r0004"
BUYER = Ctid.derive("tests", "ceterms:Organization", "buyer")


def offer(key: str, to: Ctid = BUYER, by: Ctid = OWNER) -> Change:
    return change(key, normalised=None, digest=None, received=b"", resources=(), publisher=by, owner=to, transfer="offer")


def acceptance(key: str, by: Ctid = BUYER) -> Change:
    return change(key, normalised=None, digest=None, received=b"", resources=(), publisher=by, transfer="accept")


def leaves(store: Store) -> list[bytes]:
    return [leaf_hash(entry_form(entry)) for entry in store.entries(limit=10_000)]


def test_the_tree_holds_every_entry_however_they_came(store: Store) -> None:
    for number, size in enumerate((1, 300, 2, 1, 260)):
        append(store, *(change(f"{number}-{each}") for each in range(size)))
    append(store, change("0-0"))  # unchanged: no entry, no leaf
    expected = leaves(store)
    assert len(expected) == store.head() == 564
    held = tiles.grown(0, expected, lambda _: {})
    assert store.tiles(tiles.names(564)) == held
    assert tiles.root(564, store.tiles) == tiles.root(564, lambda wanted: {tile: held[tile] for tile in wanted})
    assert store.tiles([(0, 3), (7, 0)]) == {}


def test_nothing_is_appended_to_a_journal_that_lost_its_end(store: Store) -> None:
    if not isinstance(store, SqlStore):
        pytest.skip("memory has no table to take rows from")
    append(store, change("a"), change("b"), change("c"))
    with writing(store._database, "registry journal") as connection:
        connection.execute(delete(resource).where(resource.c.document == ctid("c")))
        connection.execute(delete(document).where(document.c.ce_ctid == ctid("c")))
        connection.execute(delete(journal).where(journal.c.seq == 3))
    with pytest.raises(Internal, match=r"registry\.tree_broken"):
        append(store, change("d"))
    assert store.head() == 2


def test_a_registry_from_before_the_tree_gets_one(store: Store) -> None:
    if not isinstance(store, SqlStore):
        pytest.skip("memory has no table of an earlier day")
    append(store, *(change(f"k{number}") for number in range(300)))
    before = store.tiles(tiles.names(300))
    schema = f"{schema_name(store._database, 'registry')}." if store._database.dialect.name == "postgresql" else ""
    with writing(store._database, "registry journal") as connection:
        for table, columns in (
            ("journal", ("owner", "provisional", "statement", "origin")),
            ("document", ("assigned", "offered", "statement")),
        ):
            for column in columns:
                connection.execute(text(f"ALTER TABLE {schema}{table} DROP COLUMN {column}"))
        for table in ("tree_tile", "statement", "follow", "origin", "disagreement", "sameness", "publish_refusal", "publish_job"):
            connection.execute(text(f"DROP TABLE {schema}{table}"))
        connection.execute(text(f"UPDATE {schema}{VERSION_TABLE} SET version_num = '{BEFORE}'"))  # noqa: S608 - names of our own
    migrate(store._database, "registry")
    assert store.tiles(tiles.names(300)) == before
    assert append(store, change("after")) == [JournalAction.PUBLISH]
    assert store.verify_chain() == 301


def test_everything_kept_can_be_walked(store: Store) -> None:
    keys = [f"k{number}" for number in range(5)]
    append(store, *(change(key) for key in keys))
    append(store, deletion("k0"), change("k1", "Second"), at=T0 + timedelta(hours=1))
    digests = [one.digest for one in store.kept()]
    assert digests == sorted(digests)
    assert len(digests) == 6
    assert all(Digest.of(one.normalised) == one.digest for one in store.kept())
    assert [one.digest for one in (*store.kept(limit=2), *store.kept(after=digests[1]))] == digests
    held = store.held()
    assert [one.ctid for one in held] == sorted(ctid(key) for key in keys)
    assert [one.ctid for one in (*store.held(limit=2), *store.held(after=held[1].ctid))] == [one.ctid for one in held]
    assert {one.ctid: (one.seq, one.deleted) for one in held}[ctid("k0")] == (6, True)


def test_a_document_changes_hands_when_both_sides_said_so(store: Store) -> None:
    append(store, change("a"))
    assert append(store, offer("a"), at=T0 + timedelta(hours=1)) == [JournalAction.OFFER]
    offered = store.get(ctid("a"))
    assert offered is not None
    assert (offered.offered, offered.owner) == (BUYER, OWNER)
    with pytest.raises(Refused, match=r"registry\.other_publisher"):
        append(store, change("a", "Mine already", publisher=BUYER))
    assert append(store, acceptance("a"), at=T0 + timedelta(hours=2)) == [JournalAction.TRANSFER]
    held = store.get(ctid("a"))
    assert held is not None
    assert (held.owner, held.publisher, held.assigned, held.offered) == (BUYER, BUYER, True, None)
    assert store.count(EnvelopeFilter(owner=BUYER)) == 1
    entries = store.versions(ctid("a"))
    assert [(entry.action, entry.publisher, entry.owner) for entry in entries] == [
        (JournalAction.PUBLISH, OWNER, None),
        (JournalAction.OFFER, OWNER, BUYER),
        (JournalAction.TRANSFER, BUYER, BUYER),
    ]
    assert {entry.digest for entry in entries} == {change("a").digest}
    with pytest.raises(Refused, match=r"registry\.other_publisher"):
        append(store, change("a", "Still mine"))
    assert append(store, change("a", "Renamed", publisher=BUYER)) == [JournalAction.UPDATE]
    renamed = store.get(ctid("a"))
    assert renamed is not None
    assert renamed.owner == BUYER, "whatever the document says of its owner"
    assert store.verify_chain() == 4


def test_nobody_takes_what_is_not_offered_nor_offers_what_is_not_theirs(store: Store) -> None:
    append(store, change("a"))
    with pytest.raises(Refused, match=r"registry\.not_offered"):
        append(store, acceptance("a"))
    with pytest.raises(Refused, match=r"registry\.not_owner"):
        append(store, offer("a", by=BUYER))
    append(store, offer("a"))
    append(store, change("a", "Something else"))
    with pytest.raises(Refused, match=r"registry\.not_offered"):
        append(store, acceptance("a"))  # what was offered is no longer what is there
    append(store, offer("a"), deletion("a"))
    assert append(store, acceptance("b")) == [None]


def test_what_is_published_on_behalf_is_the_owners(store: Store) -> None:
    agency = Ctid.derive("tests", "ceterms:Organization", "agency")
    append(store, change("a", publisher=agency, owner=BUYER, assigned=True))
    stored = store.get(ctid("a"))
    assert stored is not None
    assert (stored.owner, stored.publisher, stored.assigned) == (BUYER, agency, True)
    assert store.entries()[0].owner == BUYER
    assert append(store, change("a", publisher=agency, owner=BUYER, assigned=True)) == [None]
    assert append(store, change("a", "By the owner", publisher=BUYER)) == [JournalAction.UPDATE]
    with pytest.raises(Refused, match=r"registry\.other_publisher"):
        append(store, change("a", "By neither"))


def test_provisional_becomes_full_and_each_entry_says_which_it_was(store: Store) -> None:
    append(store, change("a", provisional=True))
    assert append(store, change("a"), at=T0 + timedelta(hours=1)) == [JournalAction.UPDATE]
    assert [entry.provisional for entry in store.versions(ctid("a"))] == [True, False]
    assert store.count(EnvelopeFilter()) == 1
    assert store.verify_chain() == 2


def test_a_publishers_statement_is_kept_and_named_in_the_journal(store: Store) -> None:
    said = b'{"type":"PublisherStatement"}'
    append(store, change("a"))
    assert append(store, change("a", statement=said)) == [JournalAction.UPDATE]
    assert append(store, change("a", statement=said)) == [None]
    stored = store.get(ctid("a"))
    assert stored is not None
    assert stored.statement == store.entries()[-1].statement == Digest.of(said)
    assert store.statement(Digest.of(said)) == said
    assert store.statement(Digest.of(b"other")) is None
    assert store.audit()[-1] == event()
