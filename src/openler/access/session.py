"""Holders' sessions: a random token in a cookie, and what follows from it.

The token is stored hashed. The holder's data key is stored sealed under a key derived from the token, so that the
server can read a wallet only while the browser shows its cookie. The CSRF token is derived too, by another label, and
needs no storage. Nothing of this ever stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openler.access.sealing import associated, derive, open_sealed, seal
from openler.access.secret import SECRET_BYTES, Secret, encode, fingerprint, same
from openler.errors import Refused, Unauthenticated, declare

SESSION_UNKNOWN = declare("access.session_unknown", by=__name__)
SESSION_EXPIRED = declare("access.session_expired", by=__name__)
CSRF_MISMATCH = declare("access.csrf_mismatch", by=__name__)

LIFETIME = timedelta(hours=12)
"""A session ends after this, however busy (NIST SP 800-63B section 7.2, AAL1 allows 30 days; a library computer does not)."""
IDLE = timedelta(minutes=30)
"""A session ends when unused for this long."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as stored."""

    token_hash: bytes = field(repr=False)
    holder_id: str
    sealed_key: bytes = field(repr=False)
    created: datetime
    expires: datetime
    last_used: datetime


def _place(holder_id: str) -> bytes:
    return associated("session", holder_id)


def make(entropy: bytes, nonce: bytes, holder_id: str, data_key: bytes, now: datetime) -> tuple[Secret, StoredSession]:
    """A session from 32 random bytes and a 12-byte nonce: the cookie's value and what to store."""
    token = encode(entropy[:SECRET_BYTES])
    sealed = seal(_key(token), data_key, nonce=nonce, place=_place(holder_id))
    return Secret(token), StoredSession(fingerprint(token), holder_id, sealed, created=now, expires=now + LIFETIME, last_used=now)


def check(session: StoredSession | None, now: datetime) -> StoredSession:
    """The session, if it is still good.

    :raises Unauthenticated: ``access.session_unknown``, ``access.session_expired``
    """
    if session is None:
        raise Unauthenticated(SESSION_UNKNOWN)
    if now >= session.expires or now - session.last_used >= IDLE:
        raise Unauthenticated(SESSION_EXPIRED)
    return session


def open_key(token: str, session: StoredSession) -> bytes:
    """The holder's data key. :raises SealBroken: the stored session was tampered with"""
    return open_sealed(_key(token), session.sealed_key, place=_place(session.holder_id))


def csrf_token(token: str) -> str:
    """What every form of this session must carry."""
    return encode(derive(token.encode(), "session csrf"))


def check_csrf(token: str, shown: str) -> None:
    """Compare a form's CSRF token. :raises Refused: ``access.csrf_mismatch``"""
    if not same(csrf_token(token).encode(), shown.encode()):
        raise Refused(CSRF_MISMATCH)


def _key(token: str) -> bytes:
    return derive(token.encode(), "session key")
