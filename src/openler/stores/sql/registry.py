"""The registry on SQLite or PostgreSQL: many documents, their journal entries and the audit event in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, Select, bindparam, delete, func, insert, select, update

from openler.access.audit import AuditEvent
from openler.actions.ports import Change, Entry, EnvelopeFilter, JournalAction, Outcome, StoredDocument
from openler.actions.registry.journal import CHAIN_BROKEN, Standing, Step, described_by, plan, verify_entries
from openler.errors import Internal
from openler.ids import Ctid, Digest
from openler.stores.sql.engine import reading, writing
from openler.stores.sql.registry_audit import write_event
from openler.stores.sql.registry_follows import SqlFollows
from openler.stores.sql.registry_log import SqlLog, grow
from openler.stores.sql.registry_publishing import SqlPublishJobs
from openler.stores.sql.registry_tables import audit, document, journal, resource, source_note, statement, version
from openler.stores.sql.registry_verdicts import SqlVerdicts

BOUND = 5_000
"""How many values one statement's IN list carries: far under what either database takes."""

_DOCUMENT = select(document, version.c.normalised).join(version, version.c.digest == document.c.digest)


class SqlStore(SqlLog, SqlFollows, SqlVerdicts, SqlPublishJobs):
    """A :class:`~openler.actions.ports.Store` in a database that :func:`~openler.stores.sql.migrate.migrate` has prepared."""

    def __init__(self, database: Engine) -> None:
        super().__init__(database)
        self._database = database

    def append(self, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        """See :meth:`~openler.actions.ports.Store.append`."""
        with writing(self._database, "registry journal") as connection:
            return self._enter(connection, changes, at=at, event=event)

    def _enter(self, connection: Connection, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]:
        last = connection.execute(select(journal).order_by(journal.c.seq.desc()).limit(1)).one_or_none()
        claims = _claims(connection, changes)
        standing = self._stand(connection, {*(change.ctid for change in changes), *claims.values()})
        steps = plan(changes, at=at, head=_entry(last) if last else None, standing=standing, claims=claims)
        written = [step for step in steps if step.entry is not None]
        if written:
            _write(connection, written, standing=standing, claims=claims)
            grow(connection, last.seq if last else 0, [step.leaf for step in written])
            self._tell(connection, event)
        return tuple(Outcome(step.change.ctid, step.entry) for step in steps)

    def _stand(self, connection: Connection, ctids: set[Ctid]) -> dict[Ctid, Standing]:
        return _standing(connection, ctids)

    def _tell(self, connection: Connection, event: AuditEvent) -> None:
        write_event(connection, event)

    def get(self, ctid: Ctid) -> StoredDocument | None:
        """See :meth:`~openler.actions.ports.Store.get`."""
        return self.current([ctid]).get(ctid)

    def current(self, ctids: Sequence[Ctid]) -> dict[Ctid, StoredDocument]:
        """See :meth:`~openler.actions.ports.Store.current`."""
        found: dict[Ctid, StoredDocument] = {}
        query = _DOCUMENT.add_columns(resource.c.ce_ctid.label("asked")).join(resource, resource.c.document == document.c.ce_ctid)
        with reading(self._database) as connection:
            for some in _chunks(sorted(set(ctids))):
                for row in connection.execute(query.where(resource.c.ce_ctid.in_(some))):
                    found[Ctid(row.asked)] = _document(row)
        return found

    def received(self, digest: Digest) -> bytes | None:
        """See :meth:`~openler.actions.ports.Store.received`."""
        kept = func.coalesce(version.c.received, version.c.normalised)
        with reading(self._database) as connection:
            found = connection.execute(select(kept).where(version.c.digest == digest)).scalar_one_or_none()
        return None if found is None else bytes(found)

    def versions(self, ctid: Ctid) -> tuple[Entry, ...]:
        """See :meth:`~openler.actions.ports.Store.versions`."""
        with reading(self._database) as connection:
            rows = connection.execute(select(journal).where(journal.c.ce_ctid == ctid).order_by(journal.c.seq))
            return tuple(_entry(row) for row in rows)

    def version(self, ctid: Ctid, digest: Digest) -> StoredDocument | None:
        """See :meth:`~openler.actions.ports.Store.version`."""
        query: Select[Any] = (
            select(
                *version.c["digest", "ce_ctid", "ctdl_type", "owner", "normalised"],
                *journal.c["seq", "provisional", "statement"],
                journal.c.time.label("updated"),
                *document.c["publisher", "created", "assigned", "offered"],
            )
            .join(journal, (journal.c.ce_ctid == version.c.ce_ctid) & (journal.c.digest == version.c.digest))
            .join(document, document.c.ce_ctid == version.c.ce_ctid)
            .where(version.c.digest == digest, version.c.ce_ctid == ctid)
            .order_by(journal.c.seq.desc())
            .limit(1)
        )
        with reading(self._database) as connection:
            row: Row[Any] | None = connection.execute(query).one_or_none()
        return None if row is None else _document(row, deleted=False)

    def documents(
        self, where: EnvelopeFilter, *, after: Ctid | None = None, skip: int = 0, limit: int = 1000
    ) -> tuple[StoredDocument, ...]:
        """See :meth:`~openler.actions.ports.Store.documents`."""
        query = _filtered(_DOCUMENT, where).order_by(document.c.ce_ctid).limit(limit)
        if after is not None:
            query = query.where(document.c.ce_ctid > after)
        if skip:
            # Counted along the names alone: the documents that are passed over are not read.
            names = _filtered(select(document.c.ce_ctid), where).order_by(document.c.ce_ctid)
            names = names if after is None else names.where(document.c.ce_ctid > after)
            query = query.where(document.c.ce_ctid >= names.offset(skip).limit(1).scalar_subquery())
        with reading(self._database) as connection:
            return tuple(_document(row) for row in connection.execute(query))

    def count(self, where: EnvelopeFilter) -> int:
        """See :meth:`~openler.actions.ports.Store.count`."""
        with reading(self._database) as connection:
            return int(connection.execute(_filtered(select(func.count()).select_from(document), where)).scalar_one())

    def entries(self, *, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        """See :meth:`~openler.actions.ports.Store.entries`."""
        query = select(journal).where(journal.c.seq > after).order_by(journal.c.seq).limit(limit)
        with reading(self._database) as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def head(self) -> int:
        """See :meth:`~openler.actions.ports.Store.head`."""
        with reading(self._database) as connection:
            return connection.execute(select(func.max(journal.c.seq))).scalar_one() or 0

    def verify_chain(self) -> int:
        """See :meth:`~openler.actions.ports.Store.verify_chain`."""
        query = select(journal).order_by(journal.c.seq).execution_options(yield_per=BOUND)
        with reading(self._database) as connection:
            return verify_entries(_entry(row) for row in connection.execute(query))

    def audit(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditEvent, ...]:
        """See :meth:`~openler.actions.ports.Store.audit`."""
        query = select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(limit)
        with reading(self._database) as connection:
            return tuple(AuditEvent(row.name, row.actor, row.time, orjson.loads(row.details)) for row in connection.execute(query))

    def keep_notes(self, source: str, content: bytes, *, at: datetime, event: AuditEvent) -> None:
        """See :meth:`~openler.actions.ports.Store.keep_notes`."""
        row = {"source": source, "content": content, "time": at}
        with writing(self._database, "registry journal") as connection:
            known = connection.execute(select(source_note.c.content).where(source_note.c.source == source)).scalar_one_or_none()
            if known is not None and bytes(known) == content:
                return
            if known is None:
                connection.execute(insert(source_note), row)
            else:
                connection.execute(update(source_note).where(source_note.c.source == source).values(row))
            write_event(connection, event)

    def notes(self) -> dict[str, bytes]:
        """See :meth:`~openler.actions.ports.Store.notes`."""
        with reading(self._database) as connection:
            rows = connection.execute(select(source_note.c.source, source_note.c.content).order_by(source_note.c.source))
            return {row.source: bytes(row.content) for row in rows}


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + BOUND] for start in range(0, len(values), BOUND))


