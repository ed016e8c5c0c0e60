"""What of a registry's store makes it a log that can be checked: the journal's Merkle tree, and all it keeps, row by row.

Part of :mod:`openler.actions.ports`. An audit reads these rather than the tables' joins, so that a row that was taken out
is missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from openler.ids import Ctid, Digest

Tile = tuple[int, int]
"""A tile of the tree, as :mod:`openler.merkle.tiles` names it: level and number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A version as it lies in the store. ``digest`` is what it is filed under, not what was computed from ``normalised``."""

    digest: Digest
    ctid: Ctid
    normalised: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """Where a document stands, as the store has it: what must follow from the journal. ``seq`` is its last entry's number."""

    ctid: Ctid
    seq: int
    digest: Digest
    publisher: Ctid
    owner: Ctid | None
    provisional: bool
    deleted: bool
    assigned: bool
    offered: Ctid | None
    statement: Digest | None


class Log(Protocol):
    """A journal that others need not believe."""

    def tiles(self, wanted: Sequence[Tile]) -> Mapping[Tile, bytes]:
        """Tiles of the journal's tree; those that are not there are left out. Entry ``seq`` is the tree's entry ``seq - 1``."""
        ...

    def kept(self, *, after: Digest | None = None, limit: int = 1000) -> tuple[Kept, ...]:
        """All versions in order of digest, from the first one after ``after``."""
        ...

    def held(self, *, after: Ctid | None = None, limit: int = 1000) -> tuple[Held, ...]:
        """All documents, deleted ones included, in order of CTID, from the first one after ``after``."""
        ...

    def statement(self, digest: Digest) -> bytes | None:
        """What a publisher signed about a version, by the SHA-256 of its JCS form."""
        ...
