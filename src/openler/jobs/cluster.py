"""Work by a Dask cluster: the same worker function on other machines, which reach the same database.

Rows travel to the workers, keys and passphrases never: each worker has its own settings. ``distributed`` is the extra
``openler[cluster]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any, Final

from openler.actions.job_ports import Task, Worked
from openler.errors import Misused, Unavailable, declare
from openler.jobs.local import AHEAD
from openler.jobs.running import Run, Where
from openler.jobs.target import found

CLUSTER_MISSING = declare("jobs.cluster_missing", by=__name__)
CLUSTER_MALFORMED = declare("jobs.cluster_malformed", by=__name__)
CLUSTER_UNAVAILABLE = declare("jobs.cluster_unavailable", by=__name__)

_SCHEMES: Final = ("tcp://", "tls://", "ws://", "wss://")
_CONNECT_SECONDS: Final = 15


class DaskCluster:
    """The Workers port by the workers of a Dask scheduler.

    :raises Misused: ``jobs.cluster_missing``: the extra is not installed; ``jobs.cluster_malformed``
    """

    def __init__(self, run: Run, where: Where, address: str, *, target: str) -> None:
        if not address.startswith(_SCHEMES):
            raise Misused(CLUSTER_MALFORMED, place="--cluster", seen=address[:80])
        if find_spec("distributed") is None:
            raise Misused(CLUSTER_MISSING, extra="cluster")
        self._run = run
        self._where = where
        self._address = address
        self._target = target

    @property
    def owner(self) -> str:
        """See the port."""
        return self._run.owner

    @property
    def house(self) -> str:
        """See the port."""
        return self._run.house

    def alone(self, job_id: str) -> AbstractContextManager[None]:
        """See the port."""
        return self._run.alone(job_id)

    def work(self, tasks: Iterable[Task]) -> Iterator[Worked]:
        """See the port. :raises Unavailable: ``jobs.cluster_unavailable``"""
        distributed: Any = import_module("distributed")
        try:
            with distributed.Client(self._address, timeout=_CONNECT_SECONDS, set_as_default=False) as client:
                yield from self._fed(distributed, client, iter(tasks))
        except (OSError, distributed.scheduler.KilledWorker, distributed.CancelledError) as error:
            raise Unavailable(CLUSTER_UNAVAILABLE, address=self._address, detail=type(error).__name__) from error

    def _fed(self, distributed: Any, client: Any, waiting: Iterator[Task]) -> Iterator[Worked]:
        threads = sum(client.nthreads().values())
        if not threads:
            raise Unavailable(CLUSTER_UNAVAILABLE, address=self._address, detail="it has no workers")
        pending = distributed.as_completed([self._submitted(client, task) for task in islice(waiting, threads * AHEAD)], loop=client.loop)
        for future in pending:
            yield future.result()
            for task in islice(waiting, 1):
                pending.add(self._submitted(client, task))

    def _submitted(self, client: Any, task: Task) -> Any:
        # Never pure: a chunk that was done once is not to be answered from the scheduler's memory.
        return client.submit(perform, self._target, task, self._where.data, pure=False, key=f"openler-{task.owner}-{task.number}")


def perform(target: str, task: Task, data: str) -> Worked:
    """On a worker: do a task. ``data`` is the directory of who sent it, used where the worker names none of its own."""
    return found(target)(task, Where(data))  # type: ignore[no-any-return]
