"""The workspace: what may be written into it, what is refused, and that nothing already there is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from openler.errors import Malformed, NotFound, OpenlerError
from openler.initiative.standing import Attestation
from openler.initiative.workspace import MAX_TEXT, Decision, Measured, UseCase, Workspace

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = NOW.date()
STATED = "engage.interoperability.committed"


def workspace() -> Workspace:
    return Workspace(name="Records for all", region="Quillmere", started=NOW)


def said(criterion: str = STATED, **changed: object) -> Attestation:
    given = {"statement": "Adopted.", "by": "Cabinet", "dated": TODAY, "recorded": NOW, "cycle": 0, "link": "", "holds": True} | changed
    return Attestation(criterion=criterion, **given)  # type: ignore[arg-type]


def measured(figure: str, value: int, of: int | None) -> Measured:
    return Measured(figure, value, of, NOW, "a run")


def test_a_goal_or_stakeholder_told_twice_stands_once() -> None:
    once = workspace().with_goal(" Attainment ").with_stakeholder("Library")
    assert once.with_goal("Attainment").with_stakeholder("Library") == once
    assert once.goals == ("Attainment",)


def test_a_role_is_held_by_one_and_can_be_vacated() -> None:
    held = workspace().with_holder("governor", "Office A").with_holder("governor", "Office B").with_holder("employers", "Chamber")
    assert held.holders == {"governor": "Office B", "employers": "Chamber"}
    assert held.with_holder("governor", " ").holders == {"employers": "Chamber"}


def test_a_use_case_of_the_same_title_is_replaced() -> None:
    found = workspace().with_goal("G").with_use_case(UseCase("Nurses")).with_use_case(UseCase("Nurses", "A story", ("G",), ("wages",)))
    assert found.use_cases == (UseCase("Nurses", "A story", ("G",), ("wages",)),)


def test_a_statement_belongs_to_the_cycle_it_was_made_in() -> None:
    first = workspace().with_attestation(said(cycle=9))
    later = first.next_cycle().with_attestation(said())
    assert [each.cycle for each in later.attestations] == [1, 2]
    assert len(first.attestations) == 1, "a workspace is never changed, only followed by another"


def test_a_figure_measured_again_replaces_what_was_measured_before() -> None:
    found = workspace().with_measured(measured("records.issued", 1, None)).with_measured(measured("records.issued", 2, None))
    assert [each.value for each in found.measured] == [2]


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        (lambda w: w.with_goal(" "), Malformed, "initiative.text_empty"),
        (lambda w: w.with_goal("x" * (MAX_TEXT + 1)), Malformed, "initiative.text_too_long"),
        (lambda w: w.with_holder("king", "A"), NotFound, "initiative.role_unknown"),
        (lambda w: w.with_use_case(UseCase("A", goals=("no such goal",))), NotFound, "initiative.goal_unknown"),
        (lambda w: w.with_attestation(said("engage.nothing")), NotFound, "initiative.criterion_unknown"),
        (lambda w: w.with_attestation(said("engage.stakeholders.roles")), Malformed, "initiative.not_attestable"),
        (lambda w: w.with_attestation(said(dated=date(2026, 6, 16))), Malformed, "initiative.date_in_future"),
        (lambda w: w.with_attestation(said(link="javascript:alert(1)")), Malformed, "initiative.link_malformed"),
        (lambda w: w.with_attestation(said(link="https://a b")), Malformed, "initiative.link_malformed"),
        (lambda w: w.with_attestation(said(statement="")), Malformed, "initiative.text_empty"),
        (lambda w: w.with_attestation(said(by="")), Malformed, "initiative.text_empty"),
        (lambda w: w.with_decision(Decision("A", "", "B", TODAY), at=NOW), Malformed, "initiative.text_empty"),
        (lambda w: w.with_decision(Decision("A", "B", "C", date(2027, 1, 1)), at=NOW), Malformed, "initiative.date_in_future"),
        (lambda w: w.with_measured(measured("records.made_up", 1, None)), NotFound, "initiative.figure_unknown"),
        (lambda w: w.with_measured(measured("records.issued", -1, None)), Malformed, "initiative.figure_impossible"),
        (lambda w: w.with_measured(measured("records.issued", 1, 2)), Malformed, "initiative.figure_impossible"),
        (lambda w: w.with_measured(measured("verdicts.decided", 1, None)), Malformed, "initiative.figure_impossible"),
        (lambda w: w.with_measured(measured("verdicts.decided", 3, 2)), Malformed, "initiative.figure_impossible"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(change: Callable[[Workspace], Workspace], kind: type[OpenlerError], code: str) -> None:
    with pytest.raises(kind) as refused:
        change(workspace())
    assert refused.value.code == code
    assert refused.value.place
