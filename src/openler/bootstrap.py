"""The only place that wires databases, indexes, network and keys to the ports that actions take.

Nothing private is opened, and no passphrase asked for, before an action reaches for it: a command that only reads what is
public never needs one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from openler.access.sealing import STANDARD_COST, stretch
from openler.access.secret import Secret
from openler.actions.job_ports import Here, JobQueue, Spread, Workers
from openler.actions.ports import Ports
from openler.actions.private_ports import Ledger, Organisations, PrivateAudit, Sessions, Vault
from openler.config import (
    BASE_URL_FIXED,
    NOT_A_DEMO,
    DataHome,
    Settings,
    demo_passphrase_file,
    demo_wallets_file,
    demo_wallets_passphrase,
    is_home,
    make_demo_passphrase,
    open_home,
    passphrase,
    read_settings,
    remove_demo,
)
from openler.ctdl.terms import Tables, use
from openler.errors import Conflict, Misused, OpenlerError, Refused, Unavailable, declare
from openler.jobs.cluster import DaskCluster
from openler.jobs.local import LocalProcesses, cores
from openler.jobs.running import Run, Where
from openler.jobs.spread import Prepare
from openler.jobs.spread import Spread as Processes
from openler.keys.env import EnvironmentKeys
from openler.keys.files import FileKeys
from openler.keys.pkcs11 import TokenKeys
from openler.keys.table import KeyTable, Opener, by_scheme
from openler.net.fetch import GuardedFetch
from openler.net.system import SystemClock, SystemEntropy
from openler.stores import profiles, vocabulary
from openler.stores.private import PrivateWall, open_private
from openler.stores.private_keys import operator_salt
from openler.stores.projections import Projections, projections
from openler.stores.spool import FileSpool
from openler.stores.sql import facts
from openler.stores.sql.engine import closing_engine, engine, wall_url
from openler.stores.sql.migrate import migrate
from openler.stores.sql.private_rows import SqlRows
from openler.stores.sql.registry import SqlStore
from openler.stores.sql.trust import SqlTrust
from openler.stores.tables import FileTables
from openler.stores.workspace import FileWorkspace

PRIVATE_CLOSED = declare("config.private_closed", by=__name__)
WORKER_WITHOUT_DATA = declare("config.worker_without_data", by=__name__)

_WORKER = "openler.worker"
"""Stands above this module, hence is named only."""


FEW_LOTS = 2
"""Lots of documents that are projected by this process before others are started for more: each takes as long as starting them."""

WARM_FROM, WARM_TO = 2_000, 100_000
"""Journal entries between which a server reads what its pages stand on at its start: below, the first visitor hardly waits; above,
reading it all would keep everybody waiting for what few may ask."""

PULL_CLOSE_SECONDS = 5
"""How long it waits for a page of another registry; killed later, the next start reads it again."""

FOLLOW_POLL_SECONDS = 5
"""How often a server looks whether a registry that it follows is due; no oftener than they are asked."""

PUBLISH_POLL_SECONDS = 1
"""How often a server looks whether somebody sent it documents to publish."""

CLOSE_SECONDS = 10
"""How long a server that stops waits for its projector to finish what it has in hand."""


class _Lazily:
    """Stands for something that is opened at its first use."""

    def __init__(self, get: Callable[[], Any]) -> None:
        self._get = get

    def __getattr__(self, name: str) -> Any:
        return getattr(self._get(), name)


class _Private:
    """The private wall, opened once, when it is first needed."""

    def __init__(self, settings: Settings, home: DataHome, closing: ExitStack, *, serving: bool) -> None:
        self._settings = settings
        self._home = home
        self._closing = closing
        self._turn = threading.Lock()
        self._wall: PrivateWall | None = None
        self._serving = serving

    def wall(self) -> PrivateWall:
        """Open it, or the one that is open. Raises what :func:`openler.stores.private.open_private` raises.

        A visitor of a service cannot mend its passphrase, hence is told only that this side is closed.
        """
        try:
            return self._opened()
        except Misused as error:
            if not self._serving:
                raise
            raise Unavailable(PRIVATE_CLOSED, detail=str(error)) from error

    def _opened(self) -> PrivateWall:
        with self._turn:
            if self._wall is None:
                database = engine(wall_url("private", data=self._settings.data, database=self._settings.database))
                self._closing.callback(database.dispose)
                rows, clock = SqlRows(database), SystemClock()
                known = passphrase(self._settings, self._home)
                salt = operator_salt(rows, first=f"openler operator {self._home.id}".encode(), at=clock.now())
                self._wall = open_private(rows, secret=stretch(known, salt, STANDARD_COST), entropy=SystemEntropy(), clock=clock)
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
        ports, _ = _wire(settings, _home(settings, demo=demo), closing)
        yield ports


@contextmanager
def open_workers(
    *, data: Path | None = None, database: str | None = None, count: int | None = None, cluster: str | None = None
) -> Iterator[Workers]:
    """Who works at jobs over a data directory: as many processes as there are cores, or as ``count`` says, or a Dask cluster.

    :raises Misused: ``jobs.cluster_missing``, ``jobs.cluster_malformed``
    """
    settings = read_settings(data=data, database=database)
    home = _home(settings)
    run = Run(home.id, f"{home.id}:{SystemEntropy().token(8).hex()}", settings.data / "jobs")
    folder = str(settings.data.resolve())
    if cluster is not None:
        # A database's address may hold a password: workers elsewhere have it from their own environment.
        yield DaskCluster(run, Where(folder), cluster, target=f"{_WORKER}:work_elsewhere")
    else:
        yield LocalProcesses(run, Where(folder, settings.database), count=count or cores(), target=f"{_WORKER}:work")


def open_for_worker(where: Where, *, elsewhere: bool) -> AbstractContextManager[Ports]:
    """The ports of a process that works at jobs; ``elsewhere`` on a cluster, where its own settings come first.

    :raises Misused: as :func:`open_ports`; ``config.worker_without_data``: nothing says where its data is
    """
    own = read_settings()
    data = own.data if elsewhere and "data" in own.model_fields_set else Path(where.data)
    database = where.database or own.database
    if database is None and not is_home(data):
        raise Misused(WORKER_WITHOUT_DATA)
    return open_ports(data=data, database=database)


@dataclass(frozen=True, slots=True)
class DemoHome:
    """A demo's data directory. ``passphrase`` unlocks its keys and is told this once, None later; ``wallets`` its learners' wallets."""

    home: DataHome
    passphrase: Secret | None
    wallets: Secret
    passphrase_file: Path
    wallets_file: Path


def open_demo(*, data: Path, base_url: str | None = None, fresh: bool = False) -> DemoHome:
    """The data directory of a demo, made where there is none, with its passphrases; ``fresh`` deletes an earlier one first.

    :raises Refused: ``config.not_a_demo``
    :raises Conflict: ``config.base_url_fixed``
    """
    settings = read_settings(data=data, base_url=base_url)
    if fresh:
        remove_demo(settings.data)
    home = open_home(settings, demo=True)
    if not home.demo:
        raise Refused(NOT_A_DEMO, place=str(data), path=str(data))
    shown = make_demo_passphrase(home)
    wallets = Secret(demo_wallets_passphrase(home))
    return DemoHome(home, Secret(shown) if shown else None, wallets, demo_passphrase_file(home), demo_wallets_file(home))


def describe(*, data: Path | None = None, database: str | None = None, base_url: str | None = None) -> DataHome:
    """What a data directory says of itself, without opening anything in it."""
    return _home(read_settings(data=data, database=database, base_url=base_url))


def _home(settings: Settings, *, demo: bool = False) -> DataHome:
    """The directory's own facts. A new one that joins a server's database takes on the base URL that is fixed there."""
    if settings.database is not None and settings.base_url is None and not is_home(settings.data):
        with closing_engine(wall_url("registry", data=settings.data, database=settings.database)) as registry:
            migrate(registry, "registry")
            settings = settings.model_copy(update={"base_url": facts.stated(registry, facts.BASE_URL)})
    return open_home(settings, demo=demo)


def now() -> datetime:
    """What time it is, for commands that open no data directory."""
    return SystemClock().now()


def use_vocabulary(data: Path | None) -> None:
    """Read CTDL from the data directory's own tables, where it has any, for this whole process.

    :raises Malformed: ``stores.vocabulary_unreadable``
    :raises Conflict: ``ctdl.vocabulary_in_use``
    """
    _use_vocabulary(read_settings(data=data))


def _as_here(settings: Settings) -> Prepare | None:
    """What another process does first, so that it judges as this one does."""
    return (f"{__name__}:use_vocabulary", settings.data) if vocabulary.read(settings.data) is not None else None


def _use_vocabulary(settings: Settings) -> None:
    if (tables := vocabulary.read(settings.data)) is not None:
        use(tables)


def keep_vocabulary(data: Path | None, tables: Tables, sources: Sequence[Mapping[str, str]]) -> Path:
    """Keep tables in the data directory, for every process that opens it from now on."""
    return vocabulary.write(read_settings(data=data).data, tables, sources)


def drop_vocabulary(data: Path | None) -> bool:
    """Back to the package's own tables; whether there were others."""
    return vocabulary.remove(read_settings(data=data).data)


