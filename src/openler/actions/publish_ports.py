"""What of a registry's store lets long publishes be jobs: how far each is, and what it refused (ADR 0029).

Part of :mod:`openler.actions.ports`. Documents and the place up to which a job has come are written in one transaction: a job that
is taken up again publishes nothing twice, and never puts an older version over what somebody published in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from openler.access.audit import AuditEvent
from openler.errors import declare
from openler.ids import Ctid

if TYPE_CHECKING:
    from openler.actions.ports import Change, Outcome

JOB_MOVED = declare("publish_job.moved", by=__name__)


@dataclass(frozen=True, slots=True)
class PublishJob:
    """A long publish. ``position`` of ``total`` documents are handled; ``worked`` is how many seconds that took, pauses left out.

    ``publisher``, ``owner``, ``provisional`` and ``actor`` as for any publish. ``same`` is equal for jobs of one input and one set of
    terms. A ``spooled`` one came over HTTP: its documents are kept in the data directory until they are handled.
    ``findings`` counts gaps and notes of what was published, by code.
    """

    job_id: str
    source: str
    publisher: Ctid
    actor: str
    same: str
    total: int
    created: datetime
    owner: Ctid | None = None
    provisional: bool = False
    spooled: bool = False
    position: int = 0
    published: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    worked: float = 0.0
    findings: Mapping[str, int] = field(default_factory=dict)
    finished: datetime | None = None

    @property
    def per_second(self) -> float:
        """Documents handled a second of work."""
        return self.position / self.worked if self.worked else 0.0


@dataclass(frozen=True, slots=True)
class PublishStep:
    """A job goes on from ``before`` to ``after``: the documents between are handled, ``refusals`` among them, as JSON values."""

    job_id: str
    before: int
    after: int
    refusals: Sequence[Mapping[str, Any]] = ()
    findings: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


class PublishJobs(Protocol):
    """The part of the store that knows long publishes."""

    def begin_publish(self, job: PublishJob, *, event: AuditEvent) -> None:
        """Keep a new job."""
        ...

    def publish_job(self, job_id: str) -> PublishJob | None:
        """One job."""
        ...

    def publish_jobs(self, *, unfinished: bool = False) -> tuple[PublishJob, ...]:
        """All jobs, or those that are not finished, oldest first."""
        ...

    def step_publish(self, step: PublishStep, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        """Write changes as :meth:`~openler.actions.ports.Store.append` does, and the step with them; at the last one the job is finished.

        :raises Conflict: ``publish_job.moved``: the job is gone, or somebody else went on from there; and what ``append`` raises
        :raises Refused: as ``append``
        """
        ...

    def publish_refusals(self, job_id: str, *, after: int = 0, limit: int = 1000) -> tuple[tuple[int, Mapping[str, Any]], ...]:
        """What a job refused, in order, each with its number, which counts from 1."""
        ...

    def forget_publish(self, job_id: str, *, event: AuditEvent) -> bool:
        """Delete a job with its refusals; what it published stays. Whether there was one."""
        ...


class Incoming(Protocol):
    """A file of documents that is being received."""

    @property
    def size(self) -> int:
        """Bytes so far."""
        ...

    def write(self, content: bytes) -> None:
        """Add what came. :raises Unavailable: ``publish_job.no_room``"""
        ...

    def keep(self, job_id: str) -> tuple[int, str]:
        """It is complete and belongs to that job: how many documents (lines that are not blank) and the SHA-256 of all of it."""
        ...

    def abandon(self) -> None:
        """Nothing of it stays; after :meth:`keep` nothing happens."""
        ...


class Spool(Protocol):
    """Files of documents that came over HTTP and wait in the data directory until they are published."""

    def receive(self) -> Incoming:
        """Begin one."""
        ...

    def holds(self, job_id: str) -> bool:
        """Whether this data directory has a job's documents."""
        ...

    def documents(self, job_id: str) -> Iterator[tuple[str, bytes]]:
        """A job's documents in order, each with the name of its line."""
        ...

    def drop(self, job_id: str) -> None:
        """Delete a job's documents, if they are there."""
        ...

    def sweep(self, known: frozenset[str]) -> None:
        """Delete what a day ago was left behind by transfers that ended early, and what belongs to none of the ``known`` jobs."""
        ...


def advanced(job: PublishJob, step: PublishStep, outcomes: Sequence[Outcome], *, at: datetime) -> PublishJob:
    """A job after a step: every store asks here."""
    actions = [one.entry.action.value for one in outcomes if one.entry is not None]
    updated = actions.count("update")
    findings = dict(job.findings)
    for code, count in step.findings.items():
        findings[code] = findings.get(code, 0) + count
    return replace(
        job,
        position=step.after,
        published=job.published + len(actions) - updated,
        updated=job.updated + updated,
        unchanged=job.unchanged + len(outcomes) - len(actions),
        refused=job.refused + len(step.refusals),
        worked=job.worked + step.seconds,
        findings=findings,
        finished=at if step.after >= job.total else None,
    )
