"""The ports of the private wall: what is earned, and whose it is.

*Vault* keeps what people hold, *Ledger* what issuers issued, *Organisations* who may write and by which token,
*Sessions* who is signed in, *PrivateAudit* what was done. All live in the private database; none is ever read
together with the registry in one transaction (ADR 0001, decision 3).

What the operator of the database sees of a holder is a random id, how many items there are and when they changed.
Everything else is ciphertext: under the holder's own key, under a share's link, or (issuers' records, profiles
released for matching) under a secret that the operator keeps outside the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from openler.access.audit import AuditEvent
from openler.access.organisation import Organisation
from openler.access.session import StoredSession
from openler.access.token import StoredToken
from openler.actions.job_ports import ChunkResult
from openler.ids import Ctid

# --- the issuers' side -----------------------------------------------------------------------------------------------

StatusPurpose = Literal["revocation", "suspension"]
IssueState = Literal["reserved", "unsigned", "issued"]

STATUS_LIST_LENGTH = 131_072
"""Entries in a status list: the least that Bitstring Status List 1.0 (section 6.1) allows, for the herd's privacy."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be issued. ``key`` makes it idempotent within its issuer, such as a row's digest; ``holder`` is the subject's id."""

    key: str
    issuer: Ctid
    achievement: Ctid | None = None
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """An identifier and a place in a status list, kept for one credential.

    ``credential_id`` is a ``urn:uuid:``; ``status_list`` the list's id; ``existing`` tells that this key had been
    reserved before, in which case ``state`` is how far it came.
    """

    credential_id: str
    status_list: str
    status_index: int
    state: IssueState
    existing: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """One line of the ledger. ``seq`` orders the ledger; ``unsigned`` and ``signed`` are the documents' bytes as far as they exist."""

    seq: int
    credential_id: str
    issuer: Ctid
    achievement: Ctid | None
    holder: str | None
    state: IssueState
    status_list: str
    status_index: int
    reserved_at: datetime
    issued_at: datetime | None = None
    unsigned: bytes | None = field(default=None, repr=False)
    signed: bytes | None = field(default=None, repr=False)
    revoked: bool = False
    suspended: bool = False
    reason: str | None = field(default=None, repr=False)
    status_changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusList:
    """A status list: whose it is, how many of its entries are taken, when a bit last changed."""

    list_id: str
    issuer: Ctid
    length: int
    taken: int
    changed: datetime


@dataclass(frozen=True, slots=True)
class LedgerCounts:
    """How many records stand in each state; revoked and suspended ones are issued ones too."""

    reserved: int
    unsigned: int
    issued: int
    revoked: int
    suspended: int


