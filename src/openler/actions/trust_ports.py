"""The port for whom a verifier knows and believes, and for what a custodian keeps of issuers that may close.

All of it is public, and stands on the registry's side of the wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from openler.access.audit import AuditEvent
from openler.ids import Ctid, Digest


class SourceKind(StrEnum):
    """What a source of trust is."""

    OWN = "own"
    """Issuers that the operator entered one by one, or that issue here."""
    DCC = "dcc"
    """A list of known issuers in the format of the Digital Credentials Consortium."""
    FEDERATION = "federation"
    """The members of an OpenID Federation, below a trust anchor whose keys are pinned."""
    CUSTODIAN = "custodian"
    """Who keeps copies of what issuers published, and is believed."""


@dataclass(frozen=True, slots=True)
class TrustSource:
    """A list of issuers, or a custodian. ``source`` is where it comes from: an address or a file's name.

    ``content`` is JSON as :mod:`openler.credentials.issuerlists` has it; ``dated`` when that was so, ``checked`` when it was
    last looked for, and ``failure`` the code of why that was in vain.
    """

    name: str
    kind: SourceKind
    source: str
    content: bytes
    dated: datetime
    checked: datetime
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at one address. ``statement`` is what the custodian signed over it, as canonical JSON; the body is kept by its digest.

    ``seq`` counts all snapshots (0 before it is kept). ``final`` says that the issuer is closed and this stands for good,
    ``continued`` that the custodian made the body itself, as the issuer's successor.
    """

    seq: int
    address: str
    kind: str
    issuer: str
    taken: datetime
    digest: Digest
    media_type: str
    custodian: Ctid
    statement: bytes
    final: bool = False
    continued: bool = False


class Trust(Protocol):
    """Lists of issuers, custodians, and snapshots. Every write carries its audit event in the same transaction."""

    def put_source(self, source: TrustSource, *, event: AuditEvent) -> None:
        """Keep a source in place of the one of that name. :raises Unavailable:"""
        ...

    def remove_source(self, name: str, *, event: AuditEvent) -> bool:
        """Forget a source; False where there is none, and then nothing is written."""
        ...

    def sources(self) -> tuple[TrustSource, ...]:
        """All sources, by name."""
        ...

    def keep(self, snapshot: Snapshot, body: bytes, *, event: AuditEvent) -> Snapshot:
        """Add a snapshot; nothing that was kept is ever changed or dropped. Gives it with its number."""
        ...

    def snapshot(self, address: str, *, at: datetime | None = None) -> Snapshot | None:
        """The newest snapshot of an address, or the newest of those taken until ``at``."""
        ...

    def snapshots(self, address: str) -> tuple[Snapshot, ...]:
        """All snapshots of an address, oldest first."""
        ...

    def held(self) -> tuple[Snapshot, ...]:
        """The newest snapshot of every address, by address."""
        ...

    def body(self, digest: Digest) -> bytes | None:
        """A body that was kept."""
        ...
