"""Holding: what comes into a wallet, once and unharmed; what stays out and is told; what goes out with its holder."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest

from openler.actions.holding import hold, session
from openler.actions.holding.share import open_share
from openler.actions.verifying.verify import verify
from openler.errors import Conflict, Malformed, NotFound, OpenlerError, Refused, TooLarge, Unauthenticated
from openler.holding.experience import Experience, Skill
from openler.linkeddata.canonical import jcs
from tests.support.holding import FORKLIFT, PASSPHRASE, holder, token_of
from tests.support.issuing import COLLEGE, a_row, world


def png(text: bytes) -> bytes:
    """A PNG, as small as can be, with a credential baked in."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    return b"\x89PNG\r\n\x1a\n" + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + text) + chunk(b"IEND", b"")


def test_what_an_issuer_left_is_taken_in_once_and_verifies_as_it_came() -> None:
    ana = holder()
    ana.world.issue(a_row(holder="ana"))
    (waits,) = hold.waiting(ana.ports, ana.key)
    assert waits.record is not None
    assert waits.record.name == "Certificate in Welding"
    (taken,) = hold.take_in(ana.ports, ana.key)
    assert (taken.kind, taken.source) == ("credential", COLLEGE)
    assert hold.take_in(ana.ports, ana.key) == ()
    assert hold.waiting(ana.ports, ana.key) == ()
    assert hold.collection(ana.ports, ana.key).records == (taken,)
    assert taken.received is not None
    assert verify(ana.ports, taken.received.encode(), serving=True).report.verdict == "valid"


def test_a_record_she_had_already_stays_as_it_was_when_it_is_left_for_her_again() -> None:
    ana = holder()
    ana.world.issue(a_row(holder="ana"))
    content = ana.ports.vault.deposits(ana.key)[0].content
    assert content is not None
    uploaded = hold.add_credential(ana.ports, ana.key, content)
    ana.world.clock.pass_(days=1)
    (taken,) = hold.take_in(ana.ports, ana.key)
    assert taken == uploaded
    assert hold.collection(ana.ports, ana.key).records == (uploaded,)


def test_only_the_ledger_says_that_a_deposit_is_the_issuers() -> None:
    ana = holder()
    signed = ana.world.credential(a_row())
    forged = jcs({**signed, "name": "Doctor of Everything"})
    ana.ports.vault.deposit(ana.key.holder_id, forged, at=ana.world.clock.now())
    (taken,) = hold.take_in(ana.ports, ana.key)
    assert taken.source == "deposit"


def test_what_cannot_be_read_is_told_and_stays_and_hides_nothing_else() -> None:
    ana = holder()
    ana.ports.vault.deposit(ana.key.holder_id, b"not a credential", at=ana.world.clock.now())
    ana.world.issue(a_row(holder="ana"))
    assert len(hold.take_in(ana.ports, ana.key)) == 1
    (left,) = hold.waiting(ana.ports, ana.key)
    assert (left.record, left.fault) == (None, "linkeddata.not_json")
    hold.drop_deposit(ana.ports, ana.key, left.deposit_id)
    assert hold.waiting(ana.ports, ana.key) == ()
    with pytest.raises(NotFound):
        hold.drop_deposit(ana.ports, ana.key, left.deposit_id)


def test_what_was_turned_away_is_not_offered_again() -> None:
    ana = holder()
    ana.world.issue(a_row(holder="ana"))
    (waits,) = hold.waiting(ana.ports, ana.key)
    hold.drop_deposit(ana.ports, ana.key, waits.deposit_id)
    ana.world.issue(a_row(holder="ana"))
    assert hold.waiting(ana.ports, ana.key) == ()
    assert hold.collection(ana.ports, ana.key).records == ()


