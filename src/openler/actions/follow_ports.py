"""What of a registry's store lets it follow others: whom it follows and how far, where documents came from, and what conflicts.

Part of :mod:`openler.actions.ports`. Documents, their origins and the place up to which a registry was read are written in one
transaction, so that whoever is killed goes on exactly where the last one ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from openler.access.audit import AuditEvent
from openler.ids import Ctid, Digest


@dataclass(frozen=True, slots=True)
class Follow:
    """A registry that is followed.

    ``registry`` is its DID, or its address where it signs nothing (``signed``). ``types`` are the classes that are taken, all where
    there are none. A ``mirror``'s documents go before those of other followed registries. ``seq`` is its last entry that was taken and
    ``chain`` that entry's hash, ``head`` the last head it signed, in JCS form; ``mark`` takes their place where nothing is signed.
    ``due`` is when to ask next; ``trouble`` the code of what went wrong last, ``failures`` times in a row. A ``halted`` one is not read.
    """

    url: str
    registry: str
    added: datetime
    types: tuple[str, ...] = ()
    mirror: bool = False
    signed: bool = True
    seq: int = 0
    chain: Digest | None = None
    head: bytes | None = None
    mark: str = ""
    pulled: datetime | None = None
    due: datetime | None = None
    failures: int = 0
    trouble: str = ""
    halted: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document as another registry has it now, read and verified; ``normalised`` is None for one that was withdrawn there.

    ``registry`` is where it was published, ``seq`` the entry there that tells so, ``first`` when that registry first published it.
    ``statement`` is what that registry signed about it, in JCS form.
    """

    ctid: Ctid
    registry: str
    seq: int
    first: datetime
    ctdl_type: str
    publisher: Ctid
    owner: Ctid | None = None
    assigned: bool = False
    provisional: bool = False
    normalised: bytes | None = None
    received: bytes = b""
    digest: Digest | None = None
    resources: tuple[Ctid, ...] = ()
    statement: bytes | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from. ``url`` is who passed it on; ``entry`` our own entry about it, 0 where it was never here.

    Once a later entry of ours is about the document, it is ours and this one is past.
    """

    ctid: Ctid
    registry: str
    url: str
    seq: int
    first: datetime
    digest: Digest | None
    mirror: bool = False
    entry: int = 0
    statement: bytes | None = None


class Reason(StrEnum):
    """Why a document that differs from another registry's stands as it does."""

    PUBLISHED_HERE = "published_here"
    FIRST_ELSEWHERE = "first_elsewhere"
    REPLACED = "replaced"
    RESOURCE_TAKEN = "resource_taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One CTID about which two registries differ. ``theirs`` and ``here`` are digests, None for what is withdrawn or not there.

    ``holder`` is whose document stands here: a registry, or empty for our own. ``told`` is the code of what was wrong with theirs, or
    the document whose graph describes the same. ``content`` is theirs where it was not taken.
    """

    ctid: Ctid
    registry: str
    url: str
    reason: Reason
    holder: str
    theirs: Digest | None
    here: Digest | None
    found: datetime
    told: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some arrivals."""

    published: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided about two descriptions, the lower CTID first: whether they are of the same thing, with what was known then."""

    first: Ctid
    second: Ctid
    same: bool
    actor: str
    time: datetime
    score: int
    reasons: tuple[str, ...]


class Verdicts(Protocol):
    """The part of the store that knows which descriptions are of one thing."""

    def verdicts(self) -> tuple[Verdict, ...]:
        """All, in order of CTIDs."""
        ...

    def keep_verdict(self, verdict: Verdict, *, event: AuditEvent) -> None:
        """Keep one, in the place of an earlier one about the same two."""
        ...

    def drop_verdict(self, first: Ctid, second: Ctid, *, event: AuditEvent) -> bool:
        """Forget one. Whether there was one."""
        ...


class Follows(Protocol):
    """The part of the store that knows other registries."""

    def follows(self) -> tuple[Follow, ...]:
        """All that are followed, in order of address."""
        ...

    def keep_follow(self, follow: Follow, *, event: AuditEvent | None) -> None:
        """Add one, or put it in the place of the one at that address."""
        ...

    def drop_follow(self, url: str, *, event: AuditEvent) -> bool:
        """Follow one no longer; its documents stay, with their origin. Whether there was one."""
        ...

    def claim_follow(self, url: str, *, now: datetime, until: datetime) -> bool:
        """Take the turn to read one that is due, so that of several servers one does; the next is due at ``until``."""
        ...

    def take(
        self,
        before: Follow,
        after: Follow,
        arrivals: Sequence[Arrival],
        refused: Sequence[Disagreement],
        *,
        at: datetime,
        event: AuditEvent,
    ) -> Taken:
        """Settle arrivals (:mod:`~openler.actions.federating.following`), and go from ``before`` to ``after``: all in one transaction.

        :raises Conflict: ``follow.changed``: somebody else went on from ``before`` in between
        :raises Unavailable: the database does not answer
        """
        ...

    def origins(self, ctids: Sequence[Ctid]) -> Mapping[Ctid, Origin]:
        """Where documents came from, by their own CTID; those that are ours are left out."""
        ...

    def disagreements(self, *, after: tuple[Ctid, str] | None = None, limit: int = 1000) -> tuple[Disagreement, ...]:
        """What is in conflict, in order of CTID and registry."""
        ...
