"""Killed at any moment, an issue run again has issued each row exactly once (ADR 0001, decision 5)."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from openler import bootstrap
from openler.actions.registry.publish import publish
from tests.support.ctdl import OWNER, complete, ctid, document
from tests.support.serving import OPENLER

ROWS = 420
CERTIFICATE = ctid("killed", "ceterms:Certificate")
SETTINGS = {"OPENLER_PASSPHRASE": "a passphrase for the tests only"}


@contextmanager
def opened(data: Path) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OPENLER_PASSPHRASE", SETTINGS["OPENLER_PASSPHRASE"])
        with bootstrap.open_ports(data=data) as ports:
            yield ports


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a data directory in which a college can issue, and a table of achievements."""
    folder = tmp_path_factory.mktemp("prepared")
    college = {**complete("ceterms:CredentialOrganization", "owner"), "ceterms:ctid": str(OWNER)}
    certificate = {**complete("ceterms:Certificate", "killed"), "ceterms:ownedBy": [str(OWNER)]}
    with opened(folder / "data") as ports:
        publish(ports, [document(college), document(certificate)], publisher=OWNER, actor="tests:setup")
        ports.keys.create("college", "Ed25519", at=ports.clock.now())
    rows = [f"Learner {number},learner-{number},{CERTIFICATE},2026-05-01" for number in range(ROWS)]
    (folder / "table.csv").write_text("\n".join(["learner_name,learner_id,achievement,date", *rows]), encoding="utf-8")
    return folder


def issue(folder: Path, output: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    arguments = ["issue", "--csv", folder / "table.csv", "--issuer", OWNER, "--key", "file:college", "--data", folder / "data", "--json"]
    command = [*OPENLER, *map(str, arguments)]
    return subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, env={**os.environ, **SETTINGS})


@pytest.fixture(scope="module")
def seconds(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long an uninterrupted run takes here."""
    folder = tmp_path_factory.mktemp("whole") / "copy"
    shutil.copytree(prepared, folder)
    started = time.monotonic()
    assert issue(folder).wait(timeout=120) == 0
    return time.monotonic() - started


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 9))])
def test_killed_and_run_again_each_row_is_issued_exactly_once(seed: int, prepared: Path, seconds: float, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(prepared, folder)
    moments = random.Random(seed)  # noqa: S311 - moments to kill at, the same in every run
    for _ in range(2):
        running = issue(folder)
        time.sleep(moments.uniform(0.3, 1.0) * seconds)
        os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=20)
    last = issue(folder, subprocess.PIPE)
    told = json.loads(last.communicate(timeout=120)[0])
    assert last.returncode == 0
    assert told["issued"] + told["existing"] == told["rows"] == ROWS
    with opened(folder / "data") as ports:
        counts = ports.ledger.counts(OWNER)
        kept = ports.ledger.listing(OWNER, limit=2 * ROWS)
    assert (counts.issued, counts.reserved, counts.unsigned) == (ROWS, 0, 0)
    assert {one.holder for one in kept} == {f"learner-{number}" for number in range(ROWS)}
    assert len({one.credential_id for one in kept}) == len({(one.status_list, one.status_index) for one in kept}) == ROWS
    assert {one["credential_id"] for one in told["records"]} == {one.credential_id for one in kept}
