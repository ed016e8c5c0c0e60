"""The registry wall's audit: an event is written in the transaction it tells of."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, func, insert, select

from openler.access.audit import AuditEvent
from openler.stores.sql.registry_tables import audit


def write_event(connection: Connection, event: AuditEvent) -> None:
    """Add an event under the next number; the caller holds the lock under which numbers are given."""
    number = (connection.execute(select(func.max(audit.c.id))).scalar_one() or 0) + 1
    details = orjson.dumps(dict(event.details), option=orjson.OPT_SORT_KEYS).decode()
    connection.execute(insert(audit), {"id": number, "name": event.name, "actor": event.actor, "time": event.time, "details": details})
