"""Long publishes in the registry's database: a step of a job and the documents it is about are one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Engine, Row, delete, insert, select, update

from openler.access.audit import AuditEvent
from openler.actions.ports import Change, Outcome
from openler.actions.publish_ports import JOB_MOVED, PublishJob, PublishStep, advanced
from openler.errors import Conflict
from openler.ids import Ctid
from openler.stores.sql.engine import reading, writing
from openler.stores.sql.registry_tables import publish_job, publish_refusal


class SqlPublishJobs:
    """A :class:`~openler.actions.publish_ports.PublishJobs` in a database, beside the journal in the same one."""

    _database: Engine

    def begin_publish(self: Any, job: PublishJob, *, event: AuditEvent) -> None:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.begin_publish`."""
        with writing(self._database, "registry journal") as connection:
            connection.execute(insert(publish_job), _row(job))
            self._tell(connection, event)

    def publish_job(self, job_id: str) -> PublishJob | None:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.publish_job`."""
        with reading(self._database) as connection:
            row = connection.execute(select(publish_job).where(publish_job.c.job_id == job_id)).one_or_none()
        return None if row is None else _job(row)

    def publish_jobs(self, *, unfinished: bool = False) -> tuple[PublishJob, ...]:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.publish_jobs`."""
        query = select(publish_job).order_by(publish_job.c.created, publish_job.c.job_id)
        if unfinished:
            query = query.where(publish_job.c.finished.is_(None))
        with reading(self._database) as connection:
            return tuple(_job(row) for row in connection.execute(query))

    def step_publish(self: Any, step: PublishStep, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.step_publish`."""
        with writing(self._database, "registry journal") as connection:
            row = connection.execute(select(publish_job).where(publish_job.c.job_id == step.job_id)).one_or_none()
            if row is None or row.position != step.before:
                raise Conflict(JOB_MOVED, place=step.job_id, job=step.job_id)
            outcomes: tuple[Outcome, ...] = self._enter(connection, changes, at=at, event=event) if changes else ()
            after = _row(advanced(_job(row), step, outcomes, at=at))
            connection.execute(update(publish_job).where(publish_job.c.job_id == step.job_id).values(after))
            if step.refusals:
                numbered = enumerate(step.refusals, start=row.refused + 1)
                rows = [{"job_id": step.job_id, "number": number, "content": orjson.dumps(one).decode()} for number, one in numbered]
                connection.execute(insert(publish_refusal), rows)
        return outcomes

    def publish_refusals(self, job_id: str, *, after: int = 0, limit: int = 1000) -> tuple[tuple[int, Mapping[str, Any]], ...]:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.publish_refusals`."""
        query = select(publish_refusal).where(publish_refusal.c.job_id == job_id, publish_refusal.c.number > after)
        with reading(self._database) as connection:
            rows = connection.execute(query.order_by(publish_refusal.c.number).limit(limit))
            return tuple((row.number, orjson.loads(row.content)) for row in rows)

    def forget_publish(self: Any, job_id: str, *, event: AuditEvent) -> bool:
        """See :meth:`~openler.actions.publish_ports.PublishJobs.forget_publish`."""
        with writing(self._database, "registry journal") as connection:
            connection.execute(delete(publish_refusal).where(publish_refusal.c.job_id == job_id))
            dropped = connection.execute(delete(publish_job).where(publish_job.c.job_id == job_id)).rowcount
            if dropped:
                self._tell(connection, event)
            return bool(dropped)


def _row(job: PublishJob) -> dict[str, Any]:
    return asdict(job) | {"findings": orjson.dumps(dict(job.findings), option=orjson.OPT_SORT_KEYS).decode()}


def _job(row: Row[Any]) -> PublishJob:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    owner = None if row.owner is None else Ctid(row.owner)
    return PublishJob(**(told | {"publisher": Ctid(row.publisher), "owner": owner, "findings": orjson.loads(row.findings)}))
