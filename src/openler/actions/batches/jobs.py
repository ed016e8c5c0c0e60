"""Long work in chunks: begun or taken up again, worked at by many, listed, forgotten (ADR 0014)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from openler.actions.batches.job_work import restored
from openler.actions.job_ports import JOB_UNKNOWN, Job, Task, Workers
from openler.actions.ports import Ports
from openler.actions.publish_ports import PublishJob
from openler.actions.registry import publish_job
from openler.errors import Conflict, Misused, NotFound, OpenlerError, declare

ELSEWHERE = declare("jobs.chunks_elsewhere", by=__name__)

Item = TypeVar("Item")
Progress = Callable[[int, int], None]
"""Told how many rows are done, out of how many."""


@dataclass(frozen=True, slots=True)
class JobStanding:
    """A job and how far it is: ``done`` rows of ``total``. A publish tells too how many were ``refused``, and how many went in a second."""

    job_id: str
    action: str
    source: str
    total: int
    done: int
    created: datetime
    finished: datetime | None
    settings: Mapping[str, Any]
    summary: Mapping[str, Any] | None
    refused: int | None = None
    per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """All jobs, oldest first. ``closed`` is why those of the private side are missing, where they are."""

    jobs: tuple[JobStanding, ...]
    closed: OpenlerError | None = None


def standing(ports: Ports, job: Job) -> JobStanding:
    """How far a job is."""
    done = job.total if job.finished is not None else ports.jobs.units(job.job_id)
    return JobStanding(job.job_id, job.action, job.source, job.total, done, job.created, job.finished, job.settings, job.summary)


def publishing(job: PublishJob) -> JobStanding:
    """How far a publish is."""
    settings = {"publisher": job.publisher, "owner": job.owner or job.publisher, "provisional": job.provisional, "over_http": job.spooled}
    counts = {"published": job.published, "updated": job.updated, "unchanged": job.unchanged, "refused": job.refused}
    return JobStanding(
        job.job_id, "publish", job.source, job.total, job.position, job.created, job.finished, settings, counts,
        refused=job.refused, per_second=round(job.per_second, 1),
    )  # fmt: skip


def listing(ports: Ports) -> Listing:
    """All jobs. Those that issue and verify are private: without the passphrase the others are listed."""
    found = [publishing(job) for job in ports.store.publish_jobs()]
    try:
        found += [standing(ports, job) for job in ports.jobs.listing()]
    except Misused as error:
        return Listing(tuple(found), error)
    return Listing(tuple(sorted(found, key=lambda job: job.created)))


def one(ports: Ports, job_id: str) -> JobStanding:
    """One job. :raises NotFound: ``jobs.unknown``"""
    published = ports.store.publish_job(job_id)
    return publishing(published) if published is not None else standing(ports, known(ports, job_id))


def known(ports: Ports, job_id: str) -> Job:
    """One job as it is kept. :raises NotFound: ``jobs.unknown``"""
    job = ports.jobs.job(job_id)
    if job is None:
        raise NotFound(JOB_UNKNOWN, job=job_id[:40])
    return job


def forget(ports: Ports, job_id: str, *, actor: str) -> JobStanding:
    """Delete what is known of a job; what it issued or published stays. What it was. :raises NotFound: ``jobs.unknown``"""
    if ports.store.publish_job(job_id) is not None:
        return publishing(publish_job.forget(ports, job_id, actor=actor))
    was = one(ports, job_id)
    ports.jobs.forget(job_id)
    return was


def run(ports: Ports, workers: Workers, job: Job, items: Iterable[Item], *, progress: Progress | None = None) -> None:
    """Work at every chunk of a job that is not done. ``items`` are all of its rows, in the order that they always have.

    The caller holds :meth:`~openler.actions.job_ports.Workers.alone` of the job.

    :raises OpenlerError: what a worker met; what is done is kept, and the same run again does the rest
    :raises Conflict: ``jobs.chunks_elsewhere``: another run, on another machine, has claimed some of them
    """
    ports.jobs.reclaim(job.job_id, workers.house)
    finished, units = ports.jobs.done(job.job_id), ports.jobs.units(job.job_id)
    taken = 0
    if progress is not None:
        progress(units, job.total)
    for worked in workers.work(_tasks(job, items, finished, workers.owner)):
        if worked.failure is not None:
            raise restored(worked.failure)
        taken += worked.state == "taken"
        units += worked.units if worked.state == "done" else 0
        if progress is not None:
            progress(units, job.total)
    if taken:
        raise Conflict(ELSEWHERE, job=job.job_id, count=taken)


def _tasks(job: Job, items: Iterable[Item], finished: frozenset[int], owner: str) -> Iterator[Task]:
    waiting, number = iter(items), 0
    while chunk := tuple(islice(waiting, job.chunk_size)):
        if number not in finished:
            yield Task(job.job_id, number, owner, job.action, job.settings, chunk)
        number += 1
