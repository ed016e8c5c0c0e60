"""Bitstring Status List 1.0: many credentials' standing in one compressed string of bits."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import base64url_decode
from openler.credentials.times import xsd
from openler.errors import Malformed, declare

Purpose = Literal["revocation", "suspension"]
PURPOSES: tuple[Purpose, ...] = ("revocation", "suspension")

MIN_ENTRIES = 131_072
"""Fewest entries of a list (section 2.2): fewer would tell too much about who looks at which credential."""
MAX_DECOMPRESSED = 16 * 1024 * 1024
"""Most bytes a list may decompress to (ADR 0001, decision 14)."""
MAX_ENCODED = 24 * 1024 * 1024
"""Longest encoded list read, in characters: a list of random bits at the cap above."""

LIST_MALFORMED = declare("credentials.status_list_malformed", by=__name__)
LIST_TOO_LARGE = declare("credentials.status_list_too_large", by=__name__)
LIST_TOO_SMALL = declare("credentials.status_list_too_small", by=__name__)
INDEX_OUTSIDE = declare("credentials.status_index_outside", by=__name__)
PURPOSE_DIFFERS = declare("credentials.status_purpose_differs", by=__name__)

CONTEXT = "https://www.w3.org/ns/credentials/v2"
_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 6
"""How hard to compress: harder makes a list of a million entries five times slower to serve, and hardly smaller."""


def encode(set_indexes: Iterable[int], *, entries: int = MIN_ENTRIES) -> str:
    """The ``encodedList`` in which the given indexes are 1 and all others 0.

    The first entry is the leftmost bit of the first byte (section 3.3).

    :raises Malformed: ``credentials.status_index_outside``
    """
    size = max(entries, MIN_ENTRIES)
    bits = bytearray((size + 7) // 8)
    for index in set_indexes:
        if not 0 <= index < size:
            raise Malformed(INDEX_OUTSIDE, index=index, entries=size)
        bits[index >> 3] |= 0x80 >> (index & 7)
    return packed(bytes(bits))


def packed(bits: bytes) -> str:
    """The ``encodedList`` of bits that are there already, filled up with zeros to the fewest that a list may have."""
    squeezed = gzip.compress(bits.ljust(MIN_ENTRIES // 8, b"\0"), compresslevel=_LEVEL, mtime=0)
    return "u" + base64.urlsafe_b64encode(squeezed).decode().rstrip("=")


def decode(encoded: object) -> bytes:
    """The bits behind an ``encodedList``, however few.

    :raises CannotCheck: ``credentials.status_list_malformed`` or ``_too_large``; a list that cannot be read says nothing
        about any credential
    """
    if not isinstance(encoded, str) or encoded[:1] != "u":
        raise CannotCheck(LIST_MALFORMED)
    return decode_2021(encoded[1:])


def decode_2021(encoded: object) -> bytes:
    """The bits behind an ``encodedList`` of StatusList2021: as :func:`decode`, without the letter in front."""
    if not isinstance(encoded, str):
        raise CannotCheck(LIST_MALFORMED)
    if len(encoded) > MAX_ENCODED:
        raise CannotCheck(LIST_TOO_LARGE, size=len(encoded), limit=MAX_ENCODED)
    try:
        return unpack(base64url_decode(encoded.rstrip("=")))
    except Malformed:
        raise CannotCheck(LIST_MALFORMED) from None


def unpack(packed: bytes, *, wrapper: int = _GZIP) -> bytes:
    """Compressed bytes, decompressed as far as the limit goes. ``wrapper`` is zlib's number for what is around them: GZIP, here.

    :raises CannotCheck: ``credentials.status_list_malformed`` or ``_too_large``
    """
    try:
        unpacker = zlib.decompressobj(wrapper)
        bits = unpacker.decompress(packed, MAX_DECOMPRESSED + 1)
    except zlib.error:
        raise CannotCheck(LIST_MALFORMED) from None
    if len(bits) > MAX_DECOMPRESSED:
        raise CannotCheck(LIST_TOO_LARGE, size=len(bits), limit=MAX_DECOMPRESSED)
    if not unpacker.eof or unpacker.unused_data:
        # Cut short, or followed by more that other readers might read.
        raise CannotCheck(LIST_MALFORMED)
    return bits


def value_at(bits: bytes, index: int, size: int = 1) -> int:
    """The value of the entry at ``index``, each ``size`` bits wide, the leftmost bit the highest.

    :raises CannotCheck: ``credentials.status_index_outside``
    """
    entries = len(bits) * 8 // size
    if not 0 <= index < entries:
        raise CannotCheck(INDEX_OUTSIDE, index=index, entries=entries)
    first, last = index * size, (index + 1) * size
    window = bits[first >> 3 : (last + 7) >> 3]
    return int.from_bytes(window) >> (-last % 8) & ((1 << size) - 1)


def is_set(bits: bytes, index: int) -> bool:
    """Whether the entry at ``index`` is 1. :raises CannotCheck: ``credentials.status_index_outside``"""
    return bool(value_at(bits, index))


def read(
    subject: object,
    *,
    index: int,
    purpose: str,
    size: int = 1,
    subject_type: str = "BitstringStatusList",
    unpack: Callable[[object], bytes] = decode,
) -> int:
    """What a list's ``credentialSubject`` says at ``index`` for ``purpose`` (section 3.2, steps 6 to 11).

    :raises CannotCheck: the list cannot be read, is for another purpose, or has no such entry
    """
    if not isinstance(subject, Mapping) or not _has_type(subject, subject_type):
        raise CannotCheck(LIST_MALFORMED)
    stated = subject.get("statusPurpose")
    purposes = stated if isinstance(stated, list) else [stated]
    if purpose not in purposes:
        raise CannotCheck(PURPOSE_DIFFERS, wanted=purpose, seen=", ".join(str(each)[:40] for each in purposes[:5]))
    bits = unpack(subject.get("encodedList"))
    value = value_at(bits, index, size)
    # A list shorter than the standard allows hides its readers badly, but what it says against a credential stands.
    if value == 0 and len(bits) * 8 // size < MIN_ENTRIES:
        raise CannotCheck(LIST_TOO_SMALL, entries=len(bits) * 8 // size, limit=MIN_ENTRIES)
    return value


def _has_type(node: Mapping[str, Any], wanted: str) -> bool:
    stated = node.get("type")
    return stated == wanted or (isinstance(stated, list) and wanted in stated)


def entry(list_url: str, *, index: int, purpose: Purpose) -> dict[str, Any]:
    """The ``credentialStatus`` of a credential whose standing is at ``index`` of the list at ``list_url``."""
    return {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }


def list_credential(
    list_url: str, *, issuer: str, purpose: Purpose, valid_from: datetime, set_indexes: Iterable[int] = (),
    valid_until: datetime | None = None, entries: int = MIN_ENTRIES, bits: bytes | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The unsigned BitstringStatusListCredential served at ``list_url``; ``bits`` is the list itself, instead of its indexes."""
    document: dict[str, Any] = {
        "@context": [CONTEXT],
        "id": list_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": xsd(valid_from),
        "credentialSubject": {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(set_indexes, entries=entries) if bits is None else packed(bits),
        },
    }
    if valid_until is not None:
        document["validUntil"] = xsd(valid_until)
    return document
