"""Registries that are followed, where documents came from, and what registries differ about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from openler.stores.sql.types import Instant, name

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None

SCHEMA = "registry"


def upgrade() -> None:
    """Add the column, make the tables."""
    named = SCHEMA if op.get_bind().dialect.name == "postgresql" else None  # what alters a table is not translated as other statements are
    op.add_column("journal", sa.Column("origin", sa.Text), schema=named)
    op.create_table(
        "follow",
        sa.Column("url", name(500), primary_key=True),
        sa.Column("registry", name(500), nullable=False),
        sa.Column("added", Instant, nullable=False),
        sa.Column("types", sa.Text, nullable=False),
        sa.Column("mirror", sa.Boolean, nullable=False),
        sa.Column("signed", sa.Boolean, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("chain", name(64)),
        sa.Column("head", sa.LargeBinary),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("pulled", Instant),
        sa.Column("due", Instant),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("trouble", name(120), nullable=False),
        sa.Column("halted", sa.Boolean, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "origin",
        sa.Column("ce_ctid", name(39), primary_key=True),
        sa.Column("registry", name(500), nullable=False),
        sa.Column("url", name(500), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("first", Instant, nullable=False),
        sa.Column("digest", name(64)),
        sa.Column("mirror", sa.Boolean, nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("statement", sa.LargeBinary),
        schema=SCHEMA,
    )
    op.create_index("ix_registry_origin_registry", "origin", ["registry"], schema=SCHEMA)
    op.create_table(
        "disagreement",
        sa.Column("ce_ctid", name(39), primary_key=True),
        sa.Column("registry", name(500), primary_key=True),
        sa.Column("url", name(500), nullable=False),
        sa.Column("reason", name(120), nullable=False),
        sa.Column("holder", name(500), nullable=False),
        sa.Column("theirs", name(64)),
        sa.Column("here", name(64)),
        sa.Column("found", Instant, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        schema=SCHEMA,
    )
    op.create_table(
        "sameness",
        sa.Column("first", name(39), primary_key=True),
        sa.Column("second", name(39), primary_key=True),
        sa.Column("same", sa.Boolean, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", Instant, nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        schema=SCHEMA,
    )