class Ledger(Protocol):
    """What issuers issued: reservations, records, status. Documents, holders and reasons are encrypted at rest."""

    def reserve(self, *, key: str, issuer: Ctid, achievement: Ctid | None, holder: str | None, at: datetime) -> Reservation:
        """Keep an id and a status index for one credential; the same key of the same issuer gets the same ones again.

        The index is unpredictable, and unique in its list; a new list is begun when the last one is full.

        :raises Conflict: ``ledger.key_reused``: the key was used for another achievement or holder
        """
        ...

    def reserve_all(self, requests: Sequence[Request], *, at: datetime) -> tuple[Reservation, ...]:
        """The same for many, in one transaction and in the order asked."""
        ...

    def put_unsigned(self, credential_id: str, document: bytes) -> None:
        """Store what is about to be signed; a later attempt may replace it.

        :raises NotFound: ``ledger.credential_unknown``
        :raises Conflict: ``ledger.already_issued``
        """
        ...

    def put_unsigned_all(self, documents: Mapping[str, bytes]) -> frozenset[str]:
        """The same for many, by credential id, in one transaction; what was issued already is left as it is.

        The ids of those stored.

        :raises NotFound: ``ledger.credential_unknown``, and nothing is stored
        """
        ...

    def finish(self, credential_id: str, signed: bytes, *, at: datetime, event: AuditEvent | None = None) -> None:
        """Store the signed credential; the same bytes again change nothing.

        :raises NotFound: ``ledger.credential_unknown``
        :raises Conflict: ``ledger.already_issued`` with other bytes; ``ledger.nothing_unsigned`` where nothing was put before
        """
        ...

    def finish_all(
        self,
        documents: Mapping[str, bytes],
        *,
        at: datetime,
        event: AuditEvent | None = None,
        settle: Callable[[frozenset[str]], ChunkResult | None] | None = None,
    ) -> frozenset[str]:
        """The same for many, by credential id, in one transaction with one audit event, whose ``count`` is of those issued now.

        What was issued before, by whomever, is left as it is: nothing is issued twice. The ids of those issued now; ``settle`` is
        given them before they are committed, and the result of a job's chunk that it may give is stored in the same transaction.

        :raises NotFound: ``ledger.credential_unknown``
        :raises Conflict: ``ledger.nothing_unsigned``; ``jobs.lease_lost``: the chunk is somebody else's by now, and nothing is stored
        """
        ...

    def signed_all(self, credential_ids: Sequence[str]) -> Mapping[str, bytes]:
        """The signed documents of those that are issued, by credential id."""
        ...

    def issued(self, credential_id: str) -> Issued | None:
        """One line of the ledger, whatever its state."""
        ...

    def by_key(self, issuer: Ctid, key: str) -> Issued | None:
        """The line that an issuer's request of that key has, whatever its state."""
        ...

    def listing(
        self, issuer: Ctid | None = None, *, after: int = 0, limit: int = 1000, state: IssueState | None = None
    ) -> tuple[Issued, ...]:
        """Lines with ``seq > after`` in order."""
        ...

    def counts(self, issuer: Ctid | None = None) -> LedgerCounts:
        """How many stand in each state."""
        ...

    def set_status(self, credential_id: str, purpose: StatusPurpose, value: bool, *, reason: str, at: datetime, event: AuditEvent) -> bool:
        """Set or clear a status; whether anything changed.

        :raises NotFound: ``ledger.credential_unknown``
        :raises Conflict: ``ledger.not_issued``
        :raises Refused: ``ledger.revocation_final``: a revocation is never taken back
        """
        ...

    def status_bits(self, status_list: str, purpose: StatusPurpose) -> bytes:
        """The list as the world is told it: a bit an entry, the first one leftmost. Nothing where there is no such list."""
        ...

    def status_lists(self, issuer: Ctid | None = None) -> tuple[StatusList, ...]:
        """Status lists in the order they were begun."""
        ...

    def status_list(self, list_id: str) -> StatusList | None:
        """One status list."""
        ...


# --- the holders' side -----------------------------------------------------------------------------------------------

ItemKind = Literal["record", "consent", "share", "profile"]


@dataclass(frozen=True, slots=True)
class HolderKey:
    """The key to one holder's records, for as long as a request lasts. Never stored, never shown."""

    holder_id: str
    data_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Holder:
    """What is known of a holder without her key. The public keys are raw: X25519 to send to her, Ed25519 to check her consents."""

    holder_id: str
    box_key: bytes
    signing_key: bytes
    created: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a holder keeps, decrypted; ``holding`` knows what the bytes mean."""

    item_id: str
    content: bytes = field(repr=False)
    changed: datetime


@dataclass(frozen=True, slots=True)
class Deposit:
    """A credential that an issuer left for a holder, opened with her key, not yet taken in.

    ``content`` is None where it was damaged on the way: one bad deposit must not hide the others.
    """

    deposit_id: str
    content: bytes | None = field(repr=False)
    deposited: datetime


@dataclass(frozen=True, slots=True)
class StoredShare:
    """A share as the database knows it: no token, no purpose, no names. ``sealed`` opens with the token (and the code)."""

    share_id: str
    holder_id: str
    token_hash: bytes = field(repr=False)
    sealed: bytes | None = field(repr=False)
    salt: bytes = field(repr=False)
    needs_code: bool
    created: datetime
    expires: datetime
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredDisclosure:
    """One entry of a holder's log of disclosures, opened with her key."""

    disclosure_id: str
    content: bytes = field(repr=False)
    time: datetime


