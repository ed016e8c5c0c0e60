"""The two proof values of ecdsa-sd-2023 (sections 3.5.2 to 3.5.8): the base proof's, for the holder, and the derived one's, for verifiers.

Both are CBOR behind three bytes that tell them apart, as multibase base64url.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cbor2

from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import PublicKey, from_multikey, multibase_decode, multibase_encode
from openler.errors import Malformed, OpenlerError, declare

VALUE_MALFORMED = declare("credentials.sd_value_malformed", by=__name__)
BASE_NOT_DERIVED = declare("credentials.sd_base_not_derived", by=__name__)
DERIVED_NOT_BASE = declare("credentials.sd_derived_not_base", by=__name__)

BASE_HEADER, DERIVED_HEADER = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
SIGNATURE_SIZE, HMAC_SIZE, KEY_SIZE = 64, 32, 35
MAX_SIGNATURES = 5_000
"""Most statements with a signature each; checking them all takes about half a second."""
MAX_INDEX = 1_000_000
"""Highest number of a statement or label that is read."""


@dataclass(frozen=True, slots=True)
class BaseValue:
    """What an issuer hands to the holder: 64-byte signatures, one a statement that may be left out, and what links them."""

    signature: bytes
    public_key: PublicKey
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory: tuple[str, ...]

    def encoded(self) -> str:
        """As ``proofValue`` writes it."""
        parts = [self.signature, _key_bytes(self.public_key), self.hmac_key, list(self.signatures), list(self.mandatory)]
        return _encode(BASE_HEADER, parts)


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """What a verifier sees: ``labels`` maps ``_:c14n0``, ... to the labels under which the issuer signed."""

    signature: bytes
    public_key: PublicKey
    signatures: tuple[bytes, ...]
    labels: Mapping[str, str]
    mandatory: tuple[int, ...]

    def encoded(self) -> str:
        """As ``proofValue`` writes it."""
        packed = {int(label.removeprefix("_:c14n")): _unlabelled(other) for label, other in self.labels.items()}
        return _encode(DERIVED_HEADER, [self.signature, _key_bytes(self.public_key), list(self.signatures), packed, list(self.mandatory)])


def read_base(value: object) -> BaseValue:
    """A base proof's value. :raises Malformed: ``credentials.sd_value_malformed`` or ``credentials.sd_derived_not_base``"""
    data = _bytes(value)
    if data[:3] == DERIVED_HEADER:
        raise Malformed(DERIVED_NOT_BASE)
    signature, key, hmac_key, signatures, mandatory = _parts(data, BASE_HEADER)
    sound = _is_bytes(hmac_key, HMAC_SIZE) and isinstance(mandatory, list) and all(isinstance(each, str) for each in mandatory)
    if not sound:
        raise Malformed(VALUE_MALFORMED)
    return BaseValue(_signature(signature), _key(key), hmac_key, _signatures(signatures), tuple(mandatory))


def read_derived(value: object) -> DerivedValue:
    """A derived proof's value.

    :raises Malformed: ``credentials.sd_value_malformed``
    :raises CannotCheck: ``credentials.sd_base_not_derived``: it is the holder's own copy, which only she can use
    """
    data = _bytes(value)
    if data[:3] == BASE_HEADER:
        raise CannotCheck(BASE_NOT_DERIVED)
    signature, key, signatures, labels, mandatory = _parts(data, DERIVED_HEADER)
    if not isinstance(labels, dict) or not all(_is_index(number) and _is_bytes(label, HMAC_SIZE) for number, label in labels.items()):
        raise Malformed(VALUE_MALFORMED)
    if not isinstance(mandatory, list) or not all(_is_index(each) for each in mandatory) or len(set(mandatory)) != len(mandatory):
        raise Malformed(VALUE_MALFORMED)
    mapped = {f"_:c14n{number}": labelled(label) for number, label in labels.items()}
    if len(set(mapped.values())) != len(mapped):
        raise Malformed(VALUE_MALFORMED)
    return DerivedValue(_signature(signature), _key(key), _signatures(signatures), mapped, tuple(mandatory))


def labelled(digest: bytes) -> str:
    """The blank node label made of a keyed digest."""
    return "_:u" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _unlabelled(label: str) -> bytes:
    return multibase_decode(label.removeprefix("_:"))


def _key_bytes(key: PublicKey) -> bytes:
    return multibase_decode(key.multikey)


def _encode(header: bytes, parts: list[Any]) -> str:
    return "u" + base64.urlsafe_b64encode(header + cbor2.dumps(parts)).decode().rstrip("=")


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or value[:1] != "u":
        raise Malformed(VALUE_MALFORMED)
    try:
        return multibase_decode(value)
    except Malformed:
        raise Malformed(VALUE_MALFORMED) from None


def _parts(data: bytes, header: bytes) -> list[Any]:
    stream = BytesIO(data[len(header) :])
    try:
        found = cbor2.load(stream)
    except (cbor2.CBORDecodeError, ValueError, OverflowError, RecursionError, MemoryError):
        raise Malformed(VALUE_MALFORMED) from None
    if data[: len(header)] != header or stream.read(1) or not isinstance(found, list) or len(found) != 5:  # noqa: PLR2004 - both have five
        raise Malformed(VALUE_MALFORMED)
    return found


def _is_bytes(value: object, size: int) -> bool:
    return isinstance(value, bytes) and len(value) == size


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INDEX


def _signature(value: object) -> bytes:
    if not isinstance(value, bytes) or len(value) != SIGNATURE_SIZE:
        raise Malformed(VALUE_MALFORMED)
    return value


def _signatures(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_SIGNATURES:
        raise Malformed(VALUE_MALFORMED)
    return tuple(_signature(each) for each in value)


def _key(value: object) -> PublicKey:
    if not isinstance(value, bytes) or len(value) != KEY_SIZE:
        raise Malformed(VALUE_MALFORMED)
    try:
        key = from_multikey(multibase_encode(value))
    except OpenlerError:
        raise Malformed(VALUE_MALFORMED) from None
    if key.key_type != "P-256":
        raise Malformed(VALUE_MALFORMED)
    return key
