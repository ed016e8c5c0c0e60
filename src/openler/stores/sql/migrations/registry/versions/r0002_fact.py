"""What is fixed when a registry is made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from openler.stores.sql.types import name

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "fact",
        sa.Column("name", name(120), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        schema="registry",
    )
