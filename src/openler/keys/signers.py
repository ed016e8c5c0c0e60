"""Private keys that sign: Ed25519 (RFC 8032), ECDSA over P-256 and P-384 (FIPS 186-5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import assert_never

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)

from openler.actions.ports import KeyType
from openler.errors import Malformed, declare

SECRET_MALFORMED = declare("keys.secret_malformed", by=__name__)

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey

_CURVES: dict[str, tuple[KeyType, ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    "secp256r1": ("P-256", ec.SECP256R1(), hashes.SHA256(), 32),
    "secp384r1": ("P-384", ec.SECP384R1(), hashes.SHA384(), 48),
}
_BY_TYPE = {key_type: (curve, size) for key_type, curve, _, size in _CURVES.values()}
# Multicodec prefixes of private keys, as unsigned varints: 0x1300, 0x1306, 0x1307.
_MULTICODECS: dict[bytes, KeyType] = {b"\x80\x26": "Ed25519", b"\x86\x26": "P-256", b"\x87\x26": "P-384"}


def _deterministic() -> bool:
    """Whether OpenSSL can sign ECDSA without chance (RFC 6979), which a weak generator then cannot give away."""
    try:
        ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    except UnsupportedAlgorithm:
        return False
    return True


_DETERMINISTIC = _deterministic()


@dataclass(frozen=True, slots=True)
class KeySigner:
    """The Signer port over a private key held in memory. Its ``repr`` shows the public half only."""

    key_type: KeyType
    public_key: bytes
    _private: PrivateKey = field(repr=False, compare=False)

    @classmethod
    def of(cls, private: object) -> KeySigner:
        """A signer for one of the three kinds of key.

        :raises Malformed: ``keys.secret_malformed``: another kind
        """
        if isinstance(private, ed25519.Ed25519PrivateKey):
            return cls("Ed25519", private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), private)
        if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _CURVES:
            public = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
            return cls(_CURVES[private.curve.name][0], public, private)
        raise Malformed(SECRET_MALFORMED, reason=type(private).__name__)

    def sign(self, data: bytes) -> bytes:
        """The raw signature: 64 bytes for Ed25519, ``r || s`` for ECDSA (SHA-256 for P-256, SHA-384 for P-384)."""
        if isinstance(self._private, ed25519.Ed25519PrivateKey):
            return self._private.sign(data)
        _, _, algorithm, size = _CURVES[self._private.curve.name]
        r, s = decode_dss_signature(self._private.sign(data, ec.ECDSA(algorithm, deterministic_signing=_DETERMINISTIC)))
        return r.to_bytes(size) + s.to_bytes(size)

    def pkcs8(self) -> bytes:
        """The private key, unencrypted, as PKCS #8 DER: for the key stores alone."""
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def generate(key_type: KeyType) -> KeySigner:
    """A new key, from the operating system's generator by way of OpenSSL."""
    match key_type:
        case "Ed25519":
            return KeySigner.of(ed25519.Ed25519PrivateKey.generate())
        case "P-256" | "P-384":
            return KeySigner.of(ec.generate_private_key(_BY_TYPE[key_type][0]))
        case _:
            assert_never(key_type)


def from_seed(key_type: KeyType, seed: bytes) -> KeySigner:
    """The same key from the same seed, for tests and test vectors. Not for keys that anybody relies on."""
    if key_type == "Ed25519":
        return from_raw(key_type, hashlib.sha256(b"openler test key" + seed).digest())
    curve, size = _BY_TYPE[key_type]
    # 2^(8 size - 1) is below the order of both curves: a scalar with its top bit cleared and its last set is valid.
    scalar = int.from_bytes(hashlib.shake_256(b"openler test key" + seed).digest(size)) >> 1 | 1
    return KeySigner.of(ec.derive_private_key(scalar, curve))


def from_raw(key_type: KeyType, raw: bytes) -> KeySigner:
    """A signer from a raw secret: 32 bytes for Ed25519 and P-256, 48 for P-384.

    :raises Malformed: ``keys.secret_malformed``
    """
    try:
        if key_type == "Ed25519":
            return KeySigner.of(ed25519.Ed25519PrivateKey.from_private_bytes(raw))
        curve, size = _BY_TYPE[key_type]
        if len(raw) != size:
            raise Malformed(SECRET_MALFORMED, reason=f"{len(raw)} bytes")
        return KeySigner.of(ec.derive_private_key(int.from_bytes(raw), curve))
    except ValueError:
        raise Malformed(SECRET_MALFORMED, reason=f"{len(raw)} bytes") from None


def from_pkcs8(data: bytes) -> KeySigner:
    """A signer from PKCS #8, PEM or DER, not encrypted.

    :raises Malformed: ``keys.secret_malformed``
    """
    load = load_pem_private_key if data.lstrip().startswith(b"-----BEGIN") else load_der_private_key
    try:
        return KeySigner.of(load(data, password=None))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Malformed(SECRET_MALFORMED, reason="PKCS #8") from None


def from_multicodec(data: bytes) -> KeySigner:
    """A signer from a secret with its multicodec prefix, as ``secretKeyMultibase`` holds it.

    :raises Malformed: ``keys.secret_malformed``
    """
    key_type = _MULTICODECS.get(data[:2])
    if key_type is None:
        raise Malformed(SECRET_MALFORMED, reason="multicodec")
    return from_raw(key_type, data[2:])
