"""What the registry's database knows of others: whom it follows, where documents came from, what conflicts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection, Engine, Row, Table, and_, delete, insert, or_, select, tuple_, update

from openler.access.audit import AuditEvent
from openler.actions.federating.following import CHANGED, Here, counted, settle
from openler.actions.follow_ports import Arrival, Disagreement, Follow, Origin, Reason, Taken
from openler.actions.ports import Change, Outcome
from openler.actions.registry.journal import Standing
from openler.errors import Conflict
from openler.ids import Ctid, Digest
from openler.stores.sql.engine import reading, writing
from openler.stores.sql.registry_tables import disagreement, document, follow, origin, resource

BOUND = 2_000
"""How many values one statement's IN list carries."""


class _Journal(Protocol):
    """What the journal's part of the store does inside a transaction that is open."""

    def _enter(self, connection: Connection, changes: Sequence[Change], *, at: datetime, event: AuditEvent) -> tuple[Outcome, ...]: ...

    def _stand(self, connection: Connection, ctids: set[Ctid]) -> dict[Ctid, Standing]: ...

    def _tell(self, connection: Connection, event: AuditEvent) -> None: ...


class SqlFollows:
    """A :class:`~openler.actions.follow_ports.Follows` in a database, beside the journal in the same one."""

    _database: Engine

    def follows(self) -> tuple[Follow, ...]:
        """See :meth:`~openler.actions.follow_ports.Follows.follows`."""
        with reading(self._database) as connection:
            return tuple(_follow(row) for row in connection.execute(select(follow).order_by(follow.c.url)))

    def keep_follow(self: Any, kept: Follow, *, event: AuditEvent | None) -> None:
        """See :meth:`~openler.actions.follow_ports.Follows.keep_follow`."""
        with writing(self._database, "registry journal") as connection:
            connection.execute(delete(follow).where(follow.c.url == kept.url))
            connection.execute(insert(follow), _follow_row(kept))
            if event is not None:
                self._tell(connection, event)

    def drop_follow(self: Any, url: str, *, event: AuditEvent) -> bool:
        """See :meth:`~openler.actions.follow_ports.Follows.drop_follow`. Followed again, it is read from its beginning."""
        with writing(self._database, "registry journal") as connection:
            found = connection.execute(select(follow.c.registry).where(follow.c.url == url)).scalar_one_or_none()
            if found is None:
                return False
            connection.execute(delete(follow).where(follow.c.url == url))
            connection.execute(delete(disagreement).where(disagreement.c.url == url))
            connection.execute(update(origin).where(origin.c.registry == found).values(seq=0))
            self._tell(connection, event)
            return True

    def claim_follow(self, url: str, *, now: datetime, until: datetime) -> bool:
        """See :meth:`~openler.actions.follow_ports.Follows.claim_follow`."""
        due = or_(follow.c.due.is_(None), follow.c.due <= now)
        with writing(self._database, "registry journal") as connection:
            claimed = connection.execute(update(follow).where(follow.c.url == url, due).values(due=until))
            return claimed.rowcount == 1

    def take(
        self: Any,
        before: Follow,
        after: Follow,
        arrivals: Sequence[Arrival],
        refused: Sequence[Disagreement],
        *,
        at: datetime,
        event: AuditEvent,
    ) -> Taken:
        """See :meth:`~openler.actions.follow_ports.Follows.take`."""
        with writing(self._database, "registry journal") as connection:
            row = connection.execute(select(*follow.c["seq", "mark", "halted"]).where(follow.c.url == before.url)).one_or_none()
            if row is None or (row.seq, row.mark, row.halted) != (before.seq, before.mark, False):
                raise Conflict(CHANGED, place=before.url, url=before.url)
            here = _here(self, connection, arrivals)
            settled = settle(after, arrivals, here, at=at)
            outcomes = self._enter(connection, settled.changes, at=at, event=event) if settled.changes else ()
            entries = dict(here.entries) | {one.ctid: one.entry.seq for one in outcomes if one.entry is not None}
            _replace(
                connection, origin, [_origin_row(replace(one, entry=entries.get(one.ctid, 0))) for one in settled.origins], ("ce_ctid",)
            )
            _clear(connection, settled.cleared)
            found = {(one.ctid, one.registry): one for one in (*settled.conflicts, *refused)}
            _replace(connection, disagreement, [_disagreement_row(one) for one in found.values()], ("ce_ctid", "registry"))
            connection.execute(update(follow).where(follow.c.url == before.url).values(_follow_row(after)))
        return counted(outcomes, arrivals=len(arrivals), conflicts=len(found))

    def origins(self, ctids: Sequence[Ctid]) -> dict[Ctid, Origin]:
        """See :meth:`~openler.actions.follow_ports.Follows.origins`."""
        query = select(origin).join(document, and_(document.c.ce_ctid == origin.c.ce_ctid, document.c.seq == origin.c.entry))
        with reading(self._database) as connection:
            rows = (row for some in _parts(sorted(set(ctids))) for row in connection.execute(query.where(origin.c.ce_ctid.in_(some))))
            return {Ctid(row.ce_ctid): _origin(row) for row in rows}

    def disagreements(self, *, after: tuple[Ctid, str] | None = None, limit: int = 1000) -> tuple[Disagreement, ...]:
        """See :meth:`~openler.actions.follow_ports.Follows.disagreements`."""
        query = select(disagreement).order_by(disagreement.c.ce_ctid, disagreement.c.registry).limit(limit)
        if after is not None:
            query = query.where(tuple_(disagreement.c.ce_ctid, disagreement.c.registry) > after)
        with reading(self._database) as connection:
            return tuple(_disagreement(row) for row in connection.execute(query))


