"""Other names of one thing: both ways, in English and Spanish, of one and of many."""

from __future__ import annotations

import pytest

from openler.ctdl.places import folded
from openler.ctdl.synonyms import others, table


@pytest.mark.parametrize(
    ("phrase", "other"),
    [
        ("CNA", "nursing assistant"),
        ("cnas", "nursing assistant"),
        ("Nursing Assistant", "CNA"),
        ("nursing assistants", "CNA"),
        ("auxiliares de enfermería", "CNA"),
        ("enfermera", "nurse"),
        ("enfermeras", "nurse"),
        ("ENFERMEROS", "nurse"),
        ("soldadores", "welder"),
        ("soldadoras", "welder"),
        ("enfermeria", "nursing"),
    ],
)
def test_one_and_many_of_a_thing_have_the_same_other_names(phrase: str, other: str) -> None:
    assert other in others(phrase)


def test_every_name_leads_to_every_other_of_its_row() -> None:
    for row in table():
        for phrase in row.says:
            assert {folded(one) for one in others(phrase)} == {folded(one) for one in row.says} - {folded(phrase)}


@pytest.mark.parametrize("phrase", ["", "s", "es", "business", "sales", "welding nurse", "unheard-of words"])
def test_what_the_table_does_not_have_has_no_other_name(phrase: str) -> None:
    assert others(phrase) == ()
