"""Every way in which actions touch the outside world, in one file.

A port is a protocol; ``stores``, ``net``, ``keys`` and ``jobs`` implement them, :mod:`openler.bootstrap` wires them
into one :class:`Ports`, and each action takes that as its first argument. Two walls stand between them (ADR 0001,
decision 3): *Store*, *SearchIndex* and *Graph* hold what is public; *Vault* and *Ledger* hold what is private, in
another database. No action hands the one to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol

from openler.access.audit import AuditEvent
from openler.actions.follow_ports import Follows, Verdicts
from openler.actions.job_ports import Here, JobQueue, Spread
from openler.actions.log_ports import Log
from openler.actions.private_ports import Ledger, Organisations, PrivateAudit, Sessions, Vault
from openler.actions.publish_ports import PublishJobs, Spool
from openler.actions.search_ports import Found as Found  # noqa: PLC0414 - they are known by this place
from openler.actions.search_ports import Hit as Hit  # noqa: PLC0414
from openler.actions.search_ports import Query as Query  # noqa: PLC0414
from openler.actions.search_ports import SearchIndex
from openler.actions.sparql_ports import Answer, Question, RdfType
from openler.actions.trust_ports import Trust
from openler.ctdl.description_sets import Branch
from openler.ctdl.document import Document
from openler.ctdl.query_model import Condition, Order
from openler.ids import Ctid, Digest

if TYPE_CHECKING:
    from openler.ctdl.profile import Profile

# --- time, chance, network, keys ------------------------------------------------------------------------------------


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, UTC."""
        ...


class Entropy(Protocol):
    """Unpredictable bytes."""

    def token(self, length: int) -> bytes:
        """``length`` bytes fit for keys and identifiers."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a guarded fetch brought back. ``url`` is the address that answered, after redirects."""

    url: str
    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Fetch(Protocol):
    """The guarded way to read an address (ADR 0001, decision 10)."""

    def get(self, url: str, *, accept: str = "*/*", limit: int | None = None) -> Fetched:
        """Read an address, at most ``limit`` bytes; any HTTP status is returned.

        :raises Refused: the address may not be reached from here (private, loopback, wrong scheme)
        :raises TooLarge: the body exceeds the limit
        :raises Unavailable: no answer in time, or none at all
        """
        ...


KeyType = Literal["Ed25519", "P-256", "P-384"]


