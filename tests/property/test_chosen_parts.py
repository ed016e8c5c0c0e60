"""Whatever a holder leaves out, what she shows is real and current, and says nothing of the rest in any of its bytes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openler.actions.issuing.signing import Form
from openler.actions.verifying.verify import verify
from openler.credentials.multikey import multibase_decode
from openler.credentials.proofs.sd_values import read_base, read_derived
from openler.holding.cutting import cut
from openler.holding.parts import parts
from openler.holding.record import Record
from openler.linkeddata.jcs import jcs
from tests.support.divided import SECRETS, ana, document, earns, pointers
from tests.support.holding import Holder

FORMS: tuple[Form, ...] = ("di-sd", "sd-jwt")
ALL = (*sorted(SECRETS), "email")
HIDDEN = st.sets(st.sampled_from(ALL)).map(lambda chosen: tuple(sorted(chosen)))


@cache
def held(form: Form) -> tuple[Holder, Record]:
    who = ana()
    return who, earns(who, form, results="GPA (GradePointAverage)=2.1x7; Final grade=Passed at the third attempt")


def readings(shown: str) -> Iterator[bytes]:
    """Its bytes, and the bytes of everything in it that is base64."""
    yield shown.encode()
    for word in re.findall(r"[A-Za-z0-9_-]{16,}", shown):
        for skip in (0, 1):
            text = word[skip:]
            try:
                yield base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            except ValueError:
                continue


@pytest.mark.parametrize("form", FORMS)
def test_every_choice_verifies_and_reveals_nothing_else(form: Form) -> None:
    who, record = held(form)
    secrets = {**SECRETS, "gpa": "2.1x7"}
    assert {each.name for each in parts(record).free} == set(ALL)

    @settings(max_examples=40, deadline=None)
    @given(hidden=HIDDEN)
    def holds(hidden: tuple[str, ...]) -> None:
        made = cut(record, pointers(record, hidden))
        shown = made.record.received or ""
        assert made.left_out == len(hidden)
        assert verify(who.ports, shown.encode(), serving=True).report.verdict == "valid"
        seen = b"\n".join(readings(shown))
        for name, secret in secrets.items():
            assert (secret.encode() in seen) == (name not in hidden), name

    holds()


@settings(max_examples=20, deadline=None)
@given(hidden=HIDDEN)
def test_a_copy_holds_neither_the_holders_proof_nor_a_signature_of_what_was_left_out(hidden: tuple[str, ...]) -> None:
    _, record = held("di-sd")
    made = cut(record, pointers(record, hidden)).record
    base = read_base(document(record)["proof"]["proofValue"])
    value = document(made)["proof"]["proofValue"]
    derived = read_derived(value)
    assert base.hmac_key not in multibase_decode(value), "who has the key of the labels can try what was left out"
    gone = set(base.signatures) - set(derived.signatures)
    assert len(gone) >= len(hidden)
    assert set(derived.signatures) <= set(base.signatures)
    assert bool(gone) == bool(hidden)


def test_leaving_everything_out_one_by_one_is_leaving_it_out_at_once() -> None:
    _, record = held("di-sd")
    every = pointers(record, ALL)
    least = document(cut(record, every).record)
    assert set(least["credentialSubject"]) <= {"id", "type", "achievement"}
    assert jcs(least["credentialSubject"]["achievement"]) == jcs(document(record)["credentialSubject"]["achievement"])