@dataclass(frozen=True, slots=True)
class ReleasedProfile:
    """A skill profile that a holder released. ``release_id`` stands for the holder and says nothing about her."""

    release_id: str
    scope: str
    profile: bytes = field(repr=False)
    consent: bytes = field(repr=False)
    released: datetime
    expires: datetime


class Vault(Protocol):
    """What holders hold, encrypted per holder. Only the holder's key, from her passphrase, opens it."""

    def create_holder(self, *, handle: str, passphrase: str, at: datetime, event: AuditEvent | None = None) -> Holder:
        """Make a wallet. ``handle`` is the name she signs in with, kept only as a keyed hash.

        :raises Malformed: ``vault.handle_malformed``
        :raises Refused: ``vault.passphrase_short``
        :raises Conflict: ``vault.handle_taken``
        """
        ...

    def find_holder(self, handle: str) -> str | None:
        """The id of the holder who signs in as ``handle``."""
        ...

    def holder(self, holder_id: str) -> Holder | None:
        """What is known without her key."""
        ...

    def unlock(self, holder_id: str, passphrase: str, *, at: datetime) -> HolderKey:
        """The holder's key.

        :raises NotFound: ``vault.holder_unknown``
        :raises Refused: ``vault.wrong_passphrase``
        :raises RateLimited: ``access.too_many_attempts``
        """
        ...

    def sign_in(self, handle: str, passphrase: str, *, at: datetime) -> HolderKey:
        """The same by handle. An unknown handle fails exactly like a wrong passphrase, and as slowly."""
        ...

    def change_passphrase(self, holder_id: str, old: str, new: str, *, at: datetime, event: AuditEvent | None = None) -> None:
        """Wrap the holder's key anew; nothing else is re-encrypted. Raises as :meth:`unlock` and :meth:`create_holder`."""
        ...

    def delete_holder(self, key: HolderKey, *, event: AuditEvent) -> None:
        """Delete a wallet wholly: items, deposits, shares, disclosures, releases, sessions, the wrapped key itself."""
        ...

    def deposit(self, holder_id: str, content: bytes, *, at: datetime, event: AuditEvent | None = None) -> str:
        """Leave a credential for a holder without being able to read anything of hers; the same bytes twice are one deposit.

        The deposit's id. :raises NotFound: ``vault.holder_unknown``
        """
        ...

    def deposits(self, key: HolderKey) -> tuple[Deposit, ...]:
        """What was left for her and not yet taken in, oldest first. :raises NotFound: ``vault.holder_unknown``"""
        ...

    def settle(self, key: HolderKey, deposit_id: str, *, item_id: str | None, content: bytes, at: datetime) -> None:
        """Take a deposit in as the record ``item_id``, or drop it where that is None; in one transaction, leaving only its hash."""
        ...

    def put(self, key: HolderKey, kind: ItemKind, item_id: str, content: bytes, *, at: datetime) -> None:
        """Store or replace an item."""
        ...

    def items(self, key: HolderKey, kind: ItemKind) -> tuple[Item, ...]:
        """All items of a kind in the order they were first put. :raises Internal: ``vault.damaged``"""
        ...

    def item(self, key: HolderKey, kind: ItemKind, item_id: str) -> Item | None:
        """One item."""
        ...

    def remove(self, key: HolderKey, kind: ItemKind, item_id: str) -> bool:
        """Remove an item; whether there was one."""
        ...

    def sign(self, key: HolderKey, data: bytes) -> bytes:
        """Ed25519 signature by the holder, checked with :attr:`Holder.signing_key`."""
        ...

    def add_share(self, key: HolderKey, share: StoredShare, content: bytes, *, event: AuditEvent) -> None:
        """Store a share and what the holder needs to know of it (an item of kind ``share``), in one transaction."""
        ...

    def share_by_token(self, token_hash: bytes) -> StoredShare | None:
        """The share whose token hashes so."""
        ...

    def shares(self, key: HolderKey) -> tuple[StoredShare, ...]:
        """The holder's shares, oldest first."""
        ...

    def withdraw_share(self, key: HolderKey, share_id: str, *, at: datetime, event: AuditEvent) -> bool:
        """End a share at once and delete what it showed; whether it was still open. :raises NotFound: ``share.unknown``"""
        ...

    def disclose(self, share_id: str, content: bytes, *, at: datetime, event: AuditEvent) -> bool:
        """Log a disclosure, readable by the holder only, if the share is still open at ``at``; whether it was."""
        ...

    def disclosures(self, key: HolderKey) -> tuple[StoredDisclosure, ...]:
        """The holder's log of disclosures, oldest first."""
        ...

    def release(
        self,
        key: HolderKey,
        *,
        release_id: str,
        scope: str,
        profile: bytes,
        consent: bytes,
        at: datetime,
        expires: datetime,
        event: AuditEvent,
    ) -> None:
        """Release a skill profile for bulk matching; ``consent`` is the signed consent that allows it."""
        ...

    def released(self, scope: str, *, at: datetime, after: str = "", limit: int = 1000) -> tuple[ReleasedProfile, ...]:
        """Profiles released under ``scope`` and not expired, in order of ``release_id``."""
        ...

    def withdraw_release(self, key: HolderKey, release_id: str, *, event: AuditEvent) -> bool:
        """Delete a released profile; whether there was one."""
        ...

    def begin_attempt(self, subject: str, *, at: datetime) -> None:
        """Count an attempt at guessing before it is judged. :raises RateLimited: ``access.too_many_attempts``"""
        ...

    def clear_attempts(self, subject: str) -> None:
        """Forget the attempts: the right one was shown."""
        ...

    def purge(self, *, at: datetime) -> int:
        """Delete what expired: what shares showed, released profiles, attempts, sessions. How many rows."""
        ...


