"""Journal, versions, documents, resources and audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from openler.stores.sql.types import Instant, name

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "registry"


def upgrade() -> None:
    """Make the registry's first tables."""
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ce_ctid", name(39), nullable=False),
        sa.Column("action", name(10), nullable=False),
        sa.Column("digest", name(64)),
        sa.Column("previous", name(64), unique=True),
        sa.Column("publisher", name(39), nullable=False),
        sa.Column("time", Instant, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("journal_ctid", "journal", ["ce_ctid", "seq"], schema=SCHEMA)
    op.create_table(
        "version",
        sa.Column("digest", name(64), primary_key=True),
        sa.Column("ce_ctid", name(39), nullable=False),
        sa.Column("ctdl_type", name(120), nullable=False),
        sa.Column("owner", name(39)),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("normalised", sa.LargeBinary, nullable=False),
        sa.Column("received", sa.LargeBinary),
        schema=SCHEMA,
    )
    op.create_index("ix_registry_version_ce_ctid", "version", ["ce_ctid"], schema=SCHEMA)
    op.create_table(
        "document",
        sa.Column("ce_ctid", name(39), primary_key=True),
        sa.Column("digest", name(64), sa.ForeignKey(f"{SCHEMA}.version.digest"), nullable=False),
        sa.Column("seq", sa.Integer, sa.ForeignKey(f"{SCHEMA}.journal.seq"), nullable=False),
        sa.Column("ctdl_type", name(120), nullable=False),
        sa.Column("owner", name(39)),
        sa.Column("publisher", name(39), nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("updated", Instant, nullable=False),
        schema=SCHEMA,
    )
    for column in ("owner", "publisher"):
        op.create_index(f"ix_registry_document_{column}", "document", [column], schema=SCHEMA)
    op.create_index("document_type", "document", ["ctdl_type", "ce_ctid"], schema=SCHEMA)
    op.create_index("document_updated", "document", ["updated"], schema=SCHEMA)
    op.create_table(
        "resource",
        sa.Column("ce_ctid", name(39), primary_key=True),
        sa.Column("document", name(39), sa.ForeignKey(f"{SCHEMA}.document.ce_ctid"), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("ix_registry_resource_document", "resource", ["document"], schema=SCHEMA)
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", name(120), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("time", Instant, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        schema=SCHEMA,
    )
