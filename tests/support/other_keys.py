"""Keys other than Ed25519, and proofs other than Data Integrity: as outsiders would make them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.credentials.multikey import KeyType, PublicKey
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.table import SUITES
from openler.linkeddata.canonical import canonicalise
from openler.linkeddata.contexts import Contexts
from tests.support.presenting import AT
from tests.support.presenting import Key as Ed25519Key

_CURVES = {"P-256": (ec.SECP256R1(), hashes.SHA256(), 32), "P-384": (ec.SECP384R1(), hashes.SHA384(), 48)}
ENTROPY = bytes(range(64))


class EcKey:
    """A P-256 or P-384 key made from one number."""

    def __init__(self, number: int, key_type: KeyType = "P-256") -> None:
        curve, self._hash, self._size = _CURVES[key_type]
        self.private = ec.derive_private_key(number + 1000, curve)
        self.public = PublicKey(key_type, self.private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
        self.did = self.public.did
        self.url = f"{self.did}#{self.public.multikey}"

    def raw(self, data: bytes) -> bytes:
        """``r || s``."""
        first, second = decode_dss_signature(self.private.sign(data, ec.ECDSA(self._hash, deterministic_signing=True)))
        return first.to_bytes(self._size) + second.to_bytes(self._size)

    def sign(
        self, document: Mapping[str, Any], *, suite: str, mandatory: tuple[str, ...] = (), entropy: bytes = ENTROPY, **options: Any
    ) -> dict[str, Any]:
        """The document with a proof by this key; with ecdsa-sd-2023, a base proof."""
        made = ProofOptions(self.url, AT, mandatory=mandatory, **options)
        prepared = SUITES[suite].prepare(document, made, entropy, key_type=self.public.key_type, contexts=Contexts.pinned())
        return SUITES[suite].finish(prepared, [self.raw(message) for message in prepared.messages])


@cache
def rsa_private() -> rsa.RSAPrivateKey:
    """One RSA key for all tests, for making one takes time."""
    return rsa.generate_private_key(65537, 2048)


class RsaKey:
    """An RSA key of 2048 bits."""

    def __init__(self) -> None:
        self.public = PublicKey("RSA", rsa_private().public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1))
        self.did = self.public.did
        self.url = f"{self.did}#{self.public.multikey}"

    def raw(self, data: bytes) -> bytes:
        """PKCS #1 v1.5 with SHA-256."""
        return rsa_private().sign(data, padding.PKCS1v15(), hashes.SHA256())


def ed25519_raw(key: Ed25519Key, data: bytes) -> bytes:
    """64 bytes."""
    return key.private.sign(data)


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def detached(
    document: Mapping[str, Any],
    *,
    kind: str,
    url: str,
    sign: Any,
    header: Mapping[str, Any],
    proof_context: object = None,
    **changes: Any,
) -> dict[str, Any]:
    """The document with a proof whose value is a JWS without its payload, canonicalised by the reference and not by plans."""
    proof = {"type": kind, "created": "2026-05-01T00:00:00Z", "verificationMethod": url, "proofPurpose": "assertionMethod", **changes}
    contexts = Contexts.pinned()
    parts = ({**proof, "@context": proof_context or document["@context"]}, dict(document))
    content = b"".join(hashlib.sha256(canonicalise(part, contexts)).digest() for part in parts)
    head = encoded(json.dumps(header).encode())
    return {**document, "proof": {**proof, "jws": f"{head}..{encoded(sign(head.encode() + b'.' + content))}"}}
