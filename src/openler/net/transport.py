"""One request over one connection, to an address that the guard has checked, within one deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import httpcore
import httpx


class Deadline:
    """A moment on the monotonic clock by which everything must be done, redirects included."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left. :raises httpcore.ReadTimeout: none"""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    def leaves(self, seconds: float) -> bool:
        """Whether more than so many seconds are left."""
        return self._end - time.monotonic() > seconds

    def within(self, seconds: float | None) -> float:
        """The shorter of a phase's own limit and what is left."""
        return self.left() if seconds is None else min(seconds, self.left())


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait is cut by the deadline: a peer that sends one octet at a time gains nothing."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        # The name, not the address, is what the certificate must be for.
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._deadline.within(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connects to the addresses given, whatever name is asked for."""

    def __init__(self, addresses: Sequence[str], deadline: Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        del host
        failure: Exception | None = None
        for address in self._addresses:
            try:
                stream = self._system.connect_tcp(address, port, self._deadline.within(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure or httpcore.ConnectError("no address")


class Exchange:
    """One GET. A context manager: the connection closes with it. No cookies, no proxy, no redirects, HTTP/1.1."""

    def __init__(self, addresses: Sequence[str], deadline: Deadline, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=1, keepalive_expiry=0, network_backend=_Backend(addresses, deadline)
        )

    def __enter__(self) -> Self:
        self._pool.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.close()

    def get(self, url: httpx.URL, headers: dict[str, str], timeouts: httpx.Timeout) -> tuple[int, httpx.Headers, Iterator[bytes]]:
        """Status, headers and the body as it comes over the wire, not yet decompressed."""
        request = httpx.Request("GET", url, headers=headers)
        response = self._pool.handle_request(
            httpcore.Request(
                "GET",
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions={"timeout": timeouts.as_dict()},
            )
        )
        return response.status, httpx.Headers(response.headers), iter(response.iter_stream())