def _filtered(query: Select[Any], where: EnvelopeFilter) -> Select[Any]:
    query = query.where(document.c.deleted.is_(False))
    for column, wanted in (("ctdl_type", where.ctdl_type), ("owner", where.owner), ("publisher", where.publisher)):
        if wanted is not None:
            query = query.where(document.c[column] == wanted)
    if where.since is not None:
        query = query.where(document.c.updated >= where.since)
    if where.until is not None:
        query = query.where(document.c.updated < where.until)
    if where.provisional is not None:
        query = query.where(document.c.provisional.is_(where.provisional))
    return query


def _claims(connection: Connection, changes: Sequence[Change]) -> dict[Ctid, Ctid]:
    asked = sorted({ctid for change in changes for ctid in described_by(change)})
    return {
        Ctid(row.ce_ctid): Ctid(row.document)
        for some in _chunks(asked)
        for row in connection.execute(select(resource).where(resource.c.ce_ctid.in_(some)))
    }


def _standing(connection: Connection, ctids: set[Ctid]) -> dict[Ctid, Standing]:
    return {
        Ctid(row.ce_ctid): _stood(row)
        for some in _chunks(sorted(ctids))
        for row in connection.execute(select(document).where(document.c.ce_ctid.in_(some)))
    }


def _write(connection: Connection, steps: Sequence[Step], *, standing: Mapping[Ctid, Standing], claims: Mapping[Ctid, Ctid]) -> None:
    """Write what :func:`~openler.actions.registry.journal.plan` decided: one statement a table, however many documents."""
    connection.execute(insert(journal), [_entry_row(step.entry) for step in steps if step.entry])
    published = {step.change.digest: step.change for step in steps if step.change.normalised is not None}
    kept = {row.digest for some in _chunks(sorted(filter(None, published))) for row in _existing(connection, some)}
    fresh = [_version_row(change) for digest, change in published.items() if digest not in kept]
    if fresh:
        connection.execute(insert(version), fresh)
    _write_statements(connection, [step.change.statement for step in steps if step.change.statement is not None])
    rows = {step.change.ctid: _document_row(step) for step in steps}
    new = [row for ctid, row in rows.items() if ctid not in standing]
    changed = [{**row, "key": row["ce_ctid"]} for ctid, row in rows.items() if ctid in standing]
    if new:
        connection.execute(insert(document), new)
    if changed:
        connection.execute(update(document).where(document.c.ce_ctid == bindparam("key")), changed)
    _write_resources(connection, steps, standing=standing, claims=claims)


