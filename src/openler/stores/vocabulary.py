"""A newer vocabulary beside the data: one file, replaced as a whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from openler.ctdl.changes import taken_in
from openler.ctdl.schema import from_tables
from openler.ctdl.terms import TABLES, Tables, packaged
from openler.errors import Malformed, declare

UNREADABLE = declare("stores.vocabulary_unreadable", by=__name__)

NAME: Final = "vocabulary.json"
_FORMAT: Final = 1


def write(data: Path, tables: Tables, sources: Sequence[Mapping[str, str]]) -> Path:
    """Keep tables with where they came from; the file is on the disk, whole, when this returns."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data / NAME
    content = orjson.dumps({"format": _FORMAT, "sources": list(sources), "tables": {name: tables[name] for name in TABLES}})
    handle, name = tempfile.mkstemp(dir=data, prefix=".vocabulary-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def read(data: Path) -> Tables | None:
    """The tables kept there, on top of the package's own, which a later release may have brought further; None where none are.

    :raises Malformed: ``stores.vocabulary_unreadable``
    """
    path = data / NAME
    if not path.exists():
        return None
    try:
        found: Any = orjson.loads(path.read_bytes())
        tables = taken_in(packaged(), from_tables(found["tables"])) if found["format"] == _FORMAT else None
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Malformed(UNREADABLE, place=str(path), path=str(path)) from error
    if tables is None:
        raise Malformed(UNREADABLE, place=str(path), path=str(path))
    return tables


def remove(data: Path) -> bool:
    """Back to the package's own; whether there was another."""
    path = data / NAME
    found = path.exists()
    path.unlink(missing_ok=True)
    return found
