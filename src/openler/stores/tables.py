"""Tables and folders of documents as people hand them to us: CSV and TSV (also gzipped), XLSX, Parquet; JSON files, folders and ZIPs.

The standard library's CSV reader does it: the tables are small, and what matters is that quoted line breaks survive and
that a broken row is told by its number. Nothing is written.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from python_calamine import CalamineError, CalamineWorkbook

from openler.errors import Malformed, Misused, TooLarge, declare
from openler.ids import Digest
from openler.stores import streams
from openler.stores.parquet import parquet
from openler.stores.parquet_writing import ParquetRows

FILE_MISSING = declare("tables.file_missing", by=__name__)
FORMAT_UNKNOWN = declare("tables.format_unknown", by=__name__)
COLUMNS_MISSING = declare("tables.columns_missing", by=__name__)
COLUMN_TWICE = declare("tables.column_twice", by=__name__)
ROW_BROKEN = declare("tables.row_broken", by=__name__)
NOT_TEXT = declare("tables.not_text", by=__name__)
FILE_BROKEN = declare("tables.file_broken", by=__name__)
TOO_LARGE = declare("tables.too_large", by=__name__)

MAX_TABLE_BYTES = 1_000_000_000
"""Most bytes read of one table, after decompression."""
MAX_CELL = 1_000_000
"""Longest cell, in characters."""
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""Largest JSON file read from a folder or an archive."""
MAX_DOCUMENTS = 1_000_000
"""Most JSON files read from a folder or an archive."""

_LINES = (".ndjson", ".jsonl")
_DELIMITERS = {".csv": ",", ".tsv": "\t"}


class FileTables:
    """The TableReader over the file system."""

    def rows(self, location: str, *, columns: Sequence[str] | None = None, short: bool = False) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows with their number in the file (the header is row 1), every cell as text, stripped.

        A row number counts rows, not lines: a quoted cell may hold line breaks. Empty rows are skipped and still counted.
        ``short`` takes a row that ends early for one whose last cells are empty.

        :raises Misused: the file is missing, of no known format, or lacks one of ``columns``
        :raises Malformed: a row that cannot be read; ``place`` is ``row N``
        :raises TooLarge: over :data:`MAX_TABLE_BYTES` or :data:`MAX_CELL`
        """
        path = Path(location)
        if not path.is_file():
            raise Misused(FILE_MISSING, place=path.name, file=path.name)
        name = path.name.lower()
        zipped = name.endswith(".gz")
        suffix = Path(name.removesuffix(".gz")).suffix
        if suffix == ".xlsx" and not zipped:
            raw = _sheet(path)
        elif suffix == ".parquet" and not zipped:
            raw = parquet(path)
        elif suffix in _DELIMITERS:
            raw = _delimited(path, _DELIMITERS[suffix], zipped=zipped)
        else:
            raise Misused(FORMAT_UNKNOWN, place=path.name, file=path.name)
        return _named(raw, path.name, columns, short=short)

    def exists(self, location: str) -> bool:
        """Is there a file at that place?"""
        return Path(location).is_file()

    def content(self, location: str) -> bytes:
        """A small file's bytes. :raises Misused: it is missing. :raises TooLarge: over :data:`MAX_DOCUMENT_BYTES`"""
        path = Path(location)
        if not path.is_file():
            raise Misused(FILE_MISSING, place=path.name, file=path.name)
        return _capped(path)

    def survey(self, location: str) -> tuple[Digest, int]:
        """See :func:`openler.stores.streams.survey`. :raises Misused: there is nothing at that place"""
        return streams.survey(_there(location))

    def fingerprint(self, location: str) -> Digest:
        """The SHA-256 of a file. :raises Misused: there is nothing at that place"""
        return streams.fingerprint(_there(location))

    def records(self, location: str, *, limit: int) -> Iterator[tuple[str, bytes]]:
        """See :func:`openler.stores.streams.records`. :raises Misused: there is nothing at that place"""
        return streams.records(_there(location), limit=limit)

    def documents(self, location: str) -> Iterator[tuple[str, bytes]]:
        """The JSON documents of a file, of a folder (with its sub-folders) or of a ZIP, by name in order.

        A JSON array and a file of one JSON value a line give a document each. The latter (``.ndjson``, ``.jsonl``, also with ``.gz``)
        is read line by line and may be of any size.

        :raises Misused: there is nothing at that place
        :raises Malformed: the archive is broken, or a list of documents is no JSON
        :raises TooLarge: a document is over :data:`MAX_DOCUMENT_BYTES`, or there are more than :data:`MAX_DOCUMENTS`
        """
        path = Path(location)
        if not path.exists():
            raise Misused(FILE_MISSING, place=path.name, file=path.name)
        if path.is_file() and path.name.lower().removesuffix(".gz").endswith(_LINES):
            found = _lines(path)
        else:
            found = _folder(path) if path.is_dir() else _archive(path) if zipfile.is_zipfile(path) else iter([(path.name, _capped(path))])
        for count, (name, data) in enumerate(itertools.chain.from_iterable(_split(name, data) for name, data in found)):
            if count >= MAX_DOCUMENTS:
                raise TooLarge(TOO_LARGE, place=path.name, seen=count + 1, limit=MAX_DOCUMENTS)
            yield name, data

    def columns(self, sink: BinaryIO, columns: Mapping[str, str]) -> ParquetRows:
        """Begin a Parquet file: see :class:`ParquetRows`."""
        return ParquetRows(sink, columns)


