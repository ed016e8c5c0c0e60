"""Holders, what they keep and share; what issuers issued; organisations, tokens, sessions; audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from openler.stores.sql.types import Instant, name

revision = "p0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "private"
COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the private wall's first tables."""
    op.create_table(
        "attempt",
        sa.Column("subject", name(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last", Instant, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "audit",
        sa.Column("position", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("name", name(120), nullable=False),
        sa.Column("actor", name(120), nullable=False),
        sa.Column("time", Instant, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "data_key",
        sa.Column("name", name(120), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("created", Instant, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "holder",
        sa.Column("holder_id", name(64), primary_key=True),
        sa.Column("handle_hash", name(64), nullable=False, unique=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("cost", name(120), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("box_key", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_box_key", sa.LargeBinary, nullable=False),
        sa.Column("signing_key", sa.LargeBinary, nullable=False),
        sa.Column("created", Instant, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "organisation",
        sa.Column("ce_ctid", name(39), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", name(120), nullable=False),
        sa.Column("did", sa.Text),
        sa.Column("key_uri", sa.Text),
        sa.Column("created", Instant, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "release",
        sa.Column("release_id", name(64), primary_key=True),
        sa.Column("owner_hash", name(64), nullable=False),
        sa.Column("scope", name(120), nullable=False),
        sa.Column("sealed_profile", sa.LargeBinary, nullable=False),
        sa.Column("sealed_consent", sa.LargeBinary, nullable=False),
        sa.Column("released", Instant, nullable=False),
        sa.Column("expires", Instant, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("ix_release_owner_hash", "release", ["owner_hash"], schema=SCHEMA)
    op.create_index("ix_release_scope", "release", ["scope"], schema=SCHEMA)
    op.create_table(
        "status_list",
        sa.Column("position", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("list_id", name(64), nullable=False, unique=True),
        sa.Column("issuer", name(39), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("changed", Instant, nullable=False),
        sa.UniqueConstraint("issuer", "number"),
        schema=SCHEMA,
    )
    op.create_table(
        "deposit",
        sa.Column("position", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("holder_id", name(64), sa.ForeignKey(f"{SCHEMA}.holder.holder_id"), nullable=False),
        sa.Column("deposit_id", name(64), nullable=False),
        sa.Column("boxed", sa.LargeBinary),
        sa.Column("deposited", Instant, nullable=False),
        sa.UniqueConstraint("holder_id", "deposit_id"),
        schema=SCHEMA,
    )
    op.create_table(
        "disclosure",
        sa.Column("position", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("disclosure_id", name(64), nullable=False, unique=True),
        sa.Column("holder_id", name(64), sa.ForeignKey(f"{SCHEMA}.holder.holder_id"), nullable=False),
        sa.Column("boxed", sa.LargeBinary, nullable=False),
        sa.Column("time", Instant, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("ix_disclosure_holder_id", "disclosure", ["holder_id"], schema=SCHEMA)
    op.create_table(
        "issued",
        sa.Column("seq", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("credential_id", name(64), nullable=False, unique=True),
        sa.Column("issuer", name(39), nullable=False),
        sa.Column("key_hash", name(64), nullable=False),
        sa.Column("achievement", name(39)),
        sa.Column("state", name(120), nullable=False),
        sa.Column("status_list", name(64), sa.ForeignKey(f"{SCHEMA}.status_list.list_id"), nullable=False),
        sa.Column("status_index", sa.Integer, nullable=False),
        sa.Column("sealed_holder", sa.LargeBinary),
        sa.Column("sealed_unsigned", sa.LargeBinary),
        sa.Column("sealed_signed", sa.LargeBinary),
        sa.Column("sealed_reason", sa.LargeBinary),
        sa.Column("reserved_at", Instant, nullable=False),
        sa.Column("issued_at", Instant),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.Column("suspended", sa.Boolean, nullable=False),
        sa.Column("status_changed", Instant),
        sa.UniqueConstraint("issuer", "key_hash"),
        sa.UniqueConstraint("status_list", "status_index"),
        schema=SCHEMA,
    )
    op.create_index("ix_issued_issuer_seq", "issued", ["issuer", "seq"], schema=SCHEMA)
    op.create_table(
        "item",
        sa.Column("position", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("holder_id", name(64), sa.ForeignKey(f"{SCHEMA}.holder.holder_id"), nullable=False),
        sa.Column("kind", name(120), nullable=False),
        sa.Column("item_id", name(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("changed", Instant, nullable=False),
        sa.UniqueConstraint("holder_id", "kind", "item_id"),
        schema=SCHEMA,
    )
    op.create_table(
        "session",
        sa.Column("token_hash", name(64), primary_key=True),
        sa.Column("holder_id", name(64), sa.ForeignKey(f"{SCHEMA}.holder.holder_id"), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary, nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("expires", Instant, nullable=False),
        sa.Column("last_used", Instant, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("ix_session_holder_id", "session", ["holder_id"], schema=SCHEMA)
    op.create_table(
        "share",
        sa.Column("position", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("share_id", name(64), nullable=False, unique=True),
        sa.Column("holder_id", name(64), sa.ForeignKey(f"{SCHEMA}.holder.holder_id"), nullable=False),
        sa.Column("token_hash", name(64), nullable=False, unique=True),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("needs_code", sa.Boolean, nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("expires", Instant, nullable=False),
        sa.Column("withdrawn", Instant),
        schema=SCHEMA,
    )
    op.create_index("ix_share_holder_id", "share", ["holder_id"], schema=SCHEMA)
    op.create_table(
        "token",
        sa.Column("position", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("public_id", name(64), nullable=False, unique=True),
        sa.Column("organisation", name(39), sa.ForeignKey(f"{SCHEMA}.organisation.ce_ctid"), nullable=False),
        sa.Column("roles", name(120), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("secret_hash", name(64), nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("expires", Instant),
        sa.Column("revoked", Instant),
        schema=SCHEMA,
    )
    op.create_index("ix_token_organisation", "token", ["organisation"], schema=SCHEMA)
