"""The initiative's workspace as files: one numbered JSON file a version, none ever changed."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from openler.actions.ports import WorkspaceVersion
from openler.errors import Conflict, Unavailable
from openler.initiative.workspace import WORKSPACE_CHANGED, WORKSPACE_UNAVAILABLE

_NAME = re.compile(r"(\d{8})\.json")


class FileWorkspace:
    """A :class:`~openler.actions.ports.Workspace` in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def current(self) -> WorkspaceVersion | None:
        """See the port."""
        numbers = self._numbers()
        return self._read(numbers[-1]) if numbers else None

    def versions(self) -> tuple[WorkspaceVersion, ...]:
        """See the port."""
        return tuple(self._read(number) for number in self._numbers())

    def save(self, content: bytes, *, expected: int) -> WorkspaceVersion:
        """See the port. A hard link gives the name only where it is free, so of two writers one is told."""
        target = self._path(expected + 1)
        try:
            if (numbers := self._numbers()) and numbers[-1] != expected:
                raise Conflict(WORKSPACE_CHANGED, expected=expected, current=numbers[-1])
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._directory, prefix=".new.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.link(name, target)
            finally:
                Path(name).unlink(missing_ok=True)
        except FileExistsError:
            raise Conflict(WORKSPACE_CHANGED, expected=expected, current=expected + 1) from None
        except OSError as error:
            raise self._failed(error) from error
        return WorkspaceVersion(expected + 1, content)

    def _numbers(self) -> list[int]:
        try:
            names = [entry.name for entry in self._directory.iterdir()] if self._directory.is_dir() else []
        except OSError as error:
            raise self._failed(error) from error
        return sorted(int(found.group(1)) for name in names if (found := _NAME.fullmatch(name)))

    def _read(self, number: int) -> WorkspaceVersion:
        try:
            return WorkspaceVersion(number, self._path(number).read_bytes())
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> Unavailable:
        return Unavailable(WORKSPACE_UNAVAILABLE, detail=f"{self._directory}: {error.strerror}")

    def _path(self, number: int) -> Path:
        return self._directory / f"{number:08}.json"
