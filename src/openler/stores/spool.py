"""Documents that came over HTTP and wait to be published: one file a job in the data directory, readable by its owner alone."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from openler.errors import Unavailable, declare

NO_ROOM = declare("publish_job.no_room", by=__name__)

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Most bytes of one document that are read; of a longer line one byte more is given, so that it is refused for its size."""
LEFT_BEHIND_SECONDS: Final = 24 * 60 * 60
"""Older than this, a transfer that did not end is given up."""

_DONE, _PART = ".ndjson", ".part"


class FileSpool:
    """A :class:`~openler.actions.publish_ports.Spool` in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def receive(self) -> FileIncoming:
        """See the port."""
        with _told():
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._directory / f"{os.urandom(12).hex()}{_PART}"
            return FileIncoming(path, os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w+b"))

    def holds(self, job_id: str) -> bool:
        """See the port."""
        return self._path(job_id).is_file()

    def documents(self, job_id: str) -> Iterator[tuple[str, bytes]]:
        """See the port."""
        with self._path(job_id).open("rb") as file:
            yield from lines(file)

    def drop(self, job_id: str) -> None:
        """See the port."""
        with _told():
            self._path(job_id).unlink(missing_ok=True)

    def sweep(self, known: frozenset[str]) -> None:
        """See the port."""
        with _told():
            for path in self._directory.iterdir() if self._directory.is_dir() else ():
                wanted = path.suffix == _DONE and path.stem in known
                if not wanted and path.suffix in {_DONE, _PART} and time.time() - path.stat().st_mtime > LEFT_BEHIND_SECONDS:
                    path.unlink(missing_ok=True)

    def _path(self, job_id: str) -> Path:
        return self._directory / f"{job_id}{_DONE}"


class FileIncoming:
    """A :class:`~openler.actions.publish_ports.Incoming`: a file under another name until it is complete and on the disk."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.size = 0
        self._path = path
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, content: bytes) -> None:
        """See the port."""
        with _told():
            self._file.write(content)
        self._hash.update(content)
        self.size += len(content)

    def keep(self, job_id: str) -> tuple[int, str]:
        """See the port."""
        with _told():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.seek(0)
            count = sum(1 for _ in lines(self._file))
            self._file.close()
            self._path.replace(self._path.with_name(f"{job_id}{_DONE}"))
            folder = os.open(self._path.parent, os.O_RDONLY)  # the job must not be kept and its file's name be lost
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return count, self._hash.hexdigest()

    def abandon(self) -> None:
        """See the port."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def lines(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """The lines that are not blank, one in memory at a time."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
        if text := line.strip():
            yield f"line {number}", text


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(NO_ROOM, detail=error) from error