def test_a_credential_brought_twice_in_whatever_wrapping_is_one_record() -> None:
    ana = holder()
    signed = jcs(ana.world.credential())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><openbadges:credential xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><![CDATA['
    brought = [signed, b"\n " + signed + b"\n", png(signed), svg + signed + b"]]></openbadges:credential></svg>"]
    records = {hold.add_credential(ana.ports, ana.key, each).record_id for each in brought}
    assert len(records) == 1
    (held,) = hold.collection(ana.ports, ana.key).records
    assert (held.source, held.received) == ("upload", signed.decode())


def test_a_jwt_is_kept_as_it_is() -> None:
    ana = holder()
    parts = (base64.urlsafe_b64encode(part).rstrip(b"=") for part in (b'{"alg":"EdDSA"}', b'{"vc":{}}', b"signature"))
    token = b".".join(parts)
    record = hold.add_credential(ana.ports, ana.key, token + b"\n")
    assert hold.record(ana.ports, ana.key, record.record_id).credential == token.decode()


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"{}", b"[]", b'{"type": "VerifiablePresentation"}', b"\x89PNG\r\n\x1a\nbroken", b"\xff\xfe", b'{"type":[3]}']
)
def test_what_is_no_credential_is_refused_and_nothing_is_kept(data: bytes) -> None:
    ana = holder()
    with pytest.raises(Malformed):
        hold.add_credential(ana.ports, ana.key, data)
    assert hold.collection(ana.ports, ana.key).records == ()


def test_a_credential_over_the_limit_is_refused() -> None:
    ana = holder()
    with pytest.raises(TooLarge):
        hold.add_credential(ana.ports, ana.key, b'{"type":"VerifiableCredential","x":"' + b"x" * 1_100_000 + b'"}')


def test_a_wallet_has_room_for_so_many_and_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold, "MAX_RECORDS", 2)
    ana = holder()
    records = [hold.add_experience(ana.ports, ana.key, Experience(title)) for title in ("One", "Two")]
    with pytest.raises(TooLarge) as full:
        hold.add_experience(ana.ports, ana.key, Experience("Three"))
    assert full.value.parameters == {"seen": 2, "limit": 2}
    assert hold.add_experience(ana.ports, ana.key, Experience("Two")) == records[1]
    ana.world.issue(a_row(holder="ana"))
    with pytest.raises(TooLarge):
        hold.take_in(ana.ports, ana.key)
    assert len(hold.waiting(ana.ports, ana.key)) == 1


def test_her_own_words_are_kept_apart_and_once() -> None:
    ana = holder()
    credential = ana.earns()
    told = hold.add_experience(ana.ports, ana.key, FORKLIFT)
    again = hold.add_experience(ana.ports, ana.key, FORKLIFT)
    other = hold.add_experience(ana.ports, ana.key, Experience("Forklift driver", "Elsewhere"))
    found = hold.collection(ana.ports, ana.key)
    assert again == told
    assert found.credentials == (credential,)
    assert found.self_asserted == (told, other)
    assert told.statement == FORKLIFT


@pytest.mark.parametrize(
    "statement",
    [
        Experience(""), Experience("x", started="last year"), Experience("x", started="2020", ended="2019"),
        Experience("x", skills=(Skill(""),)), Experience("y" * 400),
    ],
)  # fmt: skip
def test_a_statement_that_could_not_be_read_back_is_not_kept(statement: Experience) -> None:
    ana = holder()
    with pytest.raises(OpenlerError):
        hold.add_experience(ana.ports, ana.key, statement)
    assert hold.collection(ana.ports, ana.key).records == ()


def test_a_record_is_removed_once() -> None:
    ana = holder()
    kept, gone = ana.earns(), hold.add_experience(ana.ports, ana.key, FORKLIFT)
    hold.remove_record(ana.ports, ana.key, gone.record_id)
    assert hold.collection(ana.ports, ana.key).records == (kept,)
    for call in (hold.remove_record, hold.record):
        with pytest.raises(NotFound):
            call(ana.ports, ana.key, gone.record_id)


def test_nobody_gets_at_anothers_records_by_their_id() -> None:
    ana = holder()
    ben = holder("ben", of=ana.world)
    record = ana.earns()
    with pytest.raises(NotFound):
        hold.record(ben.ports, ben.key, record.record_id)
    with pytest.raises(NotFound):
        hold.remove_record(ben.ports, ben.key, record.record_id)
    assert hold.collection(ana.ports, ana.key).records == (record,)


