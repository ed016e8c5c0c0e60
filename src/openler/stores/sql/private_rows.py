"""The private wall's rows on SQLite and PostgreSQL: SQLAlchemy Core, one code path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, CursorResult, Engine, Table, and_, bindparam, delete, func, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from openler.stores.rows import Above, AtMost, OneOf, Row, RowTaken, Where
from openler.stores.sql.engine import reading, writing
from openler.stores.sql.migrate import migrate


class SqlRows:
    """The private database. Opening it brings its tables up to date."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        migrate(database, "private")

    @contextmanager
    def reading(self) -> Iterator[_SqlTransaction]:
        """See :class:`openler.stores.rows.Rows`."""
        with reading(self._database) as connection:
            yield _SqlTransaction(connection)

    @contextmanager
    def writing(self, lock: str) -> Iterator[_SqlTransaction]:
        """See :class:`openler.stores.rows.Rows`."""
        with writing(self._database, f"private {lock}") as connection:
            yield _SqlTransaction(connection)


class _SqlTransaction:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def one(self, table: Table, where: Where) -> Row | None:
        found = self._connection.execute(select(table).where(_condition(table, where))).mappings().one_or_none()
        return None if found is None else dict(found)

    def many(
        self, table: Table, where: Where, *, order: Sequence[str], limit: int | None = None, columns: Sequence[str] | None = None
    ) -> list[Row]:
        wanted = select(table) if columns is None else select(*(table.c[column] for column in columns))
        query = wanted.where(_condition(table, where)).order_by(*(table.c[column] for column in order)).limit(limit)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def count(self, table: Table, where: Where) -> int:
        return self._connection.execute(select(func.count()).select_from(table).where(_condition(table, where))).scalar_one()

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        try:
            self._connection.execute(insert(table), list(rows))
        except IntegrityError as error:
            raise RowTaken from error

    def update(self, table: Table, where: Where, values: Row) -> int:
        return _touched(self._connection.execute(update(table).where(_condition(table, where)).values(values)))

    def update_each(self, table: Table, key: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        # A bound name must not be a column's own, which SQLAlchemy keeps for itself.
        values: dict[str, Any] = {column: bindparam(f"new_{column}") for column in rows[0] if column != key}
        statement = update(table).where(table.c[key] == bindparam(f"new_{key}")).values(values)
        self._connection.execute(statement, [{f"new_{column}": value for column, value in row.items()} for row in rows])

    def delete(self, table: Table, where: Where) -> int:
        return _touched(self._connection.execute(delete(table).where(_condition(table, where))))


def _condition(table: Table, where: Where) -> ColumnElement[bool]:
    return and_(true(), *(_compare(table.c[column], wanted) for column, wanted in where.items()))


def _compare(column: Any, wanted: Any) -> ColumnElement[bool]:
    match wanted:
        case None:
            compared = column.is_(None)
        case Above(value):
            compared = column > value
        case AtMost(value):
            compared = column <= value
        case OneOf(values):
            compared = column.in_(values)
        case _:
            compared = column == wanted
    return cast("ColumnElement[bool]", compared)


def _touched(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount
