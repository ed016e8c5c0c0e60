"""API tokens: shown once, stored as a hash, named by a public id.

A token reads ``openler_{public id}_{secret}``: twelve hexadecimal digits that may stand in any log, and 256 random
bits that may not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from openler.access.organisation import Role
from openler.access.secret import SECRET_BYTES, Secret, encode, fingerprint, same
from openler.errors import Unauthenticated, declare
from openler.ids import Ctid

TOKEN_UNKNOWN = declare("access.token_unknown", by=__name__)
TOKEN_EXPIRED = declare("access.token_expired", by=__name__)
TOKEN_REVOKED = declare("access.token_revoked", by=__name__)

PUBLIC_ID_BYTES = 6
TOKEN_ENTROPY = PUBLIC_ID_BYTES + SECRET_BYTES
"""Random bytes that one token takes."""

_TOKEN = re.compile(r"openler_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token as stored: everything but the secret."""

    public_id: str
    organisation: Ctid
    roles: tuple[Role, ...]
    label: str
    secret_hash: bytes = field(repr=False)
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None


def make(entropy: bytes) -> tuple[str, Secret, bytes]:
    """A token from ``TOKEN_ENTROPY`` random bytes: its public id, its text and the hash to store."""
    public_id = entropy[:PUBLIC_ID_BYTES].hex()
    secret = encode(entropy[PUBLIC_ID_BYTES:TOKEN_ENTROPY])
    return public_id, Secret(f"openler_{public_id}_{secret}"), fingerprint(secret)


def public_id_of(text: str) -> str:
    """The public id that a token's text names. :raises Unauthenticated: ``access.token_unknown``: not a token of ours"""
    found = _TOKEN.fullmatch(text.strip())
    if not found:
        raise Unauthenticated(TOKEN_UNKNOWN)
    return found.group(1)


def check(text: str, stored: StoredToken | None, now: datetime) -> StoredToken:
    """The stored token, if ``text`` is its secret and it is still good.

    :raises Unauthenticated: ``access.token_unknown``, ``access.token_revoked``, ``access.token_expired``; the last
        two only to who showed the right secret
    """
    found = _TOKEN.fullmatch(text.strip())
    if not found or stored is None or found.group(1) != stored.public_id or not same(fingerprint(found.group(2)), stored.secret_hash):
        raise Unauthenticated(TOKEN_UNKNOWN)
    if stored.revoked is not None:
        raise Unauthenticated(TOKEN_REVOKED, token=stored.public_id, revoked=stored.revoked.isoformat())
    if stored.expires is not None and now >= stored.expires:
        raise Unauthenticated(TOKEN_EXPIRED, token=stored.public_id, expired=stored.expires.isoformat())
    return stored
