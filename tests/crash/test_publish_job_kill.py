"""Killed at any moment, a long publish goes on where it stopped: nothing is published twice, nothing is left out (ADR 0029)."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from openler import bootstrap
from openler.access.organisation import Role
from openler.actions.registry.tokens import add_organisation, create_token
from tests.support.ctdl import OWNER, complete, document
from tests.support.serving import OPENLER, free_port

DOCUMENTS = 3_000
BROKEN = 1_700
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 10))]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "programs.ndjson"
    lines = [document(complete("ceterms:LearningProgram", f"program {number}")).normalised for number in range(DOCUMENTS)]
    lines[BROKEN] = b"[]"
    path.write_bytes(b"\n".join(lines))
    return path


def wait_for(data: Path, documents: int, running: subprocess.Popen[bytes]) -> None:
    """Until the job has come so far: on a busy machine too something is half done."""
    with bootstrap.open_ports(data=data) as ports:
        while running.poll() is None and sum(job.position for job in ports.store.publish_jobs()) < documents:
            time.sleep(0.01)


def each_once(data: Path) -> None:
    """The journal has one entry a document, the job counts them all, and the chain holds."""
    with bootstrap.open_ports(data=data) as ports:
        assert ports.store.verify_chain() == DOCUMENTS - 1
        job = ports.store.publish_jobs()[0]
        assert (job.position, job.published, job.updated, job.unchanged, job.refused) == (DOCUMENTS, DOCUMENTS - 1, 0, 0, 1)
        assert job.finished is not None
        assert len(ports.store.publish_refusals(job.job_id)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_command_that_is_killed_goes_on_when_it_is_run_again(seed: int, source: Path, tmp_path: Path) -> None:
    arguments = [*OPENLER, "publish", str(source), "--publisher", OWNER, "--data", str(tmp_path), "--json"]
    chance = random.Random(seed)  # noqa: S311 - moments to kill at, the same in every run
    for part in (0.1, 0.5):
        running = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(tmp_path, int(DOCUMENTS * part * chance.uniform(0.2, 1.0)), running)
        time.sleep(chance.uniform(0, 0.03))
        os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=20)
    with bootstrap.open_ports(data=tmp_path) as ports:
        too_late = ports.store.publish_jobs()[0].finished is not None  # a busy machine may kill after the end: what follows is a new job
    last = json.loads(subprocess.run(arguments, capture_output=True, timeout=180, check=False).stdout)
    assert (last["published"], last["unchanged"]) == ((0, DOCUMENTS - 1) if too_late else (DOCUMENTS - 1, 0))
    each_once(tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_that_is_killed_goes_on_when_it_is_started_again(seed: int, source: Path, tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    settings = {
        "OPENLER_DATA": str(data),
        "OPENLER_PASSPHRASE": "a passphrase for the tests",
        "OPENLER_BASE_URL": f"http://localhost:{port}",
    }
    with pytest.MonkeyPatch.context() as patched:
        for name, value in settings.items():
            patched.setenv(name, value)
        with bootstrap.open_ports() as ports:
            add_organisation(ports, OWNER, name="Tests College", roles=[Role.PUBLISHER], actor="tests")
            token = create_token(ports, OWNER, roles=[Role.PUBLISHER], label="tests", actor="tests")[1].reveal()
        chance = random.Random(seed)  # noqa: S311 - as above
        address = ""
        for part in (0.3, 0.8):
            server = begin_server(port, tmp_path / "log")
            if not address:
                address = sent(f"http://localhost:{port}/resources/organizations/{OWNER}/publish_jobs", token, source.read_bytes())["url"]
            wait_for(data, int(DOCUMENTS * part * chance.uniform(0.2, 1.0)), server)
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(timeout=20)
        server = begin_server(port, tmp_path / "log")
        try:
            while not (told := sent(address, token))["finished"]:
                time.sleep(0.1)
        finally:
            server.terminate()
            server.wait(timeout=30)
        assert (told["published"], told["refused"]) == (DOCUMENTS - 1, 1)
        each_once(data)
        assert list((data / "spool").iterdir()) == []


def begin_server(port: int, log: Path) -> subprocess.Popen[bytes]:
    """A server that answers; a session of its own, so that a kill ends its processes too."""
    with log.open("ab") as output:
        server = subprocess.Popen([*OPENLER, "serve", "--port", str(port)], stdout=output, stderr=output, start_new_session=True)
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/health", timeout=2):
                return server
        except OSError:
            assert server.poll() is None, log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


def sent(url: str, token: str, body: bytes | None = None) -> dict[str, Any]:
    """The answer, to a post where there is a body."""
    request = urllib.request.Request(url, data=body, headers={"authorization": f"Bearer {token}"})  # noqa: S310 - our own loopback address
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
        return found