def guarded_fetch(data: Path | None) -> GuardedFetch:
    """The guarded way to read an address, for a command that needs nothing else."""
    return GuardedFetch(read_settings(data=data).allowed_origins)


def wallet_passphrase() -> Secret | None:
    """The passphrase of a wallet where the environment gives one."""
    given = read_settings().wallet_passphrase
    return None if given is None else Secret(given.get_secret_value())


def serve_ports() -> tuple[Ports, Callable[[], None]]:
    """The ports of a server process, settings from the environment, the projector following; and what closes them at its end."""
    settings = read_settings()
    closing = ExitStack()
    home = _home(settings)
    ports, projected = _wire(settings, home, closing, serving=True)
    stop = threading.Event()
    follower = threading.Thread(target=projected.projector.follow, args=(stop,), name="projector", daemon=True)
    follower.start()
    if WARM_FROM <= ports.store.head() <= WARM_TO:
        threading.Thread(target=_warm, args=(ports,), name="warm", daemon=True).start()

    registries = threading.Thread(target=_pull, args=(ports, settings.follow_seconds, stop), name="registries", daemon=True)
    if settings.follow_seconds:
        registries.start()
    run = Run(home.id, home.id, settings.data / "jobs")
    publisher = threading.Thread(target=_publish, args=(ports, run, stop), name="publisher", daemon=True)
    publisher.start()

    def close() -> None:
        stop.set()
        publisher.join(timeout=PULL_CLOSE_SECONDS)  # a lot that is in hand is committed whole or not at all
        follower.join(timeout=CLOSE_SECONDS)
        if registries.is_alive():  # a page that is on its way in is committed whole or not at all
            registries.join(timeout=PULL_CLOSE_SECONDS)
        if not any(one.is_alive() for one in (follower, registries, publisher)):  # what they still use is left to the end of the process
            closing.close()

    return ports, close


