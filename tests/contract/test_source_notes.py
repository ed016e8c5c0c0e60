"""What is kept about a source, in every store: replaced as a whole, told in order, and no part of the journal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect

from openler.access.audit import AuditEvent
from openler.actions.ports import Store
from openler.stores.sql.registry import SqlStore
from openler.stores.sql.registry_tables import metadata

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def keep(store: Store, source: str, content: bytes) -> None:
    store.keep_notes(source, content, at=T0, event=AuditEvent("registry:source:note", "tests", T0, {"source": source}))


def test_notes_are_replaced_by_source_and_told_in_order_of_it(store: Store) -> None:
    assert store.notes() == {}
    keep(store, "us-b", b"[1]")
    keep(store, "us-a", b"[2]")
    keep(store, "us-b", b"[3]")
    assert list(store.notes().items()) == [("us-a", b"[2]"), ("us-b", b"[3]")]


def test_notes_leave_the_journal_alone_and_are_audited_once_for_each_change(store: Store) -> None:
    keep(store, "us-a", b"[1]")
    keep(store, "us-a", b"[1]")
    assert store.head() == 0
    assert store.verify_chain() == 0
    assert [(event.name, dict(event.details)) for event in store.audit()] == [("registry:source:note", {"source": "us-a"})]
    keep(store, "us-a", b"[2]")
    assert len(store.audit()) == 2


def test_the_migrations_make_the_tables_that_the_code_declares(store: Store) -> None:
    if not isinstance(store, SqlStore):
        pytest.skip("a store without tables")
    database = store._database
    schema = "registry" if database.dialect.name == "postgresql" else None
    seen = inspect(database)
    for table in metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in seen.get_columns(table.name, schema=schema)}
        assert columns == {column.name: column.nullable for column in table.columns}, table.name
        assert {name for index in seen.get_indexes(table.name, schema=schema) if (name := index["name"])} >= {
            index.name for index in table.indexes if index.name
        }, table.name