def test_the_export_holds_everything_and_its_credentials_verify() -> None:
    ana = holder()
    earned, told = ana.earns(), hold.add_experience(ana.ports, ana.key, FORKLIFT)
    link = ana.shares(earned, told)
    open_share(ana.ports, token_of(link), code=None, opener="Acme")
    ana.world.issue(a_row(3, holder="ana", date="2026-06-01"))
    content = hold.export(ana.ports, ana.key)
    form: dict[str, Any] = json.loads(content)
    assert [one["id"] for one in form["records"]] == [earned.record_id, told.record_id]
    assert verify(ana.ports, form["records"][0]["credential"].encode(), serving=True).report.verdict == "valid"
    assert form["records"][1]["statement"] == FORKLIFT.as_json()
    assert [one["id"] for one in form["shares"]] == [link.share_id]
    assert [one["opener"] for one in form["disclosures"]] == ["Acme"]
    assert len(form["waiting"]) == 1
    assert form["holder"].startswith("did:key:z6Mk")
    assert token_of(link).encode() not in content


def test_a_changed_passphrase_opens_the_same_wallet_and_shuts_out_who_knew_the_old_one() -> None:
    ana = holder()
    record = ana.earns()
    token = session.sign_in(ana.ports, "ana", PASSPHRASE).token.reveal()
    hold.change_passphrase(ana.ports, "ana", PASSPHRASE, "another good passphrase", actor="test")
    with pytest.raises(Unauthenticated):
        session.resume(ana.ports, token)
    with pytest.raises(Refused):
        session.unlock(ana.ports, "ana", PASSPHRASE, actor="test")
    key = session.unlock(ana.ports, "ana", "another good passphrase", actor="test")
    assert hold.collection(ana.ports, key).records == (record,)


def test_a_passphrase_is_not_changed_by_who_does_not_know_it_nor_to_a_short_one() -> None:
    ana = holder()
    for old, new in (("not the passphrase", "another good passphrase"), (PASSPHRASE, "short")):
        with pytest.raises(Refused):
            hold.change_passphrase(ana.ports, "ana", old, new, actor="test")
    assert session.unlock(ana.ports, "ana", PASSPHRASE, actor="test") == ana.key


def test_a_deleted_wallet_is_gone_with_its_links_and_sessions_and_its_name_is_free() -> None:
    ana = holder()
    link = ana.shares(ana.earns())
    token = session.sign_in(ana.ports, "ana", PASSPHRASE).token.reveal()
    hold.delete_wallet(ana.ports, ana.key, actor="test")
    with pytest.raises(NotFound):
        open_share(ana.ports, token_of(link), code=None, opener="Acme")
    with pytest.raises(Unauthenticated):
        session.resume(ana.ports, token)
    with pytest.raises(Refused):
        session.unlock(ana.ports, "ana", PASSPHRASE, actor="test")
    again = holder("ana", of=ana.world)
    assert hold.collection(again.ports, again.key).records == ()


@pytest.mark.parametrize(
    ("handle", "passphrase", "kind"), [("", PASSPHRASE, Malformed), ("a\0b", PASSPHRASE, Malformed), ("ana", "short", Refused)]
)
def test_a_wallet_needs_a_name_and_a_passphrase_that_cannot_be_guessed(handle: str, passphrase: str, kind: type[OpenlerError]) -> None:
    with pytest.raises(kind):
        hold.create_wallet(world().ports, handle, passphrase, actor="test")


def test_one_name_is_one_wallet_however_it_is_written() -> None:
    ana = holder()
    with pytest.raises(Conflict):
        hold.create_wallet(ana.ports, " ANA", PASSPHRASE, actor="test")


def test_what_is_held_does_not_show_itself_in_a_log() -> None:
    ana = holder()
    record = hold.add_experience(ana.ports, ana.key, FORKLIFT)
    assert "pallets" not in repr(record)
    assert "Ana Ruiz" not in repr(ana.earns())
