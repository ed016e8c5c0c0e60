"""Work by processes of this machine: one a core, each with its own connections, fed a few chunks at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from itertools import islice
from multiprocessing import connection
from typing import Any, Final

from openler.actions.job_ports import Task, Worked
from openler.errors import Unavailable, declare
from openler.jobs.running import Run, Where
from openler.jobs.target import found

WORKER_DIED = declare("jobs.worker_died", by=__name__)

AHEAD: Final = 2
"""Chunks in flight for each worker: one in work, one waiting, so that none idles and few rows are in memory."""


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class LocalProcesses:
    """The Workers port by processes. ``target`` names the function that does a task: ``module:function``."""

    def __init__(self, run: Run, where: Where, *, count: int, target: str) -> None:
        self._run = run
        self._where = where
        self._count = count
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
        """See the port. What is in work when the reader stops is finished and kept."""
        fresh = multiprocessing.get_context("spawn")  # threads and connections of this process must not be inherited
        pool = ProcessPoolExecutor(self._count, mp_context=fresh, initializer=_begin, initargs=(self._target, self._where))
        try:
            yield from windowed(tasks, self._count * AHEAD, lambda task: pool.submit(_do, task))
        except BrokenProcessPool as error:
            raise Unavailable(WORKER_DIED) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def windowed(tasks: Iterable[Task], width: int, submit: Callable[[Task], Future[Worked]]) -> Iterator[Worked]:
    """Results as they come, never more than ``width`` tasks taken and not answered."""
    waiting = iter(tasks)
    pending = {submit(task) for task in islice(waiting, width)}
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
        pending |= {submit(task) for task in islice(waiting, width - len(pending))}


_work: Callable[[Task, Where], Worked] | None = None
_place: Where | None = None


def _begin(target: str, where: Where) -> None:
    """In each worker: an interrupt is for the process that feeds it, and where that one dies it dies too."""
    global _work, _place
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=follow_parent, name="parent", daemon=True).start()
    _work, _place = found(target), where


def follow_parent() -> None:
    """End this process where the one that started it ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)  # whatever is open is rolled back; the chunk is done again


def _do(task: Task) -> Worked:
    work: Any = _work
    return work(task, _place)  # type: ignore[no-any-return]
