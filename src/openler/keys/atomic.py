"""Files that are there wholly or not at all, and readable by their owner alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from openler.errors import Refused, Unavailable, declare

EXPOSED = declare("keys.file_exposed", by=__name__)
UNREADABLE = declare("keys.store_unavailable", by=__name__)

OWNER_ONLY_FILE = 0o600
OWNER_ONLY_DIRECTORY = 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_POSIX = os.name == "posix"  # elsewhere modes mean nothing and a directory cannot be flushed


@contextmanager
def told_as_unavailable(name: str) -> Iterator[None]:
    """Failures of the file system as ``keys.store_unavailable``, without the machine's paths; a taken name passes through."""
    try:
        yield
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as error:
        raise Unavailable(UNREADABLE, name=name, reason=os.strerror(error.errno or 0)) from None


def own_directory(directory: Path) -> None:
    """Make a directory for its owner alone, or close one that stands open."""
    with told_as_unavailable(directory.name):
        directory.mkdir(mode=OWNER_ONLY_DIRECTORY, parents=True, exist_ok=True)
        if _POSIX and stat.S_IMODE(directory.stat().st_mode) & _OTHERS:
            directory.chmod(OWNER_ONLY_DIRECTORY)


def read_owned(path: Path, *, limit: int) -> bytes:
    """Read at most ``limit`` + 1 bytes of a file that nobody else may read.

    :raises FileNotFoundError: there is none
    :raises Refused: ``keys.file_exposed``: its mode lets others in
    :raises Unavailable: ``keys.store_unavailable``
    """
    with told_as_unavailable(path.name), path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if _POSIX and mode & _OTHERS:
            raise Refused(EXPOSED, name=path.name, mode=f"{mode:04o}")
        return file.read(limit + 1)


def write(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file at once: a temporary one beside it, flushed to the disk, then renamed.

    :raises FileExistsError: not ``replace`` and the name is taken, even by somebody who was quicker
    :raises Unavailable: ``keys.store_unavailable``
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(6).hex()}.tmp")
    with told_as_unavailable(path.name):
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                temporary.replace(path)
            else:
                os.link(temporary, path)  # unlike a rename, fails where the name is taken
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
        _flush_directory(path.parent)


def _flush_directory(directory: Path) -> None:
    if not _POSIX:
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
