"""The reference workspace: its versions in a list. Tests hold the one on files to what it does."""

from __future__ import annotations

import threading

from openler.actions.ports import WorkspaceVersion
from openler.errors import Conflict
from openler.initiative.workspace import WORKSPACE_CHANGED


class MemoryWorkspace:
    """A :class:`~openler.actions.ports.Workspace` that lives as long as the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: list[WorkspaceVersion] = []

    def current(self) -> WorkspaceVersion | None:
        """See the port."""
        return self._versions[-1] if self._versions else None

    def versions(self) -> tuple[WorkspaceVersion, ...]:
        """See the port."""
        return tuple(self._versions)

    def save(self, content: bytes, *, expected: int) -> WorkspaceVersion:
        """See the port."""
        with self._lock:
            if len(self._versions) != expected:
                raise Conflict(WORKSPACE_CHANGED, expected=expected, current=len(self._versions))
            self._versions.append(WorkspaceVersion(expected + 1, content))
            return self._versions[-1]
