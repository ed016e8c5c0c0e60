"""HTTP requests answered, a second: one service of one process on loopback, asked by a few clients at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path

import httpx

from bench import timing, world
from openler.actions.interchange.importing import import_sample
from openler.actions.ports import EnvelopeFilter

SIZE = 1_000
TINY = 8
CLIENTS = 4
REQUESTS_EACH = 50
"""Requests from one loopback address, well within what the service lets one client ask in a burst."""
START_SECONDS = 60
STOP_SECONDS = 20
SETTLED = 0.05
"""Processor time in a second below which a service is at rest, in seconds."""


def run(size: int) -> dict[str, object]:
    """``size`` reads of ``GET /resources/{ctid}`` over all the sample's documents; the service is stopped by its own id."""
    with world.data_ports() as (ports, data):
        import_sample(ports, str(world.FOLDER), actor="bench")
        ctids = [document.ctid for document in ports.store.documents(EnvelopeFilter(), limit=1_000)]
        paths = [f"/resources/{ctid}" for ctid in islice(cycle(ctids), size)]
        with serving(data) as server:
            address = server.address
            hosts = count()  # so that what is measured is the service, not its limit of requests for each client
            _ask(address, paths[: max(CLIENTS, size // 10)], hosts)  # the first requests open what later ones find open
            started = time.perf_counter()
            seconds, statuses = _ask(address, paths, hosts)
            taken = time.perf_counter() - started
    return {
        "requests": len(seconds),
        "clients": CLIENTS,
        "answered": {str(status): statuses.count(status) for status in sorted(set(statuses))},
        "per_second": round(len(seconds) / taken, 1),
        "milliseconds": timing.milliseconds(seconds),
    }


def _ask(address: str, paths: list[str], hosts: Iterator[int]) -> tuple[list[float], list[int]]:
    seconds: list[float] = []
    statuses: list[int] = []

    def client(own: list[str]) -> None:
        for start in range(0, len(own), REQUESTS_EACH):
            host = next(hosts)
            transport = httpx.HTTPTransport(local_address=f"127.1.{host // 200}.{host % 200 + 1}")
            with httpx.Client(base_url=address, headers={"Accept": "application/json"}, timeout=30, transport=transport) as asking:
                for path in own[start : start + REQUESTS_EACH]:
                    began = time.perf_counter()
                    answer = asking.get(path)
                    seconds.append(time.perf_counter() - began)
                    statuses.append(answer.status_code)

    threads = [threading.Thread(target=client, args=(paths[number::CLIENTS],)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, statuses


@dataclass(frozen=True, slots=True)
class Server:
    """A service that runs: where, and as which processes."""

    address: str
    process: int

    def settle(self, *, seconds: float = 60) -> None:
        """Wait until it has nothing left to do of its own accord, such as reading ahead after its start."""
        end, before = time.monotonic() + seconds, -1.0
        while time.monotonic() < end:
            used = sum(_used_seconds(each) for each in (self.process, *_children(self.process)))
            if 0 <= used - before < SETTLED:
                return
            before = used
            time.sleep(1)

    def largest_mb(self) -> float:
        """The most memory that it and its workers have held, in mebibytes, each counted whole."""
        return sum(_peak_kb(each) for each in (self.process, *_children(self.process))) / 1024


def _children(process: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return []


def _used_seconds(process: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _peak_kb(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """A service of its own process on a free port of loopback, stopped at the end by its own id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-c", "from openler.cli.main import run; run()", "serve", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy())
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(START_SECONDS * 10):
            try:
                httpx.get(f"{address}/health", timeout=2)
                break
            except httpx.HTTPError:
                if server.poll() is not None:
                    raise
                time.sleep(0.1)
        yield Server(address, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
