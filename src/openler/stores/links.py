"""The link table: which resource refers to which, and what each is called. A SQLite file of its own, read by anybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from openler.actions.ports import Named, Reference
from openler.ctdl.document import Document
from openler.ctdl.summary import name_of
from openler.ids import Ctid, Digest
from openler.stores.position import Batch, Load, Position

VERSION = 1
"""The table's layout; a file of another one is made anew."""
BOUND = 5_000
CACHE_KIB = 64 * 1024
"""Pages that a connection keeps, in KiB: rows of many documents belong all over the table."""

_NO_REFERENCE = frozenset({"ceterms:ctid", "@type"})

_TABLES = f"""
CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS resource (
    ctid TEXT PRIMARY KEY, document TEXT NOT NULL, ctdl_type TEXT NOT NULL, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
    target TEXT NOT NULL, predicate TEXT NOT NULL, source TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (target, predicate, source, document)) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS resource_document ON resource (document);
CREATE INDEX IF NOT EXISTS link_document ON link (document);
"""
"""Only what replaces a document looks for its rows: made once the table is whole, where it is made from nothing."""

Row = tuple[str, str, str, str]


def statements(batch: Batch) -> tuple[list[Row], list[Row]]:
    """The rows of documents, in the order of their keys: what is neighbor in the table is written together."""
    resources: list[Row] = []
    links: list[Row] = []
    for document in batch.documents.values():
        if document is not None:
            described, stated = _statements(document)
            resources.extend(described)
            links.extend(stated)
    return sorted(resources), sorted(links)


