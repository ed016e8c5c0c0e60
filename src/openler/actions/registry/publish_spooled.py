"""What a server does beside answering: work at the publishes that came over HTTP, also at those of a server before it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count
from typing import Final

from openler.actions.ports import Ports
from openler.actions.publish_ports import PublishJob, Spool
from openler.actions.registry.publish_job import INPUT_CHANGED, work
from openler.errors import Conflict, NotFound

TURN: Final = 100
"""Most lots of one job before the next one has its turn, where several wait."""

_log = logging.getLogger("openler.publish")

Alone = Callable[[str], AbstractContextManager[None]]
"""While inside, no other process on this data directory works at the job. :raises Conflict: one does already"""
Stop = Callable[[], bool]


def work_waiting(ports: Ports, alone: Alone, *, stop: Stop = lambda: False) -> bool:
    """Give a turn to each job whose documents are here, the oldest first; whether one of them went on and has more to do.

    A job that was forgotten meanwhile is left; one that fails for a reason of ours stays where it is and is tried again later.
    """
    spool = ports.spool
    if spool is None:
        return False
    waiting = [job for job in ports.store.publish_jobs(unfinished=True) if job.spooled and spool.holds(job.job_id)]
    more = False
    for job in waiting:
        if stop():
            return False
        try:
            with alone(job.job_id):
                more |= _turn(ports, spool, job.job_id, stop, shared=len(waiting) > 1)
        except (Conflict, NotFound) as error:
            if error.code == INPUT_CHANGED:  # the disk gave back less than it was given: to read it again and again helps nobody
                _log.error("job %s cannot be finished: what was sent is no longer whole", job.job_id)
                spool.drop(job.job_id)
            else:
                _log.debug("job %s is at work elsewhere, or was forgotten", job.job_id)
        except Exception:  # noqa: BLE001 - whatever it stumbled over, the others are worked at; the log tells all of it
            _log.exception("job %s stopped and is tried again", job.job_id)
    return more


def _turn(ports: Ports, spool: Spool, job_id: str, stop: Stop, *, shared: bool) -> bool:
    job: PublishJob | None = ports.store.publish_job(job_id)
    if job is not None and job.finished is None:
        lots = count(1)
        job = work(ports, job, spool.documents(job_id), stop=lambda: stop() or (shared and next(lots) >= TURN))
    if job is None or job.finished is not None:
        spool.drop(job_id)
        return False
    return True


def tidy(ports: Ports) -> None:
    """Delete what earlier servers left in the spool."""
    if ports.spool is not None:
        ports.spool.sweep(frozenset(job.job_id for job in ports.store.publish_jobs(unfinished=True)))
