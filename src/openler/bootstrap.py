"""The only place that wires databases, indexes, network and keys to the ports that actions take.

Nothing private is opened, and no passphrase asked for, before an action reaches for it: a command that only reads what is
public never needs one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

from openler.access.sealing import STANDARD_COST, stretch
from openler.actions.ports import Ports
from openler.actions.private_ports import Ledger, Organisations, PrivateAudit, Sessions, Vault
from openler.config import DataHome, Settings, open_home, passphrase, read_settings
from openler.keys.env import EnvironmentKeys
from openler.keys.files import FileKeys
from openler.keys.table import KeyTable
from openler.net.fetch import GuardedFetch
from openler.net.system import SystemClock, SystemEntropy
from openler.stores.private import PrivateWall, open_private
from openler.stores.projections import Projections, projections
from openler.stores.sql.engine import engine, wall_url
from openler.stores.sql.migrate import migrate
from openler.stores.sql.private_rows import SqlRows
from openler.stores.sql.registry import SqlStore
from openler.stores.tables import FileTables
from openler.stores.workspace import FileWorkspace


class _Lazily:
    """Stands for something that is opened at its first use."""

    def __init__(self, get: Callable[[], Any]) -> None:
        self._get = get

    def __getattr__(self, name: str) -> Any:
        return getattr(self._get(), name)


class _Private:
    """The private wall, opened once, when it is first needed."""

    def __init__(self, settings: Settings, home: DataHome, closing: ExitStack) -> None:
        self._settings = settings
        self._home = home
        self._closing = closing
        self._turn = threading.Lock()
        self._wall: PrivateWall | None = None

    def wall(self) -> PrivateWall:
        """Open it, or the one that is open. Raises what :func:`openler.stores.private.open_private` raises."""
        with self._turn:
            if self._wall is None:
                database = engine(wall_url("private", data=self._settings.data, database=self._settings.database))
                self._closing.callback(database.dispose)
                salt = f"openler operator {self._home.id}".encode()
                secret = stretch(passphrase(self._settings, self._home), salt, STANDARD_COST)
                self._wall = open_private(SqlRows(database), secret=secret, entropy=SystemEntropy(), clock=SystemClock())
            return self._wall


@contextmanager
def open_ports(
    *, data: Path | None = None, database: str | None = None, base_url: str | None = None, demo: bool = False
) -> Iterator[Ports]:
    """The ports over a data directory, made where there is none; everything is closed at the end.

    :raises Misused: a setting cannot be used
    :raises Conflict: ``config.base_url_fixed``
    :raises Unavailable: ``stores.unavailable``
    """
    settings = read_settings(data=data, database=database, base_url=base_url)
    with ExitStack() as closing:
        ports, _ = _wire(settings, open_home(settings, demo=demo), closing)
        yield ports


def describe(*, data: Path | None = None, base_url: str | None = None) -> DataHome:
    """What a data directory says of itself, without opening anything in it."""
    return open_home(read_settings(data=data, base_url=base_url))


def serve_ports() -> Ports:
    """The ports of a server process: settings from the environment, open until the process ends, the projector following."""
    settings = read_settings()
    closing = ExitStack()
    ports, projected = _wire(settings, open_home(settings), closing)
    stop = threading.Event()
    threading.Thread(target=projected.projector.follow, args=(stop,), name="projector", daemon=True).start()
    return ports


def _wire(settings: Settings, home: DataHome, closing: ExitStack) -> tuple[Ports, Projections]:
    clock, entropy = SystemClock(), SystemEntropy()
    registry = engine(wall_url("registry", data=settings.data, database=settings.database))
    closing.callback(registry.dispose)
    migrate(registry, "registry")
    store = SqlStore(registry)
    projected = projections(settings.data, store, home.base_url)
    closing.callback(projected.projector.close)
    private = _Private(settings, home, closing)
    files = FileKeys(settings.data / "keys", lambda: passphrase(settings, home), entropy)
    # In a demo the service is on this machine; elsewhere an operator lists what may be reached although it is private.
    allowed = (*settings.allowed_origins, home.base_url) if home.demo else settings.allowed_origins
    ports = Ports(
        base_url=home.base_url,
        clock=clock,
        entropy=entropy,
        fetch=GuardedFetch(allowed),
        keys=KeyTable(files, {"file": files.signer, "env": EnvironmentKeys()}),
        tables=FileTables(),
        store=store,
        search=projected.search,
        graph=projected.graph,
        projector=projected.projector,
        vault=cast("Vault", _Lazily(lambda: private.wall().vault)),
        ledger=cast("Ledger", _Lazily(lambda: private.wall().ledger)),
        organisations=cast("Organisations", _Lazily(lambda: private.wall().organisations)),
        sessions=cast("Sessions", _Lazily(lambda: private.wall().sessions)),
        private_audit=cast("PrivateAudit", _Lazily(lambda: private.wall().private_audit)),
        workspace=FileWorkspace(settings.data / "workspace"),
        plain_origins=frozenset(origin for origin in allowed if origin.startswith("http://")),
    )
    return ports, projected
