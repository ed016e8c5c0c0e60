"""Killed at any moment, an import run again ends in the same registry (ADR 0001, decision 1)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from openler import bootstrap
from openler.actions.ports import EnvelopeFilter
from tests.support.serving import OPENLER

Registry = set[tuple[str, str]]


def begin(data: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*OPENLER, "import", "sample", "--data", str(data)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def standing(data: Path) -> Registry:
    """The registry as decision 1 compares it, with its chain checked and its projections caught up."""
    with bootstrap.open_ports(data=data) as ports:
        assert ports.store.verify_chain() == ports.store.head()
        assert all(lag.seq == lag.head for lag in ports.projector.lags())
        return {(str(one.ctid), str(one.digest)) for one in ports.store.documents(EnvelopeFilter(), limit=100_000)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Registry, float]:
    """What an uninterrupted run leaves, and how long it takes here."""
    data = tmp_path_factory.mktemp("whole")
    started = time.monotonic()
    assert begin(data).wait(timeout=120) == 0
    return standing(data), time.monotonic() - started


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 10))])
def test_killed_and_run_again_the_registry_is_the_same(seed: int, whole: tuple[Registry, float], tmp_path: Path) -> None:
    expected, seconds = whole
    moments = random.Random(seed)  # noqa: S311 - moments to kill at, the same in every run
    for _ in range(2):
        running = begin(tmp_path)
        time.sleep(moments.uniform(0.1, 1.0) * seconds)
        os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=20)
    assert begin(tmp_path).wait(timeout=120) == 0
    assert standing(tmp_path) == expected
    assert len(expected) > 100
