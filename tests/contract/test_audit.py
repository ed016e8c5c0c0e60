"""Whatever is done to a registry's database behind its back, the audit finds it and names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from sqlalchemy import Connection, delete, insert, update

from openler.actions.ports import Change, Entry, Ports, Store
from openler.actions.registry.audit import audit
from openler.actions.registry.audit_findings import AuditReport
from openler.actions.registry.head import head_content, signed_head
from openler.actions.registry.journal import entry_form, entry_hash
from openler.errors import Malformed
from openler.ids import Digest
from openler.merkle import tiles
from openler.merkle.tree import leaf_hash
from openler.stores.memory import MemoryStore
from openler.stores.sql.engine import writing
from openler.stores.sql.registry import SqlStore
from openler.stores.sql.registry_tables import document, journal, resource, statement, tree_tile, version
from tests.contract.test_log import BUYER, acceptance, offer
from tests.contract.test_store import T0, append, change, deletion
from tests.support.ctdl import ctid
from tests.support.issuing import world

SIZE = 300


@cache
def many() -> tuple[Change, ...]:
    return tuple(change(f"k{number}") for number in range(SIZE))


@pytest.fixture
def ports(store: Store) -> Ports:
    """A registry with a history: published, changed, withdrawn, handed over, on behalf, provisional, signed by its publisher."""
    made = replace(world().ports, store=store, registry_key="memory:registry")
    append(store, *many())
    append(store, change("k0", "Second"), deletion("k1"), offer("k2"), at=T0 + timedelta(hours=1))
    append(store, acceptance("k2"), offer("k3"), change("k4", statement=b'{"said":1}'), at=T0 + timedelta(hours=2))
    append(store, change("prov", provisional=True), change("behalf", owner=BUYER, assigned=True), at=T0 + timedelta(hours=3))
    return made


def found(report: AuditReport) -> set[tuple[str, str]]:
    return {(finding.code, finding.place) for finding in report.findings}


def test_an_untouched_registry_is_sound_and_grew_from_every_head(ports: Ports) -> None:
    heads = [json.dumps(signed_head(ports, size)).encode() for size in (0, 1, 255, 256, 257, SIZE, ports.store.head())]
    for head in heads:
        report = audit(ports, against=head)
        assert report.sound, report.findings
        assert report.notes == ()
    assert report.entries == SIZE + 8
    assert report.head["root"] == head_content(ports)["root"]


def test_a_head_that_is_not_signed_by_the_registry_is_no_witness(ports: Ports) -> None:
    head = signed_head(ports)
    for forged in (
        {**head, "size": 3},
        {**head, "proof": None},
        {**head, "type": "Head"},
        {**head, "registry": "did:web:elsewhere.example"},
    ):
        with pytest.raises(Malformed):
            audit(ports, against=json.dumps(forged).encode())


Tamper = Callable[[Connection], None]


def digest_of(key: str) -> str:
    digest = change(key).digest
    assert digest is not None
    return digest


def a_document_byte(connection: Connection) -> None:
    row = change("k9")
    assert row.normalised is not None
    changed = row.normalised.replace(b"Welding", b"Wilding")
    connection.execute(update(version).where(version.c.digest == row.digest).values(normalised=changed))


def an_entry_changed(connection: Connection) -> None:
    connection.execute(update(journal).where(journal.c.seq == 7).values(publisher=BUYER))


def an_entry_dropped(connection: Connection) -> None:
    connection.execute(delete(resource).where(resource.c.document == ctid("k9")))
    connection.execute(delete(document).where(document.c.ce_ctid == ctid("k9")))
    connection.execute(delete(journal).where(journal.c.seq == 10))


def an_entry_dropped_and_the_rest_renumbered(connection: Connection) -> None:
    an_entry_dropped(connection)
    for seq in range(11, 16):
        connection.execute(update(document).where(document.c.seq == seq).values(seq=1))
        connection.execute(update(journal).where(journal.c.seq == seq).values(seq=seq - 1))


def two_entries_swapped(connection: Connection) -> None:
    names = [ctid("k19"), ctid("k20")]
    for seq, name, key in ((20, names[1], "k20"), (21, names[0], "k19")):
        connection.execute(update(journal).where(journal.c.seq == seq).values(ce_ctid=name, digest=digest_of(key)))


def the_end_taken_off(connection: Connection) -> None:
    for key in ("prov", "behalf"):
        connection.execute(delete(resource).where(resource.c.document == ctid(key)))
        connection.execute(delete(document).where(document.c.ce_ctid == ctid(key)))
    connection.execute(delete(journal).where(journal.c.seq > SIZE + 6))


def a_leaf_of_the_tree(connection: Connection) -> None:
    hashes = bytes(connection.execute(tree_tile.select().where(tree_tile.c.level == 0, tree_tile.c.number == 0)).one().hashes)
    connection.execute(update(tree_tile).where(tree_tile.c.level == 0, tree_tile.c.number == 0).values(hashes=bytes(32) + hashes[32:]))


def a_node_of_the_tree(connection: Connection) -> None:
    connection.execute(update(tree_tile).where(tree_tile.c.level == 1).values(hashes=bytes(32)))


def a_version_slipped_in(connection: Connection) -> None:
    row = connection.execute(version.select().where(version.c.ce_ctid == ctid("k5"))).one()
    content = bytes(row.normalised).replace(b"Welding", b"Wilding")
    values = {**row._mapping, "digest": Digest.of(content), "normalised": content}
    connection.execute(insert(version), values)
    connection.execute(update(document).where(document.c.ce_ctid == ctid("k5")).values(digest=values["digest"]))


def an_owner_slipped_in(connection: Connection) -> None:
    connection.execute(update(document).where(document.c.ce_ctid == ctid("k6")).values(owner=BUYER))


def a_tombstone_raised(connection: Connection) -> None:
    connection.execute(update(document).where(document.c.ce_ctid == ctid("k1")).values(deleted=False))


def an_offer_slipped_in(connection: Connection) -> None:
    connection.execute(update(document).where(document.c.ce_ctid == ctid("k7")).values(offered=BUYER))


def a_document_taken_out(connection: Connection) -> None:
    connection.execute(delete(resource).where(resource.c.document == ctid("k8")))
    connection.execute(delete(document).where(document.c.ce_ctid == ctid("k8")))


def a_document_hidden(connection: Connection) -> None:
    connection.execute(delete(resource).where(resource.c.document == ctid("k8")))


def a_version_taken_out(connection: Connection) -> None:
    # the first version of k0, which nothing but the journal names any more
    connection.execute(delete(version).where(version.c.digest == digest_of("k0")))


def a_statement_changed(connection: Connection) -> None:
    connection.execute(update(statement).values(content=b'{"said":2}'))


def an_action_of_no_kind(connection: Connection) -> None:
    connection.execute(update(journal).where(journal.c.seq == 12).values(action="erase"))


CASES: tuple[tuple[Tamper, set[tuple[str, str]]], ...] = (
    (a_document_byte, {("audit.document_changed", str(change("k9").digest))}),
    (an_entry_changed, {("audit.entry_changed", "seq 7"), ("audit.chain_broken", "seq 8")}),
    (an_entry_dropped, {("audit.entry_missing", "seq 10")}),
    (an_entry_dropped_and_the_rest_renumbered, {("audit.chain_broken", "seq 10"), ("audit.entry_missing", "seq 15")}),
    (two_entries_swapped, {("audit.entry_changed", "seq 20"), ("audit.entry_changed", "seq 21"), ("audit.chain_broken", "seq 21")}),
    (the_end_taken_off, {("audit.cut_off", f"seq {SIZE + 7}")}),
    (a_leaf_of_the_tree, {("audit.entry_changed", "seq 1"), ("audit.tree_differs", "tile 1/0")}),
    (a_node_of_the_tree, {("audit.tree_differs", "tile 1/0")}),
    (a_version_slipped_in, {("audit.state_differs", str(ctid("k5")))}),
    (an_owner_slipped_in, {("audit.state_differs", str(ctid("k6")))}),
    (a_tombstone_raised, {("audit.state_differs", str(ctid("k1")))}),
    (an_offer_slipped_in, {("audit.state_differs", str(ctid("k7")))}),
    (a_document_taken_out, {("audit.state_missing", str(ctid("k8")))}),
    (a_document_hidden, {("audit.state_missing", str(ctid("k8")))}),
    (a_version_taken_out, {("audit.document_missing", "seq 1")}),
    (a_statement_changed, {("audit.statement_missing", f"seq {SIZE + 6}")}),
    (an_action_of_no_kind, {("audit.entry_unreadable", "seq 12")}),
)


@pytest.fixture
def tampered(ports: Ports, store: Store) -> Callable[[Tamper], AuditReport]:
    """Does something to the database behind the registry's back, and audits it."""
    if not isinstance(store, SqlStore):
        pytest.skip("memory has no table to write in")

    def tamper(how: Tamper) -> AuditReport:
        with writing(store._database, "registry journal") as connection:
            how(connection)
        return audit(ports)

    return tamper


