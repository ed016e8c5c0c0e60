"""The projection that answers the national Registry's query language, and the port in front of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from openler.actions.ports import Located, Related, Selected
from openler.ctdl.description_sets import Branch
from openler.ctdl.document import Document
from openler.ctdl.query_model import CTID, UPDATED, Condition, Order
from openler.ids import Ctid, Digest
from openler.stores.columns.evaluate import Evaluation
from openler.stores.columns.order import ordered
from openler.stores.columns.packed import Array, Packed, pack
from openler.stores.columns.relations import Relations
from openler.stores.columns.segments import LAYOUT, TABLES, VERSION, counted, merge, write
from openler.stores.columns.shred import Shredder
from openler.stores.columns.snapshot import Kept, Snapshot
from openler.stores.position import Batch, Load, Position

FOUND = 64 * 1024 * 1024
"""Bytes of what queries found that are kept in memory."""
WASTE_FROM = 200_000
"""Nodes from which on a file that is mostly waste is made anew."""


def packed(batch: Batch) -> Packed:
    """Documents as columns. Newest last: the order of the nodes is the order of the last changes."""
    rows = Shredder()
    live = [document for document in batch.documents.values() if document is not None]
    for document in sorted(live, key=lambda one: batch.stored[one.ctid].seq if one.ctid in batch.stored else 0):
        rows.add(document, batch.stored.get(document.ctid))
    return pack(rows)


class ColumnIndex:
    """A :class:`~openler.actions.ports.QueryIndex`: one SQLite file of packed columns, read by anybody, written by the projector."""

    name = "query"
    reads: tuple[str, ...] = ()
    derive = staticmethod(packed)

    def __init__(self, place: Path) -> None:
        self._place = place
        self._kept = Kept()
        self._found = Kept(FOUND)

    # --- reading ---

    def select(self, condition: Condition, order: Order, *, skip: int = 0, take: int = 10) -> Selected:
        """See :meth:`~openler.actions.ports.QueryIndex.select`."""
        with self._snapshot() as snapshot:
            if snapshot is None:
                return Selected(0, ())
            # One page after the other of the same query is asked for: what it found is kept for as long as it is true.
            moment = snapshot.moment
            nodes = self._found.get((moment.era, moment.seq, condition), lambda: self._nodes(snapshot, condition))
            if order.by == UPDATED:
                page = (nodes[::-1] if order.descending else nodes)[skip : skip + take]
            else:
                page = ordered(snapshot, nodes, order, skip + take)[skip:]
            return Selected(len(nodes), tuple(self._located(snapshot, int(node)) for node in page))

    def forget(self) -> None:
        """Answer the next query anew, also one that was asked before; columns stay in memory."""
        self._found = Kept(FOUND)

    @staticmethod
    def _nodes(snapshot: Snapshot, condition: Condition) -> Array:
        found = Evaluation(snapshot).mask(condition)
        found &= snapshot.moment.records
        return np.flatnonzero(found).astype("<i4")

    def related(self, ctid: Ctid, branches: Sequence[Branch], *, limit: int) -> tuple[Related, ...]:
        """See :meth:`~openler.actions.ports.QueryIndex.related`."""
        with self._snapshot() as snapshot:
            if snapshot is None or (node := snapshot.node_of(ctid)) < 0:
                return ()
            relations = Relations(snapshot)
            ends: dict[str, Array] = {}
            for branch in branches:
                found = relations.ends(node, branch)
                if len(found):
                    ends[branch.path] = np.union1d(ends[branch.path], found) if branch.path in ends else found
            return tuple(
                Related(path, len(found), tuple(self._located(snapshot, int(one)) for one in found[:limit])) for path, found in ends.items()
            )

    def nodes(self, document: Document) -> Sequence[Mapping[str, Any]]:
        """See :meth:`~openler.actions.ports.QueryIndex.nodes`."""
        return Shredder().add(document, None)

    @staticmethod
    def _located(snapshot: Snapshot, node: int) -> Located:
        document, place, seq = snapshot.document_of(node)
        segment = snapshot.segment_of(node)
        subjects = snapshot.part(segment, CTID, "ss")
        ctid = None
        if subjects is not None:
            row = int(np.searchsorted(subjects, node - segment.first))
            if row < len(subjects) and subjects[row] == node - segment.first:
                code = snapshot.part(segment, CTID, "sc")[row]
                begins = snapshot.part(segment, CTID, "so")
                ctid = Ctid(snapshot.part(segment, CTID, "sb")[begins[code] : begins[code + 1] - 1].decode())
        return Located(ctid, Ctid(document), place, seq)

    @contextmanager
    def _snapshot(self) -> Iterator[Snapshot | None]:
        """The newest moment; None before the first."""
        if not self._place.exists():
            yield None
            return
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                filled = _laid_out(connection) and connection.execute("SELECT count(*) FROM position").fetchone()[0]
                snapshot = Snapshot(connection, self._kept) if filled else None
                yield snapshot
            finally:
                connection.execute("ROLLBACK")

    # --- following the journal; only the projector comes here ---

    def position(self) -> Position | None:
        """How far it is, written in the transaction that brought it there; None also for a file that is mostly waste."""
        if not self._place.exists():
            return None
        try:
            with self._connection() as connection:
                if not _laid_out(connection):
                    return None
                row = connection.execute("SELECT seq, hash FROM position").fetchone()
                nodes, gone = (counted(connection, name, 0) for name in ("node", "gone"))
        except sqlite3.DatabaseError:
            return None
        return Position(row[0], Digest(row[1])) if row and (nodes < WASTE_FROM or gone * 2 < nodes) else None

    def take(self, load: Load) -> None:
        """Add what a load's documents state now, and mark as gone what they stated before."""
        self._place.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.executescript(LAYOUT)
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not counted(connection, "era", 0):
                    counted(connection, "era", _era())
                for ctid in () if load.fresh else sorted(load.documents):
                    _withdraw(connection, ctid)
                for columns in (one.rows for one in load.derived if one.rows.size):
                    write(connection, columns)
                    merge(connection)
                connection.execute("INSERT OR REPLACE INTO position VALUES (1, ?, ?)", (load.position.seq, load.position.hash))
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def reset(self) -> None:
        """Empty it; a file that is no database, or of another layout, is deleted."""
        try:
            if self._place.exists():
                with self._connection() as connection:
                    if _laid_out(connection):
                        connection.execute("BEGIN IMMEDIATE")
                        for table in TABLES:
                            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own tables
                        connection.execute("COMMIT")
                        return
        except sqlite3.DatabaseError:
            pass
        for suffix in ("", "-wal", "-shm"):
            self._place.with_name(self._place.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is held between calls but columns in memory."""

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._place, timeout=60, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may take the last transactions, position and all: they are then made again from the journal.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -65536")
            yield connection


def _laid_out(connection: sqlite3.Connection) -> bool:
    held = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'position'").fetchone()[0]
    return bool(held) and connection.execute("PRAGMA user_version").fetchone()[0] == VERSION


def _withdraw(connection: sqlite3.Connection, ctid: Ctid) -> None:
    row = connection.execute("SELECT first, last FROM document WHERE ctid = ?", (ctid,)).fetchone()
    if row is not None:
        connection.execute("INSERT INTO gone (first, last) VALUES (?, ?)", row)
        connection.execute("DELETE FROM document WHERE ctid = ?", (ctid,))
        counted(connection, "gone", row[1] - row[0])


def _era() -> int:
    """A number by which a file is told from one made later in its place: nothing kept in memory is taken for the other's."""
    return int.from_bytes(os.urandom(6)) + 1
