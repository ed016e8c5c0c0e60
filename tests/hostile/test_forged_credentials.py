"""Forgeries: a good proof over a graph, and JSON that tries to say something else."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.policy import Policy
from openler.credentials.report import Report
from openler.credentials.status import entry, list_credential
from openler.credentials.verify import verify
from openler.errors import Malformed
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json
from tests.support.presenting import AT, Key, badge

ISSUER, THIEF = Key(1), Key(9)
LIST = "https://a.example/status/1"
CRED = "https://www.w3.org/2018/credentials#"


def revoked_badge() -> tuple[dict[str, Any], Evidence]:
    signed = ISSUER.sign(badge(ISSUER, credentialStatus=entry(LIST, index=5, purpose="revocation")))
    made = list_credential(LIST, issuer=ISSUER.did, purpose="revocation", set_indexes=[5], valid_from=AT)
    return signed, Evidence((Item(Kind.STATUS_LIST, LIST, AT, LIST, jcs(ISSUER.sign(made))),))


def judge(document: object, evidence: Evidence | None = None) -> Report:
    return verify(document, evidence or Evidence(), Policy(), AT)


def test_the_badge_to_be_forged_is_revoked_to_begin_with() -> None:
    signed, evidence = revoked_badge()
    assert judge(signed, evidence).verdict == "invalid"


@pytest.mark.parametrize("name", [f"{CRED}credentialStatus", "cred:credentialStatus", "credentialStatuses", "@nest", "@included"])
def test_a_revoked_badge_cannot_hide_its_status(name: str) -> None:
    signed, evidence = revoked_badge()
    status = signed.pop("credentialStatus")
    signed[name] = {"credentialStatus": status} if name.startswith("@") else status
    assert judge(signed, evidence).verdict == "invalid"
    del signed[name]
    assert judge(signed, evidence).verdict == "invalid"


def test_an_expired_badge_cannot_hide_its_end() -> None:
    signed = ISSUER.sign(badge(ISSUER, validUntil="2026-02-01T00:00:00Z"))
    until = signed.pop("validUntil")
    signed[f"{CRED}validUntil"] = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": until}
    assert judge(signed).verdict == "invalid"


def test_a_context_that_stands_in_the_document_never_makes_a_badge_valid() -> None:
    signed = ISSUER.sign(badge(ISSUER))
    alias = {"standing": {"@id": f"{CRED}credentialStatus", "@type": "@id"}}
    assert judge({**signed, "@context": [*signed["@context"], alias]}).verdict != "valid"
    assert judge({**signed, "@context": [*signed["@context"], {"name": "https://a.example/other"}]}).verdict == "invalid"


def test_swapping_in_another_pinned_context_never_helps() -> None:
    signed = ISSUER.sign(badge(ISSUER))
    for contexts in ([signed["@context"][0]], [*reversed(signed["@context"])], signed["@context"][0]):
        assert judge({**signed, "@context": contexts}).verdict == "invalid"


@pytest.mark.parametrize("place", ["credential", "subject", "achievement", "issuer"])
def test_a_claim_that_the_signature_does_not_cover_is_refused(place: str) -> None:
    signed = ISSUER.sign(badge(ISSUER))
    nodes = {
        "credential": signed, "subject": signed["credentialSubject"], "achievement": signed["credentialSubject"]["achievement"],
        "issuer": signed["issuer"],
    }  # fmt: skip
    nodes[place]["honours"] = "summa cum laude"
    report = judge(signed)
    assert report.verdict == "invalid"
    assert "linkeddata.undefined_term" in [check.code for check in report.reasons]


@pytest.mark.parametrize("nothing", [[], None, {}, ""])
def test_a_status_cannot_be_emptied(nothing: object) -> None:
    signed, evidence = revoked_badge()
    assert judge({**signed, "credentialStatus": nothing}, evidence).verdict == "invalid"


def test_a_thief_cannot_put_his_own_proof_in_place_of_the_issuers() -> None:
    forged = THIEF.sign(badge(ISSUER, name="Doctor of Medicine"))
    assert judge(forged).verdict == "invalid"
    proof = {**forged["proof"], "verificationMethod": ISSUER.url}
    assert judge({**forged, "proof": proof}).verdict == "invalid"


def test_a_proof_of_one_badge_does_not_serve_another() -> None:
    proof = ISSUER.sign(badge(ISSUER))["proof"]
    assert judge({**badge(ISSUER, name="Doctor of Medicine"), "proof": proof}).verdict == "invalid"


def test_a_jcs_proof_cannot_be_told_to_look_at_fewer_contexts() -> None:
    signed = ISSUER.sign(badge(ISSUER), suite="eddsa-jcs-2022")
    forged = deepcopy(signed)
    forged["proof"]["@context"] = signed["@context"][:1]
    assert judge(forged).verdict == "invalid"
    forged = deepcopy(signed)
    forged["@context"] = list(reversed(signed["@context"]))
    assert judge(forged).verdict == "invalid"


def test_a_document_with_a_key_twice_is_never_judged() -> None:
    text = jcs(ISSUER.sign(badge(ISSUER))).decode()
    doubled = text.replace('"name":"Welding"', '"name":"Doctor of Medicine","name":"Welding"', 1)
    with pytest.raises(Malformed):
        parse_json(doubled)


@pytest.mark.parametrize("value", ["z", "zz", "u" + "A" * 86, "z" + "1" * 5000, None, {"x": 1}, "m" + "A" * 86])
def test_a_broken_signature_is_invalid(value: object) -> None:
    signed = ISSUER.sign(badge(ISSUER))
    assert judge({**signed, "proof": {**signed["proof"], "proofValue": value}}).verdict == "invalid"


@pytest.mark.parametrize("name", ["created", "expires", "verificationMethod", "proofPurpose", "previousProof", "type", "cryptosuite"])
@pytest.mark.parametrize("value", [[], {}, 7, "x", None, [["x"]]])
def test_no_shape_of_a_proof_raises_or_passes(name: str, value: object) -> None:
    signed = ISSUER.sign(badge(ISSUER))
    report = judge({**signed, "proof": {**signed["proof"], name: value}})
    # Naming no earlier proof is what not naming any means.
    assert (report.verdict == "valid") == (name == "previousProof" and value in ([], None))
