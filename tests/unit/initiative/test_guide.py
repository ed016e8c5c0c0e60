"""The guide as data: whole, consistent, and in reach of every figure that it names."""

from __future__ import annotations

import re
from pathlib import Path

from openler.initiative.guide import guide

STEPS = {"understand": 2, "engage": 5, "analyze": 5, "implement": 4, "sustain": 3}
"""How many steps the guide has in each phase."""


def test_all_five_phases_and_every_step_of_the_guide_are_there_in_order() -> None:
    assert {phase.id: len(phase.steps) for phase in guide().phases} == STEPS
    assert [phase.number for phase in guide().phases] == [1, 2, 3, 4, 5]
    assert list(guide().steps) == [step.id for phase in guide().phases for step in phase.steps]


def test_every_step_has_an_owner_criteria_and_a_place() -> None:
    for step in guide().steps.values():
        assert step.id.startswith(f"{step.phase}.")
        assert {step.role, *step.supporting} <= set(guide().roles)
        assert step.role not in step.supporting, step.id
        assert step.criteria, step.id
        assert set(step.after) <= set(guide().steps)
        assert step.title.en
        assert step.title.es
        assert step.title.told("es") == step.title.es
        assert step.title.told("xx") == step.title.en


def test_no_step_builds_on_itself_or_on_a_later_one() -> None:
    order = list(guide().steps)
    for step in guide().steps.values():
        assert all(order.index(name) < order.index(step.id) for name in step.after), step.id


def test_every_criterion_is_measured_by_a_known_figure_or_stated_with_a_reason() -> None:
    for criterion in guide().criteria.values():
        assert criterion.reason
        assert criterion.action
        assert criterion.role in guide().roles
        assert 0 < criterion.partly_from <= criterion.at_least, criterion.id
        if criterion.figure is not None:
            definition = guide().figures[criterion.figure]
            assert not definition.is_share or criterion.at_least <= 1, criterion.id


def test_every_figure_that_is_defined_shows_something() -> None:
    used = {criterion.figure for criterion in guide().criteria.values()}
    # What is counted for the story alone: no step is met by having more of it.
    told = {
        "census.providers",
        "census.learning_opportunities",
        "census.competencies",
        "census.occupations",
        "census.outcomes",
        "share.benchmark",
    }
    assert set(guide().figures) - used == told


def test_every_ask_is_answered_by_a_step_or_a_duty(shared: Path) -> None:
    asked = set(re.findall(r"(?m)(?<![A-Za-z0-9])([A-Z]\d{1,2})(?= )", (shared / "mission" / "asks.md").read_text(encoding="utf-8")))
    answered = {ask for step in guide().steps.values() for ask in step.asks}
    answered |= {ask for role in guide().roles.values() for duty in role.duties for ask in duty.asks}
    assert answered <= asked
    assert asked - answered == set(), "every ask of the guide has its place"