# --- who may do what -------------------------------------------------------------------------------------------------


class Organisations(Protocol):
    """Organisations that may write here, and their tokens."""

    def put(self, organisation: Organisation, *, event: AuditEvent) -> None:
        """Add an organisation or replace what is known of it."""
        ...

    def get(self, ctid: Ctid) -> Organisation | None:
        """One organisation."""
        ...

    def listing(self) -> tuple[Organisation, ...]:
        """All, in order of CTID."""
        ...

    def add_token(self, token: StoredToken, *, event: AuditEvent) -> None:
        """Store a new token's hash. :raises NotFound: ``access.organisation_unknown``"""
        ...

    def token(self, public_id: str) -> StoredToken | None:
        """One token, by its public id."""
        ...

    def tokens(self, organisation: Ctid | None = None) -> tuple[StoredToken, ...]:
        """Tokens in the order they were made, ended ones included."""
        ...

    def revoke_token(self, public_id: str, *, at: datetime, event: AuditEvent) -> bool:
        """End a token; whether it was still good. :raises NotFound: ``access.token_unknown``"""
        ...


class Sessions(Protocol):
    """Who is signed in. A session's token is stored hashed, and the holder's key sealed under the token."""

    def add(self, session: StoredSession, *, event: AuditEvent) -> None:
        """Store a new session."""
        ...

    def find(self, token_hash: bytes) -> StoredSession | None:
        """The session whose token hashes so."""
        ...

    def touch(self, token_hash: bytes, *, at: datetime) -> None:
        """Note that it was used."""
        ...

    def remove(self, token_hash: bytes, *, event: AuditEvent) -> bool:
        """Sign out; whether there was such a session."""
        ...

    def remove_all(self, holder_id: str, *, event: AuditEvent) -> int:
        """Sign out everywhere; how many sessions there were."""
        ...


class PrivateAudit(Protocol):
    """The private wall's audit log: identifiers and counts, no personal data. Append only."""

    def record(self, event: AuditEvent) -> None:
        """Append an event that no other write carries."""
        ...

    def events(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditEvent, ...]:
        """Events after the ``after``-th, oldest first."""
        ...
