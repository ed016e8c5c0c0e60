"""Putting a learner's records together: only good ones, only hers, signed as a whole and revocable as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openler.actions.holding import hold, session
from openler.actions.issuing import status
from openler.actions.issuing.issue_clr import Collected, issue_clr
from openler.actions.verifying.verify import verify
from openler.credentials.baked import bake
from openler.credentials.status import entry
from openler.errors import Malformed, OpenlerError, Refused
from openler.linkeddata.canonical import jcs
from tests.support.issuing import COLLEGE, NURSING, World, a_row, world
from tests.support.old_badges import OldIssuer
from tests.support.presenting import Key, badge
from tests.unit.credentials.test_baking import PNG

PASSPHRASE = "a long enough passphrase"
DID, OTHER_DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"


def records(w: World, *rows: dict[str, Any]) -> list[tuple[str, bytes]]:
    found = []
    for number, cells in enumerate(rows):
        found.append((f"{number}.json", jcs(w.credential(a_row(number + 2, **cells)))))
    w.open_to_the_world()
    return found


def collect(w: World, given: list[tuple[str, bytes]], **options: Any) -> Collected:
    made = issue_clr(w.ports, given, issuer=COLLEGE, name="Transcript", actor="test", **options)
    w.open_to_the_world()
    return made


def test_a_collection_verifies_with_every_record_in_it() -> None:
    w = world()
    given = records(w, {"holder": DID}, {"holder": DID, "achievement": NURSING})
    made = collect(w, [given[0], ("badge.png", bake(PNG, given[1][1]))], partial=True)
    result = verify(w.ports, jcs(made.credential))
    assert result.report.verdict == "valid", result.report.reasons
    assert [part.title for part in result.report.parts] == ["Certificate in Welding", "Practical Nursing"]
    assert (made.credential["credentialSubject"]["id"], made.credential["partial"]) == (DID, True)
    assert [each.name for each in result.summaries] == ["Transcript", "Certificate in Welding", "Practical Nursing"]
    assert result.summaries[0].holder == "Ana Ruiz"


def test_revoking_one_record_ends_the_whole_and_revoking_the_whole_ends_no_record() -> None:
    w = world()
    given = records(w, {"holder": DID}, {"holder": DID, "achievement": NURSING})
    first, second = collect(w, given), collect(w, given)
    status.revoke(w.ports, first.credential_id, reason="replaced", actor="test")
    w.open_to_the_world()
    ended = verify(w.ports, jcs(first.credential)).report
    assert ended.check("status").code == "credentials.status_revoked"
    assert [part.verdict for part in ended.parts] == ["valid", "valid"]
    inside = second.credential["credentialSubject"]["verifiableCredential"][1]
    status.revoke(w.ports, inside["id"], reason="mistake", actor="test")
    w.open_to_the_world()
    report = verify(w.ports, jcs(second.credential)).report
    assert (report.verdict, report.check("status").outcome.value) == ("invalid", "passed")
    assert [part.verdict for part in report.parts] == ["valid", "invalid"]


def test_a_record_that_is_not_valid_is_not_vouched_for() -> None:
    w = world()
    (source, data), *_ = records(w, {})
    with pytest.raises(Refused) as caught:
        collect(w, [(source, data.replace(b"Ridgeway", b"Redgeway"))])
    assert (caught.value.code, caught.value.place) == ("issue.clr_item_invalid", source)


def test_a_record_that_could_not_be_checked_goes_in_and_is_named() -> None:
    w = world()
    status_of = {"credentialStatus": entry("https://silent.example/status/1", index=5, purpose="revocation")}
    made = collect(w, [("theirs.json", jcs(Key(1).sign(badge(Key(1), **status_of))))])
    assert made.undetermined == ("theirs.json",)


def test_a_token_goes_in_as_it_is() -> None:
    w = world()
    report = w.issue(a_row(holder=DID), secured="jwt")
    kept = w.ports.ledger.issued(report.records[0].credential_id)
    assert kept is not None
    w.open_to_the_world()
    made = collect(w, [("token.jwt", kept.signed or b"")])
    result = verify(w.ports, jcs(made.credential))
    assert result.report.verdict == "valid", result.report.reasons
    assert made.credential["credentialSubject"]["verifiableCredential"][0]["type"] == "EnvelopedVerifiableCredential"


def test_an_old_badge_is_not_made_more_than_it_was() -> None:
    with pytest.raises(Malformed) as caught:
        collect(world(), [("old.json", json.dumps(OldIssuer().page("assertion.json")).encode())])
    assert caught.value.code == "issue.clr_item_not_a_record"


def test_records_of_two_people_are_not_put_together() -> None:
    w = world()
    given = records(w, {"holder": DID}, {"holder": OTHER_DID, "learner_id": "ben@example.org"})
    for options in ({}, {"holder": DID}):
        with pytest.raises(Refused) as caught:
            collect(w, given, **options)
        assert caught.value.code == "issue.clr_several_learners"
    with pytest.raises(Refused):
        collect(w, given[:1], holder=OTHER_DID)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "issue.clr_nothing"),
        ([("x", b'{"a": 1}')], "issue.clr_item_not_a_record"),
        ([("x", b"[]")], "issue.clr_item_not_a_record"),
        ([("x", b"{")], "linkeddata.not_json"),
        ([("x", b"{}")] * 501, "issue.clr_too_many"),
    ],
)
def test_what_is_no_record_is_refused_with_its_name(given: list[tuple[str, bytes]], code: str) -> None:
    with pytest.raises(OpenlerError) as caught:
        collect(world(), given)
    assert caught.value.code == code


def test_a_wallet_gets_its_collection() -> None:
    w = world()
    hold.create_wallet(w.ports, "ana", PASSPHRASE, actor="test")
    made = collect(w, records(w, {"holder": "ana"}), holder="ana")
    assert made.delivered
    key = session.unlock(w.ports, "ana", PASSPHRASE, actor="test")
    assert [one.record.name for one in hold.waiting(w.ports, key) if one.record] == ["Certificate in Welding", "Transcript"]


def test_nobody_is_made_up_for_a_wallet_that_is_not_there() -> None:
    w = world()
    with pytest.raises(Malformed) as caught:
        collect(w, records(w, {}), holder="nobody")
    assert caught.value.place == "holder"