def _there(location: str) -> Path:
    path = Path(location)
    if not path.exists():
        raise Misused(FILE_MISSING, place=path.name, file=path.name)
    return path


def _named(
    raw: Iterator[tuple[int, list[str]]], file: str, columns: Sequence[str] | None, *, short: bool
) -> Iterator[tuple[int, dict[str, str]]]:
    _, header = next(raw, (1, []))
    header = [name.strip() for name in header]
    missing = [name for name in columns or () if name not in header]
    if missing:
        raise Misused(COLUMNS_MISSING, place=file, file=file, missing=", ".join(missing), found=", ".join(header))
    used = [name for name in header if name]
    twice = sorted({name for name in used if used.count(name) > 1})
    if twice:
        raise Malformed(COLUMN_TWICE, place="row 1", file=file, columns=", ".join(twice))
    return _rows(raw, header, file, short=short)


def _rows(raw: Iterator[tuple[int, list[str]]], header: list[str], file: str, *, short: bool) -> Iterator[tuple[int, dict[str, str]]]:
    for number, raw_cells in raw:
        cells = [cell.strip() for cell in raw_cells]
        if not any(cells):
            continue
        if short:
            cells.extend([""] * (len(header) - len(cells)))
        if len(cells) != len(header):
            raise Malformed(ROW_BROKEN, place=f"row {number}", file=file, row=number, seen=len(cells), wanted=len(header))
        yield number, {name: cell for name, cell in zip(header, cells, strict=True) if name}


def _delimited(path: Path, delimiter: str, *, zipped: bool) -> Iterator[tuple[int, list[str]]]:
    with path.open("rb") as opened:
        stream: Any = gzip.GzipFile(fileobj=opened) if zipped else opened
        text = io.TextIOWrapper(io.BufferedReader(_Capped(stream, path.name)), encoding="utf-8-sig", newline="")
        # A tab-separated table quotes nothing: a quotation mark in it is a character like others.
        csv.field_size_limit(MAX_CELL)
        plain = delimiter == "\t"
        reader = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE) if plain else csv.reader(text, delimiter=delimiter, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                yield number, cells
        except csv.Error as error:
            raise Malformed(ROW_BROKEN, place=f"row {number + 1}", file=path.name, row=number + 1, seen=str(error), wanted="-") from error
        except UnicodeDecodeError as error:
            raise Malformed(NOT_TEXT, place=f"row {number + 1}", file=path.name) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Malformed(FILE_BROKEN, place=path.name, file=path.name) from error


class _Capped(io.RawIOBase):
    """A stream that ends with an error where it grows over the limit."""

    def __init__(self, source: Any, name: str) -> None:
        self._source = source
        self._name = name
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(len(buffer))
        self._read += len(data)
        if self._read > MAX_TABLE_BYTES:
            raise TooLarge(TOO_LARGE, place=self._name, seen=self._read, limit=MAX_TABLE_BYTES)
        buffer[: len(data)] = data
        return len(data)


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The first sheet's rows; numbers as people see them: 49500, not 49500.0."""
    if path.stat().st_size > MAX_TABLE_BYTES:
        raise TooLarge(TOO_LARGE, place=path.name, seen=path.stat().st_size, limit=MAX_TABLE_BYTES)
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise Malformed(FILE_BROKEN, place=path.name, file=path.name) from error
    for number, cells in enumerate(rows, 1):
        yield number, [_cell(cell) for cell in cells]


def _cell(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*.json")):
        if file.is_file() and not file.is_symlink():
            yield file.relative_to(path).as_posix(), _capped(file)


def _archive(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in sorted(archive.infolist(), key=lambda info: info.filename):
                if entry.is_dir() or not entry.filename.lower().endswith(".json"):
                    continue
                with archive.open(entry) as opened:
                    data = opened.read(MAX_DOCUMENT_BYTES + 1)
                if len(data) > MAX_DOCUMENT_BYTES:
                    raise TooLarge(TOO_LARGE, place=entry.filename, seen=len(data), limit=MAX_DOCUMENT_BYTES)
                yield entry.filename, data
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise Malformed(FILE_BROKEN, place=path.name, file=path.name) from error


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    opening = gzip.open if path.name.lower().endswith(".gz") else open
    name = path.name.removesuffix(".gz")
    try:
        with opening(path, "rb") as opened:
            number = 0
            while line := opened.readline(MAX_DOCUMENT_BYTES + 1):
                number += 1
                if len(line) > MAX_DOCUMENT_BYTES:
                    raise TooLarge(TOO_LARGE, place=f"{path.name}/{number}", seen=len(line), limit=MAX_DOCUMENT_BYTES)
                if line := line.strip():
                    yield f"{name.rsplit('.', 1)[0]}/{number}", line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Malformed(FILE_BROKEN, place=path.name, file=path.name) from error


def _capped(path: Path) -> bytes:
    if (size := path.stat().st_size) > MAX_DOCUMENT_BYTES:
        raise TooLarge(TOO_LARGE, place=path.name, seen=size, limit=MAX_DOCUMENT_BYTES)
    return path.read_bytes()


def _split(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """One document, or each of an array's, or each line's."""
    start = data.lstrip()[:1]
    if start == b"[":
        try:
            entries = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise Malformed(FILE_BROKEN, place=name, file=name) from error
        for at, entry in enumerate(entries):
            yield f"{name}/{at}", orjson.dumps(entry)
    elif name.lower().endswith((".jsonl", ".ndjson")):
        for at, line in enumerate(data.splitlines(), 1):
            if line.strip():
                yield f"{name}/{at}", line
    else:
        yield name, data
