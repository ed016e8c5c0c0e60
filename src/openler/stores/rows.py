"""Rows in transactions: the little that the private wall asks of a database.

The private wall's stores (:mod:`~openler.stores.vault`, :mod:`~openler.stores.ledger`, ...) are written once, on this;
SQLite and PostgreSQL implement it in :mod:`~openler.stores.sql.private_rows`, memory in
:mod:`~openler.stores.memory_private`. A row is a mapping from a column's name to a plain value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Table

Row = dict[str, Any]


class RowTaken(Exception):
    """A primary key or a unique constraint is taken already."""


@dataclass(frozen=True, slots=True)
class Above:
    """A condition: greater than ``value``."""

    value: Any


@dataclass(frozen=True, slots=True)
class AtMost:
    """A condition: less than or equal to ``value``; a column without a value never is."""

    value: Any


@dataclass(frozen=True, slots=True)
class OneOf:
    """A condition: one of ``values``, at most some thousands of them."""

    values: tuple[Any, ...]


Where = Mapping[str, Any]
"""Conditions that all must hold: a column's name to the value wanted (None for no value), or an object above."""


class Reading(Protocol):
    """One consistent view."""

    def one(self, table: Table, where: Where) -> Row | None:
        """The only row, or None."""
        ...

    def many(
        self, table: Table, where: Where, *, order: Sequence[str], limit: int | None = None, columns: Sequence[str] | None = None
    ) -> list[Row]:
        """Rows in ascending order of ``order``, wholly or with these ``columns`` only."""
        ...

    def count(self, table: Table, where: Where) -> int:
        """How many rows."""
        ...


class Writing(Reading, Protocol):
    """One transaction: all of it happens, or none."""

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows; a column that the database counts up may be left out. :raises RowTaken:"""
        ...

    def update(self, table: Table, where: Where, values: Row) -> int:
        """Change rows; how many."""
        ...

    def update_each(self, table: Table, key: str, rows: Sequence[Row]) -> None:
        """Change many rows at once, each to values of its own: every one names the same columns, ``key`` among them."""
        ...

    def delete(self, table: Table, where: Where) -> int:
        """Delete rows; how many."""
        ...


class Rows(Protocol):
    """A database."""

    def reading(self) -> AbstractContextManager[Reading]:
        """A view to read. :raises Unavailable:"""
        ...

    def writing(self, lock: str) -> AbstractContextManager[Writing]:
        """A transaction that no other writer of ``lock`` shares. :raises Unavailable:"""
        ...
