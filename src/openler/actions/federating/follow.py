"""Whom this registry follows: add, list, remove; and what is in conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from openler.access.audit import AuditEvent
from openler.actions.federating.follow_pull import UNKNOWN
from openler.actions.federating.follow_read import peer_at, read_head
from openler.actions.follow_ports import Disagreement, Follow
from openler.actions.ports import Ports
from openler.actions.registry.registry_key import registry_did
from openler.ctdl.terms import terms
from openler.errors import Conflict, Misused, NotFound, declare

KNOWN = declare("follow.known", by=__name__)
ITSELF = declare("follow.itself", by=__name__)
URL_MALFORMED = declare("follow.url_malformed", by=__name__)
TYPE_UNKNOWN = declare("follow.type_unknown", by=__name__)

PAGE = 1_000
MAX_URL = 400


def add_follow(ports: Ports, url: str, *, actor: str, types: Sequence[str] = (), mirror: bool = False, signed: bool = True) -> Follow:
    """Follow the registry at an address. It is asked for its signed head at once, unless it is known to sign nothing.

    :raises Misused: ``follow.url_malformed``, ``follow.itself``, ``follow.type_unknown``
    :raises Conflict: ``follow.known``
    :raises Refused: ``follow.no_proofs``, ``follow.unconfirmed``; the address may not be read from here
    :raises Malformed: what it answers is no signed head of its own
    :raises Unavailable: it does not answer
    """
    base = address(url)
    if base == ports.base_url.rstrip("/"):
        raise Misused(ITSELF, place="URL", url=base)
    for one in types:
        if not terms().is_class(one):
            raise Misused(TYPE_UNKNOWN, place="--types", seen=one[:80])
    if any(one.url == base for one in ports.store.follows()):
        raise Conflict(KNOWN, place=base, url=base)
    registry = base
    if signed:
        peer = peer_at(ports, base)
        if peer.did == registry_did(ports):
            raise Misused(ITSELF, place="URL", url=base)
        read_head(ports, peer)
        registry = str(peer.did)
    now = ports.clock.now()
    follow = Follow(base, registry, now, tuple(types), mirror=mirror, signed=signed)
    details: dict[str, str | int] = {"url": base, "mirror": int(mirror), "signed": int(signed), "types": ", ".join(types)}
    ports.store.keep_follow(follow, event=AuditEvent("registry:follow:add", actor, now, details))
    return follow


def remove_follow(ports: Ports, url: str, *, actor: str) -> None:
    """Follow a registry no longer. What came from it stays, with its origin. :raises NotFound: ``follow.unknown``"""
    base, now = address(url), ports.clock.now()
    if not ports.store.drop_follow(base, event=AuditEvent("registry:follow:remove", actor, now, {"url": base})):
        raise NotFound(UNKNOWN, place=base, url=base)


def followed(ports: Ports) -> tuple[Follow, ...]:
    """All registries that are followed."""
    return ports.store.follows()


def conflicts(ports: Ports) -> Iterator[Disagreement]:
    """Everything about which registries differ, in order of CTID."""
    after = None
    while page := ports.store.disagreements(after=after, limit=PAGE):
        yield from page
        after = (page[-1].ctid, page[-1].registry)


def address(url: str) -> str:
    """A registry's address without its final slash. :raises Misused: ``follow.url_malformed``"""
    base = url.strip().rstrip("/")
    try:
        parts = urlsplit(base)
        host = parts.hostname
    except ValueError:
        host = None
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or parts.username or len(base) > MAX_URL:
        raise Misused(URL_MALFORMED, place="URL", seen=url[:80])
    return base
