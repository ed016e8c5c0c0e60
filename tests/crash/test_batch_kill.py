"""Killed at any moment, a batch run again has issued each row exactly once, and its counts are those of the whole (ADR 0014)."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.batches import asked, begin, each_once, opened, prepare, table

ROWS = 3_100
"""More than are issued without a job."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepare(folder / "data")
    table(folder / "table.csv", ROWS)
    return folder


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 13))])
def test_killed_and_run_again_each_row_is_issued_exactly_once(seed: int, prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(prepared, folder)
    arguments = asked(folder / "table.csv", "--workers", 2)
    chance = random.Random(seed)  # noqa: S311 - moments to kill at, the same in every run
    for part in (0.2, 0.5):
        running = begin(folder / "data", arguments)
        # Killed after some headway, not after some seconds: on a busy machine too something is half done.
        _wait_for(folder / "data", int(ROWS * part * chance.uniform(0.1, 1.0)), running)
        time.sleep(chance.uniform(0, 0.15))
        os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=20)
    last = begin(folder / "data", arguments, subprocess.PIPE)
    told = json.loads(last.communicate(timeout=180)[0])
    assert last.returncode == 0
    assert (told["rows"], told["issued"], told["existing"], told["refused_count"]) == (ROWS, ROWS, 0, 0)
    with opened(folder / "data") as ports:
        each_once(ports, ROWS)
        (job,) = ports.jobs.listing()
        assert job.finished is not None
        events = [event for event in ports.private_audit.events(limit=10_000) if event.name == "issue:credential:issue"]
        assert sum(int(event.details["count"]) for event in events) == ROWS


def _wait_for(data: Path, rows: int, running: subprocess.Popen[bytes]) -> None:
    with opened(data) as ports:
        while running.poll() is None and ports.ledger.counts().issued < rows:
            time.sleep(0.02)
