"""Open Badges 2: believed where the issuer's host or key stands behind them, carried over without becoming more than they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from openler.credentials import badge2check, openbadges2
from openler.credentials.evidence import Evidence
from openler.credentials.model import read_credential
from openler.credentials.policy import Policy
from openler.credentials.report import Outcome, Report
from openler.credentials.verify import verify as verify_credential
from tests.support.old_badges import ED_KEY, HOST, OldIssuer, fetched, gone
from tests.support.presenting import AT


def read(data: bytes | dict[str, Any], **options: Any) -> openbadges2.Assertion:
    found = openbadges2.read(data if isinstance(data, bytes) else json.dumps(data).encode(), **options)
    assert found is not None
    return found


def judge(data: bytes | dict[str, Any], issuer: OldIssuer, *, now: datetime = AT, **policy: Any) -> Report:
    brought = read(data)
    return badge2check.verify(brought, fetched(brought, issuer, badge2check.needs), Policy(**policy), now)


def test_a_hosted_badge_is_valid_because_its_issuers_host_serves_it() -> None:
    issuer = OldIssuer()
    report = judge(issuer.assertion("hosted"), issuer)
    assert report.verdict == "valid", report.reasons
    assert report.check("proof").code == "credentials.badge2_hosted"
    assert report.check("issuer_key").code == "credentials.badge2_host_issuers"
    assert report.check("carried_over").outcome is Outcome.PASSED


@pytest.mark.parametrize("issuer", [OldIssuer(), OldIssuer(key=ED_KEY)])
def test_a_signed_badge_is_valid_by_a_key_of_the_issuers_profile(issuer: OldIssuer) -> None:
    report = judge(issuer.signed(), issuer)
    assert report.verdict == "valid", report.reasons
    assert report.check("status").code == "credentials.badge2_no_revocation_list"


def test_a_key_that_stands_in_the_profile_is_found() -> None:
    issuer = OldIssuer()
    issuer.page("issuer.json")["publicKey"] = issuer.pages.pop(issuer.url("key.json"))
    assert judge(issuer.signed(), issuer).verdict == "valid"
    assert judge(issuer.signed(verification={"type": "SignedBadge"}), issuer).verdict == "valid"


def test_an_image_with_an_address_alone_is_followed() -> None:
    issuer = OldIssuer()
    brought = read(issuer.url("assertion.json").encode(), in_image=True)
    held = fetched(brought, issuer, badge2check.needs)
    assert badge2check.verify(brought, held, Policy(), AT).verdict == "valid"
    assert badge2check.carried(badge2check.gathered(brought, held)).document["name"] == "Robotics"
    assert openbadges2.read(issuer.url("assertion.json").encode()) is None


@pytest.mark.parametrize(
    ("name", "value"), [("recipient", {"type": "email", "hashed": False, "identity": "ben@example.org"}), ("badge", f"{HOST}/x")]
)
def test_a_badge_changed_after_it_was_issued_is_found_by_its_hosted_copy(name: str, value: object) -> None:
    issuer = OldIssuer()
    report = judge(issuer.assertion("hosted", **{name: value}), issuer)
    assert (report.verdict, report.check("proof").code, report.check("proof").path) == (
        "invalid",
        "credentials.badge2_hosted_differs",
        f"/{name}",
    )


def test_a_signed_badge_changed_by_one_letter_is_invalid() -> None:
    issuer = OldIssuer()
    head, body, signature = issuer.signed().split(b".")
    other = OldIssuer().signed(narrative="She built three.").split(b".")[1]
    report = judge(b".".join((head, other, signature)), issuer)
    assert (report.verdict, report.check("proof").code) == ("invalid", "jose.signature_wrong")
    assert body != other


def test_a_badge_hosted_by_somebody_else_in_an_issuers_name_is_invalid() -> None:
    honest, forger = OldIssuer(), OldIssuer("https://forger.example")
    forger.page("badge.json")["issuer"] = honest.url("issuer.json")
    brought = read(forger.assertion("hosted"))
    report = badge2check.verify(brought, fetched(brought, forger, badge2check.needs, others=honest.pages), Policy(), AT)
    assert (report.verdict, report.check("issuer_key").code) == ("invalid", "credentials.badge2_host_other")


def test_what_a_badge_says_itself_about_its_issuer_proves_nothing() -> None:
    honest, forger = OldIssuer(), OldIssuer("https://forger.example")
    profile = {**honest.page("issuer.json"), "verification": {"allowedOrigins": "forger.example"}}
    forger.page("assertion.json")["badge"] = {**forger.page("badge.json"), "issuer": profile}
    brought = read(forger.page("assertion.json"))
    report = badge2check.verify(brought, fetched(brought, forger, badge2check.needs, others=honest.pages), Policy(), AT)
    assert (report.verdict, report.check("issuer_key").code) == ("invalid", "credentials.badge2_host_other")


def test_a_profile_that_is_about_somebody_else_is_not_believed() -> None:
    issuer = OldIssuer()
    issuer.page("issuer.json")["id"] = "https://famous.example/issuer"
    report = judge(issuer.assertion("hosted"), issuer)
    assert (report.verdict, report.check("issuer_key").code) == ("invalid", "credentials.badge2_profile_other")


def test_a_key_that_the_profile_does_not_list_signs_for_nobody() -> None:
    honest, forger = OldIssuer(), OldIssuer("https://forger.example", key=ED_KEY)
    forged = forger.signed(badge=honest.url("badge.json"))
    brought = read(forged)
    report = badge2check.verify(brought, fetched(brought, forger, badge2check.needs, others=honest.pages), Policy(), AT)
    assert (report.check("proof").outcome, report.check("issuer_key").outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert report.verdict == "invalid"


def test_a_listed_key_of_another_owner_signs_for_nobody() -> None:
    issuer = OldIssuer()
    issuer.page("key.json")["owner"] = "https://elsewhere.example/issuer"
    assert judge(issuer.signed(), issuer).check("issuer_key").outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("verification", "verdict"),
    [
        ({"allowedOrigins": ["badges.example", "other.example"]}, "valid"),
        ({"allowedOrigins": "other.example"}, "invalid"),
        ({"startsWith": f"{HOST}/as"}, "valid"),
        ({"startsWith": [f"{HOST}/not", f"{HOST}/as"]}, "valid"),
        ({"startsWith": f"{HOST}/not"}, "invalid"),
        ({"startsWith": "https://badges.exam"}, "invalid"),
        ({"startsWith": f"{HOST}/as", "allowedOrigins": "other.example"}, "invalid"),
    ],
)
def test_the_profile_says_where_its_badges_lie(verification: dict[str, Any], verdict: str) -> None:
    issuer = OldIssuer()
    issuer.page("issuer.json")["verification"] = verification
    assert judge(issuer.assertion("hosted"), issuer).verdict == verdict


def test_a_badge_whose_address_is_gone_is_revoked() -> None:
    issuer = OldIssuer()
    brought = read(issuer.assertion("hosted"))
    url = issuer.url("assertion.json")
    del issuer.pages[url]
    rest = [item for item in fetched(brought, issuer, badge2check.needs).items if item.key != url]
    report = badge2check.verify(brought, gone(url).adding(rest), Policy(), AT)
    assert (report.verdict, report.check("status").code) == ("invalid", "credentials.badge2_gone")


def test_a_host_that_does_not_answer_leaves_it_open() -> None:
    issuer = OldIssuer()
    del issuer.pages[issuer.url("assertion.json")]
    report = judge(issuer.assertion("hosted"), issuer)
    assert report.verdict == "undetermined"
    assert report.check("status").outcome is Outcome.UNKNOWN


def test_a_hosted_copy_that_says_revoked_ends_the_badge() -> None:
    issuer = OldIssuer()
    brought = issuer.assertion("hosted")
    issuer.pages[issuer.url("assertion.json")] = {"id": issuer.url("assertion.json"), "revoked": True, "revocationReason": "Mistake"}
    report = judge(brought, issuer)
    assert [(reason.code, reason.parameters) for reason in report.reasons] == [("credentials.badge2_revoked", {"reason": "Mistake"})]


@pytest.mark.parametrize(
    "entry", ["urn:uuid:52e4c6b3-8c13-4fa8-8482-a5cf34ef37a9", {"id": "urn:uuid:52e4c6b3-8c13-4fa8-8482-a5cf34ef37a9"}, {"uid": "u-1"}]
)
def test_a_revocation_list_ends_the_badges_it_names(entry: object) -> None:
    issuer = OldIssuer()
    issuer.revoke(entry, "urn:uuid:other")
    assert judge(issuer.signed(uid="u-1"), issuer).check("status").code == "credentials.badge2_revoked"
    assert judge(issuer.signed(id="urn:uuid:third"), issuer).verdict == "valid"


def test_a_revocation_list_that_does_not_answer_leaves_it_open() -> None:
    issuer = OldIssuer()
    issuer.revoke()
    del issuer.pages[issuer.url("revoked.json")]
    assert judge(issuer.signed(), issuer).verdict == "undetermined"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expires": "2021-01-01T00:00:00Z"}, "credentials.period_expired"),
        ({"issuedOn": "2100-01-01T00:00:00Z"}, "credentials.period_not_yet"),
        ({"issuedOn": "soon"}, "credentials.time_malformed"),
        ({"expires": "2019-01-01T00:00:00Z"}, "credentials.badge2_expires_before"),
        ({"@context": "https://w3id.org/openbadges/invalid"}, "credentials.badge2_context_other"),
        ({"recipient": None}, "credentials.shape_missing"),
        ({"verification": {"type": "trust me"}}, "credentials.badge2_verification_unknown"),
    ],
)
def test_an_old_badge_with_something_wrong_is_invalid(changes: dict[str, Any], code: str) -> None:
    issuer = OldIssuer()
    report = judge(issuer.signed(**changes), issuer)
    assert report.verdict == "invalid"
    assert code in [reason.code for reason in report.reasons]


def test_the_recipient_is_known_by_her_hash() -> None:
    issuer = OldIssuer()
    assert judge(issuer.signed(), issuer, identity="ana@example.org").check("holder_binding").outcome is Outcome.PASSED
    assert judge(issuer.signed(), issuer, identity="ben@example.org").check("holder_binding").outcome is Outcome.FAILED


def test_carried_over_it_says_the_same_and_is_signed_by_nobody() -> None:
    issuer = OldIssuer()
    brought = read(issuer.assertion("hosted", expires="2030-01-31T00:00:00Z"))
    issuer.pages[issuer.url("assertion.json")] = dict(brought.document or {})
    made = openbadges2.as_achievement_credential(badge2check.gathered(brought, fetched(brought, issuer, badge2check.needs)))
    assert read_credential(made).faults == ()
    assert "proof" not in made
    assert (made["validFrom"], made["validUntil"]) == ("2020-01-31T23:59:59Z", "2030-01-31T00:00:00Z")
    achievement = made["credentialSubject"]["achievement"]
    assert (achievement["name"], achievement["criteria"], achievement["tag"]) == ("Robotics", {"narrative": "Build one."}, ["robots"])
    assert achievement["alignment"][0]["targetCode"] == "R1"
    assert made["evidence"] == [{"type": ["Evidence"], "narrative": "A film."}, {"id": "https://badges.example/film", "type": ["Evidence"]}]
    assert made["credentialSubject"]["identifier"][0]["identityType"] == "emailAddress"
    assert verify_credential(made, Evidence(), Policy(), AT).check("proof").code == "credentials.proof_missing"


def test_old_http_addresses_are_read_over_https_first() -> None:
    (need, *_) = badge2check.needs(read({**OldIssuer().assertion("hosted"), "id": "http://badges.example/a"}))
    assert need.urls == ("https://badges.example/a", "http://badges.example/a")


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b"{",
        b"eyJ",
        b"eyJhbGciOiJub25lIn0.e30.",
        b"https://badges.example/a",
        b'{"type": "VerifiableCredential", "credentialSubject": {}}',
    ],
)
def test_what_is_no_old_badge_is_left_to_others(data: bytes) -> None:
    assert openbadges2.read(data) is None


@pytest.mark.parametrize("page", ["badge.json", "issuer.json", "key.json"])
def test_a_part_that_is_no_object_leaves_it_open_or_ends_it(page: str) -> None:
    issuer = OldIssuer()
    issuer.pages[issuer.url(page)] = []  # type: ignore[assignment]
    assert judge(issuer.signed(), issuer).verdict == "undetermined"


def test_without_its_class_nobody_can_say_who_issued_a_badge() -> None:
    issuer = OldIssuer()
    del issuer.pages[issuer.url("badge.json")]
    report = judge(issuer.assertion("hosted"), issuer)
    assert (report.verdict, report.check("issuer_key").code) == ("undetermined", "credentials.badge2_issuer_not_named")


@pytest.mark.parametrize("pem", [None, 7, "", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "x" * 20000])
def test_a_key_that_is_none_is_told(pem: object) -> None:
    issuer = OldIssuer()
    issuer.page("key.json")["publicKeyPem"] = pem
    assert judge(issuer.signed(), issuer).check("proof").code == "credentials.badge2_pem_malformed"


def test_the_time_zone_of_the_verdict_does_not_matter() -> None:
    issuer = OldIssuer()
    assert judge(issuer.signed(), issuer, now=datetime(2020, 1, 31, 23, 59, 58, tzinfo=UTC)).verdict == "invalid"
