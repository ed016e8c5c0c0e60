"""Verdicts on what people bring: valid, invalid with the reason, or undetermined when the world does not answer."""

from __future__ import annotations

import json

import pytest

from openler.actions.issuing.identity import did_document, link
from openler.actions.issuing.signing import Form
from openler.actions.issuing.status import reinstate, revoke, status_list, suspend
from openler.actions.verifying.verify import verify, verify_url
from openler.credentials.evidence import Evidence
from openler.errors import Conflict, Malformed, NotFound, OpenlerError, Refused, TooLarge
from openler.linkeddata.canonical import jcs
from tests.support.issuing import BASE, COLLEGE, OTHER, WELDING, a_row, welding, world


def test_revoked_is_invalid_with_the_reason_and_stays_so() -> None:
    w = world()
    signed = w.credential()
    change = revoke(w.ports, signed["id"], reason="issued by mistake", actor="test")
    w.open_to_the_world()
    report = verify(w.ports, jcs(signed)).report
    assert report.verdict == "invalid"
    assert [check.code for check in report.reasons] == ["credentials.status_revoked"]
    assert (change.changed, change.revoked) == (True, True)
    assert not revoke(w.ports, signed["id"], reason="again", actor="test").changed


def test_suspended_is_invalid_until_reinstated() -> None:
    w = world()
    signed = w.credential()
    suspend(w.ports, signed["id"], reason="under review", actor="test")
    w.open_to_the_world()
    assert verify(w.ports, jcs(signed)).report.check("status").code == "credentials.status_suspended"
    reinstate(w.ports, signed["id"], reason="cleared", actor="test")
    w.open_to_the_world()
    assert verify(w.ports, jcs(signed)).report.verdict == "valid"


def test_one_revocation_leaves_the_others_valid() -> None:
    w = world()
    first, second = w.credential(a_row(2)), w.credential(a_row(3, learner_id="ben@example.org"))
    revoke(w.ports, first["id"], reason="x", actor="test")
    w.open_to_the_world()
    assert [verify(w.ports, jcs(each)).report.verdict for each in (first, second)] == ["invalid", "valid"]


def test_a_stopped_server_leaves_the_verdict_open() -> None:
    w = world()
    signed = w.credential()
    report = verify(w.ports, jcs(signed)).report
    assert report.verdict == "undetermined"
    assert {check.name for check in report.reasons} == {"proof", "issuer_key", "status"}


def test_the_saved_evidence_gives_the_same_report_when_the_world_has_changed() -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    before = verify(w.ports, jcs(signed))
    saved = json.loads(json.dumps(before.evidence.told()))
    revoke(w.ports, signed["id"], reason="later", actor="test")
    w.fetch.answers.clear()
    w.clock.pass_(days=3650)
    again = verify(w.ports, jcs(signed), evidence=Evidence.read(saved), policy=before.policy, now=before.judged_at, offline=True)
    assert again.report == before.report


def test_the_serving_process_reads_its_own_addresses_without_the_network() -> None:
    w = world()
    signed = w.credential()
    assert verify(w.ports, jcs(signed), serving=True).report.verdict == "valid"
    assert w.fetch.asked == []


def test_meaning_tells_then_and_now() -> None:
    w = world()
    signed = w.credential()
    w.publish(welding("Certificate in Advanced Welding"))
    w.open_to_the_world()
    result = verify(w.ports, jcs(signed))
    assert result.report.check("meaning").code == "meaning.changed_since"
    (resolved,) = result.summaries[0].meanings
    assert resolved.then is not None
    assert resolved.now is not None
    assert (resolved.then.name, resolved.now.name) == ("Certificate in Welding", "Certificate in Advanced Welding")
    del w.fetch.answers[f"{BASE}/graph/{WELDING}"]
    assert verify(w.ports, jcs(signed)).report.check("meaning").code == "meaning.now_unavailable"


def test_a_retired_key_still_vouches_for_what_it_signed() -> None:
    w = world()
    signed = w.credential()
    w.clock.pass_(days=1)
    w.keys.create("ridgeway.2", "Ed25519", at=w.clock.now())
    w.keys.retire("ridgeway", at=w.clock.now())
    organisation = w.ports.organisations.get(COLLEGE)
    assert organisation is not None
    link(w.ports, COLLEGE, key="memory:ridgeway.2", actor="test")
    assert len(did_document(w.ports, COLLEGE)["verificationMethod"]) == 2
    w.open_to_the_world()
    assert verify(w.ports, jcs(signed)).report.verdict == "valid"
    later = w.credential(a_row(learner_id="ben@example.org"))
    w.open_to_the_world()
    assert verify(w.ports, jcs(later)).report.verdict == "valid"
    assert later["proof"]["verificationMethod"] != signed["proof"]["verificationMethod"]


