"""Whom a verifier knows, and what a custodian keeps, on SQLite or PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from openler.access.audit import AuditEvent
from openler.actions.trust_ports import Snapshot, SourceKind, TrustSource
from openler.ids import Ctid, Digest
from openler.stores.sql.engine import reading, writing
from openler.stores.sql.registry_audit import write_event
from openler.stores.sql.registry_tables import snapshot as snapshots_table
from openler.stores.sql.registry_tables import snapshot_body, trust_source

_LOCK = "registry journal"  # the audit's numbers are given under it


class SqlTrust:
    """A :class:`~openler.actions.trust_ports.Trust` in the registry's database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def put_source(self, source: TrustSource, *, event: AuditEvent) -> None:
        """See :meth:`~openler.actions.trust_ports.Trust.put_source`."""
        row = {
            "name": source.name, "kind": source.kind.value, "source": source.source, "content": source.content,
            "dated": source.dated, "checked": source.checked, "failure": source.failure,
        }  # fmt: skip
        with writing(self._database, _LOCK) as connection:
            changed = connection.execute(update(trust_source).where(trust_source.c.name == source.name).values(row))
            if not changed.rowcount:
                connection.execute(insert(trust_source), row)
            write_event(connection, event)

    def remove_source(self, name: str, *, event: AuditEvent) -> bool:
        """See :meth:`~openler.actions.trust_ports.Trust.remove_source`."""
        with writing(self._database, _LOCK) as connection:
            gone = connection.execute(delete(trust_source).where(trust_source.c.name == name))
            if not gone.rowcount:
                return False
            write_event(connection, event)
            return True

    def sources(self) -> tuple[TrustSource, ...]:
        """See :meth:`~openler.actions.trust_ports.Trust.sources`."""
        with reading(self._database) as connection:
            rows = connection.execute(select(trust_source).order_by(trust_source.c.name))
            return tuple(
                TrustSource(row.name, SourceKind(row.kind), row.source, bytes(row.content), row.dated, row.checked, row.failure)
                for row in rows
            )

    def keep(self, snapshot: Snapshot, body: bytes, *, event: AuditEvent) -> Snapshot:
        """See :meth:`~openler.actions.trust_ports.Trust.keep`."""
        with writing(self._database, _LOCK) as connection:
            kept = replace(snapshot, seq=_next(connection))
            known = connection.execute(select(snapshot_body.c.digest).where(snapshot_body.c.digest == snapshot.digest)).one_or_none()
            if known is None:
                connection.execute(insert(snapshot_body), {"digest": snapshot.digest, "body": body})
            connection.execute(insert(snapshots_table), {column.name: getattr(kept, column.name) for column in snapshots_table.columns})
            write_event(connection, event)
        return kept

    def snapshot(self, address: str, *, at: datetime | None = None) -> Snapshot | None:
        """See :meth:`~openler.actions.trust_ports.Trust.snapshot`."""
        query = select(snapshots_table).where(snapshots_table.c.address == address)
        if at is not None:
            query = query.where(snapshots_table.c.taken <= at)
        with reading(self._database) as connection:
            row = connection.execute(query.order_by(snapshots_table.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else _snapshot(row)

    def snapshots(self, address: str) -> tuple[Snapshot, ...]:
        """See :meth:`~openler.actions.trust_ports.Trust.snapshots`."""
        query = select(snapshots_table).where(snapshots_table.c.address == address).order_by(snapshots_table.c.seq)
        with reading(self._database) as connection:
            return tuple(_snapshot(row) for row in connection.execute(query))

    def held(self) -> tuple[Snapshot, ...]:
        """See :meth:`~openler.actions.trust_ports.Trust.held`."""
        newest = select(func.max(snapshots_table.c.seq)).group_by(snapshots_table.c.address)
        query = select(snapshots_table).where(snapshots_table.c.seq.in_(newest)).order_by(snapshots_table.c.address)
        with reading(self._database) as connection:
            return tuple(_snapshot(row) for row in connection.execute(query))

    def body(self, digest: Digest) -> bytes | None:
        """See :meth:`~openler.actions.trust_ports.Trust.body`."""
        with reading(self._database) as connection:
            found = connection.execute(select(snapshot_body.c.body).where(snapshot_body.c.digest == digest)).scalar_one_or_none()
        return None if found is None else bytes(found)


def _next(connection: Connection) -> int:
    return (connection.execute(select(func.max(snapshots_table.c.seq))).scalar_one() or 0) + 1


def _snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(
        seq=row.seq,
        address=row.address,
        kind=row.kind,
        issuer=row.issuer,
        taken=row.taken,
        digest=Digest(row.digest),
        media_type=row.media_type,
        custodian=Ctid(row.custodian),
        statement=bytes(row.statement),
        final=row.final,
        continued=row.continued,
    )
