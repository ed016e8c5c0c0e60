"""The registry wall's tables. The newest migration and these must agree; a test compares them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Table, false

from openler.stores.sql.types import BYTES, CTID, DIGEST, LONG_TEXT, REGISTRY, TERM, Instant, name

metadata = MetaData(schema="registry")

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("ce_ctid", CTID, nullable=False),
    Column("action", name(10), nullable=False),
    Column("digest", DIGEST),
    Column("previous", DIGEST, unique=True),
    Column("publisher", CTID, nullable=False),
    Column("time", Instant, nullable=False),
    Column("owner", CTID),
    Column("provisional", Boolean, nullable=False, server_default=false()),
    Column("statement", DIGEST),
    Column("origin", LONG_TEXT),
    Index("journal_ctid", "ce_ctid", "seq"),
)
"""One row an entry. ``previous`` is unique: no two entries can follow the same one."""

version = Table(
    "version",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("ce_ctid", CTID, nullable=False, index=True),
    Column("ctdl_type", TERM, nullable=False),
    Column("owner", CTID),
    Column("provisional", Boolean, nullable=False),
    Column("normalised", BYTES, nullable=False),
    Column("received", BYTES),
)
"""One row a version, never changed. ``received`` is null where the bytes came in normal form already."""

document = Table(
    "document",
    metadata,
    Column("ce_ctid", CTID, primary_key=True),
    Column("digest", DIGEST, ForeignKey("registry.version.digest"), nullable=False),
    Column("seq", Integer, ForeignKey("registry.journal.seq"), nullable=False),
    Column("ctdl_type", TERM, nullable=False),
    Column("owner", CTID, index=True),
    Column("publisher", CTID, nullable=False, index=True),
    Column("provisional", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("created", Instant, nullable=False),
    Column("updated", Instant, nullable=False),
    Column("assigned", Boolean, nullable=False, server_default=false()),
    Column("offered", CTID),
    Column("statement", DIGEST),
    Index("document_type", "ctdl_type", "ce_ctid"),
    Index("document_updated", "updated"),
)
"""Where each document stands now; a deleted one stays as its own tombstone."""

resource = Table(
    "resource",
    metadata,
    Column("ce_ctid", CTID, primary_key=True),
    Column("document", CTID, ForeignKey("registry.document.ce_ctid"), nullable=False, index=True),
)
"""Which document describes a CTID: its own, or the one whose graph it stands in."""

tree_tile = Table(
    "tree_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hashes", BYTES, nullable=False),
)
"""The journal's Merkle tree, up to 256 hashes a row (:mod:`openler.merkle.tiles`)."""

statement = Table(
    "statement",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("content", BYTES, nullable=False),
)
"""What publishers signed about their documents, in JCS form, by its SHA-256."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", TERM, nullable=False),
    Column("actor", LONG_TEXT, nullable=False),
    Column("time", Instant, nullable=False),
    Column("details", LONG_TEXT, nullable=False),
)
"""The registry wall's audit, written in the transaction it tells of. ``details`` is JSON."""

fact = Table(
    "fact",
    metadata,
    Column("name", TERM, primary_key=True),
    Column("value", LONG_TEXT, nullable=False),
)
"""What is fixed when the registry is made, such as its base URL."""

source_note = Table(
    "source_note",
    metadata,
    Column("source", TERM, primary_key=True),
    Column("time", Instant, nullable=False),
    Column("content", BYTES, nullable=False),
)
"""What the last import of each source found out about it: what it does not cover. Public, and no part of any resource."""

trust_source = Table(
    "trust_source",
    metadata,
    Column("name", TERM, primary_key=True),
    Column("kind", name(20), nullable=False),
    Column("source", LONG_TEXT, nullable=False),
    Column("content", BYTES, nullable=False),
    Column("dated", Instant, nullable=False),
    Column("checked", Instant, nullable=False),
    Column("failure", TERM),
)
"""Lists of issuers, and custodians that are believed."""