class Signer(Protocol):
    """A private key that signs and is never seen."""

    @property
    def key_type(self) -> KeyType:
        """The kind of key."""
        ...

    @property
    def public_key(self) -> bytes:
        """The raw public key: 32 bytes for Ed25519, the compressed point (33 or 49 bytes) for P-256 and P-384."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The raw signature: 64 bytes for Ed25519, r || s for ECDSA (SHA-256 for P-256, SHA-384 for P-384)."""
        ...


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A key as listed: everything but the secret. ``uri`` is what :meth:`KeyStore.signer` takes.

    ``held`` is where the secret is, for a key that is only listed here, such as ``pkcs11:...``. ``compromised`` is since when
    somebody else may have had it; such a key is retired too.
    """

    name: str
    uri: str
    key_type: KeyType
    public_key: bytes
    created: datetime
    retired: datetime | None = None
    compromised: datetime | None = None
    held: str | None = None


class KeyStore(Protocol):
    """Private keys, encrypted at rest; a key is named by a URI whose scheme tells where it lives."""

    def create(self, name: str, key_type: KeyType, *, at: datetime) -> KeyInfo:
        """Make a key. :raises Conflict: the name is taken."""
        ...

    def add(self, name: str, uri: str, *, at: datetime) -> KeyInfo:
        """List a key that is held elsewhere, such as in a token: it gets a name and dates; its secret stays where it is.

        :raises Conflict: the name is taken, or the key is listed already
        """
        ...

    def generate(self, uri: str, key_type: KeyType) -> None:
        """Make a key at an address, in a token that can. :raises Misused: nothing can be made there. :raises Conflict: there is one."""
        ...

    def keys(self) -> tuple[KeyInfo, ...]:
        """All keys, retired ones included, oldest first."""
        ...

    def retire(self, name: str, *, at: datetime, compromised: datetime | None = None) -> KeyInfo:
        """Stop signing with a key; it stays listed so that what it signed can be judged. :raises NotFound:

        ``compromised`` is since when somebody else may have had it. It can be told later, and put earlier, never later.
        """
        ...

    def signer(self, uri: str) -> Signer:
        """A signer for ``file:NAME``, ``env:VARIABLE``, ... :raises NotFound: :raises Refused: it is retired."""
        ...


# --- the registry: what is offered, public ---------------------------------------------------------------------------


class JournalAction(StrEnum):
    """What a journal entry did to its CTID."""

    PUBLISH = "publish"
    UPDATE = "update"
    DELETE = "delete"
    OFFER = "offer"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Change:
    """One document on its way into the registry, already parsed and found free of errors.

    ``normalised`` is the JCS form whose SHA-256 is ``digest``; ``received`` the bytes as they came. ``resources`` are
    the CTIDs of everything described in the graph, the main one first, so that each can be found by its own.
    ``expected`` is the digest the writer believes to be current (If-Match), None for no precondition.
    A deletion has ``normalised is None``.

    ``assigned`` says that ``owner`` is for whom it is published, whatever the document itself says. ``statement`` is what the
    publisher signed about it, in JCS form. ``transfer`` makes it a step of a transfer instead: ``offer`` it to ``owner``, or
    ``accept`` what was offered to ``publisher``. ``origin`` is the registry it came from, where that is another: its publisher and owner
    are what they are there.
    """

    ctid: Ctid
    ctdl_type: str
    owner: Ctid | None
    publisher: Ctid
    normalised: bytes | None
    received: bytes
    digest: Digest | None
    resources: tuple[Ctid, ...] = ()
    expected: Digest | None = None
    provisional: bool = False
    assigned: bool = False
    statement: bytes | None = None
    transfer: Literal["offer", "accept"] | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry. ``previous`` is the hash of the entry before it: SHA-256 over that entry's JCS form; the first has none.

    ``owner`` stands where the registry itself says whose the document is, whatever it says: published on behalf, offered to,
    transferred to. ``statement`` is the SHA-256 of what the publisher signed about this version; ``origin`` the registry it came from.
    """

    seq: int
    ctid: Ctid
    action: JournalAction
    digest: Digest | None
    previous: Digest | None
    publisher: Ctid
    time: datetime
    owner: Ctid | None = None
    provisional: bool = False
    statement: Digest | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change: its entry, or None where the digest was already current and nothing was written."""

    ctid: Ctid
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One version of a published document, with the envelope around it.

    ``assigned``, ``statement``: see :class:`Change` and :class:`Entry`. ``offered`` is to whom its owner offers it, where it does.
    """

    ctid: Ctid
    ctdl_type: str
    owner: Ctid | None
    publisher: Ctid
    normalised: bytes
    digest: Digest
    seq: int
    created: datetime
    updated: datetime
    provisional: bool = False
    deleted: bool = False
    assigned: bool = False
    offered: Ctid | None = None
    statement: Digest | None = None


@dataclass(frozen=True, slots=True)
class EnvelopeFilter:
    """Which envelopes to list. None means any; ``since`` (inclusive) and ``until`` (exclusive) bound the last change."""

    ctdl_type: str | None = None
    owner: Ctid | None = None
    publisher: Ctid | None = None
    since: datetime | None = None
    until: datetime | None = None
    provisional: bool | None = False


