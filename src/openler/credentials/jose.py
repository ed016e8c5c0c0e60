"""Compact JSON Web Signatures (RFC 7515), read strictly and signed in two halves.

Algorithms: EdDSA (RFC 8037) and its full name Ed25519 (RFC 9864), ES256, ES384; RS256 for checking only. The key decides
which of them it may be used with, never the header alone: a token cannot talk a verifier into another algorithm.
Nothing here looks at claims; see :mod:`openler.credentials.jwt_claims`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import KeyType, PublicKey
from openler.errors import Malformed, TooLarge, declare
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import parse_json

NOT_COMPACT = declare("jose.not_compact", by=__name__)
NOT_BASE64URL = declare("jose.not_base64url", by=__name__)
HEADER_MALFORMED = declare("jose.header_malformed", by=__name__)
CLAIMS_MALFORMED = declare("jose.claims_malformed", by=__name__)
TOKEN_TOO_LARGE = declare("jose.token_too_large", by=__name__)
UNSECURED = declare("jose.unsecured", by=__name__)
SYMMETRIC = declare("jose.algorithm_symmetric", by=__name__)
ALGORITHM_UNSUPPORTED = declare("jose.algorithm_unsupported", by=__name__)
ALGORITHM_UNFIT = declare("jose.algorithm_unfit", by=__name__)
CRITICAL_UNKNOWN = declare("jose.critical_unknown", by=__name__)
CRITICAL_MALFORMED = declare("jose.critical_malformed", by=__name__)
SIGNATURE_WRONG = declare("jose.signature_wrong", by=__name__)

ALGORITHMS: Mapping[str, KeyType] = MappingProxyType(
    {"EdDSA": "Ed25519", "Ed25519": "Ed25519", "ES256": "P-256", "ES384": "P-384", "RS256": "RSA"}
)
"""Signature algorithms that can be checked, and the one kind of key that each of them goes with."""
SIGNING: Mapping[KeyType, str] = MappingProxyType({"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384"})
"""The algorithm that a key signs with here. EdDSA by its old name, which every verifier of today knows."""

MAX_TOKEN = 1024 * 1024
"""Longest token read, in characters: the limit of an anonymous verification (ADR 0001, decision 14)."""
MAX_HEADER = 16 * 1024
"""Longest header read, in bytes: a chain of three certificates takes about six thousand."""
MAX_HEADER_DEPTH = 8

_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_SYMMETRIC = re.compile(r"HS\d{3}(?:/\d+)?", re.ASCII)
_JOSE_PARAMETERS = frozenset({"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"})


def encode(data: bytes) -> str:
    """Bytes as base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str, *, place: str | None = None) -> bytes:
    """The bytes behind base64url, of which there is one spelling only: no padding, no spaces, no stray bits at the end.

    :raises Malformed: ``jose.not_base64url``
    """
    if "+" in text or "/" in text or text.endswith("="):
        raise Malformed(NOT_BASE64URL, place=place)
    try:
        data = binascii.a2b_base64(text.encode().translate(_TO_STANDARD) + b"=" * (-len(text) % 4), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed(NOT_BASE64URL, place=place) from None
    tail = len(data) % 3
    if tail and encode(data[-tail:]) != text[-(tail + 1) :]:
        raise Malformed(NOT_BASE64URL, place=place)
    return data


@dataclass(frozen=True, slots=True)
class Jws:
    """A compact JWS, read and not yet checked. ``signed`` are the octets that the signature covers."""

    header: Mapping[str, Any]
    payload: bytes
    signature: bytes
    signed: bytes

    @property
    def algorithm(self) -> str:
        """What the header calls its algorithm."""
        return str(self.header.get("alg"))[:40]

    @property
    def kid(self) -> str | None:
        """The header's name of the key."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None

    @property
    def media_type(self) -> str | None:
        """The header's ``typ`` in lower case and without ``application/`` (RFC 7515, section 4.1.9)."""
        typ = self.header.get("typ")
        return typ.lower().removeprefix("application/") if isinstance(typ, str) else None

    def claims(self) -> dict[str, Any]:
        """The payload as a JWT's claims. :raises Malformed: ``jose.claims_malformed``, or as :func:`parse_json`"""
        found = parse_json(self.payload, max_bytes=MAX_TOKEN)
        if not isinstance(found, dict):
            raise Malformed(CLAIMS_MALFORMED)
        return found

    def key_type(self) -> KeyType:
        """The kind of key that may have signed this.

        :raises Malformed: ``jose.unsecured``, ``jose.algorithm_symmetric``, ``jose.critical_malformed``
        :raises CannotCheck: ``jose.algorithm_unsupported``, ``jose.critical_unknown``
        """
        _critical(self.header)
        return key_type_of(self.header.get("alg"))

    def verify(self, key: PublicKey) -> None:
        """Check the signature against a key.

        :raises Malformed: ``jose.signature_wrong``, ``jose.algorithm_unfit``, and as :meth:`key_type`
        :raises CannotCheck: as :meth:`key_type`
        """
        wanted = self.key_type()
        if key.key_type != wanted:
            raise Malformed(ALGORITHM_UNFIT, algorithm=self.algorithm, key_type=key.key_type)
        if not key.verifies(self.signature, self.signed):
            raise Malformed(SIGNATURE_WRONG)


def key_type_of(algorithm: object) -> KeyType:
    """The kind of key behind a JOSE algorithm's name; errors as :meth:`Jws.key_type`."""
    if not isinstance(algorithm, str):
        raise Malformed(HEADER_MALFORMED, seen="alg")
    if algorithm.lower() == "none":
        raise Malformed(UNSECURED)
    if _SYMMETRIC.fullmatch(algorithm):
        raise Malformed(SYMMETRIC, seen=algorithm)
    if algorithm not in ALGORITHMS:
        raise CannotCheck(ALGORITHM_UNSUPPORTED, seen=algorithm[:40])
    return ALGORITHMS[algorithm]


def _critical(header: Mapping[str, Any]) -> None:
    """``crit`` (RFC 7515, section 4.1.11): extensions that must be understood. None of them is understood here."""
    if "crit" not in header:
        return
    named = header["crit"]
    sound = isinstance(named, list) and named and all(isinstance(each, str) for each in named)
    if not sound or len(set(named)) != len(named) or any(each in _JOSE_PARAMETERS or each not in header for each in named):
        raise Malformed(CRITICAL_MALFORMED)
    raise CannotCheck(CRITICAL_UNKNOWN, seen=", ".join(named)[:80])


def parse_compact(token: str) -> Jws:
    """Read a compact JWS: three parts of strict base64url, the first a JSON object.

    :raises TooLarge: ``jose.token_too_large``
    :raises Malformed: ``jose.not_compact``, ``jose.not_base64url``, ``jose.header_malformed``, or as :func:`parse_json`
    """
    if len(token) > MAX_TOKEN:
        raise TooLarge(TOKEN_TOO_LARGE, size=len(token), limit=MAX_TOKEN)
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise Malformed(NOT_COMPACT, count=len(parts))
    header = parse_json(decode(parts[0], place="header"), max_bytes=MAX_HEADER, max_depth=MAX_HEADER_DEPTH)
    if not isinstance(header, dict):
        raise Malformed(HEADER_MALFORMED, seen="{}")
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Jws(header, decode(parts[1], place="payload"), decode(parts[2], place="signature"), signed)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A token before its signature: ``message`` are the octets to be signed."""

    message: bytes

    def finish(self, signature: bytes) -> str:
        """The compact token."""
        return f"{self.message.decode()}.{encode(signature)}"


def prepare(header: Mapping[str, Any], claims: Mapping[str, Any]) -> Prepared:
    """The first half of signing: header and claims as canonical JSON, so that the same input makes the same token."""
    return Prepared(f"{encode(jcs(dict(header)))}.{encode(jcs(dict(claims)))}".encode())
