"""Seconds that an import takes from tables to projections: the sample, and real lists where they are at hand."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import world
from openler.actions.interchange.importing import ImportReport, import_onet, import_sample, import_tables, read_mapping
from openler.actions.ports import Ports

SIZE = 2
TINY = 1

Import = Callable[[Ports], tuple[ImportReport, ...]]


def run(size: int) -> dict[str, object]:
    """The first ``size`` of: the bundled sample, New Jersey's training list, O*NET 29.2. What is not at hand is left out."""
    return {"imports": {name: _timed(brought) for name, brought in list(_sources().items())[:size]}}


def _sources() -> dict[str, Import]:
    found: dict[str, Import] = {"sample": lambda ports: import_sample(ports, str(world.FOLDER), actor="bench")}
    if (new_jersey := world.shared("data", "nj")) is not None:
        found["new_jersey"] = lambda ports: (import_tables(ports, read_mapping(ports, "new-jersey"), str(new_jersey), actor="bench"),)
    if (onet := world.shared("data", "onet-29.2")) is not None:
        found["onet"] = lambda ports: (import_onet(ports, str(onet), actor="bench"),)
    return found


def _timed(brought: Import) -> dict[str, float]:
    with world.data_ports() as (ports, _):
        started, worked = time.perf_counter(), time.process_time()
        reports = brought(ports)
        seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    documents = sum(len(report.documents) for report in reports)
    rows = sum(report.rows_read for report in reports)
    return {
        "documents": documents,
        "rows": rows,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "documents_per_second": round(documents / seconds, 1),
    }
