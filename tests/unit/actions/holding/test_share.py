"""Sharing: what a link shows, to whom, until when, and that every look is in the holder's log."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from openler.access.audit import AuditEvent
from openler.actions.holding import hold, share
from openler.actions.issuing.status import revoke
from openler.actions.private_ports import StoredShare
from openler.actions.verifying.verify import verify
from openler.errors import Internal, Malformed, Misused, NotFound, OpenlerError, RateLimited, Refused, TooLarge
from openler.holding.experience import Experience
from openler.holding.share import LONGEST_LIFE
from tests.support.holding import FORKLIFT, Holder, holder, token_of


def opened(who: Holder, link: share.ShareLink, *, code: str | None = None, opener: str = "Pat at Acme") -> share.Opened:
    return share.open_share(who.ports, token_of(link), code=code, opener=opener)


class Meddled:
    """The vault with one answer changed, as somebody could who writes to the database."""

    def __init__(self, inner: Any, **changes: Any) -> None:
        self._inner = inner
        self._changes = changes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def share_by_token(self, token_hash: bytes) -> StoredShare | None:
        found: StoredShare | None = self._inner.share_by_token(token_hash)
        return None if found is None else replace(found, **self._changes)


def test_a_link_shows_what_was_chosen_and_nothing_else() -> None:
    ana = holder()
    shown, kept = ana.earns(), ana.earns(3, date="2026-06-01")
    told = hold.add_experience(ana.ports, ana.key, FORKLIFT)
    hold.add_experience(ana.ports, ana.key, Experience("A secret of hers"))
    found = opened(ana, ana.shares(shown, told))
    assert (found.purpose, found.audience) == ("An application for a job", "Acme Warehouses")
    assert found.presentation["verifiableCredential"] == [shown.credential]
    assert found.self_asserted == (FORKLIFT,)
    assert isinstance(kept.credential, dict)
    assert kept.credential["id"].encode() not in found.document


def test_what_a_link_shows_verifies_and_no_longer_once_it_is_revoked() -> None:
    ana = holder()
    record = ana.earns()
    link = ana.shares(record)
    assert verify(ana.ports, opened(ana, link).document, serving=True).report.verdict == "valid"
    assert isinstance(record.credential, dict)
    revoke(ana.ports, record.credential["id"], reason="a mistake", actor="test")
    assert verify(ana.ports, opened(ana, link).document, serving=True).report.verdict == "invalid"


def test_her_own_words_never_stand_in_what_can_be_verified() -> None:
    ana = holder()
    found = opened(ana, ana.shares(hold.add_experience(ana.ports, ana.key, FORKLIFT)))
    assert found.presentation["verifiableCredential"] == []
    assert b"Forklift" not in found.document


def test_a_link_goes_on_showing_what_was_shared_whatever_she_removes_later() -> None:
    ana = holder()
    record = ana.earns()
    link = ana.shares(record)
    hold.remove_record(ana.ports, ana.key, record.record_id)
    assert opened(ana, link).presentation["verifiableCredential"] == [record.credential]


def test_every_look_is_in_her_log_with_who_what_and_when() -> None:
    ana = holder()
    link = ana.shares(record := ana.earns())
    opened(ana, link)
    ana.world.clock.pass_(hours=1)
    opened(ana, link, opener="somebody else " * 100)
    first, second = share.disclosures(ana.ports, ana.key)
    assert (first.share_id, first.opener, first.audience) == (link.share_id, "Pat at Acme", "Acme Warehouses")
    assert (first.purpose, first.records) == ("An application for a job", (record.record_id,))
    assert second.time - first.time == timedelta(hours=1)
    assert len(second.opener) == 300


def test_nothing_is_shown_where_the_log_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = holder()
    link = ana.shares(ana.earns())
    monkeypatch.setattr(type(ana.ports.vault), "disclose", lambda *_, **__: False)
    with pytest.raises(Refused):
        opened(ana, link)


def test_looking_whether_a_link_is_open_shows_and_logs_nothing() -> None:
    ana = holder()
    link = ana.shares(ana.earns(), code=True)
    assert share.door(ana.ports, token_of(link)) == share.Door(needs_code=True, expires=link.expires)
    assert share.disclosures(ana.ports, ana.key) == ()


def test_a_link_ends_at_the_moment_it_was_said_to() -> None:
    ana = holder()
    link = ana.shares(ana.earns(), days=1)
    ana.world.clock.pass_(days=1, microseconds=-1)
    opened(ana, link)
    ana.world.clock.pass_(microseconds=1)
    with pytest.raises(Refused) as ended:
        opened(ana, link)
    assert ended.value.code == "share.expired"
    assert len(share.disclosures(ana.ports, ana.key)) == 1


def test_a_withdrawn_link_ends_at_once_and_what_it_showed_is_deleted() -> None:
    ana = holder()
    link = ana.shares(ana.earns())
    assert share.withdraw(ana.ports, ana.key, link.share_id, actor="test") is True
    assert share.withdraw(ana.ports, ana.key, link.share_id, actor="test") is False
    with pytest.raises(Refused) as ended:
        opened(ana, link)
    assert ended.value.code == "share.withdrawn"
    assert [one.sealed for one in ana.ports.vault.shares(ana.key)] == [None]
    (seen,) = share.shares(ana.ports, ana.key)
    assert seen.state(ana.world.clock.now()) == "withdrawn"


def test_nobody_withdraws_or_sees_anothers_links() -> None:
    ana = holder()
    ben = holder("ben", of=ana.world)
    link = ana.shares(ana.earns())
    with pytest.raises(NotFound):
        share.withdraw(ben.ports, ben.key, link.share_id, actor="test")
    assert share.shares(ben.ports, ben.key) == ()
    opened(ana, link)
    assert share.disclosures(ben.ports, ben.key) == ()


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../../../etc/passwd", "\ud800" * 43])
def test_there_is_nothing_behind_a_link_nobody_made(token: str) -> None:
    ana = holder()
    ana.shares(ana.earns())
    for call in (lambda: share.door(ana.ports, token), lambda: share.open_share(ana.ports, token, code=None, opener="x")):
        with pytest.raises(NotFound):
            call()


def test_with_a_code_the_link_alone_shows_nothing() -> None:
    ana = holder()
    link = ana.shares(ana.earns(), code=True)
    assert link.code is not None
    for code, told in ((None, "share.code_needed"), (" ", "share.code_needed"), ("00000000", "share.code_wrong")):
        with pytest.raises(Refused) as refused:
            opened(ana, link, code=code)
        assert refused.value.code == told
    assert share.disclosures(ana.ports, ana.key) == ()
    found = opened(ana, link, code=f" {link.code[:4]} {link.code[4:]} ")
    assert len(found.presentation["verifiableCredential"]) == 1


def test_a_code_can_be_guessed_five_times_and_then_slowly() -> None:
    ana = holder()
    link = ana.shares(ana.earns(), code=True)
    for _ in range(5):
        with pytest.raises(Refused):
            opened(ana, link, code="00000000")
    with pytest.raises(RateLimited):
        opened(ana, link, code=link.code)
    ana.world.clock.pass_(minutes=1)
    opened(ana, link, code=link.code)
    opened(ana, link, code=link.code)


def test_codes_differ_from_link_to_link() -> None:
    ana = holder()
    record = ana.earns()
    links = [ana.shares(record, code=True) for _ in range(4)]
    assert len({one.code for one in links}) == len({one.url for one in links}) == 4
    with pytest.raises(Refused):
        opened(ana, links[0], code=links[1].code)


def test_who_writes_to_the_database_neither_prolongs_a_link_nor_takes_its_code_away() -> None:
    ana = holder()
    link = ana.shares(record := ana.earns(), days=1)
    coded = ana.shares(record, code=True)
    longer = replace(ana.ports, vault=Meddled(ana.ports.vault, expires=ana.in_(300)))
    uncoded = replace(ana.ports, vault=Meddled(ana.ports.vault, needs_code=False))
    ana.world.clock.pass_(days=2)
    with pytest.raises(Refused) as ended:
        share.open_share(longer, token_of(link), code=None, opener="x")
    assert ended.value.code == "share.expired"
    with pytest.raises(Internal) as damaged:
        share.open_share(uncoded, token_of(coded), code=None, opener="x")
    assert damaged.value.code == "share.damaged"


def test_a_link_is_told_once_and_hides_itself_in_logs() -> None:
    ana = holder()
    link = ana.shares(ana.earns(), code=True)
    assert token_of(link) not in repr(link)
    assert str(link.code) not in repr(link)
    events = "".join(repr(event) for event in ana.ports.private_audit.events())
    assert token_of(link) not in events
    assert "job" not in events


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"purpose": "  "}, Malformed),
        ({"purpose": "x" * 501}, Malformed),
        ({"audience": "x" * 501}, Malformed),
        ({"record_ids": []}, Misused),
        ({"record_ids": ["credential-of-somebody-else"]}, NotFound),
        ({"expires": timedelta()}, Misused),
        ({"expires": timedelta(days=-1)}, Misused),
        ({"expires": LONGEST_LIFE + timedelta(seconds=1)}, Misused),
    ],
)
def test_a_share_needs_a_purpose_records_and_an_end(changes: dict[str, Any], kind: type[OpenlerError]) -> None:
    ana = holder()
    record = ana.earns()
    wanted: dict[str, Any] = {"record_ids": [record.record_id], "purpose": "a job", "expires": timedelta(days=1), **changes}
    ends: datetime = ana.world.clock.now() + wanted.pop("expires")
    with pytest.raises(kind):
        share.share(ana.ports, ana.key, wanted.pop("record_ids"), expires=ends, actor="test", **wanted)
    assert share.shares(ana.ports, ana.key) == ()


def test_a_link_shows_no_more_than_a_reader_can_have_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = holder()
    records = [ana.earns(), ana.earns(3, date="2026-06-01")]
    monkeypatch.setattr(share, "MAX_SHOWN", 5000)
    ana.shares(records[0])
    with pytest.raises(TooLarge) as large:
        ana.shares(*records)
    assert large.value.code == "share.too_much"
    monkeypatch.setattr(share, "MAX_CREDENTIALS", 1)
    with pytest.raises(TooLarge) as many:
        ana.shares(*records)
    assert many.value.code == "share.too_many"


def test_what_is_cleared_away_is_told_as_ended() -> None:
    ana = holder()
    link = ana.shares(ana.earns(), days=1)
    early = replace(ana.ports, vault=Meddled(ana.ports.vault, sealed=None))
    with pytest.raises(Refused) as ended:
        share.open_share(early, token_of(link), code=None, opener="x")
    assert ended.value.code == "share.expired"


def test_shares_are_noted_in_the_private_audit_by_id_and_count() -> None:
    ana = holder()
    link = ana.shares(ana.earns())
    opened(ana, link)
    share.withdraw(ana.ports, ana.key, link.share_id, actor="test")
    names = [event.name for event in ana.ports.private_audit.events() if event.name.startswith("hold:share")]
    assert names == ["hold:share:create", "hold:share:open", "hold:share:withdraw"]
    assert isinstance(ana.ports.private_audit.events()[-1], AuditEvent)
