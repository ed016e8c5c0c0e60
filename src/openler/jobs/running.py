"""What every way of running has in common: its name, and that one data directory has one run a job."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from openler.errors import Conflict, declare

RUNNING = declare("jobs.running", by=__name__)


@dataclass(frozen=True, slots=True)
class Where:
    """How a worker finds the data: a directory, and a database where it is not told by the worker's own environment."""

    data: str
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run's own name; it begins with that of the data directory, so that the next one knows what the dead left behind."""

    house: str
    owner: str
    folder: Path

    @contextmanager
    def alone(self, job_id: str) -> Iterator[None]:
        """Hold the job's lock, which the kernel frees however this process ends. :raises Conflict: ``jobs.running``"""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{job_id}.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(RUNNING, job=job_id) from None
            yield
        finally:
            os.close(descriptor)
