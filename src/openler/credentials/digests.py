"""Digests by which a credential fixes what it only names: ``digestSRI`` and ``digestMultibase`` (VCDM 2.0, section 5.3)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from openler.credentials.faults import CannotCheck
from openler.credentials.multikey import multibase_decode
from openler.errors import Malformed, declare

DIGEST_MALFORMED = declare("credentials.digest_malformed", by=__name__)
DIGEST_UNKNOWN = declare("credentials.digest_unknown", by=__name__)

_SRI = ("sha256", "sha384", "sha512")
_MULTIHASH = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}


def fits(stated: Mapping[str, Any], body: bytes) -> bool | None:
    """Whether bytes are those that a named thing's digests speak of; None where it states no digest.

    :raises Malformed: ``credentials.digest_malformed``
    :raises CannotCheck: ``credentials.digest_unknown``: a hash function that is not known here
    """
    found: list[bool] = []
    if "digestSRI" in stated:
        found.append(_sri(stated["digestSRI"], body))
    if "digestMultibase" in stated:
        found.append(_multibase(stated["digestMultibase"], body))
    return all(found) if found else None


def _sri(stated: object, body: bytes) -> bool:
    """Subresource Integrity: of several digests the strongest counts."""
    by_name: dict[str, list[bytes]] = {}
    for each in stated.split() if isinstance(stated, str) else ():
        name, _, text = each.partition("?")[0].partition("-")
        if name in _SRI:
            try:
                by_name.setdefault(name, []).append(base64.b64decode(text, validate=True))
            except (binascii.Error, ValueError):
                raise Malformed(DIGEST_MALFORMED, seen=each[:80]) from None
    if not by_name:
        raise CannotCheck(DIGEST_UNKNOWN, seen=str(stated)[:80])
    strongest = max(by_name, key=_SRI.index)
    return hashlib.new(strongest, body).digest() in by_name[strongest]


def _multibase(stated: object, body: bytes) -> bool:
    try:
        data = multibase_decode(stated)
    except Malformed:
        raise Malformed(DIGEST_MALFORMED, seen=str(stated)[:80]) from None
    name = _MULTIHASH.get(data[:2])
    if name is None:
        raise CannotCheck(DIGEST_UNKNOWN, seen=str(stated)[:80])
    return hashlib.new(name, body).digest() == data[2:]
