"""Whether a statement of Open Badges 2 is by whom it says: an assertion, or an endorsement.

A hosted one is believed because its issuer's host serves it (section 5.1), a signed one by a key that the issuer's profile
lists (section 5.2). The profile is always the one at its own address: what a statement says about its issuer proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from openler.credentials import badge2keys, openbadges2
from openler.credentials.evidence import Evidence, Kind, Need
from openler.credentials.faults import CannotCheck
from openler.credentials.openbadges2 import MAX_ASSERTION, Assertion
from openler.credentials.proofcheck import ISSUER_KEY_NOT_CHECKED, PROOF_MISSING, Finding, found_by
from openler.credentials.report import Outcome
from openler.credentials.shapes import is_url, listed
from openler.errors import Malformed, OpenlerError, declare

HOSTED = declare("credentials.badge2_hosted", by=__name__)
HOSTED_DIFFERS = declare("credentials.badge2_hosted_differs", by=__name__)
HOSTED_OTHER = declare("credentials.badge2_hosted_other", by=__name__)
HOST_ISSUERS = declare("credentials.badge2_host_issuers", by=__name__)
HOST_OTHER = declare("credentials.badge2_host_other", by=__name__)
ISSUER_NOT_NAMED = declare("credentials.badge2_issuer_not_named", by=__name__)
ISSUER_NOT_WEB = declare("credentials.badge2_issuer_not_web", by=__name__)
PROFILE_OTHER = declare("credentials.badge2_profile_other", by=__name__)
SIGNED_BY_KEY = declare("credentials.badge2_signed", by=__name__)
KEY_LISTED = declare("credentials.badge2_key_listed", by=__name__)
KEY_NOT_LISTED = declare("credentials.badge2_key_not_listed", by=__name__)
PART_UNREADABLE = declare("credentials.badge2_part_unreadable", by=__name__)

MAX_REVOCATIONS = 8 * 1024 * 1024
"""Largest revocation list read, in bytes."""
_ACCEPT = "application/ld+json, application/json"
_WEB = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Statement:
    """An assertion or an endorsement, as it was brought and as it counts.

    ``document`` is what counts: the hosted copy or what was signed, None where it could not be had. ``issuer`` is the address
    of the profile of who says it, ``issuer_at`` the place where that is named. ``compared`` are the members in which what was
    brought and the hosted copy must agree.
    """

    brought: Assertion
    document: Mapping[str, Any] | None
    issuer: str | None
    issuer_at: str
    compared: tuple[str, ...]


def need(url: object, limit: int = MAX_ASSERTION) -> Iterator[Need]:
    """One address to read. Old ones are http; they are read over https first, which the same host mostly serves by now."""
    if is_web(url):
        secure = "https" + url.removeprefix("http") if url.startswith("http://") else url
        yield Need(Kind.BADGE, url, tuple(dict.fromkeys((secure, url))), _ACCEPT, limit)


def needs(said: Statement, held: Evidence) -> Iterator[Need]:
    """What is to be read to know whether a statement is by its issuer and still stands: step by step, as it is found."""
    if said.brought.form == "hosted":
        yield from need(said.brought.url)
    yield from need(said.issuer)
    issuer = fetched(held, said.issuer)
    if issuer is None or said.brought.form == "hosted":
        return
    yield from need(openbadges2.verification(said.document or {}).get("creator"))
    for url in badge2keys.listed_urls(issuer):
        yield from need(url)
    yield from need(issuer.get("revocationList"), MAX_REVOCATIONS)


def is_web(url: object) -> TypeGuard[str]:
    """Whether something is an address on the web."""
    return isinstance(url, str) and is_url(url) and urlsplit(url).scheme in _WEB


def address(stated: object) -> str | None:
    """The address of what is named by it, or stands there whole."""
    named = stated.get("id") if isinstance(stated, Mapping) else stated
    return named if isinstance(named, str) else None


def fetched(held: Evidence, url: object) -> Mapping[str, Any] | None:
    """The JSON object that was found at an address, None where there is none."""
    try:
        found = held.json(Kind.BADGE, str(url))
    except CannotCheck:
        return None
    return found if isinstance(found, Mapping) else None


def part(held: Evidence, url: object, place: str) -> Mapping[str, Any]:
    """A part that has to be there. :raises CannotCheck: it is not, and why"""
    found = held.json(Kind.BADGE, str(url))
    if not isinstance(found, Mapping):
        raise CannotCheck(PART_UNREADABLE, place=place, url=str(url)[:200])
    return found


def profile(said: Statement, held: Evidence) -> Mapping[str, Any]:
    """The issuer's profile from its own address, about itself.

    :raises CannotCheck: it has no address, or could not be read there
    :raises Malformed: ``credentials.badge2_profile_other``: what lies there is about somebody else
    """
    url, place = said.issuer, said.issuer_at
    if url is None:
        raise CannotCheck(ISSUER_NOT_NAMED, place=place)
    if not is_web(url):
        raise CannotCheck(ISSUER_NOT_WEB, place=place, seen=url[:80])
    found = part(held, url, place)
    if found.get("id") != url:
        raise Malformed(PROFILE_OTHER, place=place, url=url[:200], seen=str(found.get("id"))[:80])
    return found


def check(said: Statement, held: Evidence) -> tuple[Finding, Finding]:
    """The checks of proof and of issuer's key."""
    return _hosted(said, held) if said.brought.form == "hosted" else _signed(said, held)


