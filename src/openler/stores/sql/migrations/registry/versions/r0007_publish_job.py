"""Long publishes as jobs, and what each refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from openler.stores.sql.types import Instant, name

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None

SCHEMA = "registry"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "publish_job",
        sa.Column("job_id", name(40), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("publisher", name(39), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("same", name(64), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("owner", name(39)),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("spooled", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("published", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("worked", sa.Float, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("finished", Instant),
        schema=SCHEMA,
    )
    op.create_table(
        "publish_refusal",
        sa.Column("job_id", name(40), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        schema=SCHEMA,
    )
