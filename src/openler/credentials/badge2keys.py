"""Keys of Open Badges 2 issuers: CryptographicKey documents in PEM, that a profile lists (Open Badges 2.0, section 4.7)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import PublicKey, from_jwk
from openler.credentials.shapes import listed
from openler.errors import Malformed, declare

PEM_MALFORMED = declare("credentials.badge2_pem_malformed", by=__name__)
PEM_UNSUPPORTED = declare("credentials.badge2_pem_unsupported", by=__name__)
NO_KEY_NAMED = declare("credentials.badge2_no_key", by=__name__)

MAX_PEM = 16 * 1024
"""Longest PEM text read, in characters: an RSA key of 4096 bits takes about 800."""
MAX_KEYS = 10
"""Most keys of one profile that are looked at."""
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key as found. ``listed`` tells whether the issuer's profile lists it; ``owner`` is whose it says it is."""

    name: str
    public: PublicKey
    owner: str | None
    listed: bool


def listed_urls(issuer: Mapping[str, Any]) -> tuple[str, ...]:
    """The addresses of the keys that a profile lists, without those that stand in it whole."""
    return tuple(each for each in listed(issuer.get("publicKey"))[:MAX_KEYS] if isinstance(each, str))


def find(issuer: Mapping[str, Any], named: object, fetched: Callable[[str], Mapping[str, Any]]) -> Key:
    """The key that an assertion names as its creator; the profile's only one where it names none.

    :raises Malformed: ``credentials.badge2_no_key``, ``credentials.badge2_pem_malformed``
    :raises CannotCheck: the key could not be read, or is of a kind that is not known here
    """
    entries = listed(issuer.get("publicKey"))[:MAX_KEYS]
    whole = {str(each.get("id")): each for each in entries if isinstance(each, Mapping)}
    names = {*listed_urls(issuer), *whole}
    if named is None and len(entries) == 1:
        named = next(iter(names))
    if not isinstance(named, str):
        raise Malformed(NO_KEY_NAMED, place="/verification/creator")
    document = whole[named] if named in whole else fetched(named)
    owner = document.get("owner")
    return Key(named, from_pem(document.get("publicKeyPem")), str(owner) if owner is not None else None, named in names)


def from_pem(text: object) -> PublicKey:
    """The key behind a ``publicKeyPem``.

    :raises Malformed: ``credentials.badge2_pem_malformed``, ``credentials.key_malformed``
    :raises CannotCheck: ``credentials.badge2_pem_unsupported``
    """
    if not isinstance(text, str) or len(text) > MAX_PEM:
        raise Malformed(PEM_MALFORMED)
    try:
        key = load_pem_public_key(text.encode())
    except UnsupportedAlgorithm as error:
        raise CannotCheck(PEM_UNSUPPORTED, seen="?") from error
    except ValueError as error:
        raise Malformed(PEM_MALFORMED) from error
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return from_jwk({"kty": "RSA", "n": _whole(numbers.n), "e": _whole(numbers.e)})
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        point = key.public_numbers()
        size = (key.key_size + 7) // 8
        coordinates = {name: _text(value.to_bytes(size)) for name, value in (("x", point.x), ("y", point.y))}
        return from_jwk({"kty": "EC", "crv": _CURVES[key.curve.name], **coordinates})
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey("Ed25519", key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    raise CannotCheck(PEM_UNSUPPORTED, seen=type(key).__name__.removesuffix("PublicKey"))


def _whole(number: int) -> str:
    return _text(number.to_bytes((number.bit_length() + 7) // 8))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
