"""The verdict on credentials and presentations made by keys at hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.openbadges import hashed_identity
from openler.credentials.policy import KnownIssuers, Policy
from openler.credentials.proofs.table import SUITES
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.credentials.status import entry, list_credential
from openler.credentials.verify import could_not_read, verify
from openler.linkeddata.canonical import jcs
from tests.support.presenting import AT, V2, Key, badge, presentation

ISSUER, ANA, BEN = Key(1), Key(2), Key(3)
LIST = "https://a.example/status/1"


def judge(document: object, *, evidence: Evidence | None = None, now: datetime = AT, **policy: Any) -> Report:
    return verify(document, evidence or Evidence(), Policy(**policy), now)


def anas() -> dict[str, Any]:
    subject = badge(ISSUER)["credentialSubject"] | {"id": ANA.did}
    return ISSUER.sign(badge(ISSUER, credentialSubject=subject))


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_signed_badge_is_valid(suite: str) -> None:
    assert judge(ISSUER.sign(badge(ISSUER), suite=suite)).verdict == "valid"


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2025, 12, 31, tzinfo=UTC), "credentials.period_not_yet"),
        (datetime(2030, 1, 1, 0, 0, 1, tzinfo=UTC), "credentials.period_expired"),
        (datetime(2030, 1, 1, tzinfo=UTC), "credentials.period_current"),
    ],
)
def test_the_period_is_kept_to_the_second(now: datetime, code: str) -> None:
    signed = ISSUER.sign(badge(ISSUER), at=datetime(2025, 1, 1, tzinfo=UTC))
    assert judge(signed, now=now).check("validity_period").code == code


def test_an_unsigned_badge_is_invalid() -> None:
    assert judge(badge(ISSUER)).check("proof").code == "credentials.proof_missing"
    assert judge(badge(ISSUER)).verdict == "invalid"


def test_a_badge_signed_by_another_is_invalid() -> None:
    report = judge(BEN.sign(badge(ISSUER)))
    assert (report.verdict, report.reasons[0].code) == ("invalid", "credentials.issuer_key_other")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"purpose": "authentication"}, "credentials.proof_wrong_purpose"),
        ({"expires": AT - timedelta(seconds=1)}, "credentials.proof_expired"),
        ({"at": AT + timedelta(hours=1)}, "credentials.proof_from_future"),
    ],
)
def test_a_proof_for_another_use_or_time_fails(options: dict[str, Any], code: str) -> None:
    found = judge(ISSUER.sign(badge(ISSUER), **options)).check("proof")
    assert (found.outcome, found.code) == (Outcome.FAILED, code)


def test_an_unknown_kind_of_proof_is_undetermined_and_harms_no_other() -> None:
    signed = ISSUER.sign(badge(ISSUER))
    strange = {**signed["proof"], "cryptosuite": "unheard-of-2031"}
    assert judge({**signed, "proof": strange}).verdict == "undetermined"
    assert judge({**signed, "proof": [strange, signed["proof"]]}).verdict == "valid"


def test_a_set_with_one_broken_proof_is_invalid() -> None:
    signed = ISSUER.sign(badge(ISSUER))
    broken = BEN.sign(badge(ISSUER, name="Other"))["proof"]
    assert judge({**signed, "proof": [signed["proof"], broken]}).verdict == "invalid"


def test_a_strangers_proof_beside_an_unknown_one_of_the_issuer_leaves_it_open() -> None:
    strange = {**ISSUER.sign(badge(ISSUER))["proof"], "cryptosuite": "unheard-of-2031"}
    by_ben = BEN.sign(badge(ISSUER))
    assert judge({**by_ben, "proof": [strange, by_ben["proof"]]}).verdict == "undetermined"


def test_more_proofs_than_are_checked_leave_it_open() -> None:
    signed = ISSUER.sign(badge(ISSUER))
    assert judge({**signed, "proof": [signed["proof"]] * 11}).verdict == "undetermined"


def test_a_context_that_is_not_pinned_leaves_it_open() -> None:
    signed = ISSUER.sign(badge(ISSUER), suite="eddsa-jcs-2022")
    contexts = [*signed["@context"], "https://elsewhere.example/context"]
    report = judge({**signed, "@context": contexts})
    assert report.check("shape").code == "linkeddata.context_not_pinned"
    assert report.verdict == "undetermined"


def test_a_policy_may_know_fewer_suites() -> None:
    signed = ISSUER.sign(badge(ISSUER), suite="eddsa-jcs-2022")
    assert judge(signed, suites={"eddsa-rdfc-2022": SUITES["eddsa-rdfc-2022"]}).verdict == "undetermined"


def with_status(**changes: Any) -> dict[str, Any]:
    return ISSUER.sign(badge(ISSUER, credentialStatus={**entry(LIST, index=5, purpose="revocation"), **changes}))


def listing(*indexes: int, key: Key = ISSUER, url: str = LIST, **options: Any) -> Evidence:
    made = list_credential(url, issuer=key.did, purpose="revocation", set_indexes=indexes, valid_from=AT, **options)
    return Evidence((Item(Kind.STATUS_LIST, LIST, AT, LIST, jcs(key.sign(made))),))


@pytest.mark.parametrize(
    ("evidence", "verdict", "code"),
    [
        (listing(), "valid", "credentials.status_good"),
        (listing(4, 6), "valid", "credentials.status_good"),
        (listing(5), "invalid", "credentials.status_revoked"),
        (Evidence(), "undetermined", "credentials.evidence_missing"),
        (Evidence((Item(Kind.STATUS_LIST, LIST, AT, code="net.unreachable"),)), "undetermined", "net.unreachable"),
        (Evidence((Item(Kind.STATUS_LIST, LIST, AT, LIST, b"{}"),)), "undetermined", "credentials.status_list_malformed"),
        (listing(valid_until=AT - timedelta(days=1)), "undetermined", "credentials.status_list_untrusted"),
        (listing(key=BEN), "valid", "credentials.status_good"),
        (listing(key=BEN, url="https://b.example/s"), "undetermined", "credentials.status_list_unbound"),
        (listing(5, key=BEN, url="https://b.example/s"), "invalid", "credentials.status_revoked"),
    ],
)
def test_what_a_status_list_says(evidence: Evidence, verdict: str, code: str) -> None:
    report = judge(with_status(), evidence=evidence)
    assert (report.verdict, report.check("status").code) == (verdict, code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"statusListIndex": "-5"}, "credentials.status_entry_malformed"),
        ({"statusListIndex": "99999999"}, "credentials.status_index_outside"),
        ({"statusPurpose": "weather"}, "credentials.status_purpose_unknown"),
        ({"statusPurpose": "suspension"}, "credentials.status_purpose_differs"),
    ],
)
def test_an_entry_that_makes_no_sense_is_never_not_revoked(changes: dict[str, Any], code: str) -> None:
    report = judge(with_status(**changes), evidence=listing())
    assert (report.verdict, report.check("status").code) == ("undetermined", code)


SCHEMA_URL = "https://a.example/schema"


@pytest.mark.parametrize(
    ("schema", "verdict", "code"),
    [
        (b'{"required": ["name"]}', "valid", "credentials.schema_met"),
        (b'{"properties": {"name": {"const": "Dancing"}}}', "invalid", "credentials.schema_not_met"),
        (b'{"$ref": "https://a.example/other"}', "undetermined", "credentials.schema_unusable"),
        (b'{"type": "nonsense"}', "undetermined", "credentials.schema_unusable"),
        (b"<html>", "undetermined", "credentials.evidence_unreadable"),
        (None, "undetermined", "credentials.evidence_missing"),
    ],
)
def test_a_named_schema_decides(schema: bytes | None, verdict: str, code: str) -> None:
    signed = ISSUER.sign(badge(ISSUER, credentialSchema=[{"id": SCHEMA_URL, "type": "JsonSchema"}]))
    held = Evidence((Item(Kind.SCHEMA, SCHEMA_URL, AT, SCHEMA_URL, schema),)) if schema else Evidence()
    report = judge(signed, evidence=held)
    assert (report.verdict, report.check("schema").code) == (verdict, code)


def test_known_unknown_and_unavailable_issuers_are_told_apart_and_decide_nothing() -> None:
    signed = ISSUER.sign(badge(ISSUER))
    for issuers, code in (
        (KnownIssuers({ISSUER.did: "A"}), "credentials.issuer_known"),
        (KnownIssuers(), "credentials.issuer_not_known"),
        (KnownIssuers(unavailable=("list",)), "credentials.issuer_list_unavailable"),
    ):
        report = judge(signed, issuers=issuers)
        assert (report.verdict, report.check("issuer_trust").code) == ("valid", code)


def test_an_identity_that_is_given_is_held_against_the_hash() -> None:
    subject = badge(ISSUER)["credentialSubject"] | {"identifier": [hashed_identity("ana@a.example", kind="emailAddress", salt="s")]}
    signed = ISSUER.sign(badge(ISSUER, credentialSubject=subject))
    assert judge(signed, identity="Ana@a.example").check("holder_binding").outcome is Outcome.PASSED
    assert judge(signed, identity="ben@a.example").check("holder_binding").outcome is Outcome.FAILED
    assert judge(signed).check("holder_binding").outcome is Outcome.UNKNOWN


def test_her_own_presentation_of_her_own_badge_is_valid() -> None:
    shown = presentation(ANA, anas(), challenge="c", domain="d")
    report = judge(shown, challenge="c", domain="d")
    assert report.verdict == "valid"
    assert report.check("holder_binding").code == "credentials.holder_shown"
    assert judge(shown).check("holder_binding").code == "credentials.holder_shown_any_time"


@pytest.mark.parametrize("policy", [{"challenge": "other"}, {"challenge": "c", "domain": "other"}])
def test_an_answer_to_another_question_is_invalid(policy: dict[str, Any]) -> None:
    assert judge(presentation(ANA, anas(), challenge="c", domain="d"), **policy).verdict == "invalid"


def test_a_badge_presented_by_another_is_invalid() -> None:
    report = judge(presentation(BEN, anas()))
    assert report.verdict == "invalid"
    assert report.parts[0].check("holder_binding").code == "credentials.holder_other"


def test_a_presentation_signed_by_another_than_its_holder_is_invalid() -> None:
    shown = presentation(ANA, anas()) | {"holder": BEN.did}
    assert judge(shown).verdict == "invalid"


def test_where_a_question_was_asked_an_unsigned_presentation_is_invalid() -> None:
    bundle = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [anas()]}
    assert judge(bundle).verdict == "valid"
    assert judge(bundle, challenge="c").verdict == "invalid"


def test_a_presentation_of_nothing_is_called_real_only_where_its_holder_signed_it() -> None:
    empty = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": []}

    assert judge(empty).verdict == "undetermined"
    assert judge(presentation(ANA)).verdict == "valid"


def test_a_broken_token_in_a_presentation_harms_no_other_credential_in_it() -> None:
    bundle = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": ["a.b.c", anas()]}
    report = judge(bundle)
    assert [part.verdict for part in report.parts] == ["invalid", "valid"]
    assert report.verdict == "invalid"


def test_a_further_check_is_shown_with_the_others() -> None:
    def checker(credential: Any, _evidence: Evidence, _now: datetime) -> CheckResult:
        return CheckResult("meaning", Weight.INFORMING, Outcome.PASSED, "meaning.resolved", {"name": credential.id})

    assert verify(anas(), Evidence(), Policy(), AT, checks=(checker,)).checks[-1].name == "meaning"


@pytest.mark.parametrize(
    "document", [None, [], 3, {}, {"type": "VerifiablePresentation"}, {"type": ["VerifiablePresentation"], "proof": [[]]}]
)
def test_no_document_raises(document: object) -> None:
    assert judge(document).verdict == "invalid"


def test_what_could_not_be_read_is_undetermined() -> None:
    assert could_not_read("credentials.format_unsupported", seen="JWT").verdict == "undetermined"
