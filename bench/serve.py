"""HTTP requests answered, a second: one service of one process on loopback, asked by a few clients at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, cycle, islice
from pathlib import Path

import httpx

from bench import timing, world
from openler.actions.importing import import_sample
from openler.actions.ports import EnvelopeFilter

SIZE = 1_000
TINY = 8
CLIENTS = 4
REQUESTS_EACH = 50
"""Requests from one loopback address, well within what the service lets one client ask in a burst."""
START_SECONDS = 60
STOP_SECONDS = 20


def run(size: int) -> dict[str, object]:
    """``size`` reads of ``GET /resources/{ctid}`` over all the sample's documents; the service is stopped by its own id."""
    with world.data_ports() as (ports, data):
        import_sample(ports, str(world.FOLDER), actor="bench")
        ctids = [document.ctid for document in ports.store.documents(EnvelopeFilter(), limit=1_000)]
        paths = [f"/resources/{ctid}" for ctid in islice(cycle(ctids), size)]
        with _serving(data) as address:
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


@contextmanager
def _serving(data: Path) -> Iterator[str]:
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
        yield address
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
