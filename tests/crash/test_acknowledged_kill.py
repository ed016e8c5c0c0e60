"""Killed at any moment, no document that was acknowledged is lost, and the projections catch up."""

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
from openler.actions.ports import Query
from openler.ids import Ctid
from tests.support.ctdl import OWNER

PUBLISHER = f"""
from openler import bootstrap
from openler.actions.registry.publish import publish
from openler.ids import Ctid
from tests.support.ctdl import complete, document

with bootstrap.open_ports() as ports:
    for number in range(100_000):
        one = document(complete("ceterms:LearningProgram", f"program {{number}}"))
        assert publish(ports, [one], publisher=Ctid.parse("{OWNER}"), actor="tests", catch_up=number % 20 == 19).published == 1
        print(one.ctid, one.digest, flush=True)
"""


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 50))])
def test_what_was_acknowledged_stands_after_the_process_was_killed(seed: int, tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "acknowledged"
    environment = {**os.environ, "OPENLER_DATA": str(data)}
    with log.open("wb") as output:
        running = subprocess.Popen([sys.executable, "-c", PUBLISHER], stdout=output, env=environment, cwd=Path(__file__).parents[2])
    try:
        while not log.stat().st_size:  # the first one is through: whatever the machine's load, the kill falls into the ingest
            assert running.poll() is None
            time.sleep(0.01)
        time.sleep(random.Random(seed).uniform(0, 0.5))  # noqa: S311 - moments to kill at
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=20)
    *whole, _ = log.read_text(encoding="utf-8").split("\n")
    acknowledged = dict(line.split(" ") for line in whole)
    with bootstrap.open_ports(data=data) as ports:
        assert ports.store.verify_chain() == ports.store.head() >= len(acknowledged)
        standing = {str(ctid): str(one.digest) for ctid, one in ports.store.current([Ctid.parse(name) for name in acknowledged]).items()}
        assert standing == acknowledged
        ports.projector.catch_up()
        assert all(lag.seq == lag.head for lag in ports.projector.lags())
        assert ports.search.find(Query(limit=1)).total == ports.store.head()
