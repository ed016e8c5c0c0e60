"""Killed at any moment, a pull run again ends in the same registry: what came and how far it was read are one transaction."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openler import bootstrap
from openler.actions.registry.publish import publish
from tests.crash.test_publish_kill import standing
from tests.support.ctdl import OWNER, complete, document
from tests.support.serving import OPENLER, free_port, serving

DOCUMENTS = 1_200
PASSPHRASE = "a passphrase for the tests only"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A registry that is served, and its data directory."""
    data, port = tmp_path_factory.mktemp("source"), free_port()
    with bootstrap.open_ports(data=data / "data", base_url=f"http://localhost:{port}") as ports:
        programs = (document(complete("ceterms:LearningProgram", f"program {number}")) for number in range(DOCUMENTS))
        publish(ports, programs, publisher=OWNER, actor="tests:setup")
    with serving(port, log=data / "log", data=str(data / "data"), passphrase=PASSPHRASE, follow_seconds="0") as address:
        yield address, data / "data"


def openler(address: str, data: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "OPENLER_ALLOWED_ORIGINS": address, "OPENLER_DATA": str(data), "OPENLER_PASSPHRASE": PASSPHRASE}
    environment.pop("OPENLER_BASE_URL", None)
    return subprocess.Popen([*OPENLER, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)


def ended(running: subprocess.Popen[bytes]) -> int:
    _, told = running.communicate(timeout=120)
    return running.returncode if running.returncode is not None else int(told == b"")


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 20))])
def test_killed_and_run_again_all_that_is_there_is_here_once(seed: int, source: tuple[str, Path], tmp_path: Path) -> None:
    address, theirs = source
    moments = random.Random(seed)  # noqa: S311 - moments to kill at, the same in every run
    assert ended(openler(address, tmp_path, "follow", "add", address)) == 0
    for _ in range(3):
        running = openler(address, tmp_path, "follow", "pull")
        time.sleep(moments.uniform(1.0, 4.0))
        if running.poll() is None:
            os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=20)
    assert ended(openler(address, tmp_path, "follow", "pull")) == 0
    assert standing(tmp_path) == standing(theirs)
    with bootstrap.open_ports(data=tmp_path) as ports:
        assert ports.store.head() == DOCUMENTS, "nothing came twice"
        assert {entry.origin for entry in ports.store.entries(limit=DOCUMENTS)} == {f"did:web:{address[7:].replace(':', '%3A')}"}


def test_a_service_follows_by_itself(source: tuple[str, Path], tmp_path: Path) -> None:
    address, theirs = source
    assert ended(openler(address, tmp_path / "data", "follow", "add", address)) == 0
    settings = {"data": str(tmp_path / "data"), "passphrase": PASSPHRASE, "allowed_origins": address, "follow_seconds": "1"}
    with serving(free_port(), log=tmp_path / "log", **settings), bootstrap.open_ports(data=tmp_path / "data") as ports:
        for _ in range(600):
            if ports.store.head() == DOCUMENTS:
                break
            time.sleep(0.1)
        assert ports.store.head() == DOCUMENTS
    assert standing(tmp_path / "data") == standing(theirs)
