"""Any changed character of a token, a disclosure or a COSE envelope flips the verdict; nothing that is thrown at it breaks it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openler.credentials import jose, sdjwt
from openler.credentials.envelopes import is_token, open_bytes
from openler.credentials.enveloping import as_cose
from openler.errors import OpenlerError
from tests.support.enveloping import bound, judge, vc_jwt, vc_sd_jwt
from tests.support.presenting import Key, badge

ISSUER, ANA = Key(1), Key(2)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"


def anas() -> dict[str, Any]:
    document = badge(ISSUER)
    document["credentialSubject"] |= {
        "id": ANA.did,
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": f"Ana {n}", "identityType": "name"} for n in range(3)],
    }
    return document


PREPARED = as_cose(anas(), kid=ISSUER.url, key_type="Ed25519")
COSE = PREPARED.finish(ISSUER.private.sign(PREPARED.message))
TOKENS = (vc_jwt(ISSUER, anas()), vc_sd_jwt(ISSUER, anas()), bound(vc_sd_jwt(ISSUER, anas()), ANA))


def verdict(data: bytes) -> str:
    try:
        return judge(open_bytes(data)).verdict
    except OpenlerError:
        return "unreadable"


def test_they_are_valid_as_they_are() -> None:
    assert {verdict(each.encode()) for each in TOKENS} | {verdict(COSE)} == {"valid"}


@settings(max_examples=300, deadline=None)
@given(which=st.sampled_from(TOKENS), place=st.integers(min_value=0), letter=st.sampled_from(LETTERS))
def test_any_changed_character_of_a_token_flips_the_verdict(which: str, place: int, letter: str) -> None:
    at = place % len(which)
    if which[at] != letter:
        assert verdict((which[:at] + letter + which[at + 1 :]).encode()) != "valid"


@settings(max_examples=150, deadline=None)
@given(place=st.integers(min_value=0, max_value=len(COSE) - 1), flip=st.integers(min_value=1, max_value=255))
def test_any_changed_byte_of_a_cose_envelope_flips_the_verdict(place: int, flip: int) -> None:
    assert verdict(COSE[:place] + bytes([COSE[place] ^ flip]) + COSE[place + 1 :]) != "valid"


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
