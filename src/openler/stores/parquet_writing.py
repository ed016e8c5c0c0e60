"""Parquet, written by DuckDB: rows go to a file beside the result as they come, so that memory does not grow with their number."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import duckdb
import orjson

_TYPES = {"text": "VARCHAR", "texts": "VARCHAR[]", "moment": "TIMESTAMPTZ", "json": "JSON"}


class ParquetRows:
    """A Parquet file in the making; ``columns`` are names with types: ``text``, ``texts``, ``moment`` or ``json``."""

    def __init__(self, sink: BinaryIO, columns: Mapping[str, str]) -> None:
        self._sink = sink
        self._columns = {name: _TYPES[kind] for name, kind in columns.items()}
        self._folder = Path(tempfile.mkdtemp(prefix="openler-parquet-"))
        self._rows = (self._folder / "rows.ndjson").open("wb")

    def add(self, row: Sequence[object]) -> None:
        """One row, in the order of the columns."""
        told = {name: _told(self._columns[name], value) for name, value in zip(self._columns, row, strict=True)}
        self._rows.write(orjson.dumps(told) + b"\n")

    def close(self) -> None:
        """Write the file, in the order in which the rows came."""
        try:
            self._rows.close()
            made = self._folder / "made.parquet"
            connection = duckdb.connect(":memory:", config={"temp_directory": str(self._folder), "preserve_insertion_order": True})
            try:
                connection.execute("SET TimeZone = 'UTC'")
                # A row may be as large as a document may be.
                read = "read_json($rows, format = 'newline_delimited', maximum_object_size = 268435456, columns = $columns)"
                connection.execute(
                    f"CREATE VIEW told AS SELECT * FROM {_bound(read, self._folder / 'rows.ndjson', self._columns)}"  # noqa: S608
                )
                connection.execute(f"COPY (SELECT * FROM told) TO '{_quoted(str(made))}' (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608
            finally:
                connection.close()
            with made.open("rb") as opened:
                shutil.copyfileobj(opened, self._sink)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Write nothing, and leave nothing behind."""
        self._rows.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _told(kind: str, value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    # JSON stays what it is: put in as a text it would come out as a text that holds JSON.
    return orjson.Fragment(value) if kind == _TYPES["json"] and isinstance(value, str) else value


def _bound(text: str, rows: Path, columns: Mapping[str, str]) -> str:
    """The statement with our own file and column names in it: a view takes no parameters."""
    told = ", ".join(f"'{_quoted(name)}': '{kind}'" for name, kind in columns.items())
    return text.replace("$rows", f"'{_quoted(str(rows))}'").replace("$columns", f"{{{told}}}")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
