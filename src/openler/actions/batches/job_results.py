"""How the results of chunks are kept: JSON, compressed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from openler.actions.job_ports import Job
from openler.actions.ports import Ports


def packed(result: Mapping[str, Any]) -> bytes:
    """A chunk's result as it is kept."""
    return zlib.compress(json.dumps(result, default=str).encode(), 1)


def results(ports: Ports, job: Job) -> Iterator[dict[str, Any]]:
    """The results of a job's chunks in order, one at a time."""
    for _, content in ports.jobs.results(job.job_id):
        yield json.loads(zlib.decompress(content))
