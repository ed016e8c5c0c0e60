"""Compact signatures and what the claims inside them say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openler.credentials import jose
from openler.credentials.envelopes import Envelope, open_bytes
from openler.credentials.enveloping import as_jwt, enveloped, presentation_jwt
from openler.credentials.evidence import Evidence, Item, Kind, needs
from openler.credentials.faults import CannotCheck
from openler.credentials.jwk import public_jwk, thumbprint
from openler.credentials.multikey import PublicKey, from_jwk
from openler.credentials.report import Outcome
from openler.errors import Malformed, TooLarge
from tests.support.enveloping import judge, token, vc_jwt
from tests.support.presenting import AT, V2, Key, badge

ISSUER, ANA = Key(1), Key(2)
WEB = "did:web:college.example"


def anas(**changes: Any) -> dict[str, Any]:
    document = badge(ISSUER, **changes)
    document["credentialSubject"]["id"] = ANA.did
    return document


def wrapped(inner: dict[str, Any], **claims: Any) -> dict[str, Any]:
    return {"vc": inner, "iss": ISSUER.did, **claims}


def listing(*methods: dict[str, Any], controller: str = WEB) -> Evidence:
    document = {"id": controller, "verificationMethod": list(methods), "assertionMethod": [each["id"] for each in methods]}
    return Evidence((Item(Kind.CONTROLLER, controller, AT, url=controller, body=json.dumps(document).encode()),))


def method(key: Key, name: str, controller: str = WEB, **changes: Any) -> dict[str, Any]:
    return {"id": f"{controller}#{name}", "type": "JsonWebKey", "controller": controller, "publicKeyJwk": public_jwk(key.public), **changes}


def of_web() -> dict[str, Any]:
    return {**anas(), "issuer": WEB}


def test_a_record_in_a_token_is_as_good_as_any() -> None:
    report = judge(vc_jwt(ISSUER, anas()))
    assert report.verdict == "valid"
    assert [check.name for check in report.checks][:8] == [
        "shape", "schema", "proof", "issuer_key", "issuer_trust", "validity_period", "status", "holder_binding",
    ]  # fmt: skip


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_the_other_curves_sign_and_verify_too(curve: ec.EllipticCurve) -> None:
    private = ec.derive_private_key(7, curve)
    size, digest = (32, hashes.SHA256()) if curve.name == "secp256r1" else (48, hashes.SHA384())
    raw = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    key = PublicKey("P-256" if size == 32 else "P-384", raw)
    prepared = as_jwt({**anas(), "issuer": key.did}, kid=f"{key.did}#{key.multikey}", key_type=key.key_type, at=AT)
    r, s = decode_dss_signature(private.sign(prepared.message, ec.ECDSA(digest)))
    assert judge(prepared.finish(r.to_bytes(size) + s.to_bytes(size))).verdict == "valid"
    assert from_jwk(public_jwk(key)) == key


def test_rs256_is_checked() -> None:
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": jose.encode(numbers.n.to_bytes(256)), "e": "AQAB"}
    prepared = jose.prepare({"alg": "RS256", "kid": f"{WEB}#rsa"}, of_web())
    signed = prepared.finish(private.sign(prepared.message, padding.PKCS1v15(), hashes.SHA256()))
    evidence = listing({"id": f"{WEB}#rsa", "type": "JsonWebKey", "controller": WEB, "publicKeyJwk": jwk})
    assert judge(signed, evidence=evidence).verdict == "valid"


NOT_TOKENS = (
    "", "a", "a.b", "a.b.c.d", "e30=.e30.e30", "e30 .e30.e30", "e31.e30.", "Zh.e30.", "W10.e30.", "bm8.e30.", "eyJhIjoxLCJhIjoyfQ.e30.",
)  # fmt: skip


@pytest.mark.parametrize("text", NOT_TOKENS)
def test_what_is_not_strictly_a_token_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        jose.parse_compact(text)


def test_a_token_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        jose.parse_compact("e30." + "A" * jose.MAX_TOKEN + ".")


@pytest.mark.parametrize(
    ("header", "error", "code"),
    [
        ({"alg": "none"}, Malformed, "jose.unsecured"),
        ({"alg": "nOnE"}, Malformed, "jose.unsecured"),
        ({"alg": "HS256"}, Malformed, "jose.algorithm_symmetric"),
        ({"alg": "ES256"}, Malformed, "jose.algorithm_unfit"),
        ({"alg": 5}, Malformed, "jose.header_malformed"),
        ({}, Malformed, "jose.header_malformed"),
        ({"alg": "ES512"}, CannotCheck, "jose.algorithm_unsupported"),
        ({"alg": "EdDSA", "crit": ["exp"], "exp": 1}, CannotCheck, "jose.critical_unknown"),
        ({"alg": "EdDSA", "crit": []}, Malformed, "jose.critical_malformed"),
        ({"alg": "EdDSA", "crit": ["exp"]}, Malformed, "jose.critical_malformed"),
        ({"alg": "EdDSA", "crit": ["alg"]}, Malformed, "jose.critical_malformed"),
        ({"alg": "EdDSA", "crit": ["exp", "exp"], "exp": 1}, Malformed, "jose.critical_malformed"),
    ],
)
def test_a_header_that_asks_for_what_cannot_be_is_refused(header: dict[str, Any], error: type[Exception], code: str) -> None:
    prepared = jose.prepare(header, {})
    signed = jose.parse_compact(prepared.finish(ISSUER.private.sign(prepared.message)))
    with pytest.raises(error) as raised:
        signed.verify(ISSUER.public)
    assert getattr(raised.value, "code") == code  # noqa: B009 - both kinds have one


def test_both_names_of_eddsa_are_known() -> None:
    assert judge(token(ISSUER, anas(), alg="Ed25519")).verdict == "valid"


def test_a_thumbprint_is_that_of_the_standards_example() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert thumbprint({"kty": "oct"}) is None


# What the claims say


def test_an_old_token_gives_its_credential_what_it_leaves_out() -> None:
    inner = {name: value for name, value in anas().items() if name not in {"issuer", "id", "validFrom", "validUntil"}}
    inner["credentialSubject"].pop("id")
    claims = wrapped(inner, jti="urn:uuid:1", sub=ANA.did, nbf=1767225600, exp=1893456000)
    envelope = open_bytes(token(ISSUER, claims, typ="JWT").encode())
    document = envelope.read.document
    assert (document["issuer"], document["id"], document["credentialSubject"]["id"]) == (ISSUER.did, "urn:uuid:1", ANA.did)
    assert (document["validFrom"], document["validUntil"]) == ("2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z")
    assert judge(envelope).verdict == "valid"


@pytest.mark.parametrize(
    ("claims", "path"),
    [
        ({"iss": ANA.did}, "/iss"),
        ({"jti": "urn:uuid:other"}, "/jti"),
        ({"sub": "did:example:ben"}, "/sub"),
        ({"nbf": 1767225601}, "/nbf"),
        ({"exp": 1893455999}, "/exp"),
    ],
)
@pytest.mark.parametrize("style", ["wrapped", "beside"])
def test_a_claim_that_says_something_else_than_its_credential_fails(claims: dict[str, Any], path: str, style: str) -> None:
    said = {**wrapped(anas()), **claims} if style == "wrapped" else {**anas(), **claims}
    found = judge(token(ISSUER, said, typ="JWT")).check("shape")
    assert (found.outcome, found.code, found.path) == (Outcome.FAILED, "jose.claim_differs", path)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": "tomorrow"}, "jose.claim_malformed"),
        ({"nbf": True}, "jose.claim_malformed"),
        ({"exp": 10**15}, "jose.claim_malformed"),
        ({"iss": 5}, "jose.claim_malformed"),
        ({"vc": {}}, "jose.claim_not_allowed"),
        ({"exp": 1767225599}, "jose.times_apart"),
        ({"nbf": 1893456001}, "jose.times_apart"),
    ],
)
def test_claims_that_make_no_sense_fail_the_shape(claims: dict[str, Any], code: str) -> None:
    assert judge(token(ISSUER, {**anas(), **claims})).check("shape").code == code


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": int(AT.timestamp()) - 1}, "jose.token_expired"),
        ({"nbf": int(AT.timestamp()) + 1}, "jose.token_not_yet"),
        ({"iat": int((AT + timedelta(hours=1)).timestamp())}, "jose.token_from_future"),
        ({}, "credentials.period_current"),
    ],
)
def test_a_signature_has_a_life_of_its_own(claims: dict[str, Any], code: str) -> None:
    assert judge(token(ISSUER, {**anas(), **claims})).check("validity_period").code == code


def test_the_credentials_own_period_counts_too() -> None:
    found = judge(vc_jwt(ISSUER, anas()), now=datetime(2031, 1, 1, tzinfo=UTC)).check("validity_period")
    assert found.code == "credentials.period_expired"


@pytest.mark.parametrize("typ", ["kb+jwt", "at+jwt", "vp+jwt", "bad+typ"])
def test_a_token_of_another_type_is_no_record(typ: str) -> None:
    assert judge(token(ISSUER, anas(), typ=typ)).verdict == "invalid"


@pytest.mark.parametrize("typ", ["VC+JWT", "application/vc+jwt", "JWT", None, "vc+ld+json+jwt"])
def test_the_names_that_records_go_by_are_read(typ: str | None) -> None:
    assert judge(token(ISSUER, anas(), typ=typ)).verdict == "valid"


def test_a_word_without_a_definition_is_told_and_harms_nothing_for_the_signature_covers_it() -> None:
    found = judge(vc_jwt(ISSUER, anas(houseStyle="bold"))).check("shape")
    assert (found.outcome, found.code) == (Outcome.PASSED, "jose.shape_sound_undefined")


# Whose key


def test_without_a_kid_the_issuers_own_keys_are_tried() -> None:
    assert judge(token(ISSUER, anas(), kid=None)).verdict == "valid"
    evidence = listing(method(ANA, "a"), method(ISSUER, "b"))
    assert judge(token(ISSUER, of_web(), kid=None), evidence=evidence).verdict == "valid"
    assert judge(token(Key(3), of_web(), kid=None), evidence=evidence).check("proof").code == "jose.signature_wrong"


@pytest.mark.parametrize("kid", [f"{WEB}#b", "#b", "b", "k-9", thumbprint(public_jwk(ISSUER.public)), WEB])
def test_a_kid_names_a_key_by_its_address_its_fragment_its_own_name_or_its_thumbprint(kid: str) -> None:
    jwk = {**public_jwk(ISSUER.public), "kid": "k-9"}
    evidence = listing(method(ANA, "a"), method(ISSUER, "b", publicKeyJwk=jwk))
    assert judge(token(ISSUER, of_web(), kid=kid), evidence=evidence).verdict == "valid"


def test_a_kid_that_the_issuer_does_not_list_is_invalid() -> None:
    found = judge(token(ISSUER, of_web(), kid="elsewhere"), evidence=listing(method(ISSUER, "b"))).check("issuer_key")
    assert (found.outcome, found.code) == (Outcome.FAILED, "jose.key_name_unknown")


def test_a_retired_key_stays_good_for_what_it_signed_before() -> None:
    evidence = listing(method(ISSUER, "b", expires="2026-05-01T00:00:00Z"))
    early = {**of_web(), "iat": int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())}
    late = {**of_web(), "iat": int(AT.timestamp())}
    assert judge(token(ISSUER, early, kid=f"{WEB}#b"), evidence=evidence).verdict == "valid"
    assert judge(token(ISSUER, late, kid=f"{WEB}#b"), evidence=evidence).check("issuer_key").code == "credentials.key_retired"


def test_a_key_at_an_address_of_its_own_counts_if_the_issuer_lists_it() -> None:
    url = "https://college.example/keys/1"
    at_address = Item(Kind.CONTROLLER, url, AT, url=url, body=json.dumps(public_jwk(ISSUER.public)).encode())
    signed = token(ISSUER, of_web(), kid=url)
    assert {need.key for need in needs(signed)} == {url, WEB}
    unlisted = judge(signed, evidence=listing(method(ANA, "a")).adding([at_address]))
    assert unlisted.check("issuer_key").code == "credentials.issuer_key_other"
    document = {"id": WEB, "assertionMethod": [url]}
    owner = Item(Kind.CONTROLLER, WEB, AT, url=WEB, body=json.dumps(document).encode())
    assert judge(signed, evidence=Evidence((at_address, owner))).verdict == "valid"


def test_an_unknown_did_method_could_not_be_checked() -> None:
    signed = token(ISSUER, {**anas(), "issuer": "did:velocity:v2:1"}, kid="did:velocity:v2:1#key-1")
    report = judge(signed)
    assert (report.verdict, report.check("issuer_key").code) == ("undetermined", "credentials.did_method_unsupported")


def test_certificates_could_not_be_checked() -> None:
    report = judge(token(ISSUER, of_web(), kid=None, x5c=["MIIB"]))
    assert (report.verdict, report.check("issuer_key").code) == ("undetermined", "jose.certificates_unsupported")


def test_what_is_needed_is_asked_for_through_the_envelope() -> None:
    status = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "1",
        "statusListCredential": "https://college.example/status/1",
    }  # fmt: skip
    signed = token(ISSUER, {**of_web(), "credentialStatus": status}, kid=f"{WEB}#b")
    assert {(need.kind, need.key) for need in needs(signed)} == {
        (Kind.CONTROLLER, WEB),
        (Kind.STATUS_LIST, "https://college.example/status/1"),
    }


# Presentations


def presented(holder: Key, *tokens: str, **options: Any) -> str:
    document = {
        "@context": [V2], "type": ["VerifiablePresentation"], "holder": holder.did,
        "verifiableCredential": [enveloped(each, "vc+jwt") for each in tokens],
    }  # fmt: skip
    prepared = presentation_jwt(document, kid=holder.url, key_type="Ed25519", at=AT, **options)
    return prepared.finish(holder.private.sign(prepared.message))


def test_a_presentation_in_a_token_shows_its_holder() -> None:
    signed = presented(ANA, vc_jwt(ISSUER, anas()), nonce="n-1", audience="https://employer.example")
    report = judge(signed, challenge="n-1", domain="https://employer.example")
    assert report.verdict == "valid"
    assert report.check("holder_binding").code == "credentials.holder_shown"
    assert report.parts[0].check("holder_binding").code == "credentials.holder_shown"


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"challenge": "n-2"}, "credentials.proof_challenge_differs"),
        ({"domain": "https://other.example"}, "credentials.proof_domain_differs"),
    ],
)
def test_a_presentation_made_for_another_question_or_party_is_invalid(policy: dict[str, Any], code: str) -> None:
    signed = presented(ANA, vc_jwt(ISSUER, anas()), nonce="n-1", audience="https://employer.example")
    assert judge(signed, **policy).check("proof").code == code


def test_a_presentation_by_somebody_else_than_the_subject_is_invalid() -> None:
    report = judge(presented(Key(3), vc_jwt(ISSUER, anas())))
    assert report.parts[0].check("holder_binding").code == "credentials.holder_other"


def test_an_old_presentation_token_holds_its_credentials_as_texts() -> None:
    vp = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [vc_jwt(ISSUER, anas())]}
    report = judge(token(ANA, {"vp": vp, "iss": ANA.did, "nonce": "n-1"}, typ="JWT"), challenge="n-1")
    assert (report.verdict, len(report.parts)) == ("valid", 1)


def test_enveloped_parts_of_a_data_integrity_presentation_are_judged() -> None:
    document = {
        "@context": [V2], "type": ["VerifiablePresentation"], "holder": ANA.did,
        "verifiableCredential": [enveloped(vc_jwt(ISSUER, anas()), "vc+jwt")],
    }  # fmt: skip
    report = judge(ANA.sign(document, purpose="authentication"))
    assert (report.verdict, report.parts[0].verdict) == ("valid", "valid")


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("not-a-data-address", "jose.envelope_malformed"),
        ("data:text/plain,abc", "jose.envelope_format"),
        ("data:application/vc+jwt,abc", "jose.not_an_envelope"),
        ("data:application/vc+jwt;base64,@@", "jose.envelope_malformed"),
    ],
)
def test_an_envelope_that_holds_nothing_signed_is_invalid(identifier: str, code: str) -> None:
    report = judge({"@context": V2, "type": "EnvelopedVerifiableCredential", "id": identifier})
    assert (report.verdict, report.check("shape").code) == ("invalid", code)


def test_an_envelope_alone_is_opened_whichever_it_is() -> None:
    alone = {
        "@context": [V2],
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+jwt,{presented(ANA, vc_jwt(ISSUER, anas()))}",
    }
    assert judge(alone).verdict == "valid"
    assert judge({**alone, "type": "EnvelopedVerifiableCredential"}).verdict == "invalid"
    assert judge(enveloped(vc_jwt(ISSUER, anas()), "vc+jwt")).verdict == "valid"


def test_a_token_signed_inside_as_well_needs_both_signatures() -> None:
    signed = ISSUER.sign(anas())
    assert judge(vc_jwt(ISSUER, signed)).verdict == "valid"
    assert judge(vc_jwt(ISSUER, {**signed, "name": "Another"})).verdict == "invalid"


def test_an_envelope_tells_its_form() -> None:
    found = open_bytes(vc_jwt(ISSUER, anas()).encode())
    assert isinstance(found, Envelope)
    assert (found.form, found.said.style, found.said.kind, found.speaker) == ("jwt", "plain", "credential", ISSUER.did)
