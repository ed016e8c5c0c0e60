"""Files and folders of very many records, read one at a time: what is in memory does not grow with them."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from openler.errors import Malformed, declare
from openler.ids import Digest

GZIP_BROKEN = declare("tables.gzip_broken", by=__name__)

RECORD_ENDINGS: Final = frozenset({".json", ".jsonld", ".png", ".svg", ".jwt", ".sd-jwt", ".cose"})
"""What files with records in a folder end in."""

_PIECE: Final = 1024 * 1024


def survey(path: Path) -> tuple[Digest, int]:
    """What tells a file or folder from any other, and how many records are in it.

    A file is known by its bytes; a folder by its files' names, sizes and times, since reading a million files twice costs too much.
    """
    if path.is_dir():
        seen, count = hashlib.sha256(), 0
        for file in _files(path):
            count += 1
            stat = file.stat()
            seen.update(f"{file.relative_to(path).as_posix()}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
        return _digest(seen), count
    return fingerprint(path), sum(1 for _ in _lines(path, _PIECE))


def fingerprint(path: Path) -> Digest:
    """The SHA-256 of a file."""
    with path.open("rb") as opened:
        return _digest(hashlib.file_digest(opened, "sha256"))


def records(path: Path, *, limit: int) -> Iterator[tuple[str, bytes]]:
    """The records of a folder, each file one, or of a file, each line one: with their names ``file`` or ``file:line``.

    :raises Malformed: ``tables.gzip_broken``
    """
    if path.is_dir():
        for file in _files(path):
            with file.open("rb") as opened:
                yield str(file), opened.read(limit + 1)
        return
    for number, line in _lines(path, limit):
        yield f"{path.name}:{number}", line


def _files(path: Path) -> Iterator[Path]:
    """In order of folder and name; links are not followed."""
    for folder, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            file = Path(folder) / name
            if file.suffix.lower() in RECORD_ENDINGS and not file.is_symlink():
                yield file


def _lines(path: Path, limit: int) -> Iterator[tuple[int, bytes]]:
    """Lines that hold something, each with its number, cut after one byte more than ``limit``."""
    zipped = path.name.lower().endswith(".gz")
    with gzip.open(path, "rb") if zipped else path.open("rb") as stream:
        opened: Any = stream
        number = 0
        try:
            while line := opened.readline(limit + 1):
                number += 1
                rest = line
                while not rest.endswith(b"\n") and len(rest) > limit:  # the tail of a line that is too long is passed over
                    rest = opened.readline(limit + 1)
                if line.strip():
                    yield number, line.rstrip(b"\r\n")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Malformed(GZIP_BROKEN, place=f"line {number + 1}", file=path.name) from error


def _digest(seen: Any) -> Digest:
    return Digest(seen.hexdigest())
