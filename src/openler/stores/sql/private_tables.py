"""The tables of the private wall.

Read with the eyes of somebody who stole the file: every column is a random id, a keyed or plain hash of random bits, a
moment, a count, ciphertext, or the CTID of an organisation or of what it awards. Names, addresses, purposes, reasons,
titles and documents are in columns called ``sealed``, ``boxed`` or ``wrapped``.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, UniqueConstraint

from openler.stores.sql.types import BYTES, CTID, DIGEST, LONG_TEXT, TERM, Instant, name

METADATA: Final = MetaData(
    schema="private",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    },
)
COUNTED: Final = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up; SQLite does so for ``INTEGER`` only."""
ID: Final = name(64)

DATA_KEY: Final = Table(
    "data_key",
    METADATA,
    Column("name", TERM, primary_key=True),
    Column("wrapped", BYTES, nullable=False),
    Column("created", Instant, nullable=False),
)

HOLDER: Final = Table(
    "holder",
    METADATA,
    Column("holder_id", ID, primary_key=True),
    Column("handle_hash", DIGEST, nullable=False, unique=True),
    Column("salt", BYTES, nullable=False),
    Column("cost", TERM, nullable=False),
    Column("wrapped_key", BYTES, nullable=False),
    Column("box_key", BYTES, nullable=False),
    Column("wrapped_box_key", BYTES, nullable=False),
    Column("signing_key", BYTES, nullable=False),
    Column("created", Instant, nullable=False),
)

ITEM: Final = Table(
    "item",
    METADATA,
    Column("position", COUNTED, primary_key=True, autoincrement=True),
    Column("holder_id", ID, ForeignKey(HOLDER.c.holder_id), nullable=False),
    Column("kind", TERM, nullable=False),
    Column("item_id", ID, nullable=False),
    Column("sealed", BYTES, nullable=False),
    Column("changed", Instant, nullable=False),
    UniqueConstraint("holder_id", "kind", "item_id"),
)

DEPOSIT: Final = Table(
    "deposit",
    METADATA,
    Column("position", COUNTED, primary_key=True, autoincrement=True),
    Column("holder_id", ID, ForeignKey(HOLDER.c.holder_id), nullable=False),
    Column("deposit_id", DIGEST, nullable=False),
    Column("boxed", BYTES, nullable=True),
    Column("deposited", Instant, nullable=False),
    UniqueConstraint("holder_id", "deposit_id"),
)