class Store(Log, Follows, Verdicts, PublishJobs, Protocol):
    """The registry's documents and its journal, which is the truth (ADR 0001, decision 1)."""

    def append(self, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        """Write changes, journal entries and the audit event in one transaction; all or nothing.

        Where every digest is already current nothing is written, the event included.

        :raises Conflict: a precondition does not hold, or a CTID belongs to another document's graph
        :raises Refused: the document is another publisher's
        :raises Unavailable: the database does not answer
        """
        ...

    def get(self, ctid: Ctid) -> StoredDocument | None:
        """The current version of the document whose graph describes ``ctid``, or None; a deleted one has ``deleted`` set."""
        ...

    def current(self, ctids: Sequence[Ctid]) -> Mapping[Ctid, StoredDocument]:
        """:meth:`get` for many at once; CTIDs that nothing describes are left out."""
        ...

    def received(self, digest: Digest) -> bytes | None:
        """The bytes as first received for a version."""
        ...

    def versions(self, ctid: Ctid) -> tuple[Entry, ...]:
        """The journal entries of one document, oldest first."""
        ...

    def version(self, ctid: Ctid, digest: Digest) -> StoredDocument | None:
        """A document as it stood in one version."""
        ...

    def documents(
        self, where: EnvelopeFilter, *, after: Ctid | None = None, skip: int = 0, limit: int = 1000
    ) -> tuple[StoredDocument, ...]:
        """Current, undeleted documents in order of CTID, from the first one after ``after``, without the first ``skip`` of those."""
        ...

    def count(self, where: EnvelopeFilter) -> int:
        """How many documents :meth:`documents` would list in all."""
        ...

    def entries(self, *, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        """Journal entries with ``seq > after``, in order."""
        ...

    def head(self) -> int:
        """The last sequence number, 0 for an empty journal."""
        ...

    def verify_chain(self) -> int:
        """Check that the journal is gapless and each entry names the hash of the one before; the number checked.

        :raises Internal: ``registry.chain_broken``
        """
        ...

    def audit(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditEvent, ...]:
        """The registry wall's audit events, oldest first."""
        ...

    def keep_notes(self, source: str, content: bytes, *, at: datetime, event: AuditEvent) -> None:
        """Keep what an import found out about its source, in place of what an earlier one did (ADR 0007).

        It describes no resource and makes no journal entry. Where the content is what it was nothing is written, the event included.

        :raises Unavailable: the database does not answer
        """
        ...

    def notes(self) -> Mapping[str, bytes]:
        """What was found out about each source, in order of its name."""
        ...


@dataclass(frozen=True, slots=True)
class Named:
    """A resource as a link shows it. ``document`` is the CTID of the document whose graph describes it."""

    ctid: Ctid
    ctdl_type: str
    name: str
    document: Ctid


@dataclass(frozen=True, slots=True)
class Reference:
    """``subject`` refers to something by ``predicate``, a CURIE such as ``ceterms:offeredBy``.

    ``predicate`` is the property of the subject's own node, also where the reference stands deeper: a competency in a
    condition profile of ``ceterms:requires`` is referred to by ``ceterms:requires``.
    """

    subject: Named
    predicate: str


@dataclass(frozen=True, slots=True)
class Located:
    """A node of a published graph, with its CTID where it has one.

    ``place`` counts the nodes of ``document`` as it stood at journal entry ``seq``.
    """

    ctid: Ctid | None
    document: Ctid
    place: int
    seq: int


@dataclass(frozen=True, slots=True)
class Selected:
    """A page of what a query found, and how much there is in all."""

    total: int
    nodes: tuple[Located, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """What stands at the end of a path, how much there is in all, and of it as much as was asked for."""

    path: str
    total: int
    nodes: tuple[Located, ...]


class QueryIndex(Protocol):
    """The projection that answers the national Registry's query language."""

    def select(self, condition: Condition, order: Order, *, skip: int = 0, take: int = 10) -> Selected:
        """The records of which a condition holds. :raises Unavailable: ``query.too_slow``"""
        ...

    def related(self, ctid: Ctid, branches: Sequence[Branch], *, limit: int) -> tuple[Related, ...]:
        """What stands at the end of each path from a record, less the paths that lead nowhere; at most ``limit`` of each.

        :raises Unavailable: ``query.too_slow``
        """
        ...

    def nodes(self, document: Document) -> Sequence[Mapping[str, Any]]:
        """The nodes of a document in the order in which :class:`Located` counts them."""
        ...


class Graph(Protocol):
    """The projection that holds the registry as RDF and answers what refers to what."""

    def describe(self, ctid: Ctid, *, media_type: RdfType) -> bytes:
        """All statements of the document that describes ``ctid``. :raises NotFound:"""
        ...

    def ask(self, question: Question) -> Answer:
        """Answer a query that only reads and calls nobody, from the newest copy of the graph.

        :raises Malformed: :raises TooLarge: :raises RateLimited: :raises Unavailable: as :func:`openler.actions.finding.sparql.ask` says
        """
        ...

    def named(self, ctids: Sequence[Ctid]) -> Mapping[Ctid, Named]:
        """The names of many resources at once; those that nothing describes are left out."""
        ...

    def referring(self, ctid: Ctid, *, predicates: Sequence[str] = (), limit: int = 1000) -> tuple[Reference, ...]:
        """What refers to ``ctid``, by any predicate or by these, ordered by predicate, type, name and CTID."""
        ...


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a projection is behind the journal: ``seq`` is the last entry it holds, ``head`` the journal's last."""

    projection: str
    seq: int
    head: int


class Projector(Protocol):
    """Keeps the projections in step with the journal: one a data directory (ADR 0001, decision 2)."""

    def catch_up(self, *, progress: Callable[[int, int], None] | None = None) -> None:
        """Bring every projection to the journal's head: by ourselves, or by waiting for the process that holds the lock.

        :raises Unavailable: ``projections.stalled``: the process that holds the lock makes no headway
        """
        ...

    def lags(self) -> tuple[Lag, ...]:
        """The lag of each projection."""
        ...

    def rebuild(self) -> None:
        """Delete every projection and make it again from the journal. :raises Conflict: another process holds the lock."""
        ...


class ColumnRows(Protocol):
    """A table of typed columns that is being written."""

    def add(self, row: Sequence[object]) -> None:
        """One row: texts, tuples of texts, moments (with a time zone) and JSON texts, in the order of the columns."""
        ...

    def close(self) -> None:
        """Write the file."""
        ...

    def abandon(self) -> None:
        """Write nothing."""
        ...


class TableReader(Protocol):
    """Reads tables that people hand us: CSV, TSV (also gzipped), XLSX and Parquet. Writes Parquet for those who analyze."""

    def rows(self, location: str, *, columns: Sequence[str] | None = None, short: bool = False) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows with their number in the file (the header is row 1), every cell as text, stripped.

        ``short`` takes a row that ends early for one whose last cells are empty; otherwise it is malformed.

        :raises Misused: the file is missing or lacks one of ``columns``
        :raises Malformed: a row that cannot be read; ``place`` is ``row N``
        """
        ...

    def exists(self, location: str) -> bool:
        """Is there a file at that place?"""
        ...

    def content(self, location: str) -> bytes:
        """A small file's bytes, such as a mapping's. :raises Misused: it is missing. :raises TooLarge:"""
        ...

    def survey(self, location: str) -> tuple[Digest, int]:
        """What tells a file or a folder of records from any other, and how many records :meth:`records` would give."""
        ...

    def fingerprint(self, location: str) -> Digest:
        """What tells a file from any other. :raises Misused: it is missing"""
        ...

    def records(self, location: str, *, limit: int) -> Iterator[tuple[str, bytes]]:
        """Each line of an NDJSON file (also gzipped), or each file of a folder and its sub-folders, with its name; one at a time.

        Of what is longer than ``limit`` bytes only one byte more is given, so that it can be told.

        :raises Misused: there is nothing at that place
        :raises Malformed: a gzipped file is broken
        """
        ...

    def documents(self, location: str) -> Iterator[tuple[str, bytes]]:
        """The JSON documents of a file, a folder (with its sub-folders) or a ZIP, each with its name, in the order of names.

        :raises Misused: there is nothing at that place
        :raises Malformed: the archive is broken
        """
        ...

    def columns(self, sink: BinaryIO, columns: Mapping[str, str]) -> ColumnRows:
        """Begin a Parquet file. ``columns`` are the columns with their types: ``text``, ``texts``, ``moment`` or ``json``."""
        ...


# --- the initiative: what a region decided, public -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkspaceVersion:
    """One version of the initiative's workspace: ``number`` counts from 1, ``content`` is its JSON form in UTF-8."""

    number: int
    content: bytes


class Workspace(Protocol):
    """The initiative's workspace, every version kept. It holds decisions and counts, never a record of a person."""

    def current(self) -> WorkspaceVersion | None:
        """The newest version, or None before the first. :raises Unavailable: it cannot be read."""
        ...

    def versions(self) -> tuple[WorkspaceVersion, ...]:
        """All versions, oldest first. :raises Unavailable: they cannot be read."""
        ...

    def save(self, content: bytes, *, expected: int) -> WorkspaceVersion:
        """Keep a new version after number ``expected`` (0 for the first), wholly or not at all.

        :raises Conflict: ``initiative.workspace_changed``, another version came in between
        :raises Unavailable: it cannot be written
        """
        ...


# --- everything together ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world as actions see it. ``base_url`` is where this system's own resources live, without a final slash.

    ``registry_key`` is the URI of the key by which the registry itself signs.
    ``plain_origins`` are the http origins that the operator lists: only there may identities be read without TLS. ``profiles`` are
    the operator's own, by name, beside those that come with the package. ``spread`` does pure work by more processors than one.
    ``spool`` keeps what came over HTTP to be published; None where nothing can come.
    """

    base_url: str
    clock: Clock
    entropy: Entropy
    fetch: Fetch
    keys: KeyStore
    tables: TableReader
    store: Store
    search: SearchIndex
    graph: Graph
    queries: QueryIndex
    projector: Projector
    vault: Vault
    ledger: Ledger
    organisations: Organisations
    sessions: Sessions
    private_audit: PrivateAudit
    workspace: Workspace
    jobs: JobQueue
    trust: Trust
    plain_origins: frozenset[str] = frozenset()
    registry_key: str = "file:registry"
    spread: Spread = field(default_factory=Here)
    spool: Spool | None = None
    profiles: Mapping[str, Profile] = field(default_factory=dict)
