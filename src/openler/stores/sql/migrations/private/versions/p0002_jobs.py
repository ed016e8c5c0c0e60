"""Jobs with their chunks, and status lists kept as the bits that they show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from openler.stores.sql.types import Instant, name
from openler.stores.status_bits import flipped

revision = "p0002"
down_revision = "p0001"
branch_labels = None
depends_on = None

SCHEMA = "private"
COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_PURPOSES = {"revocation": "revoked", "suspension": "suspended"}


def upgrade() -> None:
    """Make the tables, and the bits of what was revoked or suspended before."""
    op.create_table(
        "status_bits",
        sa.Column("list_id", name(64), sa.ForeignKey(f"{SCHEMA}.status_list.list_id"), primary_key=True),
        sa.Column("purpose", name(120), primary_key=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "job",
        sa.Column("position", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("job_id", name(64), nullable=False, unique=True),
        sa.Column("action", name(120), nullable=False),
        sa.Column("same_hash", name(64), nullable=False, index=True),
        sa.Column("sealed_about", sa.LargeBinary, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("chunk_size", sa.Integer, nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("finished", Instant, nullable=True),
        sa.Column("sealed_summary", sa.LargeBinary, nullable=True),
        schema=SCHEMA,
    )
    op.create_table(
        "job_chunk",
        sa.Column("job_id", name(64), sa.ForeignKey(f"{SCHEMA}.job.job_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", name(120), nullable=False),
        sa.Column("owner", name(120), nullable=False),
        sa.Column("lease", name(64), nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("units", sa.Integer, nullable=False),
        sa.Column("sealed_result", sa.LargeBinary, nullable=True),
        schema=SCHEMA,
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    made = sa.MetaData(schema=SCHEMA)  # tables, unlike table clauses, follow the connection's schema
    lists = sa.Table("status_list", made, sa.Column("list_id"), sa.Column("length"))
    issued = sa.Table("issued", made, *(sa.Column(column) for column in ("status_list", "status_index", *_PURPOSES.values())))
    bits = sa.Table("status_bits", made, sa.Column("list_id"), sa.Column("purpose"), sa.Column("packed"))
    for list_id, length in connection.execute(sa.select(lists.c.list_id, lists.c.length)).all():
        for purpose, column in _PURPOSES.items():
            wanted = sa.select(issued.c.status_index).where(issued.c.status_list == list_id, issued.c[column] == sa.true())
            indexes = connection.execute(wanted).scalars().all()
            if indexes:
                packed = flipped(None, length, dict.fromkeys(indexes, True))
                connection.execute(sa.insert(bits), {"list_id": list_id, "purpose": purpose, "packed": packed})