SHARE: Final = Table(
    "share",
    METADATA,
    Column("position", COUNTED, primary_key=True, autoincrement=True),
    Column("share_id", ID, nullable=False, unique=True),
    Column("holder_id", ID, ForeignKey(HOLDER.c.holder_id), nullable=False, index=True),
    Column("token_hash", DIGEST, nullable=False, unique=True),
    Column("sealed", BYTES, nullable=True),
    Column("salt", BYTES, nullable=False),
    Column("needs_code", Boolean, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("withdrawn", Instant, nullable=True),
)

DISCLOSURE: Final = Table(
    "disclosure",
    METADATA,
    Column("position", COUNTED, primary_key=True, autoincrement=True),
    Column("disclosure_id", ID, nullable=False, unique=True),
    Column("holder_id", ID, ForeignKey(HOLDER.c.holder_id), nullable=False, index=True),
    Column("boxed", BYTES, nullable=False),
    Column("time", Instant, nullable=False),
)

RELEASE: Final = Table(
    "release",
    METADATA,
    Column("release_id", ID, primary_key=True),
    Column("owner_hash", DIGEST, nullable=False, index=True),
    Column("scope", TERM, nullable=False, index=True),
    Column("sealed_profile", BYTES, nullable=False),
    Column("sealed_consent", BYTES, nullable=False),
    Column("released", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
)

ATTEMPT: Final = Table(
    "attempt",
    METADATA,
    Column("subject", DIGEST, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last", Instant, nullable=False),
)

SESSION: Final = Table(
    "session",
    METADATA,
    Column("token_hash", DIGEST, primary_key=True),
    Column("holder_id", ID, ForeignKey(HOLDER.c.holder_id), nullable=False, index=True),
    Column("sealed_key", BYTES, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("last_used", Instant, nullable=False),
)

STATUS_LIST: Final = Table(
    "status_list",
    METADATA,
    Column("position", COUNTED, primary_key=True, autoincrement=True),
    Column("list_id", ID, nullable=False, unique=True),
    Column("issuer", CTID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("changed", Instant, nullable=False),
    UniqueConstraint("issuer", "number"),
)

ISSUED: Final = Table(
    "issued",
    METADATA,
    Column("seq", COUNTED, primary_key=True, autoincrement=True),
    Column("credential_id", name(64), nullable=False, unique=True),
    Column("issuer", CTID, nullable=False),
    Column("key_hash", DIGEST, nullable=False),
    Column("achievement", CTID, nullable=True),
    Column("state", TERM, nullable=False),
    Column("status_list", ID, ForeignKey(STATUS_LIST.c.list_id), nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("sealed_holder", BYTES, nullable=True),
    Column("sealed_unsigned", BYTES, nullable=True),
    Column("sealed_signed", BYTES, nullable=True),
    Column("sealed_reason", BYTES, nullable=True),
    Column("reserved_at", Instant, nullable=False),
    Column("issued_at", Instant, nullable=True),
    Column("revoked", Boolean, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("status_changed", Instant, nullable=True),
    UniqueConstraint("issuer", "key_hash"),
    UniqueConstraint("status_list", "status_index"),
    Index("ix_issued_issuer_seq", "issuer", "seq"),
)

STATUS_BITS: Final = Table(
    "status_bits",
    METADATA,
    Column("list_id", ID, ForeignKey(STATUS_LIST.c.list_id), primary_key=True),
    Column("purpose", TERM, primary_key=True),
    Column("packed", BYTES, nullable=False),
)
"""What a status list tells the world for one purpose, compressed; no row while no bit is set."""

JOB: Final = Table(
    "job",
    METADATA,
    Column("position", COUNTED, primary_key=True, autoincrement=True),
    Column("job_id", ID, nullable=False, unique=True),
    Column("action", TERM, nullable=False),
    Column("same_hash", DIGEST, nullable=False, index=True),
    Column("sealed_about", BYTES, nullable=False),
    Column("total", Integer, nullable=False),
    Column("chunk_size", Integer, nullable=False),
    Column("created", Instant, nullable=False),
    Column("finished", Instant, nullable=True),
    Column("sealed_summary", BYTES, nullable=True),
)

JOB_CHUNK: Final = Table(
    "job_chunk",
    METADATA,
    Column("job_id", ID, ForeignKey(JOB.c.job_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", TERM, nullable=False),
    Column("owner", TERM, nullable=False),
    Column("lease", ID, nullable=False),
    Column("until", Instant, nullable=False),
    Column("units", Integer, nullable=False),
    Column("sealed_result", BYTES, nullable=True),
)

ORGANISATION: Final = Table(
    "organisation",
    METADATA,
    Column("ce_ctid", CTID, primary_key=True),
    Column("name", LONG_TEXT, nullable=False),
    Column("roles", TERM, nullable=False),
    Column("did", LONG_TEXT, nullable=True),
    Column("key_uri", LONG_TEXT, nullable=True),
    Column("created", Instant, nullable=False),
)

TOKEN: Final = Table(
    "token",
    METADATA,
    Column("position", COUNTED, primary_key=True, autoincrement=True),
    Column("public_id", ID, nullable=False, unique=True),
    Column("organisation", CTID, ForeignKey(ORGANISATION.c.ce_ctid), nullable=False, index=True),
    Column("roles", TERM, nullable=False),
    Column("label", LONG_TEXT, nullable=False),
    Column("secret_hash", DIGEST, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=True),
    Column("revoked", Instant, nullable=True),
)

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("position", COUNTED, primary_key=True, autoincrement=True),
    Column("name", TERM, nullable=False),
    Column("actor", TERM, nullable=False),
    Column("time", Instant, nullable=False),
    Column("details", LONG_TEXT, nullable=False),
)
