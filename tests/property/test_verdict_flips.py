"""Any changed claim, date, status or proof byte flips the verdict; order of keys and of types changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.multikey import multibase_decode, multibase_encode
from openler.credentials.policy import Policy
from openler.credentials.status import MIN_ENTRIES, entry, list_credential
from openler.credentials.verify import verify
from openler.linkeddata.canonical import jcs
from tests.support.other_keys import EcKey
from tests.support.presenting import AT, Key, badge

ISSUER = Key(1)
EC_ISSUERS = {"P-256": EcKey(6, "P-256"), "P-384": EcKey(7, "P-384")}


def of(issuer: EcKey) -> dict[str, Any]:
    """The same badge by another issuer."""
    return {**badge(ISSUER), "issuer": {**badge(ISSUER)["issuer"], "id": issuer.did}}


SIGNED = {suite: ISSUER.sign(badge(ISSUER), suite=suite) for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022")} | {
    f"{suite} {name}": issuer.sign(of(issuer), suite=suite)
    for suite in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019")
    for name, issuer in EC_ISSUERS.items()
}
SUITES = st.sampled_from(sorted(SIGNED))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of every string in a document, contexts left aside."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name != "@context":
                yield from leaves(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from leaves(each, (*path, number))
    else:
        yield path


LEAVES = tuple(leaves(SIGNED["eddsa-rdfc-2022"]))


def changed(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = deepcopy(document)
    node: Any = made
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return made


def verdict(document: object, evidence: Evidence | None = None) -> str:
    return verify(document, evidence or Evidence(), Policy(), AT).verdict


def test_the_badges_are_valid_as_they_are() -> None:
    assert {verdict(each) for each in SIGNED.values()} == {"valid"}


@settings(max_examples=240, deadline=None)
@given(suite=SUITES, path=st.sampled_from(LEAVES), text=st.text(min_size=1, max_size=12))
def test_any_changed_string_flips_the_verdict(suite: str, path: tuple[Any, ...], text: str) -> None:
    document = SIGNED[suite]
    before: Any = document
    for step in path:
        before = before[step]
    if text != before:
        assert verdict(changed(document, path, text)) != "valid"


@settings(max_examples=60, deadline=None)
@given(suite=SUITES, path=st.sampled_from(LEAVES))
def test_any_dropped_member_flips_the_verdict(suite: str, path: tuple[Any, ...]) -> None:
    made = deepcopy(SIGNED[suite])
    node: Any = made
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    assert verdict(made) != "valid"


@settings(max_examples=60, deadline=None)
@given(suite=SUITES, bit=st.integers(0, 767))
def test_any_flipped_bit_of_the_signature_flips_the_verdict(suite: str, bit: int) -> None:
    signature = bytearray(multibase_decode(SIGNED[suite]["proof"]["proofValue"]))
    bit %= 8 * len(signature)
    signature[bit // 8] ^= 1 << (bit % 8)
    assert verdict(changed(SIGNED[suite], ("proof", "proofValue"), multibase_encode(bytes(signature)))) == "invalid"


def shuffled(value: Any, draw: Any) -> Any:
    if isinstance(value, dict):
        return {name: shuffled(value[name], draw) for name in draw(st.permutations(sorted(value)))}
    return [shuffled(each, draw) for each in value] if isinstance(value, list) else value


@settings(max_examples=30, deadline=None)
@given(suite=SUITES, data=st.data())
def test_the_order_of_keys_changes_nothing(suite: str, data: st.DataObject) -> None:
    assert verdict(shuffled(SIGNED[suite], data.draw)) == "valid"


@settings(max_examples=25, deadline=None)
@given(index=st.integers(0, MIN_ENTRIES - 1), others=st.sets(st.integers(0, MIN_ENTRIES - 1), max_size=20))
def test_a_badge_is_revoked_by_its_own_bit_and_no_other(index: int, others: set[int]) -> None:
    url = "https://a.example/status/1"
    signed = ISSUER.sign(badge(ISSUER, credentialStatus=entry(url, index=index, purpose="revocation")))
    for bits, wanted in ((others - {index}, "valid"), (others | {index}, "invalid")):
        made = list_credential(url, issuer=ISSUER.did, purpose="revocation", set_indexes=sorted(bits), valid_from=AT)
        held = Evidence((Item(Kind.STATUS_LIST, url, AT, url, jcs(ISSUER.sign(made))),))
        assert verdict(signed, held) == wanted
