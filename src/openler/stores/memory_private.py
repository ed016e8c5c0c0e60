"""The private wall's rows in memory, with the keys and constraints of the real tables: for tests and for trying things out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from sqlalchemy import Table, UniqueConstraint

from openler.stores.rows import Above, AtMost, OneOf, Row, RowTaken, Where


class MemoryRows:
    """Rows that live as long as the process. Readers and writers take turns."""

    def __init__(self) -> None:
        self._tables: dict[str, _Contents] = {}
        self._turn = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[_MemoryTransaction]:
        """See :class:`openler.stores.rows.Rows`."""
        with self._turn:
            yield _MemoryTransaction(self._tables)

    @contextmanager
    def writing(self, lock: str) -> Iterator[_MemoryTransaction]:  # noqa: ARG002 - one turn serves every lock
        """See :class:`openler.stores.rows.Rows`."""
        with self._turn:
            transaction = _MemoryTransaction(self._tables)
            try:
                yield transaction
            except BaseException:
                transaction.undo()
                raise


class _Contents:
    """A table's rows by a number of our own, and one index for each unique constraint."""

    def __init__(self, table: Table) -> None:
        constraints = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
        self.unique = [tuple(c.name for c in table.primary_key.columns)]
        self.unique += [tuple(column.name for column in constraint.columns) for constraint in constraints]
        # ``unique=True`` on a column that also asks for an index makes a unique index instead of a constraint.
        self.unique += [tuple(column.name for column in index.columns) for index in table.indexes if index.unique]
        self.counted = table.autoincrement_column.name if table.autoincrement_column is not None else None
        self.columns = {column.name: column.nullable for column in table.columns}
        self.indexes: list[dict[tuple[object, ...], int]] = [{} for _ in self.unique]
        self.rows: dict[int, Row] = {}
        self.numbers = count(1)

    def keys(self, row: Row) -> list[tuple[object, ...]]:
        return [tuple(row[column] for column in columns) for columns in self.unique]

    def put(self, number: int, row: Row) -> None:
        keys = self.keys(row)
        if any(index.get(key, number) != number for index, key in zip(self.indexes, keys, strict=True)):
            raise RowTaken
        self.rows[number] = row
        for index, key in zip(self.indexes, keys, strict=True):
            index[key] = number

    def drop(self, number: int) -> Row:
        row = self.rows.pop(number)
        for index, key in zip(self.indexes, self.keys(row), strict=True):
            del index[key]
        return row

    def restore(self, number: int, row: Row) -> None:
        self.drop(number)
        self.put(number, row)

    def matching(self, where: Where) -> list[int]:
        for columns, index in zip(self.unique, self.indexes, strict=True):
            if all(column in where and not isinstance(where[column], Above | AtMost | OneOf) for column in columns):
                number = index.get(tuple(where[column] for column in columns))
                return [number] if number is not None and _holds(self.rows[number], where) else []
        return [number for number, row in self.rows.items() if _holds(row, where)]


class _MemoryTransaction:
    def __init__(self, tables: dict[str, _Contents]) -> None:
        self._tables = tables
        self._undo: list[Callable[[], object]] = []

    def undo(self) -> None:
        for step in reversed(self._undo):
            step()

    def one(self, table: Table, where: Where) -> Row | None:
        contents = self._contents(table)
        found = contents.matching(where)
        if len(found) > 1:
            message = f"more than one row of {table.name}"
            raise LookupError(message)
        return dict(contents.rows[found[0]]) if found else None

    def many(
        self, table: Table, where: Where, *, order: Sequence[str], limit: int | None = None, columns: Sequence[str] | None = None
    ) -> list[Row]:
        contents = self._contents(table)
        rows = [dict(contents.rows[number]) for number in contents.matching(where)]
        found = sorted(rows, key=lambda row: tuple(row[column] for column in order))[:limit]
        return found if columns is None else [{column: row[column] for column in columns} for row in found]

    def count(self, table: Table, where: Where) -> int:
        return len(self._contents(table).matching(where))

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        contents = self._contents(table)
        for given in rows:
            number = next(contents.numbers)
            counted = {contents.counted: number} if contents.counted and contents.counted not in given else {}
            row = dict.fromkeys(contents.columns) | given | counted
            if any(row[column] is None and not nullable for column, nullable in contents.columns.items()):
                message = f"a value is missing in {table.name}"
                raise ValueError(message)
            contents.put(number, row)
            self._undo.append(lambda number=number: contents.drop(number))  # type: ignore[misc]

    def update(self, table: Table, where: Where, values: Row) -> int:
        contents = self._contents(table)
        found = contents.matching(where)
        for number in found:
            before = contents.drop(number)
            try:
                contents.put(number, before | values)
            except RowTaken:
                contents.put(number, before)
                raise
            self._undo.append(lambda number=number, before=before: contents.restore(number, before))  # type: ignore[misc]
        return len(found)

    def update_each(self, table: Table, key: str, rows: Sequence[Row]) -> None:
        for row in rows:
            self.update(table, {key: row[key]}, row)

    def delete(self, table: Table, where: Where) -> int:
        contents = self._contents(table)
        found = contents.matching(where)
        for number in found:
            row = contents.drop(number)
            self._undo.append(lambda number=number, row=row: contents.put(number, row))  # type: ignore[misc]
        return len(found)

    def _contents(self, table: Table) -> _Contents:
        if table.name not in self._tables:
            self._tables[table.name] = _Contents(table)
        return self._tables[table.name]


def _holds(row: Row, where: Where) -> bool:
    for column, wanted in where.items():
        value = row[column]
        match wanted:
            case Above(bound):
                holds = value is not None and value > bound
            case AtMost(bound):
                holds = value is not None and value <= bound
            case OneOf(values):
                holds = value in values
            case _:
                holds = value == wanted
        if not holds:
            return False
    return True