def _pull(ports: Ports, interval: int, stop: threading.Event) -> None:
    """Ask followed registries for what is new, until the server stops. A failure is noted beside the registry it is about."""
    from openler.actions.federating.follow_pull import pull_due  # noqa: PLC0415 - only a server follows by itself

    while not stop.wait(min(FOLLOW_POLL_SECONDS, interval)):
        try:
            pull_due(ports, interval=timedelta(seconds=interval), stop=stop.is_set)
        except OpenlerError:
            continue  # the database did not answer: the next turn will tell
        except Exception:
            # Whatever a stranger's registry provoked, the others are followed on.
            logging.getLogger("openler.follow").exception("a followed registry could not be read")


def _publish(ports: Ports, run: Run, stop: threading.Event) -> None:
    """Work at what was sent to be published, at first at what an earlier server did not finish, until the server stops."""
    from openler.actions.registry.publish_spooled import tidy, work_waiting  # noqa: PLC0415 - only a server is sent anything

    with suppress(OpenlerError):
        tidy(ports)
    while not stop.is_set():
        with suppress(OpenlerError):  # the database did not answer: the next turn will tell
            if work_waiting(ports, run.alone, stop=stop.is_set):
                continue
        stop.wait(PUBLISH_POLL_SECONDS)


def _warm(ports: Ports) -> None:
    """Read what matches and the census stand on before anybody asks; where that fails, who asks is told why."""
    from openler.actions.matching.landscape import landscape  # noqa: PLC0415 - only a server of much reads ahead; no command need load it
    from openler.actions.planning.region import region_at  # noqa: PLC0415

    with suppress(OpenlerError):
        landscape(ports)
        region_at(ports)


