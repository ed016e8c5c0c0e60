"""Segments in a SQLite file: packed columns, written once, merged when there are many small ones.

What a property has in a segment stands in parts of its own, each one packed array (little-endian):

    rs ro       references: node, target (a node of this segment, or ``-1 - key``)
    ss sc sl    texts: node, text's number, language
    so sb       the texts: where each begins, and all of them, a NUL before, between and after
    ww wc       words: word, text's number, in the order of words
    ns nv       numbers: node, value

and under no property ``kn kk``: the nodes that have a CTID, and its key. Nodes are counted from the segment's first. Keys,
words and languages have one number each in the whole file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np

from openler.stores.columns.packed import Array, Packed

VERSION = 1
"""The layout; a file of another one is made anew."""
FEW = 8
"""Segments of about one size that are merged into one."""
MOST_NODES = 4_000_000
"""Nodes beyond which a segment is not merged any further."""
BOUND = 5_000

TYPES: dict[str, Any] = {
    "rs": "<i4", "ro": "<i4", "ss": "<i4", "sc": "<i4", "sl": "<i2", "so": "<i8", "ww": "<i4", "wc": "<i4", "ns": "<i4", "nv": "<f8",
    "kn": "<i4", "kk": "<i4",
}  # fmt: skip

LAYOUT = f"""
CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segment (id INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, nodes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS part (
    segment INTEGER NOT NULL, property TEXT NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (segment, property, name));
CREATE TABLE IF NOT EXISTS document (ctid TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, seq INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS document_first ON document (first);
CREATE TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS "key" (name BLOB PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS word (name TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tongue (name TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""

TABLES = ("position", "counter", "segment", "part", "document", "gone", "key", "word", "tongue")


def write(connection: sqlite3.Connection, rows: Packed) -> None:
    """Add a segment of packed rows, inside the caller's transaction: keys, words and languages get the numbers of the file."""
    parts = dict(rows.parts)
    keys = _interned(connection, "key", rows.keys)
    tongues = _interned(connection, "tongue", rows.tongues)
    words = _interned(connection, "word", rows.words)
    for (prop, name), data in rows.parts.items():
        if name == "ro":
            target = np.array(data, "<i4")
            outside = target < 0
            target[outside] = -1 - keys[-1 - target[outside]]
            parts[prop, name] = target
        elif name == "sl":
            parts[prop, name] = tongues[data].astype("<i2")
        elif name == "ww":
            numbers = words[data]
            order = np.argsort(numbers, kind="stable")
            parts[prop, "ww"], parts[prop, "wc"] = numbers[order], rows.parts[prop, "wc"][order]
        elif name == "kk":
            parts[prop, name] = keys[data]
    first = counted(connection, "node", rows.size)
    _add(connection, first, rows.size, parts)
    connection.executemany("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)", [
        (ctid, first + begin, first + end, seq) for ctid, begin, end, seq in rows.documents
    ])  # fmt: skip


def merge(connection: sqlite3.Connection) -> None:
    """Merge the newest segments while :data:`FEW` of them are of about one size; numbers of nodes stay what they are."""
    while True:
        known = connection.execute("SELECT id, first, nodes FROM segment ORDER BY first").fetchall()
        if not known:
            return
        size = _level(known[-1][2])
        start = len(known)
        while start and _level(known[start - 1][2]) <= size:
            start -= 1
        run = known[start:]
        if len(run) < FEW or sum(nodes for _, _, nodes in run) > MOST_NODES:
            return
        _merge(connection, run)


def counted(connection: sqlite3.Connection, name: str, by: int) -> int:
    """Where a counter stood before ``by`` was added."""
    row = connection.execute("SELECT next FROM counter WHERE name = ?", (name,)).fetchone()
    before = int(row[0]) if row else 0
    if by:
        connection.execute("INSERT OR REPLACE INTO counter VALUES (?, ?)", (name, before + by))
    return before


def _level(nodes: int) -> int:
    return (nodes // BOUND).bit_length() // 3


def _add(connection: sqlite3.Connection, first: int, nodes: int, parts: dict[tuple[str, str], Array | bytes]) -> None:
    segment = connection.execute("INSERT INTO segment (first, nodes) VALUES (?, ?)", (first, nodes)).lastrowid
    packed = ((place, data if isinstance(data, bytes) else data.tobytes()) for place, data in sorted(parts.items(), key=_place))
    connection.executemany("INSERT INTO part VALUES (?, ?, ?, ?)", ((segment, prop, name, data) for (prop, name), data in packed))


def _place(entry: tuple[tuple[str, str], Any]) -> tuple[str, str]:
    return entry[0]


def _interned(connection: sqlite3.Connection, table: str, names: Sequence[str] | Sequence[bytes]) -> Array:
    """The numbers of some names in the whole file, new ones for those that had none."""
    known: dict[Any, int] = {}
    ordered: list[Any] = sorted(names)
    for start in range(0, len(ordered), BOUND):
        some = ordered[start : start + BOUND]
        marks = ", ".join("?" * len(some))
        known.update(connection.execute(f'SELECT name, id FROM "{table}" WHERE name IN ({marks})', some).fetchall())  # noqa: S608 - our own tables
    fresh = [name for name in ordered if name not in known]
    first = counted(connection, table, len(fresh))
    given = [(name, first + at) for at, name in enumerate(fresh)]
    connection.executemany(f'INSERT INTO "{table}" VALUES (?, ?)', given)  # noqa: S608 - our own tables
    known.update(given)
    return np.array([known[name] for name in names], "<i4")


def _merge(connection: sqlite3.Connection, run: Sequence[tuple[int, int, int]]) -> None:
    base = run[0][1]
    marks = ", ".join("?" * len(run))
    segments = [segment for segment, _, _ in run]
    properties = connection.execute(f"SELECT DISTINCT property FROM part WHERE segment IN ({marks})", segments).fetchall()  # noqa: S608
    merged: dict[tuple[str, str], Array | bytes] = {}
    for (prop,) in properties:
        pieces = [(first - base, _parts(connection, segment, prop)) for segment, first, _ in run]
        merged |= {(prop, name): data for name, data in _joined([piece for piece in pieces if piece[1]]).items()}
    connection.execute(f"DELETE FROM part WHERE segment IN ({marks})", segments)  # noqa: S608 - question marks only
    connection.execute(f"DELETE FROM segment WHERE id IN ({marks})", segments)  # noqa: S608 - question marks only
    _add(connection, base, sum(nodes for _, _, nodes in run), merged)


def _parts(connection: sqlite3.Connection, segment: int, prop: str) -> dict[str, Any]:
    found = connection.execute("SELECT name, data FROM part WHERE segment = ? AND property = ?", (segment, prop))
    return {name: data if name == "sb" else np.frombuffer(data, TYPES[name]) for name, data in found}


def _joined(pieces: Sequence[tuple[int, dict[str, Any]]]) -> dict[str, Array | bytes]:
    """The parts of one property from several segments, each with how far its nodes move."""
    made: dict[str, list[Any]] = {}
    texts = size = 0
    for shift, parts in pieces:
        for name in {"rs", "ss", "ns", "kn"} & parts.keys():
            made.setdefault(name, []).append(parts[name] + np.int32(shift))
        for name in {"nv", "kk", "sl", "ww"} & parts.keys():
            made.setdefault(name, []).append(parts[name])
        if "ro" in parts:
            made.setdefault("ro", []).append(np.where(parts["ro"] >= 0, parts["ro"] + np.int32(shift), parts["ro"]))
        for name in {"sc", "wc"} & parts.keys():
            made.setdefault(name, []).append(parts[name] + np.int32(texts))
        if "sb" in parts:
            made.setdefault("sb", []).append(parts["sb"][1:] if texts else parts["sb"])
            made.setdefault("so", []).append(parts["so"][:-1] + (size - 1 if texts else 0))
            texts += len(parts["so"]) - 1
            size += len(made["sb"][-1])
    joined: dict[str, Array | bytes] = {name: b"".join(some) if name == "sb" else np.concatenate(some) for name, some in made.items()}
    if "so" in joined:
        joined["so"] = np.append(joined["so"], np.int64(size))
    if "ww" in made:
        numbers, codes = np.concatenate(made["ww"]), np.concatenate(made["wc"])
        order = np.argsort(numbers, kind="stable")
        joined["ww"], joined["wc"] = numbers[order], codes[order]
    return joined
