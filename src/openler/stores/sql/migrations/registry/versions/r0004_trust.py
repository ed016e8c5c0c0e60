"""Whom verifiers know and believe, and what custodians keep of issuers that may close."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from openler.stores.sql.types import Instant, name

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None

SCHEMA = "registry"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "trust_source",
        sa.Column("name", name(120), primary_key=True),
        sa.Column("kind", name(20), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("dated", Instant, nullable=False),
        sa.Column("checked", Instant, nullable=False),
        sa.Column("failure", name(120)),
        schema=SCHEMA,
    )
    op.create_table(
        "snapshot_body",
        sa.Column("digest", name(64), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "snapshot",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("address", name(2048), nullable=False),
        sa.Column("kind", name(20), nullable=False),
        sa.Column("issuer", name(2048), nullable=False),
        sa.Column("taken", Instant, nullable=False),
        sa.Column("digest", name(64), sa.ForeignKey(f"{SCHEMA}.snapshot_body.digest"), nullable=False),
        sa.Column("media_type", name(200), nullable=False),
        sa.Column("custodian", name(39), nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("continued", sa.Boolean, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("snapshot_address", "snapshot", ["address", "seq"], schema=SCHEMA)
