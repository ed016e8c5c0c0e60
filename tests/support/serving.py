"""``openler serve`` as a process of its own, on this machine, ended by its id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OPENLER = [sys.executable, "-c", "from openler.cli.main import run; run()"]
_START_SECONDS = 60


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(port: int, *, log: Path, **settings: str) -> Iterator[str]:
    """A running service; ``settings`` are environment variables without their prefix. Gives the address it answers at."""
    environment = {**os.environ, **{f"OPENLER_{name.upper()}": value for name, value in settings.items()}}
    with log.open("wb") as output:
        server = subprocess.Popen([*OPENLER, "serve", "--port", str(port)], stdout=output, stderr=output, env=environment)
        address = f"http://localhost:{port}"
        try:
            _wait(address, server, log)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(timeout=10)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_START_SECONDS * 10):
        with suppress(OSError), urllib.request.urlopen(f"{address}/health", timeout=2):  # noqa: S310 - our own loopback address
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    message = f"the service did not start: {log.read_text(errors='replace')[-2000:]}"
    raise AssertionError(message)
