"""One way to open either wall's database: SQLite as the embedded default, PostgreSQL the same code at scale.

Each wall declares its tables in a schema of its name (``registry``, ``private``). On PostgreSQL these are schemas of one
database; on SQLite they are two files, and the name is translated away. No connection ever sees both walls.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from openler.errors import Misused, Unavailable, declare

STORE_UNAVAILABLE = declare("stores.unavailable", by=__name__)
STORE_UNSUPPORTED = declare("stores.unsupported_database", by=__name__)
STORE_MISSING_DRIVER = declare("stores.missing_driver", by=__name__)

Wall = Literal["registry", "private"]
WALLS: tuple[Wall, ...] = ("registry", "private")

BUSY_TIMEOUT_MS = 60_000
"""How long a writer waits for another one before it gives up: the longest chunk of a publish, many times over."""
_LOOK_AGAIN_S = 0.001
"""How long a writer waits before it asks again: a small part of the shortest transaction."""
_PRIMARY = 0xFF
"""The part of SQLite's error codes that tells what happened; the rest tells where."""

CACHE_KIB = 32 * 1024
"""Pages that a connection keeps, in KiB: rows of a million documents arrive in the order of no index."""
WRITER_CACHE_KIB = 128 * 1024
"""The same for a connection that writes: each row goes into a page of each index, and at a million rows into another one each time."""
CHECKPOINT_PAGES = 32_768
"""Pages in the log before it is moved into the file: 128 MiB, so that many transactions share the work. Each is durable in the log."""

_WRITE = "openler_write"


def wall_url(wall: Wall, *, data: Path, database: str | None = None) -> str:
    """The address of a wall's database: ``{data}/{wall}.sqlite``, or ``database`` where a PostgreSQL server is named.

    :raises Misused: ``stores.unsupported_database`` for a ``database`` that is not PostgreSQL: SQLite files live in the
        data directory, one for each wall.
    """
    if database is None:
        return f"sqlite:///{(data / f'{wall}.sqlite').resolve()}"
    _parsed(database, allowed=("postgresql",))
    return database


def schema_name(engine: Engine, wall: Wall) -> str | None:
    """The schema that holds the wall's tables in this database; None on SQLite, where the file is the wall."""
    return wall if engine.dialect.name == "postgresql" else None


def engine(url: str) -> Engine:
    """Open a database. SQLite files run in WAL with synchronous=FULL, so that what is committed survives a power cut.

    :raises Misused: ``stores.unsupported_database``, ``stores.missing_driver``
    """
    parsed = _parsed(url, allowed=("sqlite", "postgresql"))
    if parsed.get_backend_name() == "postgresql":
        if find_spec("psycopg") is None:
            raise Misused(STORE_MISSING_DRIVER, extra="postgres")
        opened = create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": 10}
        )
        event.listen(opened, "begin", _begin_postgresql)
        return opened
    opened = create_engine(
        parsed,
        hide_parameters=True,  # what was about to be written stands in no error and no log
        execution_options={"schema_translate_map": {"registry": None, "private": None}},
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )
    event.listen(opened, "connect", _configure_sqlite)
    event.listen(opened, "begin", _begin_sqlite)
    return opened


@contextmanager
def closing_engine(url: str) -> Iterator[Engine]:
    """The same for a moment. Raises as :func:`engine`."""
    opened = engine(url)
    try:
        yield opened
    finally:
        opened.dispose()


@contextmanager
def reading(database: Engine) -> Iterator[Connection]:
    """A connection with one consistent view of the database.

    :raises Unavailable: ``stores.unavailable``
    """
    with _translating(database), database.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(database: Engine, lock: str) -> Iterator[Connection]:
    """A transaction that no other writer of ``lock`` shares: committed at the end, rolled back on any exception.

    SQLite takes its one write lock at once (BEGIN IMMEDIATE), so that nothing read inside can be out of date;
    PostgreSQL takes an advisory lock that falls with the transaction.

    :raises Unavailable: ``stores.unavailable``
    """
    with _translating(database), database.connect() as connection:
        connection = connection.execution_options(**{_WRITE: True})  # noqa: PLW2901 - the same connection, marked
        with connection.begin():
            if database.dialect.name == "postgresql":
                key = int.from_bytes(hashlib.sha256(f"openler {lock}".encode()).digest()[:8], signed=True)
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
            yield connection


def _parsed(url: str, *, allowed: tuple[str, ...]) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Misused(STORE_UNSUPPORTED, seen=url.split(":", 1)[0][:40]) from None
    if parsed.get_backend_name() not in allowed:
        raise Misused(STORE_UNSUPPORTED, seen=parsed.get_backend_name()[:40])
    return parsed


@contextmanager
def _translating(database: Engine) -> Iterator[None]:
    """Turn what a driver raises when the database does not answer into the one error that faces know."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise Unavailable(STORE_UNAVAILABLE, database=database.dialect.name, detail=_reason(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(STORE_UNAVAILABLE, database=database.dialect.name, detail=_reason(error)) from error
        raise


def _reason(error: Exception) -> str:
    origin = getattr(error, "orig", None) or error
    return str(origin).strip().split("\n", 1)[0][:200]


def _configure_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own habit of beginning transactions late is switched off; _begin_sqlite does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITE):
        connection.exec_driver_sql(f"PRAGMA cache_size = {-WRITER_CACHE_KIB}")
        _take_turn(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _take_turn(connection: Connection) -> None:
    """Begin to write as soon as nobody else does.

    SQLite's own waiting sleeps longer each time, up to a tenth of a second, in which two writers of short transactions idle by turns.
    """
    last = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                if getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                    raise
                time.sleep(_LOOK_AGAIN_S)
            else:
                return
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _begin_postgresql(connection: Connection) -> None:
    # A reader sees one state throughout. A writer must see what the holder of the lock before it committed,
    # hence READ COMMITTED, in which each statement looks afresh.
    if not connection.get_execution_options().get(_WRITE):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
