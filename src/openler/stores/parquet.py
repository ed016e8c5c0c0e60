"""Parquet tables, read by DuckDB: cells as text, a list's values one a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from openler.errors import Malformed, TooLarge, declare

PARQUET_BROKEN = declare("tables.parquet_broken", by=__name__)
PARQUET_TOO_LARGE = declare("tables.parquet_too_large", by=__name__)

MAX_BYTES: Final = 250_000_000
"""Largest file: packed, it holds several times as much text."""
BATCH: Final = 1_000


def parquet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The header as row 1, then the rows.

    :raises Malformed: it is no Parquet file, or a broken one
    :raises TooLarge: over :data:`MAX_BYTES`
    """
    if (size := path.stat().st_size) > MAX_BYTES:
        raise TooLarge(PARQUET_TOO_LARGE, place=path.name, seen=size, limit=MAX_BYTES)
    import duckdb  # noqa: PLC0415 - loading it takes longer than most commands run

    place = str(path.resolve())
    # The engine may open this file and nothing else, whatever its name or content says.
    with duckdb.connect(config={"threads": 1}) as engine:
        try:
            # A setting takes no parameter; a quotation mark in a text of SQL is written twice.
            engine.execute("SET allowed_paths = ['" + place.replace("'", "''") + "']")
            engine.execute("SET enable_external_access = false")
            found = engine.execute("SELECT * FROM read_parquet($1)", [place])
            yield 1, [column[0] for column in found.description or ()]
            number = 1
            while rows := found.fetchmany(BATCH):
                for row in rows:
                    number += 1
                    yield number, [_cell(value) for value in row]
        except duckdb.Error as error:
            raise Malformed(PARQUET_BROKEN, place=path.name, file=path.name) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(text for entry in value if (text := _cell(entry)))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
