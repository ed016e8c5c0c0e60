"""How a process that works at jobs is set up: its own connections, opened once, and what it remembers between tasks.

Named by import string to :mod:`openler.jobs`, which starts such processes here or on a cluster. It stands beside the faces.
"""

from __future__ import annotations

import atexit
import threading
from contextlib import ExitStack
from typing import Any

from openler import bootstrap
from openler.actions.batches.job_work import perform
from openler.actions.job_ports import Task, Worked
from openler.actions.ports import Ports
from openler.jobs.running import Where

_MAX_JOBS = 8
"""Most jobs whose descriptions a worker remembers at once."""

_closing = ExitStack()
_opened: dict[Where, Ports] = {}
_memories: dict[tuple[int, str], dict[str, Any]] = {}
_turn = threading.Lock()
atexit.register(_closing.close)


def work(task: Task, where: Where) -> Worked:
    """Do a task in this process, on the data directory named by who started it."""
    return perform(_ports(where, elsewhere=False), task, _memory(task))


def work_elsewhere(task: Task, where: Where) -> Worked:
    """Do a task on a cluster's worker: its own environment says where the data is, ``where`` only what it leaves open."""
    return perform(_ports(where, elsewhere=True), task, _memory(task))


def _ports(where: Where, *, elsewhere: bool) -> Ports:
    with _turn:
        if where not in _opened:
            opened = bootstrap.open_for_worker(where, elsewhere=elsewhere)
            _opened[where] = _closing.enter_context(opened)
        return _opened[where]


def _memory(task: Task) -> dict[str, Any]:
    """A thread's own: what is remembered is not made for several at once."""
    with _turn:
        while len(_memories) >= _MAX_JOBS * max(threading.active_count(), 1):
            _memories.pop(next(iter(_memories)))
        return _memories.setdefault((threading.get_ident(), task.job_id), {})
