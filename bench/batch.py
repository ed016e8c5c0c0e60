"""Whole commands over very many records, a second: ``openler issue --csv`` and ``openler verify FILE.ndjson``, by processes and by Dask."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import world
from openler.actions.issuing import identity
from openler.actions.issuing.issue_rows import COLUMNS

SIZE = 3_000
TINY = 20

_OPENLER = [sys.executable, "-c", "from openler.cli.main import run; run()"]


def run(size: int) -> dict[str, object]:
    """``size`` rows issued and then verified, each time anew: by one process, by one a core, and by Dask where it is installed.

    Records are of a did:key issuer; their status lists are nowhere served here, hence *undetermined* with every check made.
    """
    cores = str(os.cpu_count() or 1)
    ways = {"one_process": ["--workers", "1"], "all_cores": ["--workers", cores]}
    with world.issuer() as made, tempfile.TemporaryDirectory(prefix="openler-bench-") as folder:
        identity.link(made.ports, made.ctid, key="file:bench", form="key", actor="bench")
        found = {name: _both(made, Path(folder), name, options, size) for name, options in ways.items()}
        if find_spec("distributed") is not None:
            with _cluster() as address:
                found["dask"] = _both(made, Path(folder), "dask", ["--cluster", address], size)
    # ru_maxrss of children is the largest of any one process that ended: parents and local workers alike.
    rss = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    return {"records": size, "by": found, "rss_mb": rss}


def _both(made: world.Issuer, folder: Path, name: str, options: list[str], size: int) -> dict[str, object]:
    """One way of working: records a second of the whole command, its start included, and the processors' seconds it took."""
    table, records = folder / f"{name}.csv", folder / f"{name}.ndjson"
    _write(made, table, name, size)
    issue = ["issue", "--csv", table, "--issuer", made.ctid, "--key", "file:bench", "--did", "key", "--out", records, *options]
    issued, issue_s, issue_cpu = _timed(made, issue)
    verified, verify_s, verify_cpu = _timed(made, ["verify", records, *options])
    return {
        "agree": issued["issued"] == verified["records"] == size and not verified["verdicts"]["invalid"],
        "issue_per_s": _short(size / issue_s),
        "issue_cpu_ms": _short(1000 * issue_cpu / size),
        "verify_per_s": _short(size / verify_s),
        "verify_cpu_ms": _short(1000 * verify_cpu / size),
        "workers": int(options[1]) if options[0] == "--workers" else 2,
    }


def _write(made: world.Issuer, table: Path, lot: str, size: int) -> None:
    with table.open("w", encoding="utf-8") as file:
        file.write(",".join((*COLUMNS, "competencies")) + "\n")
        for row in made.more(size, lot):
            file.write(",".join((row.learner_name, row.learner_id, row.achievement, row.date, ";".join(row.competencies))) + "\n")


def _timed(made: world.Issuer, arguments: list[Any]) -> tuple[dict[str, Any], float, float]:
    """What a command printed as JSON, its seconds, and the seconds of all processors that it and its processes took."""
    command = [*_OPENLER, *map(str, arguments), "--json", "--data", str(made.data)]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(done.stdout), seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def _cluster() -> Iterator[str]:
    distributed: Any = import_module("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as local:
        yield local.scheduler_address


def _short(value: float) -> float:
    return float(f"{value:.4g}")
