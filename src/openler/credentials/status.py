"""Bitstring Status List 1.0: many credentials' standing in one compressed string of bits."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable, Mapping
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
    packed = gzip.compress(bytes(bits), compresslevel=9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(encoded: object) -> bytes:
    """The bits behind an ``encodedList``, however few.

    :raises CannotCheck: ``credentials.status_list_malformed`` or ``_too_large``; a list that cannot be read says nothing
        about any credential
    """
    if not isinstance(encoded, str) or encoded[:1] != "u":
        raise CannotCheck(LIST_MALFORMED)
    if len(encoded) > MAX_ENCODED:
        raise CannotCheck(LIST_TOO_LARGE, size=len(encoded), limit=MAX_ENCODED)
    try:
        packed = base64url_decode(encoded[1:])
        unpacker = zlib.decompressobj(_GZIP)
        bits = unpacker.decompress(packed, MAX_DECOMPRESSED + 1)
    except (Malformed, zlib.error):
        raise CannotCheck(LIST_MALFORMED) from None
    if len(bits) > MAX_DECOMPRESSED:
        raise CannotCheck(LIST_TOO_LARGE, size=len(bits), limit=MAX_DECOMPRESSED)
    if not unpacker.eof:
        raise CannotCheck(LIST_MALFORMED)
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether the entry at ``index`` is 1. :raises CannotCheck: ``credentials.status_index_outside``"""
    if not 0 <= index < len(bits) * 8:
        raise CannotCheck(INDEX_OUTSIDE, index=index, entries=len(bits) * 8)
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))


def read(subject: object, *, index: int, purpose: str) -> bool:
    """Whether a list's ``credentialSubject`` sets ``index`` for ``purpose`` (section 3.2, steps 6 to 11).

    :raises CannotCheck: the list cannot be read, is for another purpose, or has no such entry
    """
    if not isinstance(subject, Mapping) or not _has_type(subject, "BitstringStatusList"):
        raise CannotCheck(LIST_MALFORMED)
    stated = subject.get("statusPurpose")
    purposes = stated if isinstance(stated, list) else [stated]
    if purpose not in purposes:
        raise CannotCheck(PURPOSE_DIFFERS, wanted=purpose, seen=", ".join(str(each)[:40] for each in purposes[:5]))
    bits = decode(subject.get("encodedList"))
    if is_set(bits, index):
        # A list shorter than the standard allows hides its readers badly, but what it says against a credential stands.
        return True
    if len(bits) * 8 < MIN_ENTRIES:
        raise CannotCheck(LIST_TOO_SMALL, entries=len(bits) * 8, limit=MIN_ENTRIES)
    return False


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
    list_url: str, *, issuer: str, purpose: Purpose, set_indexes: Iterable[int], valid_from: datetime, valid_until: datetime | None = None,
    entries: int = MIN_ENTRIES,
) -> dict[str, Any]:  # fmt: skip
    """The unsigned BitstringStatusListCredential served at ``list_url``."""
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
            "encodedList": encode(set_indexes, entries=entries),
        },
    }
    if valid_until is not None:
        document["validUntil"] = xsd(valid_until)
    return document
