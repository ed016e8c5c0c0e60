"""The verdict on an Open Badges 2 assertion: the same report and the same checks as for a verifiable credential.

A hosted badge is believed because its issuer's host serves it; so what counts is the copy at its address, read now, and
whether that address lies where the issuer's profile says that its assertions lie (section 5.1). A signed one is believed
by a key that the profile lists (section 5.2). The profile is always the one at its own address: what a badge says about
its issuer proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from openler.credentials import badge2keys, dids, openbadges2, parties, schemacheck, standing
from openler.credentials.evidence import MAX_RESOURCE, Evidence, Kind, Need, described
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential, read_credential
from openler.credentials.openbadges2 import MAX_ASSERTION, Assertion, Parts
from openler.credentials.policy import Policy
from openler.credentials.proofcheck import ISSUER_KEY_NOT_CHECKED, PROOF_MISSING, Finding, found_by
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.credentials.shapes import Shape, is_url, listed
from openler.credentials.verify import SHAPE_SOUND, Check
from openler.errors import Malformed, OpenlerError, declare

HOSTED = declare("credentials.badge2_hosted", by=__name__)
HOSTED_DIFFERS = declare("credentials.badge2_hosted_differs", by=__name__)
HOSTED_OTHER = declare("credentials.badge2_hosted_other", by=__name__)
NOT_HOSTED = declare("credentials.badge2_not_hosted", by=__name__)
HOST_ISSUERS = declare("credentials.badge2_host_issuers", by=__name__)
HOST_OTHER = declare("credentials.badge2_host_other", by=__name__)
ISSUER_NOT_WEB = declare("credentials.badge2_issuer_not_web", by=__name__)
PROFILE_OTHER = declare("credentials.badge2_profile_other", by=__name__)
SIGNED_BY_KEY = declare("credentials.badge2_signed", by=__name__)
KEY_LISTED = declare("credentials.badge2_key_listed", by=__name__)
KEY_NOT_LISTED = declare("credentials.badge2_key_not_listed", by=__name__)
NO_LONGER_HOSTED = declare("credentials.badge2_gone", by=__name__)
REVOKED = declare("credentials.badge2_revoked", by=__name__)
STANDING = declare("credentials.badge2_standing", by=__name__)
NO_REVOCATION_LIST = declare("credentials.badge2_no_revocation_list", by=__name__)
CARRIED_OVER = declare("credentials.badge2_carried_over", by=__name__)
PART_UNREADABLE = declare("credentials.badge2_part_unreadable", by=__name__)

MAX_REVOCATIONS = 8 * 1024 * 1024
"""Largest revocation list read, in bytes."""
_ACCEPT = "application/ld+json, application/json"
_GONE = "410"
_COMPARED = ("id", "recipient", "badge", "issuedOn", "expires")


def needs(
    brought: Assertion,
    held: Evidence | None = None,
    *,
    plain_origins: frozenset[str] = frozenset(),
    methods: Mapping[str, dids.Method] = dids.METHODS,
) -> tuple[Need, ...]:
    """What is still to be fetched, as :func:`openler.credentials.evidence.needs` says for credentials.

    Old badges have http addresses; they are read over https first, which the same host mostly serves by now.
    """
    del plain_origins, methods
    found = held or Evidence()
    wanted = {(need.kind, need.key): need for need in _wanted(brought, found) if found.find(need.kind, need.key) is None}
    return tuple(wanted.values())


def _wanted(brought: Assertion, held: Evidence) -> Iterator[Need]:
    parts = gathered(brought, held)
    for url in (brought.url if brought.form == "hosted" else None, (parts.assertion or {}).get("badge"), _issuer_url(parts)):
        yield from _need(url, MAX_ASSERTION)
    if parts.issuer is None:
        return
    if brought.form == "signed":
        yield from _need(openbadges2.verification(parts.assertion or {}).get("creator"), MAX_ASSERTION)
        for url in badge2keys.listed_urls(parts.issuer):
            yield from _need(url, MAX_ASSERTION)
        yield from _need(parts.issuer.get("revocationList"), MAX_REVOCATIONS)
    for ctid, url in described(carried(parts).achievements):
        yield Need(Kind.RESOURCE, ctid, (url,), "application/ld+json, application/json", MAX_RESOURCE)


def _need(url: object, limit: int) -> Iterator[Need]:
    if isinstance(url, str) and is_url(url) and urlsplit(url).scheme in {"http", "https"}:
        secure = "https" + url.removeprefix("http") if url.startswith("http://") else url
        yield Need(Kind.BADGE, url, tuple(dict.fromkeys((secure, url))), _ACCEPT, limit)


def gathered(brought: Assertion, held: Evidence) -> Parts:
    """The assertion that counts (the hosted copy, or what was signed), its badge class and its issuer, as far as they are there."""
    assertion = (_object(held, brought.url) if brought.form == "hosted" else None) or brought.document
    if assertion is not None and assertion.get("revoked") is True:
        # A withdrawn badge is often served as little more than that word; what it was is told by the copy that was brought.
        assertion = {**(brought.document or {}), **assertion}
    stated = (assertion or {}).get("badge")
    badge = stated if isinstance(stated, Mapping) else _object(held, stated)
    parts = Parts(assertion, badge)
    return Parts(assertion, badge, _object(held, _issuer_url(parts)))


def _issuer_url(parts: Parts) -> str | None:
    stated = (parts.badge or {}).get("issuer")
    named = stated.get("id") if isinstance(stated, Mapping) else stated
    return named if isinstance(named, str) else None


def _object(held: Evidence, url: object) -> Mapping[str, Any] | None:
    try:
        found = held.json(Kind.BADGE, str(url))
    except CannotCheck:
        return None
    return found if isinstance(found, Mapping) else None


def carried(parts: Parts) -> Credential:
    """The badge as version 3 would say it, read."""
    return read_credential(openbadges2.as_achievement_credential(parts))


def verify(brought: Assertion, evidence: Evidence, policy: Policy, now: datetime, checks: Sequence[Check] = ()) -> Report:
    """Judge an assertion. ``checks`` are given the badge carried over, as an unsigned credential of version 3."""
    parts = gathered(brought, evidence)
    read = carried(parts)
    proof, key = _hosted(brought, parts, evidence) if brought.form == "hosted" else _signed(brought, parts, evidence)
    found = {
        "shape": _shape(parts, evidence),
        "schema": Finding(Outcome.NOT_APPLICABLE, schemacheck.SCHEMA_NONE, {}),
        "proof": proof,
        "issuer_key": key,
        "issuer_trust": parties.issuer(read, policy),
        "validity_period": _period(parts, read, now),
        "status": _status(brought, parts, evidence),
        "holder_binding": parties.bearer(read, policy),
    }
    results = [CheckResult(name, policy.weight(name), each.outcome, each.code, each.parameters, each.path) for name, each in found.items()]
    told = CheckResult("carried_over", Weight.INFORMING, Outcome.PASSED, CARRIED_OVER)
    return Report((*results, *(check(read, evidence, now) for check in checks), told), read.id)


def _part(held: Evidence, url: object, place: str) -> Mapping[str, Any]:
    """A part that has to be there. :raises CannotCheck: it is not, and why"""
    found = held.json(Kind.BADGE, str(url))
    if not isinstance(found, Mapping):
        raise CannotCheck(PART_UNREADABLE, place=place, url=str(url)[:200])
    return found


def _shape(parts: Parts, held: Evidence) -> Finding:
    """Faults of what is there first; then, that a part is not there."""
    shape = Shape()
    if parts.assertion is not None:
        openbadges2.check(shape, parts)
    if shape.faults:
        fault = shape.faults[0]
        return Finding(Outcome.FAILED, fault.code, {**fault.parameters, "count": len(shape.faults)}, fault.path)
    try:
        if parts.badge is None and parts.assertion is not None:
            _part(held, parts.assertion.get("badge"), "/badge")
        if parts.issuer is None and parts.badge is not None:
            _profile(parts, held)
    except OpenlerError as error:
        return found_by(error)
    return Finding(Outcome.PASSED, SHAPE_SOUND, {}) if parts.assertion is not None else Finding(Outcome.UNKNOWN, NOT_HOSTED, {})


def _profile(parts: Parts, held: Evidence) -> Mapping[str, Any]:
    """The issuer's profile from its own address, about itself.

    :raises CannotCheck: it has no address, or could not be read there
    :raises Malformed: ``credentials.badge2_profile_other``: what lies there is about somebody else
    """
    url = _issuer_url(parts)
    if url is None or urlsplit(url).scheme not in {"http", "https"}:
        raise CannotCheck(ISSUER_NOT_WEB, place="/badge/issuer", seen=str(url)[:80])
    found = _part(held, url, "/badge/issuer")
    if found.get("id") != url:
        raise Malformed(PROFILE_OTHER, place="/badge/issuer", url=url[:200], seen=str(found.get("id"))[:80])
    return found


def _hosted(brought: Assertion, parts: Parts, held: Evidence) -> tuple[Finding, Finding]:
    """Whether the badge lies at its address as it was brought, and whether its issuer says that its badges lie there."""
    url = brought.url
    try:
        if url is None or urlsplit(url).scheme not in {"http", "https"}:
            raise Malformed(openbadges2.NO_ADDRESS, place="/id", seen=str(url)[:80])
        there = _part(held, url, "/id")
        if there.get("id") != url:
            raise Malformed(HOSTED_OTHER, place="/id", url=url[:200], seen=str(there.get("id"))[:80])
        for name in _COMPARED if brought.document is not None and there.get("revoked") is not True else ():
            if there.get(name) != (brought.document or {}).get(name):
                raise Malformed(HOSTED_DIFFERS, place=f"/{name}", url=url[:200], name=name)
        proof = Finding(Outcome.PASSED, HOSTED, {"url": url[:200]}, "/id")
    except OpenlerError as error:
        proof = found_by(error, "/id")
    try:
        issuer = _profile(parts, held)
        scope = _scope(issuer)
        host = urlsplit(str(url)).hostname or "?"
        if not scope(str(url)):
            raise Malformed(HOST_OTHER, place="/id", host=host[:80], issuer=str(issuer.get("id"))[:200])
        key = Finding(Outcome.PASSED, HOST_ISSUERS, {"host": host}, "/badge/issuer")
    except OpenlerError as error:
        key = found_by(error, "/badge/issuer")
    return proof, key


def _scope(issuer: Mapping[str, Any]) -> Callable[[str], bool]:
    """Which addresses an issuer's assertions may lie at (section 4.3.3): what its profile lists, or its own host."""
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