@pytest.mark.parametrize(("how", "expected"), CASES, ids=[case[0].__name__ for case in CASES])
def test_what_was_done_is_found_and_named(tampered: Callable[[Tamper], AuditReport], how: Tamper, expected: set[tuple[str, str]]) -> None:
    report = tampered(how)
    assert not report.sound
    assert expected <= found(report), found(report)


def rewritten(store: Store, entries: list[Entry]) -> tuple[list[Entry], dict[tiles.Tile, bytes]]:
    """The journal with its chain and its tree made anew over other entries, as somebody would who knows how."""
    made: list[Entry] = []
    for seq, entry in enumerate(entries, start=1):
        made.append(replace(entry, seq=seq, previous=entry_hash(made[-1]) if made else None))
    return made, tiles.grown(0, [leaf_hash(entry_form(entry)) for entry in made], lambda _: {})


@pytest.mark.parametrize("kept_size", [SIZE // 2, SIZE])
def test_a_journal_rewritten_with_all_its_hashes_is_found_by_a_head_kept_elsewhere(store: Store, kept_size: int) -> None:
    if not isinstance(store, MemoryStore):
        pytest.skip("one kind of store is enough to rewrite")
    ports = replace(world().ports, store=store, registry_key="memory:registry")
    append(store, *many())
    kept = json.dumps(signed_head(ports, kept_size)).encode()
    changed = replace(store._entries[99], publisher=BUYER)
    store._standing[changed.ctid] = replace(store._standing[changed.ctid], publisher=BUYER)
    store._entries, store._tiles = rewritten(store, [*store._entries[:99], changed, *store._entries[100:]])
    assert audit(ports).sound, "it is consistent in itself"
    assert found(audit(ports, against=kept)) == {("audit.head_rewritten", f"seq 1-{kept_size}")}
    store._entries, store._tiles = rewritten(store, store._entries[:50])
    assert ("audit.head_shorter", "seq 51") in found(audit(ports, against=kept))
