"""Endorsements: judged one by one beside the verdict, which they never change."""

from __future__ import annotations

from typing import Any

import pytest

from openler.credentials.endorsements import MAX_ENDORSEMENTS
from openler.credentials.enveloping import as_jwt
from openler.credentials.evidence import Evidence, needs
from openler.credentials.policy import Policy
from openler.credentials.report import Outcome, Report
from openler.credentials.verify import verify
from tests.support.presenting import AT, Key, badge

ISSUER, BOARD, OTHER = Key(1), Key(2), Key(3)


def judge(document: object) -> Report:
    return verify(document, Evidence(), Policy(), AT)


def endorsement(about: str = ISSUER.did, *, by: Key = BOARD, signer: Key | None = None, **changes: Any) -> dict[str, Any]:
    subject = {"id": about, "type": ["EndorsementSubject"], "endorsementComment": "In good standing."}
    types = ["VerifiableCredential", "EndorsementCredential"]
    document = badge(by, type=types, credentialSubject=subject, name="Board's word", id="urn:uuid:0a1b", **changes)
    return (signer or by).sign(document)


def endorsed(*each: dict[str, Any], where: str = "achievement") -> dict[str, Any]:
    document = badge(ISSUER)
    node = document["credentialSubject"]["achievement"] if where == "achievement" else document if where == "badge" else document["issuer"]
    node["endorsement"] = list(each)
    return ISSUER.sign(document)


@pytest.mark.parametrize("where", ["achievement", "badge", "issuer"])
def test_an_endorsement_is_judged_as_a_credential_of_its_own(where: str) -> None:
    report = judge(endorsed(endorsement(), where=where))
    assert report.verdict == "valid"
    assert [each.verdict for each in report.endorsements] == ["valid"]
    assert report.check("endorsements").outcome is Outcome.PASSED
    assert report.endorsements[0].title == "Board's word"
    assert report.told()["endorsements"][0]["path"].endswith("/endorsement/0")


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (endorsement(validUntil="2026-02-01T00:00:00Z"), "credentials.period_expired"),
        (endorsement(signer=OTHER), "credentials.issuer_key_other"),
        (endorsement(about="did:example:somebody-else"), "credentials.endorsement_about_other"),
        ({**endorsement(), "name": "Changed"}, "credentials.proof_signature_wrong"),
    ],
)
def test_an_endorsement_that_does_not_hold_is_told_and_harms_nothing(broken: dict[str, Any], code: str) -> None:
    report = judge(endorsed(endorsement(), broken))
    assert report.verdict == "valid"
    assert [each.verdict for each in report.endorsements] == ["valid", "invalid"]
    assert report.check("endorsements").parameters == {"count": 2, "failed": 1}
    assert report.check("endorsements").path == "/credentialSubject/achievement/endorsement/1"
    assert [reason.code for reason in report.endorsements[1].reasons] == [code]


def test_a_token_is_judged_too() -> None:
    document = badge(ISSUER, endorsementJwt=["eyJhbGciOiJub25lIn0.e30.AAAA"])
    report = judge(ISSUER.sign(document))
    assert report.verdict == "valid"
    assert [each.verdict == "valid" for each in report.endorsements] == [False]


def test_a_token_by_the_endorser_holds_and_one_about_another_does_not() -> None:
    tokens = []
    for about in (ISSUER.did, "did:example:other"):
        subject = {"id": about, "type": ["EndorsementSubject"]}
        document = badge(BOARD, type=["VerifiableCredential", "EndorsementCredential"], credentialSubject=subject)
        prepared = as_jwt(document, kid=BOARD.url, key_type="Ed25519", at=AT)
        tokens.append(prepared.finish(BOARD.private.sign(prepared.message)))
    report = judge(ISSUER.sign(badge(ISSUER, endorsementJwt=tokens)))
    assert report.verdict == "valid"
    assert [each.verdict for each in report.endorsements] == ["valid", "invalid"]
    assert [reason.code for reason in report.endorsements[1].reasons] == ["credentials.endorsement_about_other"]


def test_endorsements_beyond_the_limit_are_not_called_good() -> None:
    report = judge(endorsed(*[endorsement()] * (MAX_ENDORSEMENTS + 1)))
    assert len(report.endorsements) == MAX_ENDORSEMENTS
    assert report.check("endorsements").outcome is Outcome.UNKNOWN


def test_a_badge_without_endorsements_has_no_such_check() -> None:
    with pytest.raises(KeyError):
        judge(ISSUER.sign(badge(ISSUER))).check("endorsements")


def test_what_an_endorsement_needs_is_fetched() -> None:
    web = badge(BOARD, type=["VerifiableCredential", "EndorsementCredential"])
    web |= {"issuer": {"id": "did:web:board.example", "type": ["Profile"]}}
    document = badge(ISSUER)
    document["endorsement"] = [web]
    assert [need.key for need in needs(ISSUER.sign(document, suite="eddsa-jcs-2022"))] == ["did:web:board.example"]
