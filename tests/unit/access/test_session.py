"""Sessions end when they should, and a form is taken only from the page that we made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openler.access import session
from openler.access.sealing import SealBroken
from openler.access.session import IDLE, LIFETIME, StoredSession
from openler.errors import Refused, Unauthenticated

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
DATA_KEY = bytes(range(32))


def made(number: int = 1, holder: str = "holder-1") -> tuple[str, StoredSession]:
    secret, stored = session.make(bytes([number]) * 32, bytes(12), holder, DATA_KEY, T0)
    return secret.reveal(), stored


def used(stored: StoredSession, at: datetime) -> StoredSession:
    return StoredSession(stored.token_hash, stored.holder_id, stored.sealed_key, stored.created, stored.expires, at)


def test_a_session_is_good_until_it_was_idle_too_long() -> None:
    _, stored = made()
    assert session.check(stored, T0 + IDLE - timedelta(seconds=1)) == stored
    with pytest.raises(Unauthenticated, match=r"access\.session_expired"):
        session.check(stored, T0 + IDLE)


def test_a_busy_session_still_ends_after_its_lifetime() -> None:
    _, stored = made()
    busy = used(stored, T0 + LIFETIME - timedelta(minutes=1))
    assert session.check(busy, T0 + LIFETIME - timedelta(seconds=1)) == busy
    with pytest.raises(Unauthenticated, match=r"access\.session_expired"):
        session.check(busy, T0 + LIFETIME)


def test_no_session_is_no_session() -> None:
    with pytest.raises(Unauthenticated, match=r"access\.session_unknown"):
        session.check(None, T0)


def test_only_the_cookie_opens_the_holders_key() -> None:
    token, stored = made(1)
    other, _ = made(2)
    assert session.open_key(token, stored) == DATA_KEY
    with pytest.raises(SealBroken):
        session.open_key(other, stored)
    moved = StoredSession(stored.token_hash, "holder-2", stored.sealed_key, stored.created, stored.expires, stored.last_used)
    with pytest.raises(SealBroken):
        session.open_key(token, moved)


def test_a_form_must_carry_its_own_sessions_token() -> None:
    token, _ = made(1)
    other, _ = made(2)
    session.check_csrf(token, session.csrf_token(token))
    for shown in ("", "x", token, session.csrf_token(other), session.csrf_token(token)[:-1], "é"):
        with pytest.raises(Refused, match=r"access\.csrf_mismatch"):
            session.check_csrf(token, shown)


def test_what_is_stored_gives_nothing_away() -> None:
    token, stored = made()
    secret, _ = session.make(bytes(32), bytes(12), "holder-1", DATA_KEY, T0)
    assert token.encode() not in stored.token_hash + stored.sealed_key
    assert DATA_KEY not in stored.sealed_key
    assert session.csrf_token(token) != token
    assert secret.reveal() not in f"{secret} {secret!r} {stored!r}"
