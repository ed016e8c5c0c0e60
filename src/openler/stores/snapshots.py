"""Immutable copies of the RDF store that other processes read: hard links, made in milliseconds, swapped by rename."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyoxigraph as ox

from openler.stores.position import Position

KEPT_SECONDS = 60.0
"""How long a copy stays after a newer one is there: longer than any query that reads it may run."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the store as it was after a journal entry."""

    place: Path
    seq: int


class Snapshots:
    """The copies in one directory. Only the projector makes them; anybody reads the newest."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._told = directory / "current.json"

    def newest(self) -> Snapshot | None:
        """The newest copy; None before the first."""
        try:
            told = orjson.loads(self._told.read_bytes())
            return Snapshot(self._directory / str(told["name"]), int(told["seq"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def make(self, store: ox.Store, position: Position) -> None:
        """Copy the store as it is, and let go of copies that nobody reads any more."""
        self._directory.mkdir(parents=True, exist_ok=True)
        name = f"{position.seq}-{os.getpid()}-{time.monotonic_ns()}"
        store.backup(str(self._directory / name))
        fresh = self._directory / f"{name}.new"
        fresh.write_bytes(orjson.dumps({"name": name, "seq": position.seq}))
        fresh.replace(self._told)
        self._let_go(name)

    def reset(self) -> None:
        """Delete all of them."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def _let_go(self, newest: str) -> None:
        now = time.time()
        for one in self._directory.iterdir():
            if one.is_dir() and one.name != newest and now - one.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(one, ignore_errors=True)
