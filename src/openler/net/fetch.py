"""The Fetch port: GET under guard, with caps on size, time and redirects."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus

import httpcore
import httpx

from openler.actions.ports import Fetched
from openler.errors import Malformed, OpenlerError, TooLarge, Unavailable, declare
from openler.net.body import ACCEPT_ENCODING, TOO_LARGE, read_body
from openler.net.cache import Cache
from openler.net.guard import URL_MALFORMED, Guard, Origin, Resolve, system_resolve
from openler.net.transport import Deadline, Exchange

UNREACHABLE = declare("net.unreachable", by=__name__)
TIMEOUT = declare("net.timeout", by=__name__)
TLS_FAILED = declare("net.tls_failed", by=__name__)
BAD_ANSWER = declare("net.bad_answer", by=__name__)
TOO_MANY_REDIRECTS = declare("net.too_many_redirects", by=__name__)

DEFAULT_LIMIT = 10 * 1024 * 1024
"""Largest body read where the caller names no limit: that of an image."""
MAX_REDIRECTS = 5
MAX_WAITS = 3
"""How often one request waits where it is told to come back later (429, RFC 6585)."""
MAX_WAIT_SECONDS = 5
"""The longest of these waits; who asks for more gets none, and the 429 is the answer."""
TOTAL_SECONDS = 20.0
"""Everything together: names, connections, redirects, body."""
PHASE_SECONDS = 8.0
"""Each wait of its own: a name, a connection, one read."""

_REDIRECTS = frozenset({
    HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT,
})  # fmt: skip


class GuardedFetch:
    """Reads addresses for strangers' documents, so that nobody can make us read our own (:mod:`openler.net.guard`).

    ``allowed`` lists origins that may be http and may lie on private addresses. ``cache_seconds`` keeps successful
    answers; leave it at 0 where an answer must be today's (a status list that was just changed). ``tls`` and
    ``resolve`` are for tests and for operators with a certificate authority of their own; ``wait`` is for tests.
    """

    def __init__(
        self,
        allowed: Iterable[Origin | str] = (),
        *,
        cache_seconds: float = 0,
        total_seconds: float = TOTAL_SECONDS,
        phase_seconds: float = PHASE_SECONDS,
        user_agent: str = "openler",
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = system_resolve,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        origins = (Origin.parse(entry) if isinstance(entry, str) else entry for entry in allowed)
        self._guard = Guard(origins, resolve=resolve)
        self._cache = Cache(cache_seconds)
        self._total_seconds = total_seconds
        self._phase_seconds = phase_seconds
        self._user_agent = user_agent
        self._wait = wait
        self._tls = tls or httpx.create_ssl_context(trust_env=False)

    def get(self, url: str, *, accept: str = "*/*", limit: int | None = None) -> Fetched:
        """Read an address, at most ``limit`` bytes after decompression; any HTTP status is returned.

        Where the answer is to come back in a few seconds (429), it is waited for, within the time that everything together has.

        :raises Malformed: ``net.url_malformed``
        :raises Refused: ``net.scheme_refused``, ``net.address_refused``, on any hop
        :raises TooLarge: ``net.too_large``
        :raises Unavailable: ``net.unreachable``, ``.timeout``, ``.name_unknown``, ``.name_timeout``, ``.tls_failed``,
            ``.bad_answer``, ``.bad_encoding``, ``.too_many_redirects``
        """
        most = DEFAULT_LIMIT if limit is None else limit
        answer = self._cache.get(url, accept)
        if answer is None:
            answer = self._follow(url, accept, most)
            if answer.status == HTTPStatus.OK:
                self._cache.put(url, accept, answer)
        elif len(answer.body) > most:
            raise TooLarge(TOO_LARGE, url=url[:200], size=len(answer.body), limit=most)
        return answer

    def _follow(self, url: str, accept: str, limit: int) -> Fetched:
        deadline = Deadline(self._total_seconds)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._patient(url, accept, limit, deadline)
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                return answer
            try:
                url = str(httpx.URL(url).join(location).copy_with(fragment=None))
            except (httpx.InvalidURL, ValueError):
                raise Unavailable(BAD_ANSWER, url=url[:200]) from None
        raise Unavailable(TOO_MANY_REDIRECTS, url=url[:200], limit=MAX_REDIRECTS)

    def _patient(self, url: str, accept: str, limit: int, deadline: Deadline) -> Fetched:
        for _ in range(MAX_WAITS):
            answer = self._hop(url, accept, limit, deadline)
            after = answer.headers.get("retry-after", "")
            told = int(after) if after.isascii() and after.isdigit() and len(after) <= len(str(MAX_WAIT_SECONDS)) else None
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS or told is None or told > MAX_WAIT_SECONDS or not deadline.leaves(told):
                return answer
            self._wait(told)
        return self._hop(url, accept, limit, deadline)

    def _hop(self, url: str, accept: str, limit: int, deadline: Deadline) -> Fetched:
        """One request. Whatever goes wrong below leaves as one of our errors."""
        try:
            return self._ask(url, accept, limit, deadline)
        except OpenlerError:
            raise
        except httpx.InvalidURL:
            raise Malformed(URL_MALFORMED, seen=url[:200]) from None
        except httpcore.TimeoutException:
            raise Unavailable(TIMEOUT, url=url[:200], seconds=self._total_seconds) from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            raise Unavailable(BAD_ANSWER, url=url[:200]) from None
        except (httpcore.NetworkError, OSError) as error:
            code = TLS_FAILED if _is_tls(error) else UNREACHABLE
            raise Unavailable(code, url=url[:200]) from None
        except Exception as error:
            # The port promises its own errors only, whatever a stranger's server provokes in the layers below.
            raise Unavailable(UNREACHABLE, url=url[:200], reason=type(error).__name__) from error

    def _ask(self, url: str, accept: str, limit: int, deadline: Deadline) -> Fetched:
        origin = self._guard.origin(url)
        target = httpx.URL(url).copy_with(fragment=None)
        # Two readers of one address must agree on where it leads, or the guard checked another place than is asked.
        if Origin.parse(str(target)) != origin:
            raise Malformed(URL_MALFORMED, seen=url[:200])
        addresses = self._guard.addresses(origin, seconds=deadline.within(self._phase_seconds))
        headers = {"accept": accept, "accept-encoding": ACCEPT_ENCODING, "user-agent": self._user_agent, "connection": "close"}
        with Exchange(addresses, deadline, self._tls) as exchange:
            status, received, chunks = exchange.get(target, headers, httpx.Timeout(self._phase_seconds))
            body = read_body(
                chunks,
                encoding=received.get("content-encoding", ""),
                declared=received.get("content-length", ""),
                limit=limit,
                url=url,
            )
        media_type = received.get("content-type", "").partition(";")[0].strip().lower()
        return Fetched(url=str(target), status=status, media_type=media_type, body=body, headers=dict(received))


def _is_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
