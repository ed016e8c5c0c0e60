"""Issuing from rows: each row accounted for, nothing twice, nothing unsound."""

from __future__ import annotations

from typing import Any

import pytest

from openler.actions.issuing.identity import link
from openler.actions.issuing.issue import issue_batch, issue_one
from openler.actions.issuing.issue_rows import row
from openler.actions.verifying.verify import verify
from openler.credentials.multikey import PublicKey
from openler.errors import Malformed, NotFound, Refused
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs
from tests.support.issuing import BASE, BLUEPRINTS, COLLEGE, NURSING, OTHER, WELDING, World, a_row, world


def test_a_row_becomes_a_badge_that_says_what_was_earned_and_verifies() -> None:
    w = world()
    signed = w.credential(a_row(competencies=("Read blueprints",), valid_until="2028-05-31"))
    main, assessed = signed["credentialSubject"]["achievement"]["alignment"]
    assert (main["targetCode"], main["targetUrl"], main["targetType"]) == (WELDING, f"{BASE}/resources/{WELDING}", "ceterms:Credential")
    assert (assessed["targetCode"], assessed["targetType"]) == (BLUEPRINTS, "ceasn:Competency")
    assert (signed["validFrom"], signed["validUntil"]) == ("2026-05-31T00:00:00Z", "2028-05-31T23:59:59Z")
    assert "ana@example.org" not in str(signed)
    w.open_to_the_world()
    result = verify(w.ports, jcs(signed))
    assert result.report.verdict == "valid", result.report.reasons
    assert (result.summaries[0].holder, result.summaries[0].issuer_name) == ("Ana Ruiz", "Ridgeway College")


def test_a_learners_id_is_hashed_with_a_salt_that_no_other_record_has() -> None:
    w = world()
    report = w.issue(a_row(2), a_row(3, date="2026-06-01"), a_row(4, learner_id="ben@example.org"))
    identities = [w.signed(each.credential_id)["credentialSubject"]["identifier"][0] for each in report.records]
    assert all(identity["hashed"] is True for identity in identities)
    assert len({identity["salt"] for identity in identities}) == 3
    assert len({identity["identityHash"] for identity in identities}) == 3, "one learner's records cannot be linked by their hashes"


def test_each_record_has_a_place_of_its_own_by_which_it_can_be_revoked_and_suspended() -> None:
    w = world()
    report = w.issue(a_row(2), a_row(3, learner_id="ben@example.org"))
    entries = [w.signed(each.credential_id)["credentialStatus"] for each in report.records]
    for own in entries:
        assert {entry["statusPurpose"] for entry in own} == {"revocation", "suspension"}
        assert len({entry["statusListIndex"] for entry in own}) == 1
    assert len({own[0]["statusListIndex"] for own in entries}) == 2


def test_a_second_run_issues_nothing_twice() -> None:
    w = world()
    rows = [a_row(2), a_row(3, learner_id="ben@example.org"), a_row(4)]
    first, second = w.issue(*rows), w.issue(*rows)
    assert (first.rows, first.issued, first.existing) == (3, 2, 1)
    assert (second.rows, second.issued, second.existing) == (3, 0, 3)
    assert [each.credential_id for each in first.records] == [each.credential_id for each in second.records]
    assert w.ports.ledger.counts(COLLEGE).issued == 2


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"learner_name": " "}, "issue.cell_missing"),
        ({"learner_id": ""}, "issue.cell_missing"),
        ({"learner_name": "x" * 501}, "issue.cell_too_long"),
        ({"achievement": "welding"}, "ids.ctid_malformed"),
        ({"achievement": "ce-00000000-0000-4000-8000-000000000000"}, "issue.achievement_unknown"),
        ({"achievement": COLLEGE}, "meaning.not_an_achievement"),
        ({"date": "31.5.2026"}, "issue.date_malformed"),
        ({"date": "2026-02-30"}, "issue.date_malformed"),
        ({"valid_until": "2026-05-30"}, "issue.ends_before_it_begins"),
        ({"competencies": ("Dancing",)}, "issue.competency_unknown"),
        ({"competencies": ("Read blueprints",) * 101}, "issue.too_many_competencies"),
        ({"holder": "nobody-here"}, "issue.holder_unknown"),
        ({"holder": "did:bad"}, "ids.did_malformed"),
    ],
)
def test_a_bad_row_is_told_and_the_others_go_on(cells: dict[str, Any], code: str) -> None:
    report = world().issue(a_row(2), a_row(3, **cells), a_row(4, learner_id="cy@example.org"))
    assert [(each.number, each.code) for each in report.refused] == [(3, code)]
    assert (report.rows, report.issued, report.existing) == (3, 2, 0)


