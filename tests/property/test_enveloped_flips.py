"""Any changed character of a token, a disclosure or a COSE envelope flips the verdict; nothing that is thrown at it breaks it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openler.credentials import jose, sdjwt
from openler.credentials.envelopes import is_token, open_bytes
from openler.credentials.enveloping import as_cose, as_jwt, as_sdjwt, choices
from openler.errors import OpenlerError
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import parse_json
from tests.support.enveloping import bound, judge, vc_jwt, vc_sd_jwt
from tests.support.other_keys import EcKey
from tests.support.presenting import AT, Key, badge

ISSUER, ANA = Key(1), Key(2)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"


def anas() -> dict[str, Any]:
    document = badge(ISSUER)
    document["credentialSubject"] |= {
        "id": ANA.did,
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": f"Ana {n}", "identityType": "name"} for n in range(3)],
    }
    return document


def by(issuer: EcKey) -> dict[str, Any]:
    return {**anas(), "issuer": {**anas()["issuer"], "id": issuer.did}}


def cose(issuer: Key | EcKey, document: dict[str, Any]) -> bytes:
    prepared = as_cose(document, kid=issuer.url, key_type=issuer.public.key_type, at=AT)
    return prepared.finish(issuer.private.sign(prepared.message) if isinstance(issuer, Key) else issuer.raw(prepared.message))


def ec_jwt(issuer: EcKey) -> str:
    prepared = as_jwt(by(issuer), kid=issuer.url, key_type=issuer.public.key_type, at=AT)
    return prepared.finish(issuer.raw(prepared.message))


def ec_sd_jwt(issuer: EcKey) -> str:
    places = choices(by(issuer))
    salts = [bytes([number]) * 16 for number in range(len(places))]
    prepared = as_sdjwt(by(issuer), kid=issuer.url, key_type=issuer.public.key_type, at=AT, places=places, salts=salts)
    return prepared.finish(issuer.raw(prepared.message))


CURVES = (EcKey(6, "P-256"), EcKey(7, "P-384"))
COSES = (cose(ISSUER, anas()), *(cose(each, by(each)) for each in CURVES))
TOKENS = (
    vc_jwt(ISSUER, anas()),
    vc_sd_jwt(ISSUER, anas()),
    bound(vc_sd_jwt(ISSUER, anas()), ANA),
    *(ec_jwt(each) for each in CURVES),
    *(ec_sd_jwt(each) for each in CURVES),
)


def verdict(data: bytes) -> str:
    try:
        return judge(open_bytes(data)).verdict
    except OpenlerError:
        return "unreadable"


def test_they_are_valid_as_they_are() -> None:
    assert {verdict(each.encode()) for each in TOKENS} | {verdict(each) for each in COSES} == {"valid"}


@settings(max_examples=300, deadline=None)
@given(which=st.sampled_from(TOKENS), place=st.integers(min_value=0), letter=st.sampled_from(LETTERS))
def test_any_changed_character_of_a_token_flips_the_verdict(which: str, place: int, letter: str) -> None:
    at = place % len(which)
    if which[at] != letter:
        assert verdict((which[:at] + letter + which[at + 1 :]).encode()) != "valid"


@settings(max_examples=150, deadline=None)
@given(which=st.sampled_from(COSES), place=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_any_changed_byte_of_a_cose_envelope_flips_the_verdict(which: bytes, place: int, flip: int) -> None:
    at = place % len(which)
    assert verdict(which[:at] + bytes([which[at] ^ flip]) + which[at + 1 :]) != "valid"


def changed_claims(which: str, change: dict[str, Any]) -> str:
    """The token with other claims under the same signature."""
    head, _, rest = which.partition(".")
    body, _, tail = rest.partition(".")
    return f"{head}.{jose.encode(jcs({**parse_json(jose.decode(body)), **change}))}.{tail}"  # type: ignore[dict-item]


@settings(max_examples=60, deadline=None)
@given(
    which=st.sampled_from(TOKENS),
    change=st.fixed_dictionaries(
        {},
        optional={
            "validFrom": st.just("2026-05-30T00:00:00Z"),
            "validUntil": st.just("2036-01-01T00:00:00Z"),
            "iat": st.just(1),
            "credentialStatus": st.just([]),
            "name": st.text(min_size=1, max_size=5),
        },
    ).filter(bool),
)
def test_any_changed_claim_date_or_status_under_the_same_signature_flips_the_verdict(which: str, change: dict[str, Any]) -> None:
    made = changed_claims(which, change)
    if made != which:
        assert verdict(made.encode()) != "valid"


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_a_holder_leaves_out_the_rest_stays_valid(data: st.DataObject) -> None:
    whole = TOKENS[1]
    places = [f"/credentialSubject/identifier/{number}" for number in range(3)]
    chosen = data.draw(st.lists(st.sampled_from(places), unique=True))
    shown = open_bytes(sdjwt.present(whole, chosen).encode())
    assert judge(shown).verdict == "valid"
    assert len(shown.read.document["credentialSubject"]["identifier"]) == len(chosen)


@settings(max_examples=100, deadline=None)
@given(claims=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.lists(st.integers(-(2**53) + 1, 2**53 - 1)) | st.text(), min_size=1))
def test_what_is_concealed_comes_back_as_it_was(claims: dict[str, Any]) -> None:
    made, texts = sdjwt.conceal(claims, [f"/{name}" for name in claims], [bytes([number]) * 16 for number in range(len(claims))])
    token = sdjwt.parse(sdjwt.assemble(jose.prepare({}, {}).finish(b""), texts))
    assert sdjwt.reveal(made, token.disclosures).claims == claims
    assert sdjwt.reveal(made, ()).claims == {}


@settings(max_examples=300, deadline=None)
@given(
    data=st.binary(max_size=300)
    | st.text(alphabet=LETTERS, max_size=300).map(str.encode)
    | st.binary(max_size=80).map(lambda each: b"\xd2\x84" + each)
)
def test_whatever_is_brought_is_judged_or_refused(data: bytes) -> None:
    if is_token(data):
        assert verdict(data) != "valid"
