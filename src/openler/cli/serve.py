"""``openler serve``: the HTTP service."""

from __future__ import annotations

import ipaddress
import os
import ssl
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from openler import bootstrap
from openler.cli.options import Data, Database
from openler.cli.terminal import Terminal
from openler.errors import Misused, Refused, declare

DEMO_NOT_PUBLIC = declare("cli.demo_not_public", by=__name__)
TLS_HALF = declare("cli.tls_half", by=__name__)
TLS_UNUSABLE = declare("cli.tls_unusable", by=__name__)
TLS_SCHEME = declare("cli.tls_scheme", by=__name__)

STOP_SECONDS = 15
"""How long a server process that is told to stop may take; after it, it is ended."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port [default: the one in the base URL].")] = None,
    workers: Annotated[int, typer.Option(min=1, max=16, help="Server processes.")] = 1,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Where the service is reached from outside; fixed when the data directory is made.")
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="Serve https with this certificate chain, in PEM form.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="The certificate's private key, in PEM form.")] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Serve the registry, the verifier and the pages over HTTP until interrupted."""
    from granian.constants import Interfaces  # noqa: PLC0415 - a server is loaded by the one command that serves
    from granian.server import Server  # noqa: PLC0415

    home = bootstrap.describe(data=data, database=database, base_url=base_url)
    if home.demo and not _loopback(host):
        raise Refused(DEMO_NOT_PUBLIC, host=host)
    parts = urlsplit(home.base_url)
    secured = _tls(tls_cert, tls_key, parts.scheme)
    listening = port or parts.port or (443 if parts.scheme == "https" else 80)
    # The server's processes read their settings from the environment, as any deployment's do.
    for name, value in (("OPENLER_DATA", data), ("OPENLER_DATABASE", database)):
        if value is not None:
            os.environ[name] = str(value)
    Terminal().say(f"Serving {home.base_url} on {host}:{listening}. Stop with Ctrl+C.")
    Server(
        "openler.asgi:application",
        factory=True,
        address=host,
        port=listening,
        interface=Interfaces.ASGI,
        workers=workers,
        log_access=False,
        workers_kill_timeout=STOP_SECONDS,
        ssl_cert=secured[0] if secured else None,
        ssl_key=secured[1] if secured else None,
    ).serve()


def _tls(cert: Path | None, key: Path | None, scheme: str) -> tuple[Path, Path] | None:
    """The certificate and its key, tried out now: a server process that cannot use them would start again and again.

    :raises Misused: ``cli.tls_half``, ``cli.tls_unusable``; ``cli.tls_scheme``: the base URL says http
    """
    if cert is None or key is None:
        if cert is not None or key is not None:
            raise Misused(TLS_HALF, place="--tls-key" if key is None else "--tls-cert")
        return None
    if scheme != "https":
        raise Misused(TLS_SCHEME, place="--tls-cert")
    try:
        # An empty password: a key that has one is refused instead of asking for it on the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:
        raise Misused(TLS_UNUSABLE, place="--tls-cert", detail=error, cert=str(cert), key=str(key)) from error
    return cert, key


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
