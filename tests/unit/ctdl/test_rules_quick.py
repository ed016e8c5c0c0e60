"""What the quick way must leave to the rules."""

from __future__ import annotations

import pytest

from openler.ctdl import rules_quick, rules_terms
from openler.ctdl.document import parse
from openler.ctdl.rules import check
from openler.ctdl.rules_quick import is_sound
from tests.support.ctdl import complete, document, named, program, raw


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_a_text_without_a_letter_is_told(text: str) -> None:
    read = parse(raw(named(program(ceterms__name={"en": [text]}))))
    assert not is_sound(read)
    assert "ctdl.value_empty" in [finding.code for finding in check(read)]


def test_an_address_that_holds_another_ctid_is_told() -> None:
    node = named(program())
    read = parse(raw({**node, "@id": node["@id"].replace("/resources/", f"/{document(complete('ceasn:Competency')).ctid}/")}))
    assert not is_sound(read)
    assert "ctdl.id_mismatch" in [finding.code for finding in check(read)]


def test_a_truth_value_in_a_list_of_lists_is_told_and_breaks_nothing() -> None:
    read = parse(raw(named(program(ceterms__hasGroupParticipation=[["true"]]))))
    assert "ctdl.boolean_expected" in [finding.code for finding in check(read)]


def test_no_memo_holds_what_strangers_call_their_classes() -> None:
    long = "x:" + "y" * 100_000
    for kind in (long, ["ceterms:Course", long], [long] * 9):
        assert not is_sound(parse(raw(named({**program(), "@type": kind}))))
    memos = (rules_quick._classes, rules_quick._table, rules_quick._in_range, rules_terms._misplaced)

    def held(name: str) -> list[int]:
        check(parse(raw(named({**program(), "@type": ["ceterms:Course", name]}))))
        return [memo.cache_info().currsize for memo in memos]

    assert held(long + "1") == held(long + "2")
