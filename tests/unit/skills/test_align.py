from __future__ import annotations

from openler.skills.align import Index, phrases

SKILLS = [
    ("c1", "Weld steel plate in flat position"),
    ("c2", "Drive a forklift safely"),
    ("c3", "Interpret blood test results"),
    ("c4", "Cuidar a niños pequeños"),
]


def test_the_nearest_statement_comes_first() -> None:
    found = Index(SKILLS).candidates("forklift driving")

    assert found[0].key == "c2"
    assert 0 < found[0].score <= 1
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_statement_is_most_like_itself() -> None:
    found = Index(SKILLS).candidates("Weld steel plate in flat position")

    assert (found[0].key, found[0].score) == ("c1", 1.0)


def test_accents_and_case_do_not_matter() -> None:
    assert Index(SKILLS).candidates("NINOS")[0].key == "c4"


def test_nothing_alike_gives_no_candidates() -> None:
    assert Index(SKILLS).candidates("zzz") == ()
    assert Index(SKILLS).candidates("") == ()
    assert Index([]).candidates("weld") == ()


def test_the_limit_holds_and_order_of_input_does_not_matter() -> None:
    phrase = "drive and weld and interpret"

    assert Index(SKILLS).candidates(phrase) == Index(reversed(SKILLS)).candidates(phrase)
    assert len(Index(SKILLS).candidates(phrase, limit=1)) == 1


def test_words_are_cut_into_phrases_where_lists_sentences_and_lines_end() -> None:
    assert phrases("I fixed pumps and generators, and led a team of five. Drove a truck") == (
        "fixed pumps and generators",
        "led a team of five",
        "Drove a truck",
    )
    assert phrases("- welded pipe\n* read plans\n• 2.5 years of nights") == ("welded pipe", "read plans", "2.5 years of nights")
    assert phrases("Cuidé niños, y también cociné") == ("Cuidé niños", "cociné")


def test_a_phrase_said_twice_is_one_and_what_holds_no_words_is_none() -> None:
    assert phrases("Welding; welding; 12, -, I") == ("Welding",)
    assert phrases("") == ()
    assert phrases("follow-up by e-mail") == ("follow-up by e-mail",)
