"""What people decided about descriptions that may be of one thing, in the registry's database."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Engine, delete, insert, select

from openler.access.audit import AuditEvent
from openler.actions.follow_ports import Verdict
from openler.ids import Ctid
from openler.stores.sql.engine import reading, writing
from openler.stores.sql.registry_tables import sameness


class SqlVerdicts:
    """A :class:`~openler.actions.follow_ports.Verdicts` in a database."""

    _database: Engine

    def verdicts(self) -> tuple[Verdict, ...]:
        """See :meth:`~openler.actions.follow_ports.Verdicts.verdicts`."""
        with reading(self._database) as connection:
            rows = connection.execute(select(sameness).order_by(sameness.c.first, sameness.c.second))
            return tuple(
                Verdict(Ctid(row.first), Ctid(row.second), row.same, row.actor, row.time, row.score, tuple(orjson.loads(row.reasons)))
                for row in rows
            )

    def keep_verdict(self: Any, verdict: Verdict, *, event: AuditEvent) -> None:
        """See :meth:`~openler.actions.follow_ports.Verdicts.keep_verdict`."""
        row = {
            "first": verdict.first, "second": verdict.second, "same": verdict.same, "actor": verdict.actor, "time": verdict.time,
            "score": verdict.score, "reasons": orjson.dumps(verdict.reasons).decode(),
        }  # fmt: skip
        with writing(self._database, "registry journal") as connection:
            connection.execute(delete(sameness).where(sameness.c.first == verdict.first, sameness.c.second == verdict.second))
            connection.execute(insert(sameness), row)
            self._tell(connection, event)

    def drop_verdict(self: Any, first: Ctid, second: Ctid, *, event: AuditEvent) -> bool:
        """See :meth:`~openler.actions.follow_ports.Verdicts.drop_verdict`."""
        with writing(self._database, "registry journal") as connection:
            dropped = connection.execute(delete(sameness).where(sameness.c.first == first, sameness.c.second == second))
            if dropped.rowcount:
                self._tell(connection, event)
            return bool(dropped.rowcount)
