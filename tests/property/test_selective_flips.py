"""A record shown in parts: any changed claim, dropped member or flipped bit of its proof flips the verdict, whatever was chosen."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openler.credentials.evidence import Evidence
from openler.credentials.multikey import multibase_decode
from openler.credentials.policy import Policy
from openler.credentials.proofs.ecdsa_sd_2023 import derive
from openler.credentials.verify import verify
from openler.linkeddata.contexts import Contexts
from tests.property.test_verdict_flips import changed, leaves
from tests.support.other_keys import EcKey, encoded
from tests.support.presenting import AT, Key, badge

ISSUER = EcKey(5)
OPTIONAL = ("/name", "/description", "/evidence/0", "/evidence/1/name", "/credentialSubject/id", "/id")
UNSIGNED = {
    **badge(Key(1)),
    "issuer": {"id": ISSUER.did, "type": ["Profile"], "name": "A"},
    "description": "Issued after the bend test.",
    "evidence": [{"type": ["Evidence"], "name": name, "narrative": "Seen."} for name in ("Photograph", "Report")],
}
BASE = ISSUER.sign(
    UNSIGNED,
    suite="ecdsa-sd-2023",
    mandatory=("/issuer", "/validFrom", "/validUntil", "/credentialSubject/achievement", "/credentialSubject/id"),
)
CHOICES = st.sets(st.sampled_from(OPTIONAL)).map(lambda chosen: tuple(sorted(chosen)))


@cache
def shown(pointers: tuple[str, ...]) -> dict[str, Any]:
    return derive(BASE, pointers, contexts=Contexts.pinned())


def verdict(document: object) -> str:
    return verify(document, Evidence(), Policy(), AT).verdict


@settings(max_examples=40, deadline=None)
@given(pointers=CHOICES)
def test_every_choice_is_valid_and_holds_no_more_than_was_chosen(pointers: tuple[str, ...]) -> None:
    made = shown(pointers)
    assert verdict(made) == "valid"
    assert ("description" in made) == ("/description" in pointers)
    assert ("Photograph" in str(made)) == ("/evidence/0" in pointers)


@settings(max_examples=120, deadline=None)
@given(pointers=CHOICES, data=st.data(), text=st.text(min_size=1, max_size=12))
def test_any_changed_string_flips_the_verdict(pointers: tuple[str, ...], data: st.DataObject, text: str) -> None:
    document = shown(pointers)
    path = data.draw(st.sampled_from(tuple(leaves(document))))
    before: Any = document
    for step in path:
        before = before[step]
    if text != before:
        assert verdict(changed(document, path, text)) != "valid"


@settings(max_examples=60, deadline=None)
@given(pointers=CHOICES, data=st.data())
def test_any_dropped_member_flips_the_verdict(pointers: tuple[str, ...], data: st.DataObject) -> None:
    document = shown(pointers)
    path = data.draw(st.sampled_from(tuple(leaves(document))))
    made = deepcopy(document)
    node: Any = made
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    assert verdict(made) != "valid"


@settings(max_examples=80, deadline=None)
@given(pointers=CHOICES, data=st.data())
def test_any_flipped_bit_of_the_proof_flips_the_verdict(pointers: tuple[str, ...], data: st.DataObject) -> None:
    document = shown(pointers)
    value = bytearray(multibase_decode(document["proof"]["proofValue"]))
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    value[bit // 8] ^= 1 << (bit % 8)
    assert verdict(changed(document, ("proof", "proofValue"), "u" + encoded(bytes(value)))) != "valid"
