"""OpenID Federation 1.0, as far as lists of issuers need it: who belongs to a federation, shown by signed statements.

A trust anchor's keys are pinned by the verifier. The anchor signs a statement about each subordinate, with the
subordinate's keys in it; a subordinate that is an intermediate does the same below. A member's own configuration is
signed with its own keys. What is not understood (a critical claim, a metadata policy on what is read, constraints on
names) could not be checked, and such a member counts as unknown, never as known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from openler.credentials.dids import web_did
from openler.credentials.faults import CannotCheck
from openler.credentials.issuerlists import is_identifier, web, words
from openler.credentials.jose import Jws, parse_compact
from openler.credentials.multikey import from_jwk
from openler.credentials.policy import CLOCK_TOLERANCE
from openler.credentials.shapes import listed
from openler.errors import Malformed, OpenlerError, declare

STATEMENT_MALFORMED = declare("federation.statement_malformed", by=__name__)
STATEMENT_OTHER = declare("federation.statement_other", by=__name__)
STATEMENT_EXPIRED = declare("federation.statement_expired", by=__name__)
STATEMENT_FUTURE = declare("federation.statement_future", by=__name__)
KEY_UNKNOWN = declare("federation.key_unknown", by=__name__)
NOT_UNDERSTOOD = declare("federation.not_understood", by=__name__)
PATH_TOO_LONG = declare("federation.path_too_long", by=__name__)
CHAIN_BROKEN = declare("federation.chain_broken", by=__name__)
MARK_MISSING = declare("federation.mark_missing", by=__name__)

STATEMENT_TYPE: Final = "entity-statement+jwt"
MARK_TYPE: Final = "trust-mark+jwt"
MAX_STATEMENT = 256 * 1024
"""Longest statement read, in bytes."""
MAX_CHAIN = 10
"""Most statements in a trust chain."""
_READ = frozenset({"organization_name", "homepage_uri", "federation_list_endpoint", "federation_fetch_endpoint"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement whose signature holds and that is in force: ``issuer`` speaks about ``subject``; ``keys`` are the subject's (JWKs)."""

    issuer: str
    subject: str
    expires: datetime
    claims: Mapping[str, Any]
    keys: tuple[Mapping[str, Any], ...]

    @property
    def entity(self) -> Mapping[str, Any]:
        """The subject's ``federation_entity`` metadata."""
        metadata = self.claims.get("metadata")
        found = metadata.get("federation_entity") if isinstance(metadata, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def endpoint(self, name: str) -> str | None:
        """One of the subject's endpoints, such as ``federation_list_endpoint``."""
        return web(self.entity.get(name)) or None


@dataclass(frozen=True, slots=True)
class Member:
    """Who belongs to the federation, by every identifier it may issue under, until ``expires``."""

    identifiers: tuple[str, ...]
    name: str
    url: str
    expires: datetime


def statement(token: bytes | str, keys: Sequence[Mapping[str, Any]], *, issuer: str, subject: str, now: datetime) -> Statement:
    """A statement by ``issuer`` about ``subject``, signed with one of ``keys`` (section 3.2 of OpenID Federation 1.0).

    :raises Malformed: ``federation.statement_malformed``, ``_other``, ``_expired``, ``_future``, ``federation.key_unknown``, or as
        :meth:`~openler.credentials.jose.Jws.verify`
    :raises CannotCheck: ``federation.not_understood``
    """
    jws, claims = _signed(token, STATEMENT_TYPE, keys)
    if claims.get("iss") != issuer or claims.get("sub") != subject:
        raise Malformed(STATEMENT_OTHER, seen=words(claims.get("sub"), 80), wanted=subject[:80])
    expires = _in_force(claims, now, required=True)
    del jws
    _understood(claims)
    return Statement(issuer, subject, expires or now, claims, _keys(claims))


def configuration(token: bytes | str, entity: str, keys: Sequence[Mapping[str, Any]], now: datetime) -> Statement:
    """An entity's statement about itself, signed with one of the ``keys`` that others know it by. Raises as :func:`statement`."""
    return statement(token, keys, issuer=entity, subject=entity, now=now)


def chain(tokens: Sequence[str], *, anchor: str, keys: Sequence[Mapping[str, Any]], now: datetime) -> Member:
    """A static trust chain (section 4): the member's own configuration, the statements above it, the anchor's at the end.

    The anchor's own configuration may stand last. ``keys`` are the anchor's pinned keys.

    :raises Malformed: ``federation.chain_broken``, ``federation.path_too_long``, or as :func:`statement`
    :raises CannotCheck: as :func:`statement`
    """
    if not 2 <= len(tokens) <= MAX_CHAIN:  # noqa: PLR2004 - one's own word alone shows nothing
        raise Malformed(CHAIN_BROKEN, count=len(tokens), limit=MAX_CHAIN)
    said = [_names(token) for token in tokens]
    below = list(zip(tokens, said, strict=True))
    known: Sequence[Mapping[str, Any]] = keys
    superior = anchor
    path: list[Statement] = []
    for token, (issuer, subject) in reversed(below):
        if issuer != superior:
            raise Malformed(CHAIN_BROKEN, count=len(tokens), limit=MAX_CHAIN)
        found = statement(token, known, issuer=issuer, subject=subject, now=now)
        path.append(found)
        superior, known = subject, found.keys if subject != anchor else known
    own = path[-1]
    if own.issuer != own.subject:
        raise Malformed(CHAIN_BROKEN, count=len(tokens), limit=MAX_CHAIN)
    return member(path)


def member(path: Sequence[Statement]) -> Member:
    """Who is shown by statements from the anchor's down: the last one is the member's own, or, for a DID, the one about it.

    :raises Malformed: ``federation.path_too_long``
    """
    above = [each for each in path if each.issuer != each.subject]
    for depth, each in enumerate(above):
        limits = each.claims.get("constraints")
        most = limits.get("max_path_length") if isinstance(limits, Mapping) else None
        if isinstance(most, int) and len(above) - depth - 1 > most:
            raise Malformed(PATH_TOO_LONG, limit=most, seen=each.issuer[:80])
    last, said = path[-1], above[-1] if above else path[-1]
    name = words(said.entity.get("organization_name")) or words(last.entity.get("organization_name")) or last.subject
    url = web(said.entity.get("homepage_uri")) or web(last.entity.get("homepage_uri"))
    return Member(identifiers(last.subject), name, url, min(each.expires for each in path))


def identifiers(subject: str) -> tuple[str, ...]:
    """Under which identifiers an entity issues: its own, and the did:web that has the same place on the web."""
    if not is_identifier(subject):
        return ()
    parts = urlsplit(subject)
    if parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        return (subject,)
    try:
        return (subject, web_did(subject))
    except OpenlerError:
        return (subject,)


def marked(own: Statement, mark: str, anchor: Statement, now: datetime) -> datetime | None:
    """Until when a member carries a trust mark of the anchor's (section 7); None where the mark states no end.

    :raises Malformed: ``federation.mark_missing``, or the mark is not what it says
    """
    for each in listed(own.claims.get("trust_marks")):
        if not isinstance(each, Mapping) or mark not in {each.get("trust_mark_type"), each.get("id")}:
            continue
        _, claims = _signed(str(each.get("trust_mark")), MARK_TYPE, anchor.keys)
        if claims.get("iss") != anchor.subject or claims.get("sub") != own.subject:
            raise Malformed(STATEMENT_OTHER, seen=words(claims.get("sub"), 80), wanted=own.subject[:80])
        if mark in {claims.get("trust_mark_type"), claims.get("id")}:
            return _in_force(claims, now, required=False)
    raise Malformed(MARK_MISSING, mark=mark[:80], seen=own.subject[:80])


def _names(token: str) -> tuple[str, str]:
    claims = parse_compact(token).claims()
    return str(claims.get("iss")), str(claims.get("sub"))


def _signed(token: bytes | str, media_type: str, keys: Sequence[Mapping[str, Any]]) -> tuple[Jws, Mapping[str, Any]]:
    """A token of that type whose signature holds by the key it names."""
    text = token if isinstance(token, str) else token.decode("ascii", "replace").strip()
    if len(text) > MAX_STATEMENT:
        raise Malformed(STATEMENT_MALFORMED)
    jws = parse_compact(text)
    if jws.media_type != media_type:
        raise Malformed(STATEMENT_MALFORMED)
    key = next((each for each in keys if isinstance(each.get("kid"), str) and each["kid"] == jws.kid), None)
    if key is None:
        raise Malformed(KEY_UNKNOWN, seen=words(jws.kid, 80))
    jws.verify(from_jwk(key))
    return jws, jws.claims()


def _in_force(claims: Mapping[str, Any], now: datetime, *, required: bool) -> datetime | None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not _is_time(issued) or not (_is_time(expires) or (expires is None and not required)):
        raise Malformed(STATEMENT_MALFORMED)
    try:
        began = datetime.fromtimestamp(float(issued or 0), UTC)
        ends = datetime.fromtimestamp(float(expires), UTC) if expires is not None else None
    except (ValueError, OverflowError, OSError):
        raise Malformed(STATEMENT_MALFORMED) from None
    if began > now + CLOCK_TOLERANCE:
        raise Malformed(STATEMENT_FUTURE, time=began.isoformat())
    if ends is not None and ends <= now:
        raise Malformed(STATEMENT_EXPIRED, time=ends.isoformat())
    return ends


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _understood(claims: Mapping[str, Any]) -> None:
    """Nothing in it may change what is read here in a way that is not known here."""
    if claims.get("crit") or claims.get("metadata_policy_crit"):
        raise CannotCheck(NOT_UNDERSTOOD, seen="crit")
    constraints = claims.get("constraints")
    if isinstance(constraints, Mapping) and "naming_constraints" in constraints:
        raise CannotCheck(NOT_UNDERSTOOD, seen="naming_constraints")
    rules = claims.get("metadata_policy")
    touched = rules.get("federation_entity") if isinstance(rules, Mapping) else None
    if isinstance(touched, Mapping) and not _READ.isdisjoint(touched):
        raise CannotCheck(NOT_UNDERSTOOD, seen="metadata_policy")


def _keys(claims: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    jwks = claims.get("jwks")
    return tuple(each for each in listed(jwks.get("keys")) if isinstance(each, Mapping)) if isinstance(jwks, Mapping) else ()
