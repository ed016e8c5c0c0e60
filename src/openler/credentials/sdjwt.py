"""Selective Disclosure JWTs (RFC 9901): read, filled in, made with claims left to the holder's choice, and presented.

A claim that may be left out is signed as a digest; its *disclosure* (salt, name, value) travels beside the token. Whoever
has the token can drop disclosures, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from openler.credentials import jose
from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import PublicKey
from openler.credentials.shapes import pointer
from openler.errors import Malformed, TooLarge, declare
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import MAX_DEPTH, parse_json

DISCLOSURE_MALFORMED = declare("jose.disclosure_malformed", by=__name__)
DISCLOSURE_UNUSED = declare("jose.disclosure_unused", by=__name__)
DISCLOSURE_CLASHES = declare("jose.disclosure_clashes", by=__name__)
DIGEST_REPEATED = declare("jose.digest_repeated", by=__name__)
DIGESTS_MALFORMED = declare("jose.digests_malformed", by=__name__)
HASH_UNSUPPORTED = declare("jose.hash_unsupported", by=__name__)
TOO_MANY_DISCLOSURES = declare("jose.too_many_disclosures", by=__name__)
TOO_DEEP = declare("jose.disclosures_too_deep", by=__name__)
NOT_CONCEALABLE = declare("jose.not_concealable", by=__name__)
NOT_OFFERED = declare("jose.not_offered", by=__name__)
BINDING_TYPE = declare("jose.binding_type", by=__name__)
BINDING_CLAIMS = declare("jose.binding_claims", by=__name__)
BINDING_OTHER = declare("jose.binding_other", by=__name__)
BINDING_NONCE = declare("jose.binding_nonce", by=__name__)
BINDING_AUDIENCE = declare("jose.binding_audience", by=__name__)
BINDING_TIME = declare("jose.binding_time", by=__name__)

HASHES: Mapping[str, Callable[[bytes], bytes]] = MappingProxyType(
    {
        "sha-256": lambda data: hashlib.sha256(data).digest(),
        "sha-384": lambda data: hashlib.sha384(data).digest(),
        "sha-512": lambda data: hashlib.sha512(data).digest(),
    }
)
"""Digest algorithms by their names in the IANA registry that RFC 9901 section 4.1.1 refers to."""
MAX_DISCLOSURES = 1000
"""Most disclosures read with one token."""
MAX_BINDING_AGE = timedelta(days=1)
"""How old an answer to a verifier's own question may be."""
SALT_BYTES = 16
"""Length of a salt, in bytes (section 9.3)."""

BINDING = "kb+jwt"
_DIGESTS, _ELEMENT, _ALGORITHM = "_sd", "...", "_sd_alg"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One claim that its holder chose to show: ``name`` of an object's member, None for an element of an array."""

    text: str
    name: str | None
    value: Any

    def digest(self, algorithm: str) -> str:
        """Its digest, over the text as it travels (section 4.2.3)."""
        return jose.encode(HASHES[algorithm](self.text.encode()))


@dataclass(frozen=True, slots=True)
class SdJwt:
    """A token with its disclosures. ``presented`` is everything before the key binding, the last tilde included."""

    jws: jose.Jws
    disclosures: tuple[Disclosure, ...]
    binding: jose.Jws | None
    presented: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """Claims with what was disclosed in its place; ``places`` are the disclosures by JSON Pointer into the claims."""

    claims: dict[str, Any]
    places: Mapping[str, Disclosure]


def parse(text: str) -> SdJwt:
    """Read a token, its disclosures and its key binding, if it has one.

    :raises TooLarge: ``jose.token_too_large``, ``jose.too_many_disclosures``
    :raises Malformed: as :func:`jose.parse_compact`; ``jose.disclosure_malformed``
    """
    if len(text) > jose.MAX_TOKEN:
        raise TooLarge(jose.TOKEN_TOO_LARGE, size=len(text), limit=jose.MAX_TOKEN)
    token, *parts = text.split("~")
    binding = parts.pop() if parts else ""
    if len(parts) > MAX_DISCLOSURES:
        raise TooLarge(TOO_MANY_DISCLOSURES, count=len(parts), limit=MAX_DISCLOSURES)
    disclosures = tuple(_disclosure(part, f"disclosure {number}") for number, part in enumerate(parts, start=1))
    bound = jose.parse_compact(binding) if binding else None
    return SdJwt(jose.parse_compact(token), disclosures, bound, text[: len(text) - len(binding)])