class Links:
    """The projection that knows names and references."""

    name = "links"
    reads: tuple[str, ...] = ()
    derive = staticmethod(statements)

    def __init__(self, place: Path) -> None:
        self._place = place

    # --- reading ---

    def named(self, ctids: Sequence[Ctid]) -> dict[Ctid, Named]:
        """The names of the resources among ``ctids`` that are held."""
        found = {}
        for some in _chunks(sorted(set(ctids))):
            query = f"SELECT ctid, ctdl_type, name, document FROM resource WHERE ctid IN ({_marks(some)})"  # noqa: S608 - question marks only
            for row in self._rows(query, some):
                found[Ctid(row[0])] = _named(row)
        return found

    def names_in(self, document: Document) -> tuple[Named, ...]:
        """The names of what a document describes, read from itself: for one that is not held here yet."""
        return tuple(_named(row) for row in _statements(document)[0])

    def referring(self, ctid: Ctid, *, predicates: Sequence[str] = (), limit: int = 1000) -> tuple[Reference, ...]:
        """See :meth:`~openler.actions.ports.Graph.referring`."""
        chosen = f"AND l.predicate IN ({_marks(predicates)})" if predicates else ""
        query = (  # question marks only: no value is written into the text
            "SELECT r.ctid, r.ctdl_type, r.name, r.document, l.predicate FROM link l JOIN resource r ON r.ctid = l.source"  # noqa: S608
            f" WHERE l.target = ? {chosen} ORDER BY l.predicate, r.ctdl_type, r.name, r.ctid LIMIT ?"
        )
        return tuple(Reference(_named(row), row[4]) for row in self._rows(query, [ctid, *predicates, limit]))

    def dependants(self, targets: Iterable[Ctid], predicates: Sequence[str]) -> set[Ctid]:
        """The documents that refer to any of ``targets`` by one of ``predicates``."""
        found: set[Ctid] = set()
        for some in _chunks(sorted(set(targets))):
            query = f"SELECT DISTINCT document FROM link WHERE target IN ({_marks(some)}) AND predicate IN ({_marks(predicates)})"  # noqa: S608 - question marks only
            found.update(Ctid(row[0]) for row in self._rows(query, [*some, *predicates]))
        return found

    def _rows(self, query: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        if not self._place.exists():
            return []
        try:
            with self._connection() as connection:
                return connection.execute(query, tuple(parameters)).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise

    # --- following the journal; only the projector comes here ---

    def position(self) -> Position | None:
        """How far it is, written in the transaction that brought it there."""
        try:
            if self._rows("PRAGMA user_version", ()) != [(VERSION,)]:
                return None
            rows = self._rows("SELECT seq, hash FROM position", ())
        except sqlite3.DatabaseError:
            return None
        return Position(rows[0][0], Digest(rows[0][1])) if rows else None

    def take(self, load: Load) -> None:
        """Replace what a load's documents state."""
        self._place.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.executescript(_TABLES if load.fresh else _TABLES + _INDEXES)
            with _transaction(connection):
                if not load.fresh:
                    gone = [(ctid,) for ctid in load.documents]
                    connection.executemany("DELETE FROM resource WHERE document = ?", gone)
                    connection.executemany("DELETE FROM link WHERE document = ?", gone)
                resources = sorted(chain.from_iterable(one.rows[0] for one in load.derived))
                connection.executemany("INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?)", resources)
                links = sorted(chain.from_iterable(one.rows[1] for one in load.derived))
                connection.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)", links)
                connection.execute("INSERT OR REPLACE INTO position VALUES (1, ?, ?)", (load.position.seq, load.position.hash))
            if load.fresh and load.last:
                connection.executescript(_INDEXES)

    def reset(self) -> None:
        """Empty it; a file that is no database, or of another layout, is deleted."""
        try:
            if self._rows("PRAGMA user_version", ()) == [(VERSION,)]:
                with self._connection() as connection, _transaction(connection):
                    for statement in ("DELETE FROM position", "DELETE FROM resource", "DELETE FROM link"):
                        connection.execute(statement)
                return
        except sqlite3.DatabaseError:
            pass
        for suffix in ("", "-wal", "-shm"):
            self._place.with_name(self._place.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is held between calls."""

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._place, timeout=60, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may take the last transactions, position and all: they are then made again from the journal.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
            yield connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _statements(document: Document) -> tuple[list[Row], set[Row]]:
    """The rows of a document: its resources, and what each refers to, also through embedded objects and blank nodes."""
    resources: list[Row] = []
    links: set[Row] = set()
    own = str(document.ctid)
    for node in document.graph:
        stated = node.get("ceterms:ctid")
        ctid = Ctid.within(stated) if isinstance(stated, str) else None
        if ctid is None:
            continue
        kind = node.get("@type")
        first = kind[0] if isinstance(kind, list) and kind else kind
        source = str(ctid)
        resources.append((source, own, first if isinstance(first, str) else "", name_of(node)))
        for predicate, value in node.items():
            if not predicate.startswith("@") and predicate != "ceterms:ctid":
                links.update((target, predicate, source, own) for target in _targets(document, value) if target != source)
    return resources, links


def _targets(document: Document, value: Any) -> set[str]:
    found: set[str] = set()
    entered: set[str] = set()
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        kind = type(entry)
        if kind is str:
            if entry.startswith("_:"):
                if entry not in entered:
                    entered.add(entry)
                    waiting.append(document.index.get(entry))
            elif "ce-" in entry and " " not in entry and (ctid := Ctid.within(entry)) is not None:
                found.add(str(ctid))
        elif kind is list:
            waiting += entry
        elif kind is dict:
            waiting += [
                inner for key, inner in entry.items() if key not in _NO_REFERENCE and (type(inner) is not str or _might_refer(inner))
            ]
    return found


def _might_refer(text: str) -> bool:
    return "ce-" in text or text.startswith("_:")


def _named(row: Mapping[int, Any] | Sequence[Any]) -> Named:
    return Named(Ctid(row[0]), row[1], row[2], Ctid(row[3]))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _chunks(values: Sequence[Ctid]) -> Iterator[Sequence[Ctid]]:
    return (values[start : start + BOUND] for start in range(0, len(values), BOUND))
