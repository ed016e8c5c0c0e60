"""A small HTTP server on this machine, misbehaving on demand."""

from __future__ import annotations

import gzip
import http.server
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

BOMB_BYTES = 50 * 1024 * 1024


@dataclass
class Loopback:
    """The running server: its origin, and the requests it saw as (path, headers).

    As many requests of ``/busy`` as ``busy`` has entries are told to come back later: each after as many seconds as it says.
    """

    origin: str
    port: int
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    busy: list[str] = field(default_factory=list)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    loopback: Loopback

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.loopback.seen.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
        with suppress(ConnectionError):
            if self.path in self.loopback.redirects:
                self._send(302, b"", ("Location", self.loopback.redirects[self.path]))
            else:
                getattr(self, "_" + self.path.strip("/").split("?")[0].replace("-", "_"), self._missing)()

    def _send(self, status: int, body: bytes, *headers: tuple[str, str], length: int | None = None) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", "application/json; charset=utf-8"), ("Set-Cookie", "a=b"), *headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _missing(self) -> None:
        self._send(404, b"{}")

    def _hello(self) -> None:
        self._send(200, b'{"hello": 1}')

    def _busy(self) -> None:
        if self.loopback.busy:
            self._send(429, b"{}", ("Retry-After", self.loopback.busy.pop(0)))
        else:
            self._hello()

    def _gzipped(self) -> None:
        self._send(200, gzip.compress(b'{"hello": 2}'), ("Content-Encoding", "gzip"))

    def _deflated(self) -> None:
        self._send(200, zlib.compress(b'{"hello": 3}'), ("Content-Encoding", "deflate"))

    def _bomb(self) -> None:
        self._send(200, gzip.compress(b"\0" * BOMB_BYTES), ("Content-Encoding", "gzip"))

    def _cut(self) -> None:
        self._send(200, gzip.compress(b"x" * 1000)[:-12], ("Content-Encoding", "gzip"))

    def _broken(self) -> None:
        self._send(200, b"not gzip at all", ("Content-Encoding", "gzip"))

    def _brotli(self) -> None:
        self._send(200, b"xx", ("Content-Encoding", "br"))

    def _large(self) -> None:
        self._send(200, b"x" * 5000)

    def _larger_than_said(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"x" * 5000)
        self.close_connection = True

    def _shorter_than_said(self) -> None:
        self._send(200, b"xx", length=100)
        self.close_connection = True

    def _silent(self) -> None:
        time.sleep(5)

    def _dripping(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def _dripping_head(self) -> None:
        for octet in b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 100:
            self.wfile.write(bytes([octet]))
            self.wfile.flush()
            time.sleep(0.05)

    def _nonsense(self) -> None:
        self.wfile.write(b"\x00\x01\x02 nonsense\r\n\r\n")
        self.close_connection = True

    def _long_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-Y: " + b"z" * 500_000 + b"\r\n\r\n")
        self.close_connection = True


@contextmanager
def serve() -> Iterator[Loopback]:
    """Run a server on a free port of 127.0.0.1."""

    class Handler(_Handler):
        pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    port = int(server.server_address[1])
    Handler.loopback = Loopback(f"http://127.0.0.1:{port}", port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Handler.loopback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
