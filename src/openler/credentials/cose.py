"""COSE_Sign1 (RFC 9052, section 4.2): credentials and presentations signed in CBOR, read strictly and signed in two halves.

The payload is the JSON itself (Securing Verifiable Credentials using JOSE and COSE, section 3.3), so only the envelope is
CBOR. Algorithms as in :mod:`openler.credentials.jose`, by the numbers of RFC 9053, and the fully specified ones of RFC 9864.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import cbor2

from openler.credentials.faults import CannotCheck
from openler.credentials.jose import ALGORITHM_UNFIT, ALGORITHM_UNSUPPORTED, CLAIMS_MALFORMED, MAX_TOKEN, SIGNATURE_WRONG
from openler.credentials.multikey import KeyType, PublicKey
from openler.errors import Malformed, TooLarge, declare
from openler.linkeddata.parse import parse_json

NOT_COSE = declare("jose.not_cose", by=__name__)
COSE_HEADER = declare("jose.cose_header", by=__name__)
COSE_TOO_LARGE = declare("jose.cose_too_large", by=__name__)
COSE_CRITICAL = declare("jose.cose_critical", by=__name__)

TAG = 18
ALGORITHMS: Mapping[int, tuple[str, KeyType]] = MappingProxyType(
    {
        -8: ("EdDSA", "Ed25519"),
        -19: ("Ed25519", "Ed25519"),
        -7: ("ES256", "P-256"),
        -9: ("ESP256", "P-256"),
        -35: ("ES384", "P-384"),
        -51: ("ESP384", "P-384"),
        -257: ("RS256", "RSA"),
    }
)
"""COSE algorithm numbers, their names, and the one kind of key that each of them goes with."""
SIGNING: Mapping[KeyType, int] = MappingProxyType({"Ed25519": -8, "P-256": -7, "P-384": -35})

_ALG, _CRIT, _CONTENT_TYPE, _KID, _CLAIMS, _TYP = 1, 2, 3, 4, 15, 16
_ISSUED_AT = 6
_LATEST = 253_402_300_799
_PARTS = 4
_MAX_ITEMS = 32
"""Most parameters of one header."""


@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1, read and not yet checked. ``header`` holds the protected parameters by their numbers; ``hint`` an unprotected kid."""

    header: Mapping[Any, Any]
    payload: bytes
    signature: bytes
    signed: bytes
    hint: object = None

    @property
    def algorithm(self) -> str:
        """The algorithm's name."""
        stated = self.header.get(_ALG)
        known = _known(stated)
        return known[0] if known is not None else str(stated)[:40]

    @property
    def kid(self) -> str | None:
        """The name of the key, as text; it may stand unprotected, for whose key it is gets checked anyway."""
        return _text(self.header.get(_KID, self.hint))

    @property
    def media_type(self) -> str | None:
        """The ``typ`` (RFC 9596) in lower case and without ``application/``."""
        return _media_type(self.header.get(_TYP))

    @property
    def content_type(self) -> str | None:
        """What the payload is said to be, written like :attr:`media_type`."""
        return _media_type(self.header.get(_CONTENT_TYPE))

    @property
    def issued(self) -> datetime | None:
        """When it says that it was signed: ``iat`` among the CWT claims of the protected header (RFC 9597)."""
        claims = self.header.get(_CLAIMS)
        stated = claims.get(_ISSUED_AT) if isinstance(claims, Mapping) else None
        if not isinstance(stated, int | float) or isinstance(stated, bool) or not 0 <= stated <= _LATEST:
            return None
        return datetime.fromtimestamp(stated, UTC)

    def claims(self) -> dict[str, Any]:
        """The payload as JSON. :raises Malformed: ``jose.claims_malformed``, or as :func:`parse_json`"""
        found = parse_json(self.payload, max_bytes=MAX_TOKEN)
        if not isinstance(found, dict):
            raise Malformed(CLAIMS_MALFORMED)
        return found

    def key_type(self) -> KeyType:
        """The kind of key that may have signed this.

        :raises Malformed: ``jose.cose_header``
        :raises CannotCheck: ``jose.algorithm_unsupported``, ``jose.cose_critical``
        """
        if _CRIT in self.header:
            raise CannotCheck(COSE_CRITICAL, seen=str(self.header[_CRIT])[:80])
        stated = self.header.get(_ALG)
        if stated is None:
            raise Malformed(COSE_HEADER, seen="alg")
        known = _known(stated)
        if known is None:
            raise CannotCheck(ALGORITHM_UNSUPPORTED, seen=str(stated)[:40])
        return known[1]

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


