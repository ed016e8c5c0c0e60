"""The journal's Merkle tree, made for the entries that are there; what entries and documents say about owners; signed statements."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from openler.actions.ports import Entry, JournalAction
from openler.actions.registry.journal import entry_form
from openler.ids import Ctid, Digest
from openler.merkle.tree import leaf_hash
from openler.stores.sql.registry_log import grow
from openler.stores.sql.types import Instant, name

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None

SCHEMA = "registry"
CHUNK = 5_000
"""Entries read at a time."""

_JOURNAL = sa.Table(
    "journal",
    sa.MetaData(schema=SCHEMA),
    sa.Column("seq", sa.Integer),
    *(sa.Column(each, sa.String) for each in ("ce_ctid", "action", "digest", "previous", "publisher")),
    sa.Column("time", Instant),
)


def upgrade() -> None:
    """Add the columns, make the tables, grow the tree."""
    connection = op.get_bind()
    named = SCHEMA if connection.dialect.name == "postgresql" else None  # what alters a table is not translated as other statements are
    for column in (
        sa.Column("owner", name(39)),
        sa.Column("provisional", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("statement", name(64)),
    ):
        op.add_column("journal", column, schema=named)
    for column in (
        sa.Column("assigned", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("offered", name(39)),
        sa.Column("statement", name(64)),
    ):
        op.add_column("document", column, schema=named)
    op.create_table(
        "tree_tile",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "statement",
        sa.Column("digest", name(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        schema=SCHEMA,
    )
    size = 0
    while fresh := connection.execute(sa.select(_JOURNAL).where(_JOURNAL.c.seq > size).order_by(_JOURNAL.c.seq).limit(CHUNK)).all():
        grow(connection, size, [leaf_hash(entry_form(_entry(row))) for row in fresh])
        size += len(fresh)


def _entry(row: sa.Row[Any]) -> Entry:
    """An entry as they were until now. Its form is in the next one's hash, so that it can never be another."""
    return Entry(
        seq=row.seq,
        ctid=Ctid(row.ce_ctid),
        action=JournalAction(row.action),
        digest=None if row.digest is None else Digest(row.digest),
        previous=None if row.previous is None else Digest(row.previous),
        publisher=Ctid(row.publisher),
        time=row.time,
    )