def _signed(brought: Assertion, parts: Parts, held: Evidence) -> tuple[Finding, Finding]:
    """Whether the JWS is by the key it names, and whether the issuer's profile lists that key as its own."""
    unchecked = Finding(Outcome.UNKNOWN, ISSUER_KEY_NOT_CHECKED, {}, "/verification/creator")
    try:
        if brought.jws is None:
            raise Malformed(PROOF_MISSING)
        issuer = _profile(parts, held)
        named = openbadges2.verification(brought.document or {}).get("creator")
        key = badge2keys.find(issuer, named, lambda url: _part(held, url, "/verification/creator"))
        brought.jws.verify(key.public)
    except OpenlerError as error:
        return found_by(error, "/verification"), unchecked
    proof = Finding(Outcome.PASSED, SIGNED_BY_KEY, {"algorithm": brought.jws.algorithm}, "/verification")
    if not key.listed or key.owner not in {None, issuer.get("id")}:
        return proof, Finding(Outcome.FAILED, KEY_NOT_LISTED, {"key": key.name[:200]}, "/verification/creator")
    return proof, Finding(Outcome.PASSED, KEY_LISTED, {"key": key.name[:200]}, "/verification/creator")


def _period(parts: Parts, read: Credential, now: datetime) -> Finding:
    if parts.assertion is None:
        return Finding(Outcome.UNKNOWN, standing.PERIOD_NOT_STATED, {})
    found = standing.period(read, now)
    places = {"/validFrom": "/issuedOn", "/validUntil": "/expires"}
    return Finding(found.outcome, found.code, found.parameters, places.get(found.path or "", found.path))


