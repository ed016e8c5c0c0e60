"""Taking turns at what costs much memory: each guess at a passphrase takes 64 MiB, so a rush of them must not run all at once.

As many run at a time as there are processors, and no more than :data:`MOST_AT_ONCE`; a few wait, for a while; whoever comes on top
of that is told to come back. Nobody's result depends on it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from openler.errors import Unavailable, declare

BUSY = declare("access.busy", by=__name__)

MOST_AT_ONCE: Final = 8
"""Guesses judged at once, however many processors there are: 8 take 512 MiB."""
WAITING_EACH: Final = 8
"""Who may wait, for each that runs. More would only wait in vain, and hold threads that others need."""
LONGEST_WAIT: Final = 5.0
"""Seconds."""
COME_BACK: Final = 5
"""Seconds after which to try again, as told to whoever found no turn."""


class Turns:
    """At most ``at_once`` at a time and ``waiting`` in line for ``seconds``. A thread that has a turn needs no second one."""

    def __init__(self, at_once: int, *, waiting: int, seconds: float = LONGEST_WAIT) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._line = threading.BoundedSemaphore(at_once + waiting)
        self._seconds = seconds
        self._mine = threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and have it. :raises Unavailable: ``access.busy`` with ``retry_after`` in seconds"""
        if getattr(self._mine, "taken", False):
            yield
            return
        if not self._line.acquire(blocking=False):
            raise Unavailable(BUSY, retry_after=COME_BACK)
        try:
            if not self._free.acquire(timeout=self._seconds):
                raise Unavailable(BUSY, retry_after=COME_BACK)
            self._mine.taken = True
            try:
                yield
            finally:
                self._mine.taken = False
                self._free.release()
        finally:
            self._line.release()


_AT_ONCE = min(os.cpu_count() or 1, MOST_AT_ONCE)
GUESSES: Final = Turns(_AT_ONCE, waiting=_AT_ONCE * WAITING_EACH)
"""The turns of this process."""
