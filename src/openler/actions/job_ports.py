"""The ports of long work: what is to be done is data, who does it is a detail (ADR 0001, decision 12; ADR 0014).

A *job* is an action's name, a reference to its input and its settings; its input is cut into *chunks* of so many rows,
numbered from 0. A chunk is claimed by a lease, and its result is stored together with whatever it wrote. A run that is
killed leaves the chunks it had done, and the next one does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from openler.errors import declare

Lot = TypeVar("Lot")
Done = TypeVar("Done")

JOB_UNKNOWN = declare("jobs.unknown", by=__name__)
LEASE_LOST = declare("jobs.lease_lost", by=__name__)

JobAction = Literal["issue", "verify"]
ClaimState = Literal["mine", "done", "taken"]


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is to be done. ``total`` counts rows; ``same`` is equal for jobs of one action, input and settings."""

    action: JobAction
    source: str
    settings: Mapping[str, Any]
    same: str
    total: int
    chunk_size: int


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is kept. ``summary`` is what came of it, once it is finished."""

    job_id: str
    action: JobAction
    source: str
    settings: Mapping[str, Any]
    total: int
    chunk_size: int
    created: datetime
    finished: datetime | None = None
    summary: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose a chunk is. ``lease`` fences its writes; ``kept`` is the result where a run before stored it and had more to do."""

    job_id: str
    number: int
    state: ClaimState
    lease: str = ""
    kept: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What came of a chunk. ``final`` is false where something is still to be done that is harmless to do twice."""

    claim: Claim
    units: int
    content: bytes = field(repr=False)
    final: bool = True


class JobQueue(Protocol):
    """Jobs and their chunks. Sources, settings and results are encrypted at rest: rows of people may show in them."""

    def begin(self, job: NewJob, *, at: datetime) -> Job:
        """Store a new job."""
        ...

    def unfinished(self, same: str) -> Job | None:
        """The newest job that is equal and not finished."""
        ...

    def job(self, job_id: str) -> Job | None:
        """One job."""
        ...

    def listing(self) -> tuple[Job, ...]:
        """All jobs, oldest first."""
        ...

    def units(self, job_id: str) -> int:
        """How many rows are in chunks that are done."""
        ...

    def done(self, job_id: str) -> frozenset[int]:
        """The numbers of the chunks that are done."""
        ...

    def claim(self, job_id: str, number: int, *, owner: str, at: datetime) -> Claim:
        """Claim a chunk: mine if nobody did, if the lease of who did has ended, or if it was the same owner.

        :raises NotFound: ``jobs.unknown``: the job is gone, or is in another database
        """
        ...

    def keep(self, result: ChunkResult) -> None:
        """Store a chunk's result. :raises Conflict: ``jobs.lease_lost``: somebody else has claimed it since"""
        ...

    def results(self, job_id: str) -> Iterator[tuple[int, bytes]]:
        """The results of the chunks that are done, in order of their numbers, some at a time."""
        ...

    def reclaim(self, job_id: str, house: str) -> int:
        """End the leases of owners whose name begins with ``house``: who held them is known to be dead. How many."""
        ...

    def finish(self, job_id: str, summary: Mapping[str, Any], *, at: datetime) -> None:
        """Store what came of a job, and drop its chunks. :raises NotFound: ``jobs.unknown``"""
        ...

    def forget(self, job_id: str) -> bool:
        """Delete a job with its chunks; whether there was one."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk on its way to a worker: numbers, names and rows, no secret. Its text form shows no row."""

    job_id: str
    number: int
    owner: str
    action: JobAction
    settings: Mapping[str, Any]
    items: Sequence[Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way back from a worker."""

    kind: str
    code: str
    place: str | None
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Worked:
    """What a worker says of a task: done with so many rows, somebody else's, or failed."""

    number: int
    units: int
    state: Literal["done", "taken", "failed"]
    failure: Failure | None = None


class Workers(Protocol):
    """Those who work at tasks: processes of this machine, or of a cluster."""

    @property
    def owner(self) -> str:
        """The name of this run, which begins with :attr:`house`."""
        ...

    @property
    def house(self) -> str:
        """The name of the data directory that runs are begun from."""
        ...

    def alone(self, job_id: str) -> AbstractContextManager[None]:
        """While inside, no other run from this data directory works at the job; the lock falls with its process.

        :raises Conflict: ``jobs.running``: another one does already
        """
        ...

    def work(self, tasks: Iterable[Task]) -> Iterator[Worked]:
        """Work at all tasks, few at a time taken from ``tasks``; in the order in which they end.

        :raises Unavailable: a process died, or the cluster does not answer
        """
        ...


class Spread(Protocol):
    """Pure work over many lots, by as many processors as there are."""

    def over(self, function: Callable[[Lot], Done], lots: Iterable[Lot]) -> Iterator[tuple[Lot, Done]]:
        """Each lot with what ``function``, which must be importable by its name, made of it, in the order given; a few are ahead in memory.

        :raises Unavailable: a process that worked at it died
        """
        ...


class Here:
    """The Spread port without other processes."""

    def over(self, function: Callable[[Lot], Done], lots: Iterable[Lot]) -> Iterator[tuple[Lot, Done]]:
        """See :meth:`Spread.over`."""
        return ((lot, function(lot)) for lot in lots)