def _here(journal: _Journal, connection: Connection, arrivals: Sequence[Arrival]) -> Here:
    asked = {ctid for arrival in arrivals for ctid in (arrival.ctid, *arrival.resources)}
    own = {arrival.ctid for arrival in arrivals}
    claims = {
        Ctid(row.ce_ctid): Ctid(row.document)
        for some in _parts(sorted(asked))
        for row in connection.execute(select(resource).where(resource.c.ce_ctid.in_(some)))
    }
    standing = journal._stand(connection, {*own, *claims.values()})  # noqa: SLF001 - two halves of one store
    entries: dict[Ctid, int] = {}
    origins: dict[Ctid, Origin] = {}
    for some in _parts(sorted(own)):
        for row in connection.execute(select(*document.c["ce_ctid", "seq"]).where(document.c.ce_ctid.in_(some))):
            entries[Ctid(row.ce_ctid)] = row.seq
        for row in connection.execute(select(origin).where(origin.c.ce_ctid.in_(some))):
            origins[Ctid(row.ce_ctid)] = _origin(row)
    return Here(standing, entries, origins, claims)


def _replace(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], key: Sequence[str]) -> None:
    if not rows:
        return
    for some in _parts(rows):
        connection.execute(delete(table).where(tuple_(*table.c[tuple(key)]).in_([tuple(row[name] for name in key) for row in some])))
    connection.execute(insert(table), list(rows))


def _clear(connection: Connection, cleared: Collection[tuple[Ctid, str]]) -> None:
    for some in _parts(sorted(set(cleared))):
        connection.execute(delete(disagreement).where(tuple_(disagreement.c.ce_ctid, disagreement.c.registry).in_(some)))


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + BOUND] for start in range(0, len(values), BOUND))


def _follow_row(one: Follow) -> dict[str, Any]:
    return asdict(one) | {"types": orjson.dumps(one.types).decode()}


def _follow(row: Row[Any]) -> Follow:
    told = dict(row._mapping) | {"types": tuple(orjson.loads(row.types)), "chain": _digest(row.chain)}  # noqa: SLF001 - SQLAlchemy's public name
    return Follow(**told)


def _origin_row(one: Origin) -> dict[str, Any]:
    row = asdict(one)
    return {"ce_ctid": row.pop("ctid"), **row}


def _origin(row: Row[Any]) -> Origin:
    told = dict(row._mapping) | {"digest": _digest(row.digest)}  # noqa: SLF001
    return Origin(ctid=Ctid(told.pop("ce_ctid")), **told)


def _disagreement_row(one: Disagreement) -> dict[str, Any]:
    row = asdict(one) | {"reason": one.reason.value}
    return {"ce_ctid": row.pop("ctid"), **row}


def _disagreement(row: Row[Any]) -> Disagreement:
    told = dict(row._mapping) | {"reason": Reason(row.reason), "theirs": _digest(row.theirs), "here": _digest(row.here)}  # noqa: SLF001
    return Disagreement(ctid=Ctid(told.pop("ce_ctid")), **told)


def _digest(text: str | None) -> Digest | None:
    return None if text is None else Digest(text)
