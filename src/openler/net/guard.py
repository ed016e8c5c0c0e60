"""Which addresses may be reached from here (ADR 0001, decision 10).

Addresses come out of documents that strangers hand us: a status list, a did:web, a link to verify. Without a guard they
could name this machine, its neighbours or the cloud's metadata service. What counts is the address really connected
to, not the name that was asked about: a name can answer differently the second time.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

from openler.errors import Malformed, Refused, Unavailable, declare

URL_MALFORMED = declare("net.url_malformed", by=__name__)
SCHEME_REFUSED = declare("net.scheme_refused", by=__name__)
ADDRESS_REFUSED = declare("net.address_refused", by=__name__)
NAME_UNKNOWN = declare("net.name_unknown", by=__name__)
NAME_TIMEOUT = declare("net.name_timeout", by=__name__)

MAX_URL = 2048
"""Longest address read, in characters."""
DEFAULT_PORTS = {"http": 80, "https": 443}

Resolve = Callable[[str, int], Sequence[str]]
"""A host name and port to IP addresses as text; raises OSError where there is none."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What IANA's special-purpose registries hold and Python 3.11's is_global does not rule out.
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "100::/64", "2001::/23", "3fff::/20", "5f00::/16", "fec0::/10")
)  # fmt: skip
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host (lower case) and port: what an operator lists to let an address through that would be refused."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> Self:
        """The origin of an address.

        :raises Malformed: ``net.url_malformed``
        :raises Refused: ``net.scheme_refused`` for anything but http and https
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise Malformed(URL_MALFORMED, seen=url[:200]) from None
        if parts.scheme not in DEFAULT_PORTS:
            raise Refused(SCHEME_REFUSED, scheme=parts.scheme[:20], url=url[:200])
        if not host or len(url) > MAX_URL or _odd(url, parts):
            raise Malformed(URL_MALFORMED, seen=url[:200])
        return cls(parts.scheme, host.lower().rstrip("."), port or DEFAULT_PORTS[parts.scheme])


def _odd(url: str, parts: SplitResult) -> bool:
    """Whether an address holds what different readers take apart differently: user names, backslashes, white space."""
    return "@" in parts.netloc or "\\" in url or any(character <= " " or character == "\x7f" for character in url)


def system_resolve(host: str, port: int) -> tuple[str, ...]:
    """Ask the system's resolver. :raises OSError: the name is not known"""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet, with IPv4 inside IPv6 unwrapped."""
    try:
        parsed: _Address = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if inner is None and parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(parsed.version == network.version and parsed in network for network in _SPECIAL):
        return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


class Guard:
    """Says which origins may be reached, and at which IP addresses.

    ``allowed`` are the origins the operator lists: they may use http and lie anywhere. ``resolve`` is for tests.
    """

    def __init__(self, allowed: Iterable[Origin] = (), *, resolve: Resolve = system_resolve) -> None:
        self._allowed = frozenset(allowed)
        self._resolve = resolve

    def origin(self, url: str) -> Origin:
        """The origin of an address, if it may be asked for at all.

        :raises Malformed: ``net.url_malformed``
        :raises Refused: ``net.scheme_refused``: https is needed
        """
        origin = Origin.parse(url)
        if origin.scheme != "https" and origin not in self._allowed:
            raise Refused(SCHEME_REFUSED, scheme=origin.scheme, url=url[:200])
        return origin

    def addresses(self, origin: Origin, *, seconds: float) -> tuple[str, ...]:
        """The IP addresses to connect to. One private address among public ones refuses them all.

        :raises Refused: ``net.address_refused``
        :raises Unavailable: ``net.name_unknown``, ``net.name_timeout``
        """
        found = self._look_up(origin, seconds)
        if not found:
            raise Unavailable(NAME_UNKNOWN, host=origin.host)
        if origin not in self._allowed and not all(is_public(address) for address in found):
            raise Refused(ADDRESS_REFUSED, host=origin.host, port=origin.port)
        return found

    def _look_up(self, origin: Origin, seconds: float) -> tuple[str, ...]:
        """Resolve within a time limit. The system's resolver takes none, so it is left behind in its thread."""
        answers: queue.SimpleQueue[tuple[str, ...] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(tuple(self._resolve(origin.host, origin.port)))
            except (OSError, ValueError) as error:  # UnicodeError, a ValueError, for names that IDNA refuses
                answers.put(error)

        threading.Thread(target=ask, daemon=True, name="resolve").start()
        try:
            answer = answers.get(timeout=max(seconds, 0))
        except queue.Empty:
            raise Unavailable(NAME_TIMEOUT, host=origin.host) from None
        if isinstance(answer, Exception):
            raise Unavailable(NAME_UNKNOWN, host=origin.host)
        return answer
