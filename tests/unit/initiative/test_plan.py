"""What to do next and what has changed: computed, exact, the same each time."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from openler.initiative.assessment import assess
from openler.initiative.evidence import evidence, figure
from openler.initiative.guide import guide
from openler.initiative.plan import NEXT, Trend, plan, ranked, trend
from openler.initiative.standing import Attestation, Figure, Standing
from openler.initiative.workspace import Workspace

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def workspace() -> Workspace:
    return Workspace(name="Records for all", region="Quillmere", started=NOW)


def everything_met() -> tuple[Workspace, list[Figure]]:
    full, figures = workspace(), []
    for criterion in guide().criteria.values():
        if criterion.figure is None:
            full = full.with_attestation(Attestation(criterion.id, "Done.", "Office", NOW.date(), NOW, 0))
        elif guide().figures[criterion.figure].is_share:
            figures.append(figure(criterion.figure, 100, 100))
        else:
            figures.append(figure(criterion.figure, 2))
    return full, figures


def test_three_actions_move_three_steps() -> None:
    found = plan(workspace(), assess(workspace(), evidence()))
    assert len(found) == NEXT == len({action.step for action in found})


def test_steps_whose_groundwork_is_laid_come_first_and_then_the_most_urgent() -> None:
    for figures in ([], [figure("census.credentials", 5), figure("share.minimum", 1, 10), figure("share.owned", 1, 1)]):
        found = ranked(workspace(), assess(workspace(), evidence(figures)))
        assert all((not a.ready, -a.urgency) <= (not b.ready, -b.urgency) for a, b in pairwise(found))


def test_each_open_criterion_is_an_action_and_a_met_one_is_none() -> None:
    assessment = assess(workspace(), evidence([figure("census.jobs", 3)]))
    still = {each.criterion for step in assessment.steps for each in step.criteria if each.standing is not Standing.MET}
    assert {action.criterion for action in ranked(workspace(), assessment)} == still
    assert "analyze.inventory_data.jobs" not in still


def test_each_action_has_the_role_that_owns_it_and_its_holder() -> None:
    held = workspace().with_holder("data_steward", "Office of Data")
    for action in ranked(held, assess(held, evidence())):
        assert action.role == guide().criteria[action.criterion].role
        assert action.holder == ("Office of Data" if action.role == "data_steward" else "")


def test_where_all_is_met_there_is_nothing_to_do() -> None:
    full, figures = everything_met()
    assessment = assess(full, evidence(figures))
    assert {step.standing for step in assessment.steps} == {Standing.MET}
    assert plan(full, assessment) == ()


def test_taking_one_piece_of_evidence_away_opens_exactly_the_criteria_that_rest_on_it() -> None:
    full, figures = everything_met()
    for gone in {each.id for each in figures}:
        assessment = assess(full, evidence([each for each in figures if each.id != gone]))
        open_ones = {action.criterion for action in ranked(full, assessment)}
        assert open_ones == {criterion.id for criterion in guide().criteria.values() if criterion.figure == gone}


def test_the_trend_names_exactly_the_steps_and_figures_that_changed() -> None:
    before = assess(workspace(), evidence([figure("census.jobs", 0), figure("census.credentials", 1)]))
    after = assess(workspace(), evidence([figure("census.jobs", 2), figure("census.credentials", 1), figure("share.cost", 1, 2)]))
    found = trend(before, after)
    assert {(change.figure, change.before and change.before.value, change.after and change.after.value) for change in found.figures} == {
        ("census.jobs", 0, 2),
        ("share.cost", None, 1),
    }
    assert [(change.step, change.before, change.after) for change in found.steps] == [
        ("implement.publish", Standing.NOT_KNOWN, Standing.PARTLY),
    ]
    assert trend(after, after) == Trend((), ())
