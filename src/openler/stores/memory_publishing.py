"""What the reference store knows of long publishes, in dictionaries."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.ports import Change, Outcome
from openler.actions.publish_ports import JOB_MOVED, PublishJob, PublishStep, advanced
from openler.errors import Conflict


class MemoryPublishJobs(ABC):
    """A :class:`~openler.actions.publish_ports.PublishJobs`, part of the reference store."""

    _lock: threading.RLock
    _events: list[AuditEvent]

    def __init__(self) -> None:
        self._publish_jobs: dict[str, PublishJob] = {}
        self._publish_refusals: dict[str, list[Mapping[str, Any]]] = {}

    @abstractmethod
    def append(self, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        """The journal's part of the store."""

    def begin_publish(self, job: PublishJob, *, event: AuditEvent) -> None:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.begin_publish`."""
        with self._lock:
            self._publish_jobs[job.job_id] = job
            self._publish_refusals[job.job_id] = []
            self._events.append(event)

    def publish_job(self, job_id: str) -> PublishJob | None:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.publish_job`."""
        return self._publish_jobs.get(job_id)

    def publish_jobs(self, *, unfinished: bool = False) -> tuple[PublishJob, ...]:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.publish_jobs`."""
        with self._lock:
            ordered = sorted(self._publish_jobs.values(), key=lambda job: (job.created, job.job_id))
            return tuple(job for job in ordered if not unfinished or job.finished is None)

    def step_publish(self, step: PublishStep, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.step_publish`."""
        with self._lock:
            job = self._publish_jobs.get(step.job_id)
            if job is None or job.position != step.before:
                raise Conflict(JOB_MOVED, place=step.job_id, job=step.job_id)
            outcomes = self.append(changes, at=at, event=event) if changes else ()
            self._publish_jobs[step.job_id] = advanced(job, step, outcomes, at=at)
            self._publish_refusals[step.job_id].extend(step.refusals)
            return outcomes

    def publish_refusals(self, job_id: str, *, after: int = 0, limit: int = 1000) -> tuple[tuple[int, Mapping[str, Any]], ...]:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.publish_refusals`."""
        with self._lock:
            return tuple(enumerate(self._publish_refusals.get(job_id, ()), start=1))[after : after + limit]

    def forget_publish(self, job_id: str, *, event: AuditEvent) -> bool:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.forget_publish`."""
        with self._lock:
            self._publish_refusals.pop(job_id, None)
            if self._publish_jobs.pop(job_id, None) is None:
                return False
            self._events.append(event)
            return True
