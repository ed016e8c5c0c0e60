"""Searching as people do it: slips of the pen, two languages, short forms, names before mentions."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler.actions.ports import Query
from openler.stores.spelling import distance
from tests.support.searching import Searched, offer


@pytest.fixture
def index(tmp_path: Path) -> Searched:
    return Searched(
        tmp_path,
        [
            offer("Welding Technology"),
            offer("Pipe Welding Basics"),
            offer("Metal Arts", ceterms__description={"en-US": "Sculpture, with a little welding."}),
            offer({"en-US": "Dental Assisting", "es-US": "Asistencia dental para clínicas"}),
            offer({"es-MX": "Educación de los niños"}),
            offer("Nursing Assistant"),
            offer("Electrical Construction"),
            offer("Electrician"),
            offer("Community Outreach", ceterms__keyword={"en-US": ["Doula Care Guide (DCG)"]}),
            offer("Doula Care Guide"),
        ],
    )


def test_a_whole_name_comes_first_then_names_then_mentions(index: Searched) -> None:
    assert index.names("pipe welding basics")[0] == "Pipe Welding Basics"
    assert index.names("welding")[-1] == "Metal Arts"
    index.put(offer("Welding"))
    assert index.names("welding")[0] == "Welding"


@pytest.mark.parametrize(
    ("typed", "used"), [("weldng", "welding"), ("wleding", "welding"), ("elding", "welding"), ("technolgoy", "technology")]
)
def test_a_word_that_nothing_has_is_put_right_and_that_is_told(index: Searched, typed: str, used: str) -> None:
    found = index.find(Query(typed))
    assert found.reading.corrected == ((typed, used),)
    assert found.hits[0].name in {"Welding Technology", "Pipe Welding Basics"}


@pytest.mark.parametrize("typed", ["cot", "welding", "xqzjklmv"])
def test_what_is_short_known_or_like_nothing_is_left_as_it_is(index: Searched, typed: str) -> None:
    assert index.find(Query(typed)).reading.corrected == ()


def test_of_equally_near_words_one_that_ends_alike_is_meant(index: Searched) -> None:
    assert index.find(Query("electrican")).reading.corrected == (("electrican", "electrician"),)


@pytest.mark.parametrize("typed", ["electr", "Dental Ass"])
def test_the_last_word_may_be_a_beginning(index: Searched, typed: str) -> None:
    found = index.find(Query(typed))
    assert found.total
    assert found.reading.corrected == ()


@pytest.mark.parametrize("typed", ["educación", "educacion", "EDUCACIÓN", "niño", "nino", "los niños", "clinica", "clínicas"])
def test_spanish_is_found_by_its_own_word_forms_with_and_without_accents(index: Searched, typed: str) -> None:
    assert index.names(typed)[0] in {"Educación de los niños", "Dental Assisting"}


@pytest.mark.parametrize("typed", ["CNA", "cna", "nurse aide", "auxiliar de enfermería", "auxiliar de enfermeria"])
def test_short_forms_and_other_names_find_the_same_and_are_told(index: Searched, typed: str) -> None:
    found = index.find(Query(typed))
    assert found.hits[0].name == "Nursing Assistant"
    assert found.reading.also[0][0] == typed
    assert "nursing assistant" in found.reading.also[0][1]


def test_other_names_that_nothing_has_are_not_told(index: Searched) -> None:
    assert index.find(Query("CNA")).reading.also[0][1] == ("nursing assistant",)
    assert index.find(Query("welding")).reading.also == ()


def test_abbreviations_are_learned_from_published_names(index: Searched) -> None:
    found = index.find(Query("dcg"))
    assert found.reading.also == (("dcg", ("Doula Care Guide",)),)
    assert {"Doula Care Guide", "Community Outreach"} == set(index.names("dcg"))


def test_words_that_nothing_has_together_find_what_has_some_and_that_is_told(index: Searched) -> None:
    found = index.find(Query("welding dental"))
    assert found.reading.any_word
    assert {"Welding Technology", "Dental Assisting"} <= {hit.name for hit in found.hits}


def test_words_that_say_nothing_are_not_required(index: Searched) -> None:
    assert index.names("the welding of a pipe")[0] == "Pipe Welding Basics"


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("nurse", "nurse", 0),
        ("nurse", "nrse", 1),
        ("nurse", "unrse", 1),
        ("nurse", "purse", 1),
        ("nurse", "nurses", 1),
        ("nurse", "curie", 2),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other, 2) == slips
    assert distance(other, one, 2) == slips


def test_far_words_are_no_further_than_one_slip_too_many() -> None:
    assert distance("nurse", "electrician", 2) == 3


def test_an_index_of_another_version_says_so_until_it_is_made_anew(index: Searched, monkeypatch: pytest.MonkeyPatch) -> None:
    from openler.errors import Unavailable
    from openler.stores.search_schema import VERSION

    monkeypatch.setattr("openler.stores.search.VERSION", VERSION + 1)
    with pytest.raises(Unavailable, match=r"search\.outdated"):
        index.find(Query("welding"))
    index.made.projector.catch_up()
    assert index.names("welding technology")[0] == "Welding Technology"