snapshot_body = Table(
    "snapshot_body",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("body", BYTES, nullable=False),
)
"""What was found at addresses, each body once."""

snapshot = Table(
    "snapshot",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("address", name(2048), nullable=False),
    Column("kind", name(20), nullable=False),
    Column("issuer", name(2048), nullable=False),
    Column("taken", Instant, nullable=False),
    Column("digest", DIGEST, ForeignKey("registry.snapshot_body.digest"), nullable=False),
    Column("media_type", name(200), nullable=False),
    Column("custodian", CTID, nullable=False),
    Column("statement", BYTES, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("continued", Boolean, nullable=False),
    Index("snapshot_address", "address", "seq"),
)
"""One row a look at an address, only ever added to; ``statement`` is what the custodian signed over it."""
follow = Table(
    "follow",
    metadata,
    Column("url", REGISTRY, primary_key=True),
    Column("registry", REGISTRY, nullable=False),
    Column("added", Instant, nullable=False),
    Column("types", LONG_TEXT, nullable=False),
    Column("mirror", Boolean, nullable=False),
    Column("signed", Boolean, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("chain", DIGEST),
    Column("head", BYTES),
    Column("mark", LONG_TEXT, nullable=False),
    Column("pulled", Instant),
    Column("due", Instant),
    Column("failures", Integer, nullable=False),
    Column("trouble", TERM, nullable=False),
    Column("halted", Boolean, nullable=False),
)
"""Which registries are followed, and how far each was read (:mod:`openler.actions.follow_ports`). ``types`` is a JSON array."""

origin = Table(
    "origin",
    metadata,
    Column("ce_ctid", CTID, primary_key=True),
    Column("registry", REGISTRY, nullable=False, index=True),
    Column("url", REGISTRY, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("first", Instant, nullable=False),
    Column("digest", DIGEST),
    Column("mirror", Boolean, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("statement", BYTES),
)
"""Where a document came from that was published elsewhere, with what that registry signed about it."""

disagreement = Table(
    "disagreement",
    metadata,
    Column("ce_ctid", CTID, primary_key=True),
    Column("registry", REGISTRY, primary_key=True),
    Column("url", REGISTRY, nullable=False),
    Column("reason", TERM, nullable=False),
    Column("holder", REGISTRY, nullable=False),
    Column("theirs", DIGEST),
    Column("here", DIGEST),
    Column("found", Instant, nullable=False),
    Column("told", LONG_TEXT, nullable=False),
    Column("content", BYTES),
)
"""CTIDs about which registries differ, and which document stands here."""

sameness = Table(
    "sameness",
    metadata,
    Column("first", CTID, primary_key=True),
    Column("second", CTID, primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("actor", LONG_TEXT, nullable=False),
    Column("time", Instant, nullable=False),
    Column("score", Integer, nullable=False),
    Column("reasons", LONG_TEXT, nullable=False),
)
"""What somebody decided about two descriptions: that they are of the same thing, or not. ``reasons`` is a JSON array of codes."""

publish_job = Table(
    "publish_job",
    metadata,
    Column("job_id", name(40), primary_key=True),
    Column("source", LONG_TEXT, nullable=False),
    Column("publisher", CTID, nullable=False),
    Column("actor", LONG_TEXT, nullable=False),
    Column("same", DIGEST, nullable=False),
    Column("total", Integer, nullable=False),
    Column("created", Instant, nullable=False),
    Column("owner", CTID),
    Column("provisional", Boolean, nullable=False),
    Column("spooled", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("published", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("worked", Float, nullable=False),
    Column("findings", LONG_TEXT, nullable=False),
    Column("finished", Instant),
)
"""Long publishes and how far each is (:mod:`openler.actions.publish_ports`). ``findings`` is a JSON object of counts."""

publish_refusal = Table(
    "publish_refusal",
    metadata,
    Column("job_id", name(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LONG_TEXT, nullable=False),
)
"""What a job refused, and why: a JSON object each."""
