"""The parts of a record: which may be left out is the issuer's doing, and each is told in words that people understand."""

from __future__ import annotations

from typing import Any

import pytest

from openler.actions.issuing.signing import Form
from openler.holding.parts import MOST_PARTS, details, parts, said
from openler.holding.record import receive
from openler.linkeddata.jcs import jcs
from openler.messages import render
from tests.support.divided import ana, document, earns
from tests.support.other_keys import EcKey
from tests.support.presenting import AT, Key, badge


def titles(found: Any) -> list[str]:
    return [render(each.code, each.parameters).text for each in found]


@pytest.mark.parametrize("form", ["di-sd", "sd-jwt"])
def test_what_is_about_the_person_may_be_left_out_and_what_was_achieved_by_whom_and_when_may_not(form: Form) -> None:
    found = parts(earns(ana(), form))
    assert sorted(titles(found.free)) == [
        "Evidence", "Evidence", "Fingerprint of the email address", "Name", "Result: Final grade", "Result: GPA",
    ]  # fmt: skip
    always = set(titles(each for each in found.parts if not each.free))
    assert {"What was achieved", "Issued by", "Awarded on", "Holds since", "Where to see whether it still stands"} <= always


def test_every_part_has_a_name_of_its_own_that_can_be_typed() -> None:
    names = [each.name for each in parts(earns(ana(), "di-sd")).parts]
    assert len(set(names)) == len(names)
    assert {"name", "gpa", "final-grade", "evidence", "evidence-2"} <= set(names)


@pytest.mark.parametrize("form", ["di", "jwt"])
def test_a_record_signed_in_one_piece_has_parts_to_read_and_none_to_leave_out(form: Form) -> None:
    found = parts(earns(ana(), form))
    assert (found.manner, found.free) == ("whole", ())
    assert "Result: GPA" in titles(found.parts)


def test_the_issuer_can_want_more_to_show_or_less() -> None:
    issuer = EcKey(7)
    unsigned = {**badge(Key(1)), "issuer": {"id": issuer.did, "type": ["Profile"], "name": "A", "url": "https://a.example"}}
    signed = issuer.sign(unsigned, suite="ecdsa-sd-2023", mandatory=("/issuer/name", "/credentialSubject/achievement/name"))
    found = parts(receive(jcs(signed), added=AT, source="upload"))
    free = {each.pointer for each in found.free}
    assert {"/issuer/url", "/validFrom", "/credentialSubject/achievement/criteria"} <= free
    assert not {"/issuer/name", "/issuer", "/credentialSubject/achievement/name", "/credentialSubject"} & free


def test_what_stands_at_a_records_head_is_not_said_twice() -> None:
    record = document(earns(ana(), "di"))
    assert titles(details(record)) == ["Awarded on", "Result: GPA", "Result: Final grade", "Evidence", "Evidence"]


def test_a_scale_that_is_called_like_something_else_hides_nothing() -> None:
    who = ana()
    record = document(earns(who, "di", results="Title=Master; Issuer=Nobody"))
    assert [each.value for each in details(record)][:3] == ["2026-05-31", "Master", "Nobody"]


def test_a_list_without_end_is_one_part_and_words_are_cut() -> None:
    many = {"credentialSubject": {"evidence": [{"narrative": f"{number} " + "long " * 90} for number in range(MOST_PARTS * 3)]}}
    (found,) = said(many)
    assert found.pointer == "/credentialSubject/evidence"
    assert len(found.value) <= 160


def test_hostile_shapes_are_read_without_a_fault() -> None:
    identity: dict[str, Any] = {"identifier": {"identityType": ["name"], "hashed": "yes"}}
    result: dict[str, Any] = {"result": [{"value": {"a": []}}]}
    hostile: tuple[Any, ...] = ("x", 3, None, [], {}, [[[]]], identity, result)
    for each in hostile:
        assert isinstance(said({"credentialSubject": each, "": each, "~/": each}), tuple)


def test_a_record_whose_own_proof_cannot_be_read_is_shown_whole() -> None:
    record = document(earns(ana(), "di-sd"))
    broken = {**record, "proof": {**record["proof"], "proofValue": "u2V0AgA"}}
    found = parts(receive(jcs(broken), added=AT, source="upload"))
    assert (found.manner, found.free) == ("whole", ())