def _wire(settings: Settings, home: DataHome, closing: ExitStack, *, serving: bool = False) -> tuple[Ports, Projections]:
    _use_vocabulary(settings)
    clock, entropy = SystemClock(), SystemEntropy()
    registry = engine(wall_url("registry", data=settings.data, database=settings.database))
    closing.callback(registry.dispose)
    migrate(registry, "registry")
    if (fixed := facts.settle(registry, facts.BASE_URL, home.base_url)) != home.base_url:
        raise Conflict(BASE_URL_FIXED, asked=home.base_url, fixed=fixed, path=f"{registry.dialect.name} database")
    store = SqlStore(registry)
    spread: Spread = Here() if serving else Processes(prepare=_as_here(settings))
    projected = projections(settings.data, store, home.base_url, Here() if serving else Processes(few=FEW_LOTS, prepare=_as_here(settings)))
    closing.callback(projected.projector.close)
    private = _Private(settings, home, closing, serving=serving)
    pin = settings.pkcs11_pin
    in_tokens = TokenKeys(settings.pkcs11_module, pin=lambda: pin.get_secret_value() if pin is not None else None)
    elsewhere: dict[str, Opener] = {"env": EnvironmentKeys(), "pkcs11": in_tokens}
    files = FileKeys(settings.data / "keys", lambda: passphrase(settings, home), entropy, elsewhere=by_scheme(elsewhere))
    # In a demo the service is on this machine; elsewhere an operator lists what may be reached although it is private.
    allowed = (*settings.allowed_origins, home.base_url) if home.demo else settings.allowed_origins
    ports = Ports(
        base_url=home.base_url,
        clock=clock,
        entropy=entropy,
        fetch=GuardedFetch(allowed),
        keys=KeyTable(files, {"file": files.signer, **elsewhere}, {"pkcs11": in_tokens.generate}),
        tables=FileTables(),
        store=store,
        search=projected.search,
        graph=projected.graph,
        queries=projected.queries,
        projector=projected.projector,
        vault=cast("Vault", _Lazily(lambda: private.wall().vault)),
        ledger=cast("Ledger", _Lazily(lambda: private.wall().ledger)),
        organisations=cast("Organisations", _Lazily(lambda: private.wall().organisations)),
        sessions=cast("Sessions", _Lazily(lambda: private.wall().sessions)),
        private_audit=cast("PrivateAudit", _Lazily(lambda: private.wall().private_audit)),
        workspace=FileWorkspace(settings.data / "workspace"),
        jobs=cast("JobQueue", _Lazily(lambda: private.wall().jobs)),
        trust=SqlTrust(registry),
        spread=spread,
        spool=FileSpool(settings.data / "spool"),
        plain_origins=frozenset(origin for origin in allowed if origin.startswith("http://")),
        registry_key=settings.registry_key,
        profiles=profiles.read(settings.data),
    )
    return ports, projected