def test_a_wallet_receives_its_record_once_and_its_holder_is_the_subject() -> None:
    w = world()
    vault = w.ports.vault
    holder = vault.create_holder(handle="ana", passphrase="correct horse battery staple", at=w.clock.now())
    w.issue(a_row(holder="ana"))
    report = w.issue(a_row(holder="ana"))
    assert (report.existing, report.delivered) == (1, 1)
    key = vault.unlock(holder.holder_id, "correct horse battery staple", at=w.clock.now())
    signed = w.signed(report.records[0].credential_id)
    assert [each.content for each in vault.deposits(key)] == [jcs(signed)]
    assert signed["credentialSubject"]["id"] == PublicKey("Ed25519", holder.signing_key).did


def test_a_run_killed_between_storing_and_signing_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    w = world()
    monkeypatch.setattr("openler.actions.issuing.issue.secure", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        w.issue(a_row())
    assert (w.ports.ledger.counts().unsigned, w.ports.ledger.counts().issued) == (1, 0)
    monkeypatch.undo()
    assert w.issue(a_row()).issued == 1
    assert w.ports.ledger.counts().unsigned == 0


def test_the_pinned_version_is_the_one_in_force_when_it_was_earned() -> None:
    w = world()
    stored = w.ports.store.get(WELDING)
    assert stored is not None
    (related,) = w.credential()["relatedResource"]
    assert related["id"] == f"{BASE}/envelopes/{WELDING}/revisions/{stored.seq}"


def test_a_program_without_a_description_is_described_by_its_name() -> None:
    achieved = world().credential(a_row(achievement=NURSING))["credentialSubject"]["achievement"]
    assert (achieved["achievementType"], achieved["name"], achieved["description"]) == ("LearningProgram",) + ("Practical Nursing",) * 2


def test_did_key_issues_what_needs_no_network_for_its_key() -> None:
    w = world()
    signed = w.credential(form="key")
    assert signed["issuer"]["id"].startswith("did:key:z6Mk")
    assert verify(w.ports, jcs(signed)).report.check("issuer_key").outcome == "passed"


def test_only_an_organisation_with_a_key_may_issue() -> None:
    w = world()
    with pytest.raises(NotFound):
        issue_batch(w.ports, [a_row()], issuer=OTHER, actor="test")
    with pytest.raises(NotFound):
        link(w.ports, Ctid.derive("tests", "x", "unpublished"), key="memory:ridgeway", actor="test")
    w.keys.retire("ridgeway", at=w.clock.now())
    with pytest.raises(Refused):
        w.issue(a_row())


def test_cells_become_a_row() -> None:
    cells = {"learner_name": "A", "learner_id": "1", "achievement": "x", "date": "2026-01-01", "competencies": " a ; ;b"}
    assert row(7, cells).competencies == ("a", "b")


def _composed(**changes: Any) -> dict[str, Any]:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
    }  # fmt: skip
    return {**document, **changes}


def test_a_composed_credential_is_signed_as_the_organisation() -> None:
    w = world()
    made = issue_one(w.ports, _composed(), issuer=COLLEGE, actor="test", with_status=True)
    w.open_to_the_world()
    assert verify(w.ports, jcs(made.credential)).report.verdict == "valid"
    assert made.credential["id"] == made.credential_id
    by_key = PublicKey("Ed25519", w.keys.keys()[0].public_key).did
    assert issue_one(w.ports, _composed(issuer=by_key), issuer=COLLEGE, actor="test").credential["issuer"] == by_key


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"proof": {"type": "x"}}, "issue.already_signed"),
        ({"type": []}, "credentials.shape_type_missing"),
        ({"undefinedTerm": "x"}, "linkeddata.undefined_term"),
        ({"credentialSubject": {}}, "credentials.shape_subject_empty"),
    ],
)
def test_what_would_not_verify_is_not_signed(changes: dict[str, Any], code: str) -> None:
    w = world()
    with pytest.raises(Malformed) as caught:
        issue_one(w.ports, _composed(**changes), issuer=COLLEGE, actor="test")
    assert caught.value.code == code
    assert w.ports.ledger.counts().issued == 0


def test_nobody_signs_in_anothers_name() -> None:
    w: World = world()
    with pytest.raises(Refused):
        issue_one(w.ports, _composed(issuer="did:web:elsewhere.example"), issuer=COLLEGE, actor="test")
