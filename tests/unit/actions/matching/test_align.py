"""Proposing skills for people's own words: ranked, from the registry alone, never taken over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from openler.actions.matching.align import LEAST, MAX_TEXT, align, align_table
from openler.actions.ports import Ports
from openler.ctdl.document import build
from openler.errors import Misused, TooLarge
from openler.ids import Ctid
from tests.support.issuing import BASE, World, world

FRAMEWORK = Ctid.derive("tests", "ceasn:CompetencyFramework", "care")
SKILLS = {
    "pumps": ("Pumps", "Start, stop and prime pumps", "W-01"),
    "children": ("Watching over children", "Keep every child in sight and count", "C-01"),
    "plain": ("", "Read a story aloud", "C-02"),
}


class Rows:
    """A table of the test's own."""

    def __init__(self, *rows: dict[str, str]) -> None:
        self._rows = rows

    def rows(self, _location: str, **_options: object) -> Iterator[tuple[int, dict[str, str]]]:
        yield from enumerate(self._rows, 2)


def skill(name: str) -> Ctid:
    return Ctid.derive("tests", "ceasn:Competency", name)


def with_framework() -> World:
    made = world()
    main: dict[str, Any] = {"@type": "ceasn:CompetencyFramework", "ceterms:ctid": FRAMEWORK, "ceasn:name": {"en-US": "Care and water"}}
    nodes: list[dict[str, Any]] = [main]
    for name, (label, words, code) in SKILLS.items():
        node: dict[str, Any] = {"@type": "ceasn:Competency", "ceterms:ctid": skill(name), "ceasn:codedNotation": code}
        node |= {"ceasn:competencyText": {"en-US": words}, "ceasn:isPartOf": [str(FRAMEWORK)]}
        nodes.append(node | ({"ceasn:competencyLabel": {"en-US": label}} if label else {}))
    made.publish(build(BASE, nodes))
    return made


def reading(made: World, *rows: dict[str, str]) -> Ports:
    return replace(made.ports, tables=cast("Any", Rows(*rows)))


def test_each_phrase_gets_the_published_skills_most_alike_with_name_framework_and_code() -> None:
    found = align(with_framework().ports, "I primed the pumps, and watched over a child")

    assert [one.phrase for one in found.phrases] == ["primed the pumps", "watched over a child"]
    best = [one.candidates[0] for one in found.phrases]
    assert [(one.ctid, one.name, one.code, one.framework) for one in best] == [
        (skill("pumps"), "Pumps", "W-01", "Care and water"),
        (skill("children"), "Watching over children", "C-01", "Care and water"),
    ]
    assert best[0].text == "Start, stop and prime pumps"
    assert found.competencies == 3


def test_candidates_are_ranked_limited_and_never_noise() -> None:
    ports = with_framework().ports
    (only,) = align(ports, "read a story to every child by the pumps", limit=2).phrases

    assert len(only.candidates) == 2
    assert only.candidates[0].ctid == skill("plain"), "a skill without a label is found and called by its text"
    assert only.candidates[0].name == "Read a story aloud"
    assert only.candidates[0].score >= only.candidates[1].score >= LEAST
    assert align(ports, "zygote").phrases[0].candidates == (), "nothing is proposed where nothing is alike"


def test_no_words_no_skills_and_too_many_words_are_told() -> None:
    ports = with_framework().ports
    for words in ("", " . , ", "I"):
        with pytest.raises(Misused, match=r"align\.nothing_said"):
            align(ports, words)
    with pytest.raises(TooLarge, match=r"align\.too_long"):
        align(ports, "w" * (MAX_TEXT + 1))
    with pytest.raises(Misused, match=r"align\.no_competencies"):
        align(world().ports, "pumps")


def test_a_table_is_read_by_its_column_and_each_phrase_keeps_its_row() -> None:
    made = with_framework()
    ports = reading(made, {"id": "7", "phrase": "primed pumps; read stories"}, {"id": "8", "phrase": " "})
    found = align_table(ports, "words.csv")

    assert [(one.place, one.phrase) for one in found.phrases] == [("row 2", "primed pumps"), ("row 2", "read stories")]
    assert found.empty == (3,)
    first = align_table(reading(made, {"what I did": "primed pumps"}), "words.csv")
    assert [one.phrase for one in first.phrases] == ["primed pumps"], "without a column of that name the first one counts"
    named = align_table(reading(made, {"phrase": "read stories", "task": "primed pumps"}), "words.csv", column="task")
    assert [one.phrase for one in named.phrases] == ["primed pumps"]


def test_a_column_that_is_not_there_and_a_table_that_says_nothing_are_told() -> None:
    made = with_framework()
    with pytest.raises(Misused, match=r"align\.column_unknown"):
        align_table(reading(made, {"phrase": "pumps"}), "words.csv", column="task")
    with pytest.raises(Misused, match=r"align\.nothing_said"):
        align_table(reading(made, {"phrase": ""}), "words.csv")
    with pytest.raises(Misused, match=r"align\.nothing_said"):
        align_table(reading(made), "words.csv")


def test_what_is_published_later_is_proposed_at_once() -> None:
    made = with_framework()
    assert align(made.ports, "brazed").phrases[0].candidates == ()
    late = Ctid.derive("tests", "ceasn:Competency", "late")
    made.publish(
        build(BASE, [{"@type": "ceasn:Competency", "ceterms:ctid": late, "ceasn:competencyText": {"en-US": "Braze copper lines"}}])
    )

    assert [one.ctid for one in align(made.ports, "brazed").phrases[0].candidates] == [late]
