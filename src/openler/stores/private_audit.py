"""The private wall's audit log. Written in the transaction of what it tells of."""

from __future__ import annotations

import json

from openler.access.audit import AuditEvent
from openler.stores.rows import Above, Row, Rows, Writing
from openler.stores.sql.private_tables import AUDIT


def note(transaction: Writing, event: AuditEvent | None) -> None:
    """Append an event, if there is one."""
    if event is None:
        return
    details = json.dumps(dict(event.details), ensure_ascii=False, sort_keys=True)
    transaction.insert(AUDIT, [{"name": event.name, "actor": event.actor, "time": event.time, "details": details}])


class StoredAudit:
    """:class:`openler.actions.private_ports.PrivateAudit` on rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def record(self, event: AuditEvent) -> None:
        """See the port."""
        with self._rows.writing("audit") as transaction:
            note(transaction, event)

    def events(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditEvent, ...]:
        """See the port."""
        with self._rows.reading() as view:
            return tuple(_event(row) for row in view.many(AUDIT, {"position": Above(after)}, order=["position"], limit=limit))


def _event(row: Row) -> AuditEvent:
    return AuditEvent(row["name"], row["actor"], row["time"], json.loads(row["details"]))