def _write_statements(connection: Connection, contents: Sequence[bytes]) -> None:
    fresh = {Digest.of(content): content for content in contents}
    for some in _chunks(sorted(fresh)):
        for row in connection.execute(select(statement.c.digest).where(statement.c.digest.in_(some))):
            del fresh[Digest(row.digest)]
    if fresh:
        connection.execute(insert(statement), [{"digest": digest, "content": content} for digest, content in fresh.items()])


def _existing(connection: Connection, digests: Sequence[str]) -> Sequence[Row[Any]]:
    return connection.execute(select(version.c.digest).where(version.c.digest.in_(digests))).all()


def _write_resources(
    connection: Connection, steps: Sequence[Step], *, standing: Mapping[Ctid, Standing], claims: Mapping[Ctid, Ctid]
) -> None:
    graphs = {step.change.ctid: frozenset(described_by(step.change)) for step in steps if step.change.normalised is not None}
    described = {ctid: step.change.ctid for step in steps if step.change.normalised is not None for ctid in described_by(step.change)}
    # Of two documents of one batch that describe the same CTID, the earlier was deleted or changed in between: the last one holds it.
    rows = [{"ce_ctid": ctid, "document": holder} for ctid, holder in described.items() if ctid in graphs[holder]]
    for some in _chunks(sorted(ctid for ctid in graphs if ctid in standing)):
        connection.execute(delete(resource).where(resource.c.document.in_(some)))
    for some in _chunks(sorted(ctid for ctid in described if ctid in claims)):  # formerly a deleted document's
        connection.execute(delete(resource).where(resource.c.ce_ctid.in_(some)))
    if rows:
        connection.execute(insert(resource), rows)


