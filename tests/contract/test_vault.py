"""What every vault keeps to: one holder's things are hers alone, nothing is lost, nothing comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openler.access.audit import AuditEvent
from openler.access.secret import fingerprint
from openler.actions.private_ports import HolderKey, StoredShare
from openler.errors import Conflict, Internal, Malformed, Misused, NotFound, RateLimited, Refused
from openler.stores.private import PrivateWall
from openler.stores.rows import Rows, RowTaken
from openler.stores.vault import SealedVault
from tests.contract.conftest import opened_wall

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
PASSPHRASE = "correct horse battery staple"


def event(name: str = "tests:wallet:change") -> AuditEvent:
    return AuditEvent(name, "tests", T0)


def wallet(vault: SealedVault, handle: str = "ana") -> HolderKey:
    vault.create_holder(handle=handle, passphrase=PASSPHRASE, at=T0, event=event())
    return vault.sign_in(handle, PASSPHRASE, at=T0)


def a_share(key: HolderKey, link: str = "t", share_id: str = "s1") -> StoredShare:
    return StoredShare(share_id, key.holder_id, fingerprint(link), b"sealed", b"salt", False, T0, T0 + timedelta(days=1))


def test_a_wallet_opens_with_its_passphrase_in_every_process(private: PrivateWall, private_rows: Rows) -> None:
    key = wallet(private.vault)
    private.vault.put(key, "record", "r", b"hers", at=T0)
    elsewhere = opened_wall(private_rows).vault
    again = elsewhere.sign_in(" ANA ", PASSPHRASE, at=T0)
    assert again == key
    assert [item.content for item in elsewhere.items(again, "record")] == [b"hers"]
    assert elsewhere.find_holder("Ana") == key.holder_id
    assert elsewhere.find_holder("ben") is None


def test_another_operators_secret_does_not_open_the_wall(private: PrivateWall, private_rows: Rows) -> None:
    wallet(private.vault)
    with pytest.raises(Misused):
        opened_wall(private_rows, secret=bytes(32))


def test_a_name_is_taken_once_and_must_be_one(private: PrivateWall) -> None:
    wallet(private.vault)
    with pytest.raises(Conflict):
        private.vault.create_holder(handle="ANA", passphrase=PASSPHRASE, at=T0)
    for handle in ("", "   ", "a\0", "x" * 201):
        with pytest.raises(Malformed):
            private.vault.create_holder(handle=handle, passphrase=PASSPHRASE, at=T0)
    with pytest.raises(Refused):
        private.vault.create_holder(handle="ben", passphrase="too short", at=T0)
    assert private.vault.find_holder("ben") is None


def test_items_are_replaced_in_place_and_listed_in_the_order_they_came(private: PrivateWall) -> None:
    key = wallet(private.vault)
    for name, content in (("b", b"1"), ("a", b"2"), ("b", b"3")):
        private.vault.put(key, "record", name, content, at=T0)
    private.vault.put(key, "consent", "a", b"4", at=T0 + timedelta(days=1))
    assert [(item.item_id, item.content) for item in private.vault.items(key, "record")] == [("b", b"3"), ("a", b"2")]
    found = private.vault.item(key, "consent", "a")
    assert found is not None
    assert (found.content, found.changed) == (b"4", T0 + timedelta(days=1))
    assert private.vault.remove(key, "record", "a") is True
    assert private.vault.remove(key, "record", "a") is False
    assert private.vault.item(key, "record", "a") is None
    assert private.vault.item(key, "consent", "a") is not None


def test_two_holders_never_meet(private: PrivateWall) -> None:
    ana, ben = wallet(private.vault), wallet(private.vault, "ben")
    private.vault.put(ana, "record", "r", b"ana's", at=T0)
    private.vault.deposit(ana.holder_id, b"for ana", at=T0)
    private.vault.add_share(ana, a_share(ana), b"share", event=event())
    assert private.vault.items(ben, "record") == ()
    assert private.vault.item(ben, "record", "r") is None
    assert private.vault.deposits(ben) == ()
    assert private.vault.shares(ben) == ()
    assert private.vault.remove(ben, "record", "r") is False
    with pytest.raises(NotFound):
        private.vault.withdraw_share(ben, "s1", at=T0, event=event())


def test_a_key_that_is_not_hers_opens_nothing(private: PrivateWall) -> None:
    ana, ben = wallet(private.vault), wallet(private.vault, "ben")
    private.vault.put(ana, "record", "r", b"ana's", at=T0)
    stolen = HolderKey(ana.holder_id, ben.data_key)
    for read in (lambda: private.vault.items(stolen, "record"), lambda: private.vault.deposits(stolen)):
        with pytest.raises(Internal):
            read()


def test_a_deposit_waits_until_it_is_settled_and_is_never_left_twice(private: PrivateWall) -> None:
    key = wallet(private.vault)
    one = private.vault.deposit(key.holder_id, b"one", at=T0, event=event())
    assert private.vault.deposit(key.holder_id, b"one", at=T0 + timedelta(days=1), event=event()) == one
    two = private.vault.deposit(key.holder_id, b"two", at=T0)
    assert [(each.deposit_id, each.content, each.deposited) for each in private.vault.deposits(key)] == [
        (one, b"one", T0),
        (two, b"two", T0),
    ]
    private.vault.settle(key, one, item_id="r", content=b"taken", at=T0)
    private.vault.settle(key, two, item_id=None, content=b"", at=T0)
    assert private.vault.deposits(key) == ()
    assert [item.content for item in private.vault.items(key, "record")] == [b"taken"]
    for content in (b"one", b"two"):
        private.vault.deposit(key.holder_id, content, at=T0)
    assert private.vault.deposits(key) == ()
    with pytest.raises(NotFound):
        private.vault.deposit("nobody", b"x", at=T0)


def test_a_share_is_found_by_its_token_until_it_is_withdrawn(private: PrivateWall) -> None:
    key = wallet(private.vault)
    private.vault.add_share(key, a_share(key), b"what she knows of it", event=event())
    found = private.vault.share_by_token(fingerprint("t"))
    assert found == a_share(key)
    assert private.vault.share_by_token(fingerprint("other")) is None
    assert [item.content for item in private.vault.items(key, "share")] == [b"what she knows of it"]
    assert private.vault.withdraw_share(key, "s1", at=T0, event=event()) is True
    assert private.vault.withdraw_share(key, "s1", at=T0, event=event()) is False
    ended = private.vault.share_by_token(fingerprint("t"))
    assert ended is not None
    assert (ended.withdrawn, ended.sealed) == (T0, None)
    with pytest.raises(NotFound):
        private.vault.withdraw_share(key, "s2", at=T0, event=event())


def test_a_disclosure_is_logged_only_while_the_share_is_open(private: PrivateWall) -> None:
    key = wallet(private.vault)
    private.vault.add_share(key, a_share(key), b"share", event=event())
    assert private.vault.disclose("s1", b"first", at=T0, event=event()) is True
    assert private.vault.disclose("s1", b"late", at=T0 + timedelta(days=1), event=event()) is False
    assert private.vault.disclose("unknown", b"x", at=T0, event=event()) is False
    private.vault.withdraw_share(key, "s1", at=T0, event=event())
    assert private.vault.disclose("s1", b"after", at=T0, event=event()) is False
    assert [(one.content, one.time) for one in private.vault.disclosures(key)] == [(b"first", T0)]


def test_a_released_profile_is_found_by_scope_until_it_ends_and_by_its_holder_alone(private: PrivateWall) -> None:
    ana, ben = wallet(private.vault), wallet(private.vault, "ben")
    for number in range(5):
        private.vault.release(
            ana,
            release_id=f"r{number}",
            scope="matching" if number else "research",
            profile=b"skills",
            consent=b"signed",
            at=T0,
            expires=T0 + timedelta(days=number + 1),
            event=event(),
        )
    page = private.vault.released("matching", at=T0, limit=2)
    assert [one.release_id for one in page] == ["r1", "r2"]
    assert [one.release_id for one in private.vault.released("matching", at=T0, after="r2")] == ["r3", "r4"]
    assert (page[0].profile, page[0].consent) == (b"skills", b"signed")
    assert [one.release_id for one in private.vault.released("matching", at=T0 + timedelta(days=3))] == ["r3", "r4"]
    assert private.vault.withdraw_release(ben, "r1", event=event()) is False
    assert private.vault.withdraw_release(ana, "r1", event=event()) is True
    assert private.vault.withdraw_release(ana, "r1", event=event()) is False


def test_a_new_passphrase_opens_what_the_old_one_did(private: PrivateWall) -> None:
    key = wallet(private.vault)
    private.vault.put(key, "record", "r", b"hers", at=T0)
    with pytest.raises(Refused):
        private.vault.change_passphrase(key.holder_id, "not the passphrase", "another good passphrase", at=T0)
    private.vault.change_passphrase(key.holder_id, PASSPHRASE, "another good passphrase", at=T0, event=event())
    with pytest.raises(Refused):
        private.vault.sign_in("ana", PASSPHRASE, at=T0)
    again = private.vault.sign_in("ana", "another good passphrase", at=T0)
    assert [item.content for item in private.vault.items(again, "record")] == [b"hers"]


def test_guesses_are_counted_across_processes_and_forgotten_after_the_right_one(private: PrivateWall, private_rows: Rows) -> None:
    wallet(private.vault)
    walls = [private.vault, opened_wall(private_rows).vault]
    for number in range(5):
        with pytest.raises(Refused):
            walls[number % 2].sign_in("ana", "not the passphrase", at=T0)
    for vault in walls:
        with pytest.raises(RateLimited) as limited:
            vault.sign_in("ana", PASSPHRASE, at=T0)
        assert limited.value.parameters["retry_after"] == 60
    private.vault.sign_in("ana", PASSPHRASE, at=T0 + timedelta(minutes=1))
    with pytest.raises(Refused):
        private.vault.sign_in("ana", "not the passphrase", at=T0 + timedelta(minutes=1))


def test_an_unknown_name_is_slowed_down_like_a_known_one(private: PrivateWall) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            private.vault.sign_in("nobody", "not the passphrase", at=T0)
    with pytest.raises(RateLimited):
        private.vault.sign_in("nobody", "not the passphrase", at=T0)


def test_deleting_a_wallet_leaves_nothing_of_it_and_all_of_the_others(private: PrivateWall) -> None:
    ana, ben = wallet(private.vault), wallet(private.vault, "ben")
    for key in (ana, ben):
        private.vault.put(key, "record", "r", b"record", at=T0)
        private.vault.deposit(key.holder_id, b"left", at=T0)
        private.vault.add_share(key, a_share(key, key.holder_id, key.holder_id), b"share", event=event())
        private.vault.disclose(key.holder_id, b"seen", at=T0, event=event())
        private.vault.release(
            key,
            release_id=key.holder_id,
            scope="matching",
            profile=b"p",
            consent=b"c",
            at=T0,
            expires=T0 + timedelta(days=1),
            event=event(),
        )
    private.vault.delete_holder(ana, event=event("tests:wallet:delete"))
    assert private.vault.holder(ana.holder_id) is None
    assert private.vault.items(ana, "record") == ()
    assert private.vault.shares(ana) == ()
    assert private.vault.share_by_token(fingerprint(ana.holder_id)) is None
    assert [one.release_id for one in private.vault.released("matching", at=T0)] == [ben.holder_id]
    assert len(private.vault.items(ben, "record")) == len(private.vault.deposits(ben)) == len(private.vault.disclosures(ben)) == 1
    assert private.private_audit.events()[-1].name == "tests:wallet:delete"
    with pytest.raises(NotFound):
        private.vault.put(ana, "record", "r", b"too late", at=T0)


def test_clearing_away_deletes_what_ended_and_keeps_what_stands(private: PrivateWall) -> None:
    key = wallet(private.vault)
    private.vault.add_share(key, a_share(key), b"share", event=event())
    longer = T0 + timedelta(days=9)
    private.vault.add_share(
        key, StoredShare("s2", key.holder_id, fingerprint("u"), b"sealed", b"salt", False, T0, longer), b"2", event=event()
    )
    for name, days in (("r1", 1), ("r2", 9)):
        private.vault.release(
            key, release_id=name, scope="m", profile=b"p", consent=b"c", at=T0, expires=T0 + timedelta(days=days), event=event()
        )
    assert private.vault.purge(at=T0) == 0
    assert private.vault.purge(at=T0 + timedelta(days=1)) == 2
    assert [one.sealed for one in private.vault.shares(key)] == [None, b"sealed"]
    assert [one.release_id for one in private.vault.released("m", at=T0)] == ["r2"]
    assert len(private.vault.items(key, "share")) == 2
    assert private.vault.purge(at=T0 + timedelta(days=1)) == 0


def test_what_fails_is_undone_whole(private: PrivateWall) -> None:
    key = wallet(private.vault)
    private.vault.add_share(key, a_share(key), b"share", event=event())
    before = len(private.private_audit.events())
    with pytest.raises(RowTaken):
        private.vault.add_share(key, a_share(key, link="other"), b"again", event=event())
    assert len(private.vault.shares(key)) == len(private.vault.items(key, "share")) == 1
    assert len(private.private_audit.events()) == before