def test_known_issuers_inform() -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    found = verify(w.ports, jcs(signed)).report.check("issuer_trust")
    assert (found.outcome, found.parameters["name"]) == ("passed", "Ridgeway College")


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (b"eyJhbGciOiJFZERTQSJ9.e30.c2ln", "credentials.shape_context_missing"),
        (b"  eyJhbGciOiJFZERTQSJ9.e30.c2ln~WyJhIl0~ ", "jose.disclosure_malformed"),
        (b"a.b.c", "jose.not_base64url"),
    ],
)
def test_a_token_that_is_no_record_is_invalid_and_says_why(token: bytes, code: str) -> None:
    report = verify(world().ports, token).report
    assert (report.verdict, report.reasons[0].code) == ("invalid", code)


@pytest.mark.parametrize("secured", ["jwt", "sd-jwt", "cose"])
def test_an_enveloped_record_is_as_good_as_any_until_it_is_revoked(secured: Form) -> None:
    w = world()
    report = w.issue(a_row(), secured=secured)
    kept = w.ports.ledger.issued(report.records[0].credential_id)
    assert kept is not None
    assert kept.signed is not None
    w.open_to_the_world()
    found = verify(w.ports, kept.signed)
    assert (found.report.verdict, found.summaries[0].name) == ("valid", "Certificate in Welding")
    assert found.report.check("meaning").outcome == "passed"
    revoke(w.ports, report.records[0].credential_id, reason="by mistake", actor="test")
    w.open_to_the_world()
    assert verify(w.ports, kept.signed).report.check("status").code == "credentials.status_revoked"


def test_a_token_at_an_address_is_judged_like_any_record_there() -> None:
    w = world()
    report = w.issue(a_row(), secured="jwt")
    kept = w.ports.ledger.issued(report.records[0].credential_id)
    assert kept is not None
    assert kept.signed is not None
    w.open_to_the_world()
    w.fetch.answers["https://wallet.example/anas.jwt"] = kept.signed
    assert verify_url(w.ports, "https://wallet.example/anas.jwt").report.verdict == "valid"


@pytest.mark.parametrize("data", [b"", b"not json", b'{"a": 1, "a": 2}', b"[" * 100 + b"]" * 100, b"\x89PNG\r\n\x1a\nbroken"])
def test_what_cannot_be_read_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        verify(world().ports, data)


def test_a_credential_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        verify(world().ports, b'{"a": "' + b"x" * 2_000_000 + b'"}')


def test_json_that_is_no_credential_is_invalid() -> None:
    for data in (b"{}", b"[]", b"3"):
        assert verify(world().ports, data).report.verdict == "invalid"


def test_a_link_is_fetched_and_judged() -> None:
    w = world()
    signed = w.credential()
    w.open_to_the_world()
    w.fetch.answers["https://elsewhere.example/badge"] = jcs(signed)
    assert verify_url(w.ports, "https://elsewhere.example/badge").report.verdict == "valid"
    with pytest.raises(OpenlerError):
        verify_url(w.ports, "https://elsewhere.example/nothing")


def test_an_unsigned_bundle_is_judged_record_by_record() -> None:
    w = world()
    good, bad = w.credential(a_row(2)), w.credential(a_row(3, learner_id="ben@example.org"))
    revoke(w.ports, bad["id"], reason="x", actor="test")
    w.open_to_the_world()
    bundle = {
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "verifiableCredential": [good, bad],
    }  # fmt: skip
    result = verify(w.ports, jcs(bundle))
    assert [part.verdict for part in result.report.parts] == ["valid", "invalid"]
    assert result.report.verdict == "invalid"
    assert len(result.summaries) == 2


def test_only_its_issuer_changes_a_records_status() -> None:
    w = world()
    signed = w.credential()
    with pytest.raises(Refused):
        revoke(w.ports, signed["id"], reason="x", actor="test", issuer=OTHER)
    with pytest.raises(NotFound):
        revoke(w.ports, "urn:uuid:none", reason="x", actor="test")
    revoke(w.ports, signed["id"], reason="x", actor="test", issuer=COLLEGE)
    with pytest.raises((Refused, Conflict)):
        w.ports.ledger.set_status(signed["id"], "revocation", False, reason="y", at=w.clock.now(), event=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "x", "none-revocation", "abc-other"])
def test_there_is_no_such_list(name: str) -> None:
    with pytest.raises(NotFound):
        status_list(world().ports, name)
