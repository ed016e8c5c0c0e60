"""What imports found out about their sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from openler.stores.sql.types import Instant, name

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "source_note",
        sa.Column("source", name(120), primary_key=True),
        sa.Column("time", Instant, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        schema="registry",
    )