def _hosted(said: Statement, held: Evidence) -> tuple[Finding, Finding]:
    """Whether it lies at its address as it was brought, and whether its issuer says that its statements lie there."""
    url, brought = said.brought.url, said.brought.document
    try:
        if url is None or not is_web(url):
            raise Malformed(openbadges2.NO_ADDRESS, place="/id", seen=str(url)[:80])
        there = part(held, url, "/id")
        if there.get("id") != url:
            raise Malformed(HOSTED_OTHER, place="/id", url=url[:200], seen=str(there.get("id"))[:80])
        for name in said.compared if brought is not None and there.get("revoked") is not True else ():
            if not _alike(there.get(name), (brought or {}).get(name)):
                raise Malformed(HOSTED_DIFFERS, place=f"/{name}", url=url[:200], name=name)
        proof = Finding(Outcome.PASSED, HOSTED, {"url": url[:200]}, "/id")
    except OpenlerError as error:
        proof = found_by(error, "/id")
    try:
        issuer = profile(said, held)
        host = urlsplit(str(url)).hostname or "?"
        if not _scope(issuer)(str(url)):
            raise Malformed(HOST_OTHER, place="/id", host=host[:80], issuer=str(issuer.get("id"))[:200])
        key = Finding(Outcome.PASSED, HOST_ISSUERS, {"host": host}, said.issuer_at)
    except OpenlerError as error:
        key = found_by(error, said.issuer_at)
    return proof, key


def _alike(one: object, other: object) -> bool:
    """Whether two copies say the same; where one has a part whole that the other names, both must mean the same address."""
    if isinstance(one, str) != isinstance(other, str):
        return address(one) == address(other) is not None
    return one == other


def _scope(issuer: Mapping[str, Any]) -> Callable[[str], bool]:
    """Which addresses an issuer's statements may lie at (section 4.3.3): what its profile lists, or its own host."""
    stated = issuer.get("verification")
    said = stated if isinstance(stated, Mapping) else {}
    starts = [each for each in listed(said.get("startsWith")) if isinstance(each, str) and each]
    hosts = {_host(each) for each in listed(said.get("allowedOrigins")) if isinstance(each, str)}
    own = urlsplit(str(issuer.get("id")))

    def within(url: str) -> bool:
        parts = urlsplit(url)
        if starts and not any(_below(url, start) for start in starts):
            return False
        if hosts:
            return parts.hostname in hosts
        # Hosts, not schemes: an old http address is read over https, at the same host.
        return bool(starts) or (bool(own.netloc) and parts.netloc.lower() == own.netloc.lower())

    return within


def _below(url: str, start: str) -> bool:
    """Whether an address lies below another: the same origin, and a path that begins alike."""
    one, other = urlsplit(url), urlsplit(start)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc) and bool(other.netloc) and url.startswith(start)


def _host(origin: str) -> str | None:
    return urlsplit(origin if "://" in origin else f"https://{origin}").hostname


def _signed(said: Statement, held: Evidence) -> tuple[Finding, Finding]:
    """Whether the JWS is by the key it names, and whether the issuer's profile lists that key as its own."""
    unchecked = Finding(Outcome.UNKNOWN, ISSUER_KEY_NOT_CHECKED, {}, "/verification/creator")
    jws = said.brought.jws
    try:
        if jws is None:
            raise Malformed(PROOF_MISSING)
        issuer = profile(said, held)
        named = openbadges2.verification(said.brought.document or {}).get("creator")
        key = badge2keys.find(issuer, named, lambda url: part(held, url, "/verification/creator"))
        jws.verify(key.public)
    except OpenlerError as error:
        return found_by(error, "/verification"), unchecked
    proof = Finding(Outcome.PASSED, SIGNED_BY_KEY, {"algorithm": jws.algorithm}, "/verification")
    if not key.listed or key.owner not in {None, issuer.get("id")}:
        return proof, Finding(Outcome.FAILED, KEY_NOT_LISTED, {"key": key.name[:200]}, "/verification/creator")
    return proof, Finding(Outcome.PASSED, KEY_LISTED, {"key": key.name[:200]}, "/verification/creator")
