"""The world around a demo, in processes of their own: the region's service, and a verifier who knows nothing of us."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from openler.errors import Internal, Misused, Unavailable, declare

NOT_LOOPBACK = declare("demo.not_loopback", by=__name__)
PORT_BUSY = declare("demo.port_busy", by=__name__)
SERVICE_SILENT = declare("demo.service_silent", by=__name__)
VERIFIER_FAILED = declare("demo.verifier_failed", by=__name__)

DEFAULT_PORT = 8000
START_SECONDS = 40
STOP_SECONDS = 20
VERIFY_SECONDS = 120

_SETTINGS = ("OPENLER_DATA", "OPENLER_DATABASE", "OPENLER_BASE_URL", "OPENLER_PASSPHRASE", "OPENLER_PASSPHRASE_FILE")


def on_this_machine(base_url: str) -> str:
    """A base URL at which a demo may be served. :raises Misused: ``demo.not_loopback``: it is not http on this machine"""
    parts = urlsplit(base_url)
    if parts.scheme != "http" or parts.hostname not in {"localhost", "127.0.0.1"} or parts.path.rstrip("/"):
        raise Misused(NOT_LOOPBACK, place="--base-url", seen=base_url[:80])
    return base_url


def leave_settings() -> None:
    """Forget what the environment says of other work: a demo never writes into somebody's database, whatever that is called."""
    for name in _SETTINGS:
        os.environ.pop(name, None)


def is_free(port: int) -> bool:
    """Can a service listen on this port of the loopback address?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_base_url() -> str:
    """Where a new demo will be served: the usual port, or any free one where that is taken."""
    if is_free(DEFAULT_PORT):
        return f"http://localhost:{DEFAULT_PORT}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://localhost:{probe.getsockname()[1]}"


@contextmanager
def serving(data: Path, base_url: str) -> Iterator[None]:
    """``openler serve`` over a data directory until the block ends, in a process of its own.

    :raises Unavailable: ``demo.port_busy``, ``demo.service_silent``
    """
    port = urlsplit(base_url).port or 80
    if not is_free(port):
        raise Unavailable(PORT_BUSY, port=port)
    log = data / "service.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "openler", "serve", "--data", str(data)]
        service = subprocess.Popen(command, env=_environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output)  # noqa: S603
        try:
            _await(service, base_url, log)
            yield
        finally:
            service.terminate()
            try:
                service.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                service.kill()
                service.wait()


def _await(service: subprocess.Popen[bytes], base_url: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and service.poll() is None:
        try:
            with urllib.request.urlopen(f"{base_url}/health", timeout=1):  # noqa: S310 - our own loopback address
                return
        except OSError:
            time.sleep(0.05)
    raise Unavailable(SERVICE_SILENT, place=str(log), address=base_url, log=str(log))


def verified(items: Sequence[str], *, home: Path, base_url: str) -> list[dict[str, Any]]:
    """``openler verify`` in a second process with a data directory of its own: one report an item, as it prints them.

    :raises Internal: ``demo.verifier_failed``: it said nothing that can be read
    """
    environment = {**_environment(), "OPENLER_DATA": str(home), "OPENLER_ALLOWED_ORIGINS": base_url}
    command = [sys.executable, "-m", "openler", "verify", "--json", *items]
    ran = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=VERIFY_SECONDS, check=False)  # noqa: S603
    try:
        told = orjson.loads(ran.stdout)
    except orjson.JSONDecodeError as error:
        raise Internal(VERIFIER_FAILED, ended=ran.returncode) from error
    return told if isinstance(told, list) else [told]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _SETTINGS}
