"""Token Status List (RFC draft ietf-oauth-status-list): the standing of tokens, itself a signed token, as a JWT or a CWT.

Its key is found as any other token's is. A list that does not name who issues it is taken as the issuer's of the token that
points to it, and has to be signed so.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cbor2

from openler.credentials import cose, jose, jwt_claims
from openler.credentials import status as bitstring
from openler.credentials.envelopes import Envelope
from openler.credentials.faults import CannotCheck
from openler.credentials.model import read_credential
from openler.errors import Malformed, declare

ACCEPT = "application/statuslist+jwt, application/statuslist+cwt;q=0.9"
VALID, INVALID, SUSPENDED = 0, 1, 2
_WIDTHS = frozenset({1, 2, 4, 8})
_CWT = {1: "iss", 2: "sub", 4: "exp", 5: "nbf", 6: "iat", 65533: "status_list", 65534: "ttl"}
"""The claims' numbers (RFC 8392; Token Status List, section 14.3.1)."""

TOKEN_LIST_MALFORMED = declare("credentials.status_token_list_malformed", by=__name__)


@dataclass(frozen=True, slots=True)
class TokenList:
    """A list as read, its signature unchecked. ``subject`` is the address that it says it is for, ``ttl`` in seconds."""

    envelope: Envelope
    subject: str
    width: int
    packed: bytes
    ttl: float | None

    def value_at(self, bits: bytes, index: int) -> int:
        """The value at ``index`` of the unpacked list, the lowest bits of a byte first.

        :raises CannotCheck: ``credentials.status_index_outside``
        """
        entries = len(bits) * 8 // self.width
        if not 0 <= index < entries:
            raise CannotCheck(bitstring.INDEX_OUTSIDE, index=index, entries=entries)
        first = index * self.width
        return bits[first >> 3] >> (first & 7) & ((1 << self.width) - 1)


def read(body: bytes, *, issuer: str | None) -> TokenList:
    """Read a list. ``issuer`` is whose token points to it.

    :raises CannotCheck: ``credentials.status_token_list_malformed``, which says nothing about any token
    """
    try:
        signed, claims = _claims(body)
        wanted = "statuslist+cwt" if isinstance(signed, cose.Sign1) else "statuslist+jwt"
        said = jwt_claims.read({name: value for name, value in claims.items() if name != "status_list"}, "dc+sd-jwt")
    except Malformed:
        raise CannotCheck(TOKEN_LIST_MALFORMED) from None
    held, lifetime = claims.get("status_list"), claims.get("ttl")
    width = held.get("bits") if isinstance(held, Mapping) else None
    packed = _packed(held.get("lst")) if isinstance(held, Mapping) else None
    # Its faults as a credential do not matter, but a date or an issuer that cannot be read would be as good as none.
    broken = [fault for fault in said.faults if fault.path != "/vct"]
    sound = not broken and signed.media_type == wanted and isinstance(claims.get("sub"), str) and said.times.issued is not None
    if not sound or packed is None or isinstance(width, bool) or width not in _WIDTHS:
        raise CannotCheck(TOKEN_LIST_MALFORMED)
    speaker = said.speaker if said.speaker is not None else issuer
    told = jwt_claims.Said("sd-jwt-vc", "credential", {}, speaker, said.times, ())
    form = "cose" if isinstance(signed, cose.Sign1) else "jwt"
    envelope = Envelope("cose" if form == "cose" else "jwt", signed, claims, told, read_credential({}))
    return TokenList(envelope, str(claims["sub"]), int(width), packed, _seconds(lifetime))


def unpacked(found: TokenList) -> bytes:
    """The list's bits. :raises CannotCheck: ``credentials.status_list_malformed`` or ``_too_large``"""
    return bitstring.unpack(found.packed, wrapper=zlib.MAX_WBITS)


def _claims(body: bytes) -> tuple[jose.Jws | cose.Sign1, dict[str, Any]]:
    if not cose.is_cose(body):
        try:
            jws = jose.parse_compact(body.decode("ascii").strip())
        except UnicodeDecodeError:
            raise Malformed(TOKEN_LIST_MALFORMED) from None
        return jws, jws.claims()
    signed = cose.parse(body)
    try:
        held = cbor2.loads(signed.payload)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, EOFError):
        raise Malformed(TOKEN_LIST_MALFORMED) from None
    if not isinstance(held, Mapping):
        raise Malformed(TOKEN_LIST_MALFORMED)
    return signed, {_CWT[name]: value for name, value in held.items() if isinstance(name, int) and name in _CWT}


def _packed(stated: object) -> bytes | None:
    if isinstance(stated, bytes):
        return stated
    try:
        return jose.decode(stated) if isinstance(stated, str) and len(stated) <= bitstring.MAX_ENCODED else None
    except Malformed:
        return None


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**10 else None
