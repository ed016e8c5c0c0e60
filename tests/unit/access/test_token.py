"""API tokens: good for who shows the secret, while they last; nothing secret is stored or shown."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from openler.access import token
from openler.access.organisation import Role
from openler.access.secret import Secret
from openler.access.token import StoredToken
from openler.errors import Unauthenticated
from openler.ids import Ctid

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
OWNER = Ctid.derive("tests", "ceterms:CredentialOrganization", "owner")


def made(number: int = 1) -> tuple[str, StoredToken]:
    public_id, secret, secret_hash = token.make(bytes([number]) * token.TOKEN_ENTROPY)
    return secret.reveal(), StoredToken(public_id, OWNER, (Role.PUBLISHER,), "tests", secret_hash, T0, T0 + timedelta(days=1))


def test_a_token_is_good_for_who_shows_its_secret_until_it_expires() -> None:
    text, stored = made()
    assert token.public_id_of(text) == stored.public_id
    assert token.check(text, stored, T0) is stored
    assert token.check(f" {text}\n", stored, T0 + timedelta(hours=23)) is stored
    with pytest.raises(Unauthenticated, match=r"access\.token_expired"):
        token.check(text, stored, T0 + timedelta(days=1))
    with pytest.raises(Unauthenticated, match=r"access\.token_revoked"):
        token.check(text, replace(stored, revoked=T0), T0)
    assert token.check(text, replace(stored, expires=None), T0 + timedelta(days=9999)).expires is None


def test_a_wrong_secret_learns_nothing_of_the_token() -> None:
    text, stored = made(1)
    other, _ = made(2)
    forged = f"openler_{stored.public_id}_{other.rsplit('_', 1)[-1]}"
    expired = replace(stored, revoked=T0, expires=T0)
    for shown in (forged, other, text[:-1], text + "A", "", "openler", text.upper()):
        for kept in (stored, expired, None):
            with pytest.raises(Unauthenticated, match=r"access\.token_unknown"):
                token.check(shown, kept, T0)


def test_only_the_hash_is_stored_and_the_secret_does_not_show_itself() -> None:
    text, stored = made()
    secret = Secret(text)
    assert text.rsplit("_", 1)[-1].encode() not in stored.secret_hash
    assert stored.secret_hash.hex() not in repr(stored)
    assert text not in f"{secret} {secret!r} {secret:>80} {[secret]}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret == Secret(text)
    assert secret != Secret(text + "x")
