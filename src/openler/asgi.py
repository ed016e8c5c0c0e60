"""One HTTP service out of two faces: who asks for HTML gets a page, who asks for data gets data, at one address.

``openler serve`` names :func:`application` by import string, so that each server process makes its own. Around both
faces stand the limits that hold for any request: size, rate and the security headers.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openler import bootstrap
from openler.api.app import create as create_api
from openler.errors import OpenlerError, RateLimited, TooLarge, declare
from openler.problems import MEDIA_TYPE, problem
from openler.web.app import create as create_web

BODY_TOO_LARGE = declare("http.body_too_large", by=__name__)
RATE_LIMITED = declare("http.rate_limited", by=__name__)

MAX_BODY_ANONYMOUS = 12 * 1024 * 1024
"""An uploaded image of 10 MB with its form around it; what is pasted or posted as JSON is held to 1 MB by its action."""
MAX_BODY_TOKEN = 64 * 1024 * 1024
MAX_BODY_JOB = 2 * 1024 * 1024 * 1024
"""A job's documents, which go to the disk as they come, once the token was found good."""
JOB_SUFFIX = "/publish_jobs"
DATA_SUFFIXES = (".jsonld", ".ttl", ".nq", ".nt")
RATE_PER_SECOND = 50.0
RATE_BURST = 200.0
MAX_CLIENTS = 10_000

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}


def prefers_html(accept: str) -> bool:
    """Whether an Accept header asks for a page rather than data (RFC 9110 section 12.5.1, by quality then order)."""
    best, html = 0.0, -1.0
    for part in accept.split(",")[:32]:
        media_type, _, parameters = part.strip().partition(";")
        quality = 1.0
        for parameter in parameters.split(";"):
            name, _, value = parameter.strip().partition("=")
            if name == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if media_type in {"text/html", "application/xhtml+xml"}:
            html = max(html, quality)
        elif media_type not in {"*/*", ""}:
            best = max(best, quality)
    return html > 0 and html >= best


def serves(routes: Iterable[BaseRoute], scope: Scope) -> bool:
    """Whether one of the routes answers this path, by whatever method."""
    return any(route.matches(scope)[0] is not Match.NONE for route in routes)


class Faces:
    """Chooses between the face for people and the face for machines."""

    def __init__(self, pages: Any, machine: Any) -> None:
        self._pages = pages
        self._machine = machine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._machine(scope, receive, send)
            return
        # An address with a data form's suffix asks for that form, whatever a browser says that it likes.
        html = not scope["path"].endswith(DATA_SUFFIXES) and prefers_html(Headers(scope=scope).get("accept", ""))
        first, second = (self._pages, self._machine) if html else (self._machine, self._pages)
        chosen = first if serves(first.routes, scope) or not serves(second.routes, scope) else second
        await chosen(scope, receive, send)


class Limits:
    """Refuses what is too large or too frequent, and adds the headers that every answer carries."""

    def __init__(self, inner: ASGIApp, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._inner = inner
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = _limit(scope["path"], authorized="authorization" in headers)
        body = _Body(receive, limit)

        async def with_headers(message: Message) -> None:
            if body.exceeded:
                return  # whatever was made of the part that was read is not the answer
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
            await send(message)

        client = scope.get("client") or ("unknown", 0)
        if not self._admit(client[0]):
            await _refuse(with_headers, RateLimited(RATE_LIMITED, rate=int(RATE_PER_SECOND)), {"retry-after": "1"})
            return
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            await _refuse(with_headers, TooLarge(BODY_TOO_LARGE, size=declared[:20], limit=limit), {"connection": "close"})
            return
        await self._inner(scope, body.receive, with_headers)
        if body.exceeded:
            body.exceeded = False
            await _refuse(with_headers, TooLarge(BODY_TOO_LARGE, size=f"more than {limit}", limit=limit), {"connection": "close"})

    def _admit(self, client: str) -> bool:
        now = self._clock()
        bucket = self._buckets.pop(client, None) or _Bucket(RATE_BURST, now)
        bucket.tokens = min(RATE_BURST, bucket.tokens + (now - bucket.seen) * RATE_PER_SECOND)
        bucket.seen = now
        self._buckets[client] = bucket
        while len(self._buckets) > MAX_CLIENTS:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True


def _limit(path: str, *, authorized: bool) -> int:
    if not authorized:
        return MAX_BODY_ANONYMOUS
    return MAX_BODY_JOB if path.endswith(JOB_SUFFIX) else MAX_BODY_TOKEN


@dataclass(slots=True)
class _Bucket:
    tokens: float
    seen: float


class _Body:
    """A request's body, read no further than ``limit`` bytes, however long it said it was."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.exceeded = False
        self._receive = receive
        self._limit = limit
        self._read = 0

    async def receive(self) -> Message:
        """The next message. :raises TooLarge: ``http.body_too_large``"""
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self._limit:
                self.exceeded = True
                raise TooLarge(BODY_TOO_LARGE, size=f"more than {self._limit}", limit=self._limit)
        return message


async def _refuse(send: Send, error: OpenlerError, headers: dict[str, str]) -> None:
    told = problem(error)
    raw = [(b"content-type", MEDIA_TYPE.encode()), *((name.encode(), value.encode()) for name, value in headers.items())]
    await send({"type": "http.response.start", "status": told["status"], "headers": raw})
    await send({"type": "http.response.body", "body": orjson.dumps(told)})


class Closing:
    """Closes what the service stands on when the server says that it stops (ASGI lifespan protocol)."""

    def __init__(self, inner: ASGIApp, close: Callable[[], None]) -> None:
        self._inner = inner
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the service's life."""
        if scope["type"] != "lifespan":
            await self._inner(scope, receive, send)
            return

        async def closing(message: Message) -> None:
            # Before the server is told that all is done: once it knows, it may end the process under our feet.
            if message["type"].startswith("lifespan.shutdown"):
                await run_in_threadpool(self._close)
            await send(message)

        await self._inner(scope, receive, closing)


def application() -> ASGIApp:
    """The service, over the data directory that the settings name."""
    ports, close = bootstrap.serve_ports()
    return Closing(Limits(GZipMiddleware(Faces(create_web(ports), create_api(ports)), minimum_size=1024)), close)
