"""Forged tokens: whatever is tried on the envelope, the verdict is not valid, and its code says what was tried."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from openler.credentials import jose, sdjwt
from openler.credentials.enveloping import enveloped
from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.jwk import public_jwk
from tests.support.enveloping import bound, judge, token, vc_jwt, vc_sd_jwt
from tests.support.presenting import AT, V2, Key, badge

ISSUER, ANA, MALLORY = Key(1), Key(2), Key(9)
PARTY = "https://employer.example"


def anas() -> dict[str, Any]:
    document = badge(ISSUER)
    document["credentialSubject"] |= {
        "id": ANA.did,
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": "Ana Ruiz", "identityType": "name"}],
    }
    return document


def refused(what: object, code: str, check: str, **policy: Any) -> None:
    report = judge(what, **policy)
    assert (report.verdict, report.check(check).code) == ("invalid", code), report.told()


def raw(header: dict[str, Any] | bytes, claims: dict[str, Any] | bytes, signature: bytes = b"") -> str:
    parts = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in (header, claims)]
    return ".".join(jose.encode(each) for each in (*parts, signature))


def test_the_honest_tokens_are_valid() -> None:
    assert judge(vc_jwt(ISSUER, anas())).verdict == "valid"
    assert judge(bound(vc_sd_jwt(ISSUER, anas()), ANA), challenge="n-1", domain=PARTY).verdict == "valid"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE"])
def test_without_a_signature(algorithm: str) -> None:
    refused(raw({"alg": algorithm, "kid": ISSUER.url}, anas()), "jose.unsecured", "proof")


def test_with_the_public_key_as_a_shared_secret() -> None:
    head = raw({"alg": "HS256", "kid": ISSUER.url}, anas()).rpartition(".")[0]
    for secret in (ISSUER.public.raw, ISSUER.public.multikey.encode(), json.dumps(public_jwk(ISSUER.public)).encode()):
        signature = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        refused(f"{head}.{jose.encode(signature)}", "jose.algorithm_symmetric", "proof")


def test_with_another_algorithm_than_the_keys() -> None:
    refused(token(ISSUER, anas(), alg="ES256"), "jose.algorithm_unfit", "proof")
    refused(token(ISSUER, anas(), alg="RS256"), "jose.algorithm_unfit", "proof")


def test_by_somebody_elses_key_named_as_such_or_as_the_issuers() -> None:
    refused(token(MALLORY, anas()), "credentials.issuer_key_other", "issuer_key")
    refused(token(MALLORY, anas(), kid=ISSUER.url), "jose.signature_wrong", "proof")
    refused(token(MALLORY, anas(), kid=None), "jose.signature_wrong", "proof")
    refused(token(MALLORY, {**anas(), "iss": MALLORY.did}), "jose.claim_differs", "shape")


def test_by_a_key_that_comes_along() -> None:
    refused(token(MALLORY, anas(), kid=None, jwk=public_jwk(MALLORY.public)), "credentials.issuer_key_other", "issuer_key")
    of_web = {**anas(), "issuer": "did:web:college.example"}
    alone = token(MALLORY, of_web, kid=None, jwk=public_jwk(MALLORY.public))
    assert (judge(alone).verdict, judge(alone).check("issuer_key").code) == ("undetermined", "jose.key_embedded")
    named = token(MALLORY, anas(), kid=ISSUER.url, jwk=public_jwk(MALLORY.public))
    refused(named, "jose.signature_wrong", "proof")


def test_by_a_key_at_an_address_that_the_issuer_does_not_list() -> None:
    did, url = "did:web:college.example", "https://mallory.example/key"
    signed = token(MALLORY, {**anas(), "issuer": did}, kid=url)
    listing = {"id": did, "verificationMethod": [], "assertionMethod": []}
    evidence = Evidence(
        tuple(
            Item(Kind.CONTROLLER, name, AT, url=name, body=json.dumps(body).encode())
            for name, body in ((did, listing), (url, public_jwk(MALLORY.public)))
        )
    )
    report = judge(signed, evidence=evidence)
    assert (report.verdict, report.check("issuer_key").code) == ("invalid", "credentials.issuer_key_other")


def test_with_a_claim_exchanged() -> None:
    head, _, signature = vc_jwt(ISSUER, anas()).split(".")
    claims = jose.encode(json.dumps({**anas(), "name": "Surgery", "iat": int(AT.timestamp())}).encode())
    refused(f"{head}.{claims}.{signature}", "jose.signature_wrong", "proof")


def test_with_a_second_credential_beside_the_first() -> None:
    refused(token(ISSUER, {**anas(), "vc": anas()}), "jose.claim_not_allowed", "shape")


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        (b'{"alg":"none","alg":"EdDSA"}', b"{}"),
        (b'{"alg":"EdDSA"}', b'{"iss":"a:b","iss":"c:d"}'),
        (b'{"alg":"EdDSA"}', b"[]"),
        (b"[]", b"{}"),
        (b'{"alg":"EdDSA"}', b'{"a":' + b"[" * 100 + b"]" * 100 + b"}"),
        (b'{"alg":"EdDSA","x":' + b"[" * 20 + b"]" * 20 + b"}", b"{}"),
        (b'{"alg":"EdDSA","x":"' + b"a" * 20_000 + b'"}', b"{}"),
        (b'{"alg":"EdDSA"}', b'{"exp":NaN}'),
    ],
)
def test_what_two_readers_could_read_differently_is_not_read_at_all(header: bytes, claims: bytes) -> None:
    assert judge(raw(header, claims, bytes(64))).verdict != "valid"


def test_long_expired_or_from_the_future() -> None:
    refused(token(ISSUER, {**anas(), "exp": int(AT.timestamp()) - 1}), "jose.token_expired", "validity_period")
    refused(token(ISSUER, {**anas(), "nbf": int(AT.timestamp()) + 60}), "jose.token_not_yet", "validity_period")


def test_an_extension_that_must_be_understood_is_never_passed_over() -> None:
    report = judge(token(ISSUER, anas(), crit=["b64"], b64=False))
    assert (report.verdict, report.check("proof").code) == ("undetermined", "jose.critical_unknown")


# Selective disclosure


def test_with_a_disclosure_of_ones_own() -> None:
    whole = vc_sd_jwt(ISSUER, anas())
    own = jose.encode(json.dumps(["salt", {"identityHash": "Mallory"}]).encode())
    report = judge(whole + own + "~")
    assert (report.verdict, report.check("shape").code) == ("invalid", "jose.disclosure_unused")


def test_with_a_disclosure_altered_or_given_twice() -> None:
    token_, text, _ = vc_sd_jwt(ISSUER, anas()).split("~")
    altered = jose.encode(jose.decode(text).replace(b"Ana Ruiz", b"Mallory!"))
    assert judge(f"{token_}~{altered}~").check("shape").code == "jose.disclosure_unused"
    assert judge(f"{token_}~{text}~{text}~").check("shape").code == "jose.digest_repeated"


def test_with_a_digest_repeated_by_the_issuer() -> None:
    claims, texts = sdjwt.conceal(anas(), ["/name"], [bytes(16)])
    claims["credentialSubject"]["_sd"] = claims["_sd"]
    signed = sdjwt.assemble(token(ISSUER, claims, typ="vc+sd-jwt"), texts)
    assert judge(signed).check("shape").code == "jose.digest_repeated"


def test_with_its_holders_answer_taken_off_where_one_was_asked_for() -> None:
    whole = vc_sd_jwt(ISSUER, anas())
    refused(whole, "jose.binding_missing", "holder_binding", challenge="n-1")


def test_with_an_answer_used_again() -> None:
    shown = bound(vc_sd_jwt(ISSUER, anas()), ANA, nonce="n-1", audience=PARTY)
    refused(shown, "jose.binding_nonce", "holder_binding", challenge="n-2", domain=PARTY)
    refused(shown, "jose.binding_audience", "holder_binding", challenge="n-1", domain="https://other.example")
    other = vc_sd_jwt(ISSUER, {**anas(), "name": "Another"})
    refused(other + shown.rpartition("~")[2], "jose.binding_other", "holder_binding", challenge="n-1")


def test_with_an_answer_by_the_thief() -> None:
    refused(bound(vc_sd_jwt(ISSUER, anas()), MALLORY), "jose.signature_wrong", "holder_binding", challenge="n-1")
    answer = token(MALLORY, {"iat": int(AT.timestamp())}, alg="none", typ="kb+jwt", kid=None)
    refused(vc_sd_jwt(ISSUER, anas()) + answer, "jose.unsecured", "holder_binding", challenge="n-1")


def test_with_an_ordinary_token_in_the_place_of_an_answer() -> None:
    answer = token(ANA, {"iat": int(AT.timestamp()), "nonce": "n-1", "aud": PARTY, "sd_hash": "x"}, typ="vp+jwt")
    refused(vc_sd_jwt(ISSUER, anas()) + answer, "jose.binding_type", "holder_binding", challenge="n-1")


def test_an_answer_presented_as_a_record_of_its_own() -> None:
    answer = bound(vc_sd_jwt(ISSUER, anas()), ANA).rpartition("~")[2]
    assert judge(answer).verdict == "invalid"


def test_an_envelope_in_an_envelope_is_not_a_credential() -> None:
    within = enveloped(vc_jwt(ISSUER, anas()), "vc+jwt")
    assert judge(token(MALLORY, {**within, "iss": MALLORY.did})).verdict == "invalid"
    alone = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [{**within, "type": "VerifiableCredential"}]}
    assert judge(alone).verdict == "invalid"
