"""Words are compared by their beginnings, so that forms of one word find each other and others do not."""

from __future__ import annotations

import pytest

from openler.ctdl.query_words import beginning, beginnings, folded, words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("accounting", "accountant"),
        ("nurse", "nursing"),
        ("nursing", "nurses"),
        ("planning", "plan"),
        ("nurseries", "nursery"),
        ("welded", "welding"),
        ("classes", "class"),
        ("degrees", "degree"),
    ],
)
def test_forms_of_a_word_find_each_other(asked: str, found: str) -> None:
    assert found.startswith(beginning(asked))


@pytest.mark.parametrize("word", ["string", "bus", "class", "status", "red", "king", "x", "51.3901"])
def test_what_has_no_ending_is_not_cut(word: str) -> None:
    assert beginning(word) == word


def test_stop_words_count_only_where_there_is_nothing_else() -> None:
    assert beginnings("The art of welding") == ("art", "weld")
    assert beginnings("of the") == ("of", "the")
    assert beginnings("!!! --") == ()
    assert beginnings("weld welding") == ("weld",)


def test_accents_and_capital_letters_make_no_difference() -> None:
    assert folded("Enfermería PRÁCTICA") == "enfermeria practica"
    assert words(folded("HVAC/R & Safety_2")) == ["hvac", "r", "safety", "2"]
