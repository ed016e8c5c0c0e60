"""Selective disclosure: what a holder may leave out, and nothing else; and showing that she brought it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from openler.credentials import jose, sdjwt
from openler.credentials.envelopes import open_bytes
from openler.credentials.enveloping import choices
from openler.credentials.evidence import Evidence, Item, Kind, needs
from openler.credentials.faults import CannotCheck
from openler.credentials.jwk import public_jwk
from openler.credentials.report import Outcome
from openler.errors import Malformed, OpenlerError, TooLarge
from tests.support.enveloping import SALT, bound, judge, token, vc_sd_jwt
from tests.support.presenting import AT, Key, badge

ISSUER, ANA, BEN = Key(1), Key(2), Key(3)
PARTY = "https://employer.example"


def anas() -> dict[str, Any]:
    document = badge(ISSUER)
    document["credentialSubject"] |= {
        "id": ANA.did,
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "Ana Ruiz", "identityType": "name"},
            {"type": "IdentityObject", "hashed": False, "identityHash": "ana@example.org", "identityType": "emailAddress"},
        ],
    }
    return document


def disclosure(*parts: Any) -> str:
    return jose.encode(json.dumps(parts).encode())


def revealed(claims: dict[str, Any], *texts: str) -> dict[str, Any]:
    return sdjwt.reveal(claims, sdjwt.parse(sdjwt.assemble(f"e30.{jose.encode(b'{}')}.", texts)).disclosures).claims


def digest(text: str) -> str:
    return sdjwt.Disclosure(text, None, None).digest("sha-256")


def test_digests_are_those_of_the_standards_examples() -> None:
    member = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    element = "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"
    claims = {
        "_sd": ["X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"],
        "nationalities": [{"...": "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"}, "DE"],
    }
    assert revealed(claims, member, element) == {"family_name": "Möbius", "nationalities": ["FR", "DE"]}


def test_what_is_not_disclosed_is_gone_and_decoys_with_it() -> None:
    claims = {"_sd_alg": "sha-256", "_sd": ["decoy"], "a": [{"...": "decoy2"}, 1], "b": {"_sd": []}}
    assert revealed(claims) == {"a": [1], "b": {}}


def test_a_disclosure_may_hold_further_ones() -> None:
    inner = disclosure("s", "city", "Trenton")
    outer = disclosure("s", "address", {"_sd": [digest(inner)], "state": "NJ"})
    claims = {"_sd": [digest(outer)]}
    assert revealed(claims, inner, outer) == {"address": {"state": "NJ", "city": "Trenton"}}
    assert revealed(claims, outer) == {"address": {"state": "NJ"}}
    with pytest.raises(Malformed):
        revealed(claims, inner)


A, B = disclosure("s", "a", 1), disclosure("s", 2)


@pytest.mark.parametrize(
    ("claims", "texts", "code"),
    [
        ({"_sd": []}, [A], "jose.disclosure_unused"),
        ({"_sd": [digest(A), digest(A)]}, [A], "jose.digest_repeated"),
        ({"_sd": [digest(A)], "b": {"_sd": [digest(A)]}}, [A], "jose.digest_repeated"),
        ({"_sd": ["decoy"], "b": {"_sd": ["decoy"]}}, [], "jose.digest_repeated"),
        ({"_sd": [digest(A)]}, [A, A], "jose.digest_repeated"),
        ({"_sd": [digest(A)], "a": 2}, [A], "jose.disclosure_clashes"),
        ({"_sd": [digest(B)]}, [B], "jose.disclosure_clashes"),
        ({"x": [{"...": digest(A)}]}, [A], "jose.disclosure_clashes"),
        ({"_sd": "x"}, [], "jose.digests_malformed"),
        ({"_sd": [5]}, [], "jose.digests_malformed"),
        ({"x": [{"...": digest(B), "y": 1}]}, [B], "jose.digests_malformed"),
        ({"x": {"...": digest(B)}}, [], "jose.digests_malformed"),
        ({"x": {"_sd_alg": "sha-256"}}, [], "jose.digests_malformed"),
        ({"_sd_alg": "md5"}, [], "jose.hash_unsupported"),
        ({}, [disclosure("s", "_sd", 1)], "jose.disclosure_malformed"),
        ({}, [disclosure("s", "...", 1)], "jose.disclosure_malformed"),
        ({}, [disclosure(1, "a", 1)], "jose.disclosure_malformed"),
        ({}, [disclosure("s")], "jose.disclosure_malformed"),
        ({}, [jose.encode(b'["s", "a", {"b": 1, "b": 2}]')], "linkeddata.duplicate_key"),
    ],
)
def test_disclosures_that_do_not_fit_are_refused(claims: dict[str, Any], texts: list[str], code: str) -> None:
    with pytest.raises(OpenlerError) as raised:
        revealed(claims, *texts)
    assert raised.value.code == code
    assert isinstance(raised.value, CannotCheck) == (code == "jose.hash_unsupported")


def test_limits_hold() -> None:
    with pytest.raises(TooLarge):
        sdjwt.parse("e30.e30.~" + "W10~" * (sdjwt.MAX_DISCLOSURES + 1))
    chain = disclosure("s", "x", 1)
    texts = [chain]
    for _ in range(70):
        chain = disclosure("s", "x", {"_sd": [digest(chain)]})
        texts.append(chain)
    with pytest.raises(Malformed) as raised:
        revealed({"_sd": [digest(chain)]}, *texts)
    assert raised.value.code == "jose.disclosures_too_deep"


# Making and showing


def test_a_record_shown_in_part_stays_valid_and_says_only_that_part() -> None:
    whole = vc_sd_jwt(ISSUER, anas())
    assert judge(whole).verdict == "valid"
    part = sdjwt.present(whole, ["/credentialSubject/identifier/0"])
    report = judge(part)
    shown = open_bytes(part.encode()).read.document["credentialSubject"]["identifier"]
    assert report.verdict == "valid"
    assert [each["identityHash"] for each in shown] == ["Ana Ruiz"]
    assert jose.encode(b"ana@example.org") not in part
    assert judge(sdjwt.present(whole, [])).verdict == "valid"


def test_what_a_holder_may_leave_out_is_her_identities_and_results_one_by_one() -> None:
    document = {**anas(), "evidence": [{"id": "https://a.example/1", "type": ["Evidence"]}]}
    document["credentialSubject"]["result"] = [{"type": ["Result"], "value": "A"}]
    assert choices(document) == (
        "/credentialSubject/identifier/0",
        "/credentialSubject/identifier/1",
        "/credentialSubject/result/0",
        "/evidence/0",
    )


def test_showing_a_nested_part_shows_what_it_stands_in() -> None:
    claims, texts = sdjwt.conceal({"a": {"b": {"c": 1}, "d": 2}}, ["/a", "/a/b/c"], [SALT, bytes(reversed(SALT))])
    made = sdjwt.assemble(f"{jose.encode(b'{}')}.{jose.encode(json.dumps(claims).encode())}.", texts)
    shown = sdjwt.parse(sdjwt.present(made, ["/a/b/c"]))
    assert sdjwt.reveal(shown.jws.claims(), shown.disclosures).claims == {"a": {"b": {"c": 1}, "d": 2}}
    shown = sdjwt.parse(sdjwt.present(made, ["/a"]))
    assert sdjwt.reveal(shown.jws.claims(), shown.disclosures).claims == {"a": {"b": {}, "d": 2}}


@pytest.mark.parametrize(
    ("places", "salts"), [(["/nothing"], [SALT]), (["/a"], []), (["/a"], [b"short"]), (["a"], [SALT]), (["/a/x"], [SALT])]
)
def test_what_is_not_there_cannot_be_concealed(places: list[str], salts: list[bytes]) -> None:
    with pytest.raises(Malformed):
        sdjwt.conceal({"a": 1}, places, salts)


def test_only_what_is_offered_can_be_shown() -> None:
    with pytest.raises(Malformed):
        sdjwt.present(vc_sd_jwt(ISSUER, anas()), ["/credentialSubject/achievement"])


# Key binding


def test_its_holder_shows_that_she_brought_it() -> None:
    shown = bound(sdjwt.present(vc_sd_jwt(ISSUER, anas()), ["/credentialSubject/identifier/0"]), ANA)
    report = judge(shown, challenge="n-1", domain=PARTY)
    assert (report.verdict, report.check("holder_binding").code) == ("valid", "jose.binding_shown")
    assert judge(shown).check("holder_binding").code == "jose.binding_shown_any_time"


@pytest.mark.parametrize(
    ("policy", "code"),
    [({"challenge": "n-2"}, "jose.binding_nonce"), ({"challenge": "n-1", "domain": "https://other.example"}, "jose.binding_audience")],
)
def test_an_answer_to_another_question_or_for_another_party_is_invalid(policy: dict[str, Any], code: str) -> None:
    report = judge(bound(vc_sd_jwt(ISSUER, anas()), ANA), **policy)
    assert (report.verdict, report.check("holder_binding").code) == ("invalid", code)


def test_an_answer_for_another_selection_is_invalid() -> None:
    whole = vc_sd_jwt(ISSUER, anas())
    answer = bound(whole, ANA).rpartition("~")[2]
    report = judge(sdjwt.present(whole, []) + answer, challenge="n-1")
    assert report.check("holder_binding").code == "jose.binding_other"


def test_an_answer_by_somebody_else_is_invalid() -> None:
    report = judge(bound(vc_sd_jwt(ISSUER, anas()), BEN), challenge="n-1")
    assert report.check("holder_binding").code == "jose.signature_wrong"


@pytest.mark.parametrize("off", [timedelta(hours=1), -timedelta(days=2)])
def test_an_answer_of_another_time_is_invalid(off: timedelta) -> None:
    report = judge(bound(vc_sd_jwt(ISSUER, anas()), ANA, at=AT + off), challenge="n-1")
    assert report.check("holder_binding").code == "jose.binding_time"


def test_a_question_without_an_answer_is_invalid_and_no_question_needs_none() -> None:
    whole = vc_sd_jwt(ISSUER, anas())
    assert judge(whole, challenge="n-1").check("holder_binding").code == "jose.binding_missing"
    assert judge(whole).check("holder_binding").outcome is Outcome.UNKNOWN


def test_an_answer_must_be_one() -> None:
    whole = vc_sd_jwt(ISSUER, anas())
    claims = {"iat": int(AT.timestamp()), "aud": PARTY, "nonce": "n-1", "sd_hash": "x"}
    for changed, typ, code in (
        ({}, "JWT", "jose.binding_type"),
        ({"nonce": None}, "kb+jwt", "jose.binding_claims"),
        ({"iat": True}, "kb+jwt", "jose.binding_claims"),
    ):
        report = judge(whole + token(ANA, {**claims, **changed}, typ=typ))
        assert report.check("holder_binding").code == code


def test_without_a_confirmed_key_nobody_can_answer() -> None:
    document = anas()
    document["credentialSubject"].pop("id")
    report = judge(bound(vc_sd_jwt(ISSUER, document), ANA), challenge="n-1")
    assert (report.verdict, report.check("holder_binding").code) == ("undetermined", "jose.binding_no_key")


def test_a_holder_may_be_confirmed_by_the_address_of_her_key() -> None:
    claims = {**anas(), "cnf": {"kid": ANA.url}}
    shown = bound(sdjwt.assemble(token(ISSUER, claims, typ="vc+sd-jwt"), []), ANA)
    assert judge(shown, challenge="n-1").verdict == "valid"


# SD-JWT VC


def bare(**claims: Any) -> str:
    said = {"iss": ISSUER.did, "vct": "https://college.example/welding", "iat": int(AT.timestamp()), **claims}
    return sdjwt.assemble(token(ISSUER, said, typ=claims.pop("typ", "dc+sd-jwt")), [])


def test_an_sd_jwt_vc_is_told_from_a_credential_by_its_missing_context() -> None:
    report = judge(bare(given_name="Ana", cnf={"jwk": public_jwk(ANA.public)}))
    found = open_bytes(bare(given_name="Ana").encode())
    assert report.verdict == "valid"
    assert (found.said.style, found.read.document["given_name"]) == ("sd-jwt-vc", "Ana")
    legacy = sdjwt.assemble(token(ISSUER, {"iss": ISSUER.did, "vct": "x"}, typ="vc+sd-jwt"), [])
    assert open_bytes(legacy.encode()).said.style == "sd-jwt-vc"
    assert open_bytes(vc_sd_jwt(ISSUER, anas()).encode()).said.style == "plain"


def test_an_sd_jwt_vc_has_a_type_and_keeps_its_period() -> None:
    assert judge(bare(vct=None)).check("shape").code == "jose.claim_malformed"
    assert judge(bare(exp=int(AT.timestamp()) - 1)).check("validity_period").code == "jose.token_expired"
    assert judge(bare(exp=int(AT.timestamp()) + 1)).check("validity_period").code == "credentials.period_current"


def test_an_sd_jwt_vc_must_show_what_decides() -> None:
    said, texts = sdjwt.conceal({"iss": ISSUER.did, "vct": "x", "exp": 4102444800}, ["/exp"], [SALT])
    assert judge(sdjwt.assemble(token(ISSUER, said, typ="dc+sd-jwt"), texts)).check("shape").code == "jose.claim_concealed"


def by_web(**header: Any) -> str:
    said = {"iss": "https://college.example/tenant", "vct": "https://college.example/welding"}
    return sdjwt.assemble(token(ISSUER, said, typ="dc+sd-jwt", **{"kid": "k-1", **header}), [])


def published(url: str, body: Any) -> Item:
    return Item(Kind.CONTROLLER, url, AT, url=url, body=json.dumps(body).encode())


METADATA = "https://college.example/.well-known/jwt-vc-issuer/tenant"
JWKS = {"keys": [{**public_jwk(BEN.public), "kid": "k-0"}, {**public_jwk(ISSUER.public), "kid": "k-1"}]}


def test_an_issuer_by_web_address_publishes_its_keys() -> None:
    assert [need.key for need in needs(by_web())] == [METADATA]
    metadata = published(METADATA, {"issuer": "https://college.example/tenant", "jwks": JWKS})
    assert judge(by_web(), evidence=Evidence((metadata,))).verdict == "valid"
    assert judge(by_web(kid="k-0"), evidence=Evidence((metadata,))).check("proof").code == "jose.signature_wrong"
    assert judge(by_web(kid="k-7"), evidence=Evidence((metadata,))).check("issuer_key").code == "jose.issuer_key_not_published"


def test_an_issuers_keys_may_lie_elsewhere() -> None:
    keys = "https://college.example/jwks"
    metadata = published(METADATA, {"issuer": "https://college.example/tenant", "jwks_uri": keys})
    assert [need.key for need in needs(by_web(), Evidence((metadata,)))] == [keys]
    assert judge(by_web(), evidence=Evidence((metadata, published(keys, JWKS)))).verdict == "valid"


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({"issuer": "https://other.example", "jwks": JWKS}, "jose.issuer_metadata_other"),
        ({"issuer": "https://college.example/tenant"}, "jose.issuer_metadata_malformed"),
        (None, "credentials.evidence_missing"),
    ],
)
def test_an_issuer_whose_keys_cannot_be_had_could_not_be_checked(metadata: Any, code: str) -> None:
    evidence = Evidence(() if metadata is None else (published(METADATA, metadata),))
    report = judge(by_web(), evidence=evidence)
    assert (report.verdict, report.check("issuer_key").code) == ("undetermined", code)
