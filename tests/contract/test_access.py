"""What every store of organizations, tokens, sessions and audit keeps to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openler.access.audit import AuditEvent
from openler.access.organisation import Organisation, Role
from openler.access.session import StoredSession
from openler.access.token import StoredToken
from openler.errors import NotFound
from openler.ids import Did
from openler.stores.private import PrivateWall
from tests.support.ctdl import OWNER, ctid

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
OTHER = ctid("other", "ceterms:CredentialOrganization")
COLLEGE = Organisation(OWNER, "Ridgeway College", (Role.ISSUER, Role.PUBLISHER), T0, did=Did("did:web:example.org"), key="file:ridgeway")


def event(name: str = "tests:access:change") -> AuditEvent:
    return AuditEvent(name, "tests", T0, {"count": 3, "id": "x"})


def token(public_id: str = "0123456789ab") -> StoredToken:
    return StoredToken(public_id, OWNER, (Role.PUBLISHER,), "nightly import", bytes(range(32)), T0, T0 + timedelta(days=1))


def session(holder_id: str, number: int = 1) -> StoredSession:
    return StoredSession(bytes([number] * 32), holder_id, b"sealed", T0, T0 + timedelta(hours=12), T0)


@pytest.fixture
def holder(private: PrivateWall) -> str:
    return private.vault.create_holder(handle="ana", passphrase="correct horse battery staple", at=T0).holder_id


def test_an_organisation_is_read_back_as_it_was_put_and_replaced_whole(private: PrivateWall) -> None:
    private.organisations.put(COLLEGE, event=event())
    assert private.organisations.get(OWNER) == COLLEGE
    bare = Organisation(OWNER, "Ridgeway", (Role.PUBLISHER,), T0)
    private.organisations.put(bare, event=event())
    other = Organisation(OTHER, "Elsewhere", (), T0)
    private.organisations.put(other, event=event())
    assert private.organisations.get(OWNER) == bare
    assert private.organisations.listing() == tuple(sorted((bare, other), key=lambda one: one.ctid))
    assert private.organisations.get(ctid("third", "ceterms:CredentialOrganization")) is None


def test_a_token_belongs_to_an_organisation_and_ends_once(private: PrivateWall) -> None:
    with pytest.raises(NotFound):
        private.organisations.add_token(token(), event=event())
    private.organisations.put(COLLEGE, event=event())
    private.organisations.add_token(token(), event=event())
    private.organisations.add_token(token("ba9876543210"), event=event())
    assert private.organisations.token("0123456789ab") == token()
    assert private.organisations.tokens(OWNER) == private.organisations.tokens() == (token(), token("ba9876543210"))
    assert private.organisations.tokens(OTHER) == ()
    later = T0 + timedelta(hours=1)
    assert private.organisations.revoke_token("0123456789ab", at=later, event=event()) is True
    assert private.organisations.revoke_token("0123456789ab", at=T0, event=event()) is False
    ended = private.organisations.token("0123456789ab")
    assert ended is not None
    assert ended.revoked == later
    with pytest.raises(NotFound):
        private.organisations.revoke_token("ffffffffffff", at=T0, event=event())


def test_a_session_is_found_by_its_tokens_hash_until_it_ends(private: PrivateWall, holder: str) -> None:
    private.sessions.add(session(holder), event=event())
    assert private.sessions.find(bytes([1] * 32)) == session(holder)
    assert private.sessions.find(bytes(32)) is None
    later = T0 + timedelta(minutes=5)
    private.sessions.touch(bytes([1] * 32), at=later)
    found = private.sessions.find(bytes([1] * 32))
    assert found is not None
    assert (found.last_used, found.created) == (later, T0)
    assert private.sessions.remove(bytes([1] * 32), event=event()) is True
    assert private.sessions.remove(bytes([1] * 32), event=event()) is False
    assert private.sessions.find(bytes([1] * 32)) is None


def test_signing_out_everywhere_and_deleting_end_a_holders_sessions_only(private: PrivateWall, holder: str) -> None:
    other = private.vault.create_holder(handle="ben", passphrase="correct horse battery staple", at=T0).holder_id
    for number, whose in enumerate((holder, holder, other), 1):
        private.sessions.add(session(whose, number), event=event())
    assert private.sessions.remove_all(holder, event=event()) == 2
    assert private.sessions.find(bytes([3] * 32)) is not None
    private.vault.delete_holder(private.vault.sign_in("ben", "correct horse battery staple", at=T0), event=event())
    assert private.sessions.find(bytes([3] * 32)) is None


def test_ended_sessions_are_cleared_away(private: PrivateWall, holder: str) -> None:
    private.sessions.add(session(holder), event=event())
    assert private.vault.purge(at=T0 + timedelta(hours=12)) == 1
    assert private.sessions.find(bytes([1] * 32)) is None


def test_the_audit_only_grows_and_is_read_in_order(private: PrivateWall) -> None:
    names = [f"tests:thing:{word}" for word in ("one", "two", "three")]
    for name in names:
        private.private_audit.record(event(name))
    private.organisations.put(COLLEGE, event=event("tests:thing:four"))
    found = private.private_audit.events()
    assert [one.name for one in found] == [*names, "tests:thing:four"]
    assert found[0] == event(names[0])
    assert [one.name for one in private.private_audit.events(after=1, limit=2)] == names[1:]