def _disclosure(text: str, place: str) -> Disclosure:
    """Section 4.2: ``[salt, name, value]`` of a member, ``[salt, value]`` of an element."""
    found = parse_json(jose.decode(text, place=place), max_bytes=jose.MAX_TOKEN)
    if not isinstance(found, list) or len(found) not in {2, 3} or not all(isinstance(each, str) for each in found[:-1]):
        raise Malformed(DISCLOSURE_MALFORMED, place=place)
    name = found[1] if len(found) == 3 else None  # noqa: PLR2004
    if name in {_DIGESTS, _ELEMENT}:
        raise Malformed(DISCLOSURE_MALFORMED, place=place)
    return Disclosure(text, name, found[-1])


def reveal(claims: Mapping[str, Any], disclosures: Sequence[Disclosure]) -> Revealed:
    """Put disclosures in the place of their digests, and drop digests that nothing answers (section 7.1).

    :raises Malformed: a digest that stands twice, a disclosure that no digest or two names answer, or one of the wrong kind
    :raises CannotCheck: ``jose.hash_unsupported``
    """
    algorithm = claims.get(_ALGORITHM, "sha-256")
    if not isinstance(algorithm, str) or algorithm not in HASHES:
        raise CannotCheck(HASH_UNSUPPORTED, seen=str(algorithm)[:40])
    by_digest = {each.digest(algorithm): each for each in disclosures}
    if len(by_digest) != len(disclosures):
        raise Malformed(DIGEST_REPEATED)
    filling = _Filling(by_digest)
    found = filling.object({name: value for name, value in claims.items() if name != _ALGORITHM}, "", 0)
    unused = len(disclosures) - len(filling.places)
    if unused:
        raise Malformed(DISCLOSURE_UNUSED, count=unused)
    return Revealed(found, MappingProxyType(filling.places))