def _entry_row(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "ce_ctid": entry.ctid,
        "action": entry.action.value,
        "digest": entry.digest,
        "previous": entry.previous,
        "publisher": entry.publisher,
        "time": entry.time,
        "owner": entry.owner,
        "provisional": entry.provisional,
        "statement": entry.statement,
        "origin": entry.origin,
    }


def _version_row(change: Change) -> dict[str, object]:
    return {
        "digest": change.digest,
        "ce_ctid": change.ctid,
        "ctdl_type": change.ctdl_type,
        "owner": change.owner,
        "provisional": change.provisional,
        "normalised": change.normalised,
        "received": None if change.received == change.normalised else change.received,
    }


def _document_row(step: Step) -> dict[str, Any]:
    change, entry, after = step.change, step.entry, step.after
    if entry is None or after is None:  # pragma: no cover - only steps that write come here
        raise AssertionError(change.ctid)
    return {
        "ce_ctid": change.ctid,
        "digest": after.digest,
        "seq": entry.seq,
        "ctdl_type": after.ctdl_type,
        "owner": after.owner,
        "publisher": after.publisher,
        "provisional": after.provisional,
        "deleted": after.deleted,
        "created": after.created,
        "updated": entry.time,
        "assigned": after.assigned,
        "offered": after.offered,
        "statement": after.statement,
    }


def _ctid(text: str | None) -> Ctid | None:
    return None if text is None else Ctid(text)


def _stood(row: Row[Any]) -> Standing:
    return Standing(
        ctdl_type=row.ctdl_type,
        publisher=Ctid(row.publisher),
        owner=_ctid(row.owner),
        digest=Digest(row.digest),
        provisional=row.provisional,
        deleted=row.deleted,
        created=row.created,
        assigned=row.assigned,
        offered=_ctid(row.offered),
        statement=_digest(row.statement),
    )


def _digest(text: str | None) -> Digest | None:
    return None if text is None else Digest(text)


def _entry(row: Row[Any]) -> Entry:
    try:
        action = JournalAction(row.action)
    except ValueError as error:  # nobody but us writes here, and we never did
        raise Internal(CHAIN_BROKEN, place=f"seq {row.seq}", seq=row.seq) from error
    return Entry(
        seq=row.seq,
        ctid=Ctid(row.ce_ctid),
        action=action,
        digest=_digest(row.digest),
        previous=_digest(row.previous),
        publisher=Ctid(row.publisher),
        time=row.time,
        owner=_ctid(row.owner),
        provisional=row.provisional,
        statement=_digest(row.statement),
        origin=row.origin,
    )


def _document(row: Row[Any], *, deleted: bool | None = None) -> StoredDocument:
    return StoredDocument(
        ctid=Ctid(row.ce_ctid),
        ctdl_type=row.ctdl_type,
        owner=_ctid(row.owner),
        publisher=Ctid(row.publisher),
        normalised=bytes(row.normalised),
        digest=Digest(row.digest),
        seq=row.seq,
        created=row.created,
        updated=row.updated,
        provisional=row.provisional,
        deleted=bool(row.deleted) if deleted is None else deleted,
        assigned=row.assigned,
        offered=_ctid(row.offered),
        statement=_digest(row.statement),
    )
