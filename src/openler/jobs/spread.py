"""Pure work spread over the processors of this machine: what comes back is in the order in which it was given."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, TypeVar

from openler.errors import Unavailable
from openler.jobs.local import WORKER_DIED, cores, follow_parent

Lot = TypeVar("Lot")
Done = TypeVar("Done")

FEW: Final = 4
"""Lots done in this process before others are started, which takes about a second."""
AHEAD: Final = 2
"""Lots in flight for each process."""


class Spread:
    """The Spread port by processes of this machine, started when there is more than a few lots to do."""

    def __init__(self, count: int | None = None, *, few: int = FEW) -> None:
        self._count = count or cores()
        self._few = few

    def over(self, function: Callable[[Lot], Done], lots: Iterable[Lot]) -> Iterator[tuple[Lot, Done]]:
        """See the port.

        :raises Unavailable: ``jobs.worker_died``
        """
        waiting = iter(lots)
        for done, lot in enumerate(waiting):
            if done >= self._few and self._count > 1:
                yield from self._elsewhere(function, lot, waiting)
                return
            yield lot, function(lot)

    def _elsewhere(self, function: Callable[[Lot], Done], first: Lot, rest: Iterator[Lot]) -> Iterator[tuple[Lot, Done]]:
        fresh = multiprocessing.get_context("spawn")  # threads and connections of this process must not be inherited
        pool = ProcessPoolExecutor(self._count, mp_context=fresh, initializer=_begin)
        flying: deque[tuple[Lot, Future[Done]]] = deque([(first, pool.submit(function, first))])
        try:
            for lot in rest:
                flying.append((lot, pool.submit(function, lot)))
                if len(flying) > self._count * AHEAD:
                    yield _landed(flying)
            while flying:
                yield _landed(flying)
        except BrokenProcessPool as error:
            raise Unavailable(WORKER_DIED) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _landed(flying: deque[tuple[Lot, Future[Done]]]) -> tuple[Lot, Done]:
    lot, future = flying.popleft()
    return lot, future.result()


def _begin() -> None:
    """In each worker: an interrupt is for the process that feeds it, and where that one dies it dies too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=follow_parent, name="parent", daemon=True).start()
