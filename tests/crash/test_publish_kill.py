"""Killed at any moment, a publish run again ends in the same registry (ADR 0001, decision 1)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from openler import bootstrap
from openler.actions.ports import EnvelopeFilter
from tests.support.ctdl import OWNER, complete, document

DOCUMENTS = 1_200
COMMAND = [sys.executable, "-c", "from openler.cli.main import run; run()", "publish"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "programs.ndjson"
    lines = [document(complete("ceterms:LearningProgram", f"program {number}")).normalised for number in range(DOCUMENTS)]
    path.write_bytes(b"\n".join(lines))
    return path


def publish(source: Path, data: Path) -> subprocess.Popen[bytes]:
    arguments = [*COMMAND, str(source), "--publisher", OWNER, "--data", str(data)]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def standing(data: Path) -> set[tuple[str, str]]:
    """The registry as decision 1 compares it, with its chain checked and its projections caught up."""
    with bootstrap.open_ports(data=data) as ports:
        assert ports.store.verify_chain() == ports.store.head()
        ports.projector.catch_up()
        assert all(lag.seq == lag.head for lag in ports.projector.lags())
        found = ports.store.documents(EnvelopeFilter(), limit=2 * DOCUMENTS)
        return {(str(one.ctid), str(one.digest)) for one in found}


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[set[tuple[str, str]], float]:
    """What an uninterrupted run leaves, and how long it takes here."""
    data = tmp_path_factory.mktemp("whole")
    started = time.monotonic()
    assert publish(source, data).wait(timeout=120) == 0
    return standing(data), time.monotonic() - started


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 50))])
def test_killed_and_run_again_the_registry_is_the_same(
    seed: int, source: Path, whole: tuple[set[tuple[str, str]], float], tmp_path: Path
) -> None:
    expected, seconds = whole
    moments = random.Random(seed)  # noqa: S311 - moments to kill at, the same in every run
    for _ in range(2):
        running = publish(source, tmp_path)
        time.sleep(moments.uniform(0.1, 1.0) * seconds)
        os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=20)
    assert publish(source, tmp_path).wait(timeout=120) == 0
    assert standing(tmp_path) == expected
    assert len(expected) == DOCUMENTS