class _Filling:
    """One walk through the claims; remembers every digest met, for none may stand twice."""

    def __init__(self, by_digest: Mapping[str, Disclosure]) -> None:
        self.places: dict[str, Disclosure] = {}
        self._by_digest = by_digest
        self._met: set[str] = set()

    def _answer(self, digest: object, place: str) -> Disclosure | None:
        if not isinstance(digest, str):
            raise Malformed(DIGESTS_MALFORMED, place=place)
        if digest in self._met:
            raise Malformed(DIGEST_REPEATED, place=place)
        self._met.add(digest)
        return self._by_digest.get(digest)

    def value(self, value: Any, place: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise Malformed(TOO_DEEP, limit=MAX_DEPTH)
        if isinstance(value, dict):
            return self.object(value, place, depth)
        return self.array(value, place, depth) if isinstance(value, list) else value

    def object(self, node: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
        if _ELEMENT in node or _ALGORITHM in node:
            raise Malformed(DIGESTS_MALFORMED, place=place)
        found = {name: self.value(value, place + pointer(name), depth + 1) for name, value in node.items() if name != _DIGESTS}
        digests = node.get(_DIGESTS, [])
        if not isinstance(digests, list):
            raise Malformed(DIGESTS_MALFORMED, place=place + pointer(_DIGESTS))
        for digest in digests:
            disclosure = self._answer(digest, place + pointer(_DIGESTS))
            if disclosure is None:
                continue
            if disclosure.name is None or disclosure.name in found:
                raise Malformed(DISCLOSURE_CLASHES, place=place)
            at = place + pointer(disclosure.name)
            self.places[at] = disclosure
            found[disclosure.name] = self.value(disclosure.value, at, depth + 1)
        return found

    def array(self, items: Sequence[Any], place: str, depth: int) -> list[Any]:
        found: list[Any] = []
        for item in items:
            at = place + pointer(len(found))
            if isinstance(item, dict) and _ELEMENT in item:
                disclosure = self._answer(item[_ELEMENT] if len(item) == 1 else None, at)
                if disclosure is None:
                    continue
                if disclosure.name is not None:
                    raise Malformed(DISCLOSURE_CLASHES, place=at)
                self.places[at] = disclosure
                found.append(self.value(disclosure.value, at, depth + 1))
            else:
                found.append(self.value(item, at, depth + 1))
        return found


def conceal(claims: Mapping[str, Any], places: Sequence[str], salts: Sequence[bytes]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Claims with the members and elements at ``places`` (JSON Pointers) as digests, and the disclosures that show them.

    ``salts`` are random, one for each place. What lies deeper is concealed first, so a place inside another works.
    Digests stand in the order of their text, which tells nothing about the order of the claims.

    :raises Malformed: ``jose.not_concealable``: there is nothing at that place, or the salts are too few
    """
    if len(salts) < len(places) or any(len(salt) < SALT_BYTES for salt in salts):
        raise Malformed(NOT_CONCEALABLE, seen="salt")
    made = deepcopy(dict(claims))
    ordered = sorted(dict.fromkeys(places), key=lambda place: -place.count("/"))
    disclosures = tuple(_concealed(made, place, salt) for place, salt in zip(ordered, salts, strict=False))
    made[_ALGORITHM] = "sha-256"
    return made, disclosures


def _concealed(made: dict[str, Any], place: str, salt: bytes) -> str:
    *steps, last = _steps(place)
    node: Any = made
    try:
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if isinstance(node, list):
            text = jose.encode(jcs([jose.encode(salt), node[int(last)]]))
            node[int(last)] = {_ELEMENT: _digest(text)}
        else:
            text = jose.encode(jcs([jose.encode(salt), last, node.pop(last)]))
            node[_DIGESTS] = sorted([*node.get(_DIGESTS, []), _digest(text)])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise Malformed(NOT_CONCEALABLE, seen=place[:80]) from None
    return text


def _steps(place: str) -> list[str]:
    if not place.startswith("/"):
        raise Malformed(NOT_CONCEALABLE, seen=place[:80])
    return [step.replace("~1", "/").replace("~0", "~") for step in place[1:].split("/")]


def _digest(text: str) -> str:
    return jose.encode(HASHES["sha-256"](text.encode()))


def assemble(token: str, disclosures: Sequence[str]) -> str:
    """A token and its disclosures as they travel (section 4)."""
    return "~".join([token, *disclosures, ""])


def present(token: str, places: Sequence[str]) -> str:
    """The token with only what a holder chose to show: the disclosures at ``places``, and those that they stand in.

    :raises Malformed: ``jose.not_offered``: there is no disclosure for that place; as :func:`parse`
    """
    held = parse(token)
    offered = reveal(held.jws.claims(), held.disclosures).places
    for place in places:
        if place not in offered:
            raise Malformed(NOT_OFFERED, seen=place[:80])
    shown = [each.text for at, each in offered.items() if any(_within(place, at) for place in places)]
    return assemble(held.presented.partition("~")[0], shown)


def _within(place: str, outer: str) -> bool:
    return place == outer or place.startswith(outer + "/")


def prepare_binding(presented: str, *, key: PublicKey, nonce: str, audience: str, at: datetime) -> jose.Prepared:
    """The first half of a holder's answer (section 4.3): she signs that she shows just this, to them, for this question.

    ``presented`` ends with a tilde; the token that the second half makes is written right behind it.
    """
    algorithm = parse(presented).jws.claims().get(_ALGORITHM, "sha-256")
    claims = {"iat": int(at.timestamp()), "aud": audience, "nonce": nonce, "sd_hash": _hash_of(presented, algorithm)}
    return jose.prepare({"alg": jose.SIGNING[key.key_type], "typ": BINDING}, claims)


def _hash_of(presented: str, algorithm: object) -> str:
    if not isinstance(algorithm, str) or algorithm not in HASHES:
        raise CannotCheck(HASH_UNSUPPORTED, seen=str(algorithm)[:40])
    return jose.encode(HASHES[algorithm](presented.encode()))


def check_binding(token: SdJwt, key: PublicKey, *, nonce: str | None, audience: str | None, now: datetime, tolerance: timedelta) -> None:
    """Check the key binding against the holder's key and what the verifier asked for (section 7.3, step 5).

    Without ``nonce`` it only shows that the holder once presented just this.

    :raises Malformed: ``jose.binding_...``, or as :meth:`jose.Jws.verify`
    """
    bound = token.binding
    if bound is None or bound.media_type != BINDING:
        raise Malformed(BINDING_TYPE, seen=str(bound.media_type if bound else None)[:40])
    bound.verify(key)
    claims = bound.claims()
    for name, wanted in (("nonce", str), ("aud", (str, list)), ("sd_hash", str), ("iat", (int, float))):
        if not isinstance(claims.get(name), wanted) or isinstance(claims[name], bool):
            raise Malformed(BINDING_CLAIMS, name=name)
    if claims["sd_hash"] != _hash_of(token.presented, token.jws.claims().get(_ALGORITHM, "sha-256")):
        raise Malformed(BINDING_OTHER)
    if nonce is not None and claims["nonce"] != nonce:
        raise Malformed(BINDING_NONCE)
    if audience is not None and audience not in _audiences(claims["aud"]):
        raise Malformed(BINDING_AUDIENCE, wanted=audience[:80])
    latest = now + tolerance
    earliest = now - MAX_BINDING_AGE - tolerance if nonce is not None else None
    if claims["iat"] > latest.timestamp() or (earliest is not None and claims["iat"] < earliest.timestamp()):
        raise Malformed(BINDING_TIME)


def _audiences(stated: object) -> Iterator[object]:
    yield from stated if isinstance(stated, list) else [stated]
