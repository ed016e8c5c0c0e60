"""What projections share: how far they are, and what they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

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
    """Documents as they stand now, None for those deleted or provisional.

    ``stored`` is what the registry knows of each that the journal entries speak of: who published it, and when.
    """

    documents: Mapping[Ctid, Document | None]
    resolve: Resolve
    stored: Mapping[Ctid, StoredDocument] = field(default_factory=dict)


Derive = Callable[[Batch], Any]
"""Makes of documents what a projection holds of them. Pure and importable by its name, so that another process can do it."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What a projection's :data:`Derive` made of some documents, deleted ones included in ``documents``."""

    documents: tuple[Ctid, ...]
    rows: Any


@dataclass(frozen=True, slots=True)
class Load:
    """What a projection takes in at once, and the position it leads to; taking one in twice is taking it in once.

    ``fresh``: nothing of these documents is held yet, as the projection is being made from nothing. ``last``: no load of
    the same making comes after this one.
    """

    derived: Sequence[Derived]
    position: Position
    fresh: bool = False
    last: bool = True

    @property
    def documents(self) -> list[Ctid]:
        """Every document whose state is in here."""
        return [ctid for one in self.derived for ctid in one.documents]


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

    @property
    def derive(self) -> Derive:
        """Makes what :meth:`take` is given."""
        ...

    def position(self) -> Position | None:
        """How far it is; None where it is absent, damaged or of another version, and must be made anew."""
        ...

    def take(self, load: Load) -> None:
        """Replace what is held of a load's documents. Killed midway, the old position stands."""
        ...

    def reset(self) -> None:
        """Delete everything held."""
        ...

    def close(self) -> None:
        """Let go of what is kept open."""
        ...
