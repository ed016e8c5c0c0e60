"""What projections share: how far they are, and what they are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from openler.actions.ports import StoredDocument
from openler.ctdl.document import Document
from openler.ctdl.summary import Resolve
from openler.ids import Ctid, Digest


@dataclass(frozen=True, slots=True)
class Position:
    """The last journal entry a projection holds, with its hash: a journal restored or swapped behind it is noticed."""

    seq: int
    hash: Digest


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents as they stand now, None for those deleted or provisional; applying one twice is applying it once.

    ``stored`` is what the registry knows of each that the journal entries speak of: who published it, and when.
    """

    documents: Mapping[Ctid, Document | None]
    resolve: Resolve
    stored: Mapping[Ctid, StoredDocument] = field(default_factory=dict)


class Projection(Protocol):
    """Something made from the journal and from nothing else. Only the projector, who holds the lock, calls these."""

    @property
    def name(self) -> str:
        """What it is called, in one lower-case word."""
        ...

    @property
    def reads(self) -> Sequence[str]:
        """The properties whose target documents it reads beside the one it holds: when those change, it does."""
        ...

    def position(self) -> Position | None:
        """How far it is; None where it is absent, damaged or of another version, and must be made anew."""
        ...

    def apply(self, batch: Batch, position: Position) -> None:
        """Take in a batch and the position it leads to. Killed midway, the old position stands."""
        ...

    def reset(self) -> None:
        """Delete everything held."""
        ...

    def close(self) -> None:
        """Let go of what is kept open."""
        ...
