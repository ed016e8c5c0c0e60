"""Public keys in text: multibase base58btc, multicodec key types (Controlled Identifiers 1.0, section 2.2.2) and JWK."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from openler.credentials.base58 import MULTIBASE_MALFORMED, base58_decode, base58_encode
from openler.credentials.faults import CannotCheck
from openler.errors import Malformed, declare

KeyType = Literal["Ed25519", "P-256", "P-384", "RSA"]
"""Kinds of keys that can be checked. RSA only verifies (RS256): openler signs with the other three."""

KEY_MALFORMED = declare("credentials.key_malformed", by=__name__)
KEY_TYPE_UNSUPPORTED = declare("credentials.key_type_unsupported", by=__name__)
KEY_AGREEMENT_ONLY = declare("credentials.key_agreement_only", by=__name__)

RSA_BITS = range(2048, 4097)
"""Sizes of RSA keys that are believed: smaller ones are broken, larger ones only cost time."""

# Multicodec prefixes as unsigned varints, and the length of the raw key behind them.
_CODECS: dict[KeyType, tuple[bytes, int]] = {
    "Ed25519": (b"\xed\x01", 32),
    "P-256": (b"\x80\x24", 33),
    "P-384": (b"\x81\x24", 49),
}
_RSA_CODEC = b"\x85\x24"
_X25519_CODEC = b"\xec\x01"
_AGREEMENT_CURVES = frozenset({"X25519", "X448"})
_CURVES: dict[KeyType, tuple[ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    "P-256": (ec.SECP256R1(), hashes.SHA256(), 32),
    "P-384": (ec.SECP384R1(), hashes.SHA384(), 48),
}


def multibase_encode(data: bytes) -> str:
    """Bytes as multibase base58btc (``z...``)."""
    return "z" + base58_encode(data)


def multibase_decode(text: object) -> bytes:
    """The bytes behind multibase base58btc (``z``) or base64url without padding (``u``).

    :raises Malformed: ``credentials.multibase_malformed``
    """
    if isinstance(text, str) and text[:1] == "z":
        return base58_decode(text[1:])
    if isinstance(text, str) and text[:1] == "u":
        return base64url_decode(text[1:])
    raise Malformed(MULTIBASE_MALFORMED, seen=str(text)[:80])


def base64url_decode(text: str) -> bytes:
    """The bytes behind base64url without padding. :raises Malformed: ``credentials.multibase_malformed``"""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(MULTIBASE_MALFORMED, seen=text[:80]) from None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: 32 raw bytes for Ed25519, the compressed point for P-256 (33) and P-384 (49), PKCS #1 in DER for RSA."""

    key_type: KeyType
    raw: bytes

    @property
    def multikey(self) -> str:
        """The key as ``publicKeyMultibase`` writes it."""
        return multibase_encode((_RSA_CODEC if self.key_type == "RSA" else _CODECS[self.key_type][0]) + self.raw)

    @property
    def did(self) -> str:
        """The key as a ``did:key``."""
        return f"did:key:{self.multikey}"

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether ``signature`` is this key's over ``data``: 64 bytes for Ed25519, ``r || s`` for ECDSA, PKCS #1 v1.5 for RSA."""
        try:
            if self.key_type == "Ed25519":
                _ed25519(self.raw).verify(signature, data)
                return True
            if self.key_type == "RSA":
                _rsa(self.raw).verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
                return True
            curve, algorithm, size = _CURVES[self.key_type]
            if len(signature) != 2 * size:
                return False
            encoded = encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))
            ec.EllipticCurvePublicKey.from_encoded_point(curve, self.raw).verify(encoded, data, ec.ECDSA(algorithm))
        except (InvalidSignature, ValueError):
            return False
        return True


def from_multikey(text: object) -> PublicKey:
    """The key behind a ``publicKeyMultibase``.

    :raises Malformed: ``credentials.multibase_malformed``, ``credentials.key_malformed``
    :raises CannotCheck: ``credentials.key_type_unsupported``, ``credentials.key_agreement_only``
    """
    if not isinstance(text, str):
        raise Malformed(MULTIBASE_MALFORMED, seen=str(text)[:80])
    return _from_multikey(text)