def _status(brought: Assertion, parts: Parts, held: Evidence) -> Finding:
    """Revoked: the assertion says so, its address answers 410 Gone, or the issuer's revocation list names it."""
    if parts.assertion is not None and parts.assertion.get("revoked") is True:
        reason = str(parts.assertion.get("revocationReason") or "?")[:200]
        return Finding(Outcome.FAILED, REVOKED, {"reason": reason}, "/revoked")
    place = "/id" if brought.form == "hosted" else "/badge/issuer/revocationList"
    try:
        return _still_hosted(brought, held) if brought.form == "hosted" else _not_listed(parts, held)
    except OpenlerError as error:
        # Whatever is wrong with where the status is kept, it tells nothing either way.
        return Finding(Outcome.UNKNOWN, error.code, error.parameters, place)


def _still_hosted(brought: Assertion, held: Evidence) -> Finding:
    item = held.find(Kind.BADGE, str(brought.url))
    if item is not None and item.body is None and str(item.parameters.get("status")) == _GONE:
        return Finding(Outcome.FAILED, NO_LONGER_HOSTED, {"url": str(brought.url)[:200]}, "/id")
    _part(held, brought.url, "/id")
    return Finding(Outcome.PASSED, STANDING, {}, "/id")


def _not_listed(parts: Parts, held: Evidence) -> Finding:
    issuer = _profile(parts, held)
    if "revocationList" not in issuer:
        return Finding(Outcome.NOT_APPLICABLE, NO_REVOCATION_LIST, {})
    return _on_list(parts, _part(held, issuer["revocationList"], "/badge/issuer/revocationList"))


def _on_list(parts: Parts, revocations: Mapping[str, Any]) -> Finding:
    """Section 4.8: entries are ids, or objects with an id or uid and a reason."""
    if "revokedAssertions" not in revocations:
        raise CannotCheck(PART_UNREADABLE, url=str(revocations.get("id"))[:200])
    own = {str(parts.assertion[name]) for name in ("id", "uid") if parts.assertion and parts.assertion.get(name)}
    for entry in listed(revocations["revokedAssertions"]):
        named = {str(entry[name]) for name in ("id", "uid") if entry.get(name)} if isinstance(entry, Mapping) else {str(entry)}
        if named & own:
            reason = entry.get("revocationReason") if isinstance(entry, Mapping) else None
            return Finding(Outcome.FAILED, REVOKED, {"reason": str(reason or "?")[:200]}, "/id")
    return Finding(Outcome.PASSED, STANDING, {}, "/id")