def _known(stated: object) -> tuple[str, KeyType] | None:
    return ALGORITHMS.get(stated) if isinstance(stated, int) and not isinstance(stated, bool) else None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, str) else None


def _media_type(value: object) -> str | None:
    return value.lower().removeprefix("application/") if isinstance(value, str) else None


def is_cose(data: bytes) -> bool:
    """Whether bytes begin like a tagged COSE_Sign1: tag 18 around an array of four."""
    return data[:2] == b"\xd2\x84"


def parse(data: bytes) -> Sign1:
    """Read a COSE_Sign1, tagged or bare.

    Of the unprotected header only the key's name is read. Every item must be of definite length and nothing may follow, for
    a signature covers the parts and not how they were put together.

    :raises TooLarge: ``jose.cose_too_large``
    :raises Malformed: ``jose.not_cose``, ``jose.cose_header``
    """
    if len(data) > MAX_TOKEN:
        raise TooLarge(COSE_TOO_LARGE, size=len(data), limit=MAX_TOKEN)
    found = _loads(data)
    if isinstance(found, cbor2.CBORTag):
        if found.tag != TAG:
            raise Malformed(NOT_COSE)
        found = found.value
    if not isinstance(found, list | tuple) or len(found) != _PARTS:
        raise Malformed(NOT_COSE)
    protected, unprotected, payload, signature = found
    if not all(isinstance(each, bytes) for each in (protected, payload, signature)) or not isinstance(unprotected, Mapping):
        raise Malformed(NOT_COSE)
    header = _loads(protected) if protected else {}
    if not isinstance(header, Mapping) or len(header) > _MAX_ITEMS or set(header) & set(unprotected):
        raise Malformed(COSE_HEADER, seen="protected")
    return Sign1(MappingProxyType(dict(header)), payload, signature, _covered(protected, payload), unprotected.get(_KID))


def _loads(data: bytes) -> Any:
    """One CBOR item in its one canonical spelling of lengths and keys; decoding again what was encoded must give the same bytes."""
    try:
        found = cbor2.loads(data)
        again = cbor2.dumps(found)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, EOFError):
        raise Malformed(NOT_COSE) from None
    if again != data:
        # A map that names a key twice, a length spelled at length, bytes behind the end.
        raise Malformed(NOT_COSE)
    return found


def _covered(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of a COSE_Sign1 without external data (RFC 9052, section 4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


@dataclass(frozen=True, slots=True)
class Prepared:
    """A COSE_Sign1 before its signature: ``message`` are the octets to be signed."""

    protected: bytes
    payload: bytes
    message: bytes

    def finish(self, signature: bytes) -> bytes:
        """The tagged COSE_Sign1."""
        return cbor2.dumps(cbor2.CBORTag(TAG, [self.protected, {}, self.payload, signature]))


def prepare(payload: bytes, *, key_type: KeyType, kid: str, content_type: str, typ: str, issued: int | None = None) -> Prepared:
    """The first half of signing ``payload``, some JSON, with a key named ``kid``; ``issued`` is the time, in seconds since 1970."""
    header: dict[int, Any] = {_ALG: SIGNING[key_type], _CONTENT_TYPE: content_type, _KID: kid.encode(), _TYP: typ}
    if issued is not None:
        header = dict(sorted({**header, _CLAIMS: {_ISSUED_AT: issued}}.items()))
    protected = cbor2.dumps(header)
    return Prepared(protected, payload, _covered(protected, payload))