@lru_cache(maxsize=1024)
def _from_multikey(text: str) -> PublicKey:
    """An issuer's key is read once for all its records; what is refused is not remembered."""
    data = multibase_decode(text)
    if data.startswith(_RSA_CODEC):
        return _checked(PublicKey("RSA", data[len(_RSA_CODEC) :]))
    if data.startswith(_X25519_CODEC):
        raise CannotCheck(KEY_AGREEMENT_ONLY, seen="X25519")
    for key_type, (prefix, length) in _CODECS.items():
        if data.startswith(prefix):
            if len(data) != len(prefix) + length:
                raise Malformed(KEY_MALFORMED, seen=text[:80])
            return _checked(PublicKey(key_type, data[len(prefix) :]))
    raise CannotCheck(KEY_TYPE_UNSUPPORTED, seen=text[:80])


def from_jwk(jwk: object) -> PublicKey:
    """The key behind a ``publicKeyJwk`` (RFC 7517; OKP Ed25519, EC P-256 and P-384, RSA).

    :raises Malformed: ``credentials.key_malformed``
    :raises CannotCheck: ``credentials.key_type_unsupported``, ``credentials.key_agreement_only``
    """
    if not isinstance(jwk, Mapping):
        raise Malformed(KEY_MALFORMED, seen=type(jwk).__name__)
    curve = jwk.get("crv")
    if jwk.get("kty") == "OKP" and curve == "Ed25519":
        raw = base64url_decode(str(jwk.get("x", "")))
        if len(raw) != _CODECS["Ed25519"][1]:
            raise Malformed(KEY_MALFORMED, seen="x")
        return PublicKey("Ed25519", raw)
    if jwk.get("kty") == "EC" and curve in {"P-256", "P-384"}:
        key_type: KeyType = "P-256" if curve == "P-256" else "P-384"
        size = _CURVES[key_type][2]
        x, y = base64url_decode(str(jwk.get("x", ""))), base64url_decode(str(jwk.get("y", "")))
        if len(x) != size or len(y) != size:
            raise Malformed(KEY_MALFORMED, seen="x, y")
        return _checked(PublicKey(key_type, _compressed(key_type, b"\x04" + x + y)))
    if jwk.get("kty") == "RSA":
        return _from_rsa_jwk(jwk)
    if jwk.get("kty") == "OKP" and curve in _AGREEMENT_CURVES:
        raise CannotCheck(KEY_AGREEMENT_ONLY, seen=str(curve))
    raise CannotCheck(KEY_TYPE_UNSUPPORTED, seen=f"{jwk.get('kty')} {curve}"[:80])


def from_base58(text: object) -> PublicKey:
    """The Ed25519 key behind a ``publicKeyBase58``, as key documents before 2020 write it.

    :raises Malformed: ``credentials.multibase_malformed``, ``credentials.key_malformed``
    """
    raw = base58_decode(text) if isinstance(text, str) else b""
    if len(raw) != _CODECS["Ed25519"][1]:
        raise Malformed(KEY_MALFORMED, seen=str(text)[:80])
    return PublicKey("Ed25519", raw)


def _from_rsa_jwk(jwk: Mapping[str, object]) -> PublicKey:
    modulus, exponent = (base64url_decode(str(jwk.get(name, ""))) for name in ("n", "e"))
    if len(modulus) * 8 > RSA_BITS.stop + 8 or len(exponent) > 8:  # noqa: PLR2004 - an exponent of 64 bits is odd enough
        raise Malformed(KEY_MALFORMED, seen="n, e")
    try:
        key = rsa.RSAPublicNumbers(int.from_bytes(exponent), int.from_bytes(modulus)).public_key()
    except ValueError:
        raise Malformed(KEY_MALFORMED, seen="n, e") from None
    return _checked(PublicKey("RSA", key.public_bytes(Encoding.DER, PublicFormat.PKCS1)))


@lru_cache(maxsize=1024)
def _ed25519(raw: bytes) -> ed25519.Ed25519PublicKey:
    return ed25519.Ed25519PublicKey.from_public_bytes(raw)


def _rsa(raw: bytes) -> rsa.RSAPublicKey:
    key = load_der_public_key(raw)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError(type(key).__name__)  # noqa: TRY004 - as the library says it of every other broken key
    return key


def _compressed(key_type: KeyType, point: bytes) -> bytes:
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[key_type][0], point)
    except ValueError:
        raise Malformed(KEY_MALFORMED, seen="not a point of the curve") from None
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _checked(key: PublicKey) -> PublicKey:
    if key.key_type == "RSA":
        try:
            size = _rsa(key.raw).key_size
        except (ValueError, UnsupportedAlgorithm):
            raise Malformed(KEY_MALFORMED, seen="RSA") from None
        if size not in RSA_BITS:
            raise Malformed(KEY_MALFORMED, seen=f"RSA {size}")
    elif key.key_type != "Ed25519":
        _compressed(key.key_type, key.raw)
    return key
