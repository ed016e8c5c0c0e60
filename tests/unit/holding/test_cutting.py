"""A record for others: what was left out is gone, what is left still verifies, and the holder's own proof never leaves."""

from __future__ import annotations

import pytest

from openler.actions.issuing.signing import Form
from openler.actions.verifying.verify import verify
from openler.credentials.proofs import sd_holder
from openler.errors import Malformed, Misused, OpenlerError
from openler.holding.cutting import TOO_LITTLE, cut, whole
from openler.holding.parts import parts
from openler.holding.record import receive
from openler.linkeddata.jcs import jcs
from tests.support.divided import SECRETS, ana, document, earns, pointers
from tests.support.other_keys import EcKey
from tests.support.presenting import AT, Key, badge


@pytest.mark.parametrize("form", ["di-sd", "sd-jwt"])
def test_what_is_left_out_is_gone_and_the_rest_is_real_and_current(form: Form) -> None:
    who = ana()
    record = earns(who, form)
    made = cut(record, pointers(record, ["gpa", "name"]))
    assert made.left_out == 2
    shown = made.record.received or ""
    assert verify(who.ports, shown.encode(), serving=True).report.verdict == "valid"
    said = str(made.record.document)
    assert SECRETS["final-grade"] in said
    assert SECRETS["gpa"] not in said
    assert SECRETS["name"] not in said


def test_with_nothing_left_out_the_copy_says_all_and_its_proof_is_not_the_holders_own() -> None:
    who = ana()
    record = earns(who, "di-sd")
    made = whole(record)
    assert {**document(made), "proof": None} == {**document(record), "proof": None}
    assert sd_holder.base_of(made.credential) is None
    assert verify(who.ports, (made.received or "").encode(), serving=True).report.verdict == "valid"


@pytest.mark.parametrize("form", ["di", "jwt"])
def test_a_record_in_one_piece_goes_as_it_is_and_cannot_be_cut(form: Form) -> None:
    record = earns(ana(), form)
    assert cut(record).record is record
    with pytest.raises(Misused, match="part_unknown"):
        cut(record, {"/credentialSubject/result/0"})


@pytest.mark.parametrize("pointer", ["/issuer", "/credentialStatus/0", "/credentialSubject/achievement", "/nothing", "nothing", "", "/a~2"])
def test_what_always_shows_and_what_is_not_there_cannot_be_left_out(pointer: str) -> None:
    record = earns(ana(), "di-sd")
    with pytest.raises(Misused, match="part_unknown"):
        cut(record, {pointer})


def test_what_would_be_no_record_any_more_is_refused_before_it_is_shown() -> None:
    issuer = EcKey(7)
    signed = issuer.sign({**badge(Key(1)), "issuer": issuer.did}, suite="ecdsa-sd-2023", mandatory=("/issuer",))
    record = receive(jcs(signed), added=AT, source="upload")
    with pytest.raises(Misused) as refused:
        cut(record, {each.pointer for each in parts(record).free})
    assert refused.value.code == TOO_LITTLE


def test_a_changed_record_makes_no_copy() -> None:
    record = document(earns(ana(), "di-sd"))
    changed = {**record, "awardedDate": "2020-01-01T00:00:00Z", "evidence": record["evidence"][:1]}
    with pytest.raises(OpenlerError):
        whole(receive(jcs(changed), added=AT, source="upload"))


def test_of_two_proofs_only_a_copy_of_the_one_that_can_be_cut_goes_out() -> None:
    issuer, other = EcKey(7), EcKey(8)
    unsigned = {**badge(Key(1)), "issuer": issuer.did}
    signed = issuer.sign(issuer.sign(unsigned, suite="ecdsa-rdfc-2019"), suite="ecdsa-sd-2023", mandatory=("/issuer",))
    copy = document(whole(receive(jcs(signed), added=AT, source="upload")))
    assert isinstance(copy["proof"], dict)
    assert sd_holder.base_of(copy) is None
    twice = other.sign(signed, suite="ecdsa-sd-2023")
    assert sd_holder.base_of(document(whole(receive(jcs(twice), added=AT, source="upload")))) is None
    with pytest.raises(Malformed):
        sd_holder.copied(unsigned)
