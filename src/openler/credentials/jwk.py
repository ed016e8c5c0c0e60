"""Public keys as JSON Web Keys: written, named by their thumbprints, and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from openler.credentials.faults import CannotCheck
from openler.credentials.jose import encode
from openler.credentials.multikey import KEY_TYPE_UNSUPPORTED, PublicKey, from_jwk
from openler.errors import OpenlerError
from openler.linkeddata.jcs import jcs

_CURVES: Mapping[str, tuple[ec.EllipticCurve, int]] = {"P-256": (ec.SECP256R1(), 32), "P-384": (ec.SECP384R1(), 48)}
_MEMBERS: Mapping[object, tuple[str, ...]] = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}


def public_jwk(key: PublicKey) -> dict[str, str]:
    """A key as a JWK (RFC 7517; RFC 8037 for Ed25519). :raises CannotCheck: an RSA key, which nobody signs with here"""
    if key.key_type == "Ed25519":
        return {"kty": "OKP", "crv": "Ed25519", "x": encode(key.raw)}
    if key.key_type not in _CURVES:
        raise CannotCheck(KEY_TYPE_UNSUPPORTED, seen=key.key_type)
    curve, size = _CURVES[key.key_type]
    point = ec.EllipticCurvePublicKey.from_encoded_point(curve, key.raw).public_numbers()
    return {"kty": "EC", "crv": key.key_type, "x": encode(point.x.to_bytes(size)), "y": encode(point.y.to_bytes(size))}


def thumbprint(jwk: Mapping[str, Any]) -> str | None:
    """The SHA-256 thumbprint (RFC 7638); None for what has none, such as a kind of key that is not known here."""
    members = _MEMBERS.get(jwk.get("kty"), ()) if isinstance(jwk.get("kty"), str) else ()
    if not members or any(not isinstance(jwk.get(name), str) for name in members):
        return None
    return encode(hashlib.sha256(jcs({name: jwk[name] for name in members})).digest())


def same_key(jwk: object, key: PublicKey) -> bool:
    """Whether a JWK is that very key, however it is written."""
    try:
        return from_jwk(jwk) == key
    except OpenlerError:
        return False
