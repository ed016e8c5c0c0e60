"""What is met, what is not, and what nobody knows: from figures and statements alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest

from openler.initiative.assessment import assess, combined, shortfall
from openler.initiative.evidence import Evidence, evidence, figure, of_census, of_workspace
from openler.initiative.guide import guide
from openler.initiative.standing import Assessment, Attestation, CriterionResult, Figure, Standing
from openler.initiative.workspace import Decision, Measured, UseCase, Workspace
from openler.insight.census import census
from openler.insight.facts import facts
from tests.support.small_region import ctid, documents

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
MET, PARTLY, NOT_MET, NOT_KNOWN = Standing.MET, Standing.PARTLY, Standing.NOT_MET, Standing.NOT_KNOWN


def workspace() -> Workspace:
    return Workspace(name="Records for all", region="Quillmere", started=NOW)


def result(assessment: Assessment, criterion: str) -> CriterionResult:
    step = assessment.step(guide().criteria[criterion].step)
    return next(each for each in step.criteria if each.criterion == criterion)


def judged(criterion: str, *figures: Figure) -> CriterionResult:
    return result(assess(workspace(), evidence(figures)), criterion)


def said(cycle: int = 1, *, holds: bool = True) -> Attestation:
    return Attestation("engage.interoperability.committed", "Adopted.", "Cabinet", NOW.date(), NOW, cycle, holds=holds)


def test_without_evidence_nothing_is_met_and_nothing_is_not_met() -> None:
    found = assess(workspace(), evidence())
    assert {step.standing for step in found.steps} == {NOT_KNOWN}
    assert len(found.steps) == len(guide().steps)


@pytest.mark.parametrize(
    ("value", "of", "standing"), [(0, 10, NOT_MET), (4, 10, NOT_MET), (5, 10, PARTLY), (8, 10, PARTLY), (9, 10, MET), (10, 10, MET)]
)
def test_a_share_is_held_against_its_two_marks(value: int, of: int, standing: Standing) -> None:
    assert judged("implement.publish.minimum", figure("share.minimum", value, of)).standing is standing


def test_a_share_of_nothing_is_not_known_and_never_met_or_unmet() -> None:
    found = judged("implement.publish.minimum", figure("share.minimum", 0, 0))
    assert (found.standing, found.code) == (NOT_KNOWN, "initiative.nothing_to_measure")


def test_a_count_of_nothing_is_not_met() -> None:
    assert judged("analyze.inventory_data.jobs", figure("census.jobs", 0)).standing is NOT_MET
    assert judged("analyze.inventory_data.jobs", figure("census.jobs", 1)).standing is MET


def test_numbers_of_people_count_as_they_say_and_only_in_their_cycle() -> None:
    yes, no = workspace().with_attestation(said()), workspace().with_attestation(said()).with_attestation(said(holds=False))
    name = "engage.interoperability.committed"
    assert result(assess(yes, evidence()), name).standing is MET
    assert result(assess(no, evidence()), name).standing is NOT_MET, "the latest statement counts"
    assert result(assess(yes.next_cycle(), evidence()), name).standing is PARTLY, "until somebody confirms it"
    assert result(assess(yes.next_cycle().with_attestation(said()), evidence()), name).standing is MET


@pytest.mark.parametrize("standings", list(combinations_with_replacement(Standing, 3)))
def test_a_step_is_met_only_if_all_of_it_is_and_not_known_only_if_nothing_is(standings: tuple[Standing, ...]) -> None:
    found = combined(standings)
    if set(standings) == {MET}:
        assert found is MET
    elif MET in standings or PARTLY in standings:
        assert found is PARTLY
    elif NOT_MET in standings:
        assert found is NOT_MET
    else:
        assert found is NOT_KNOWN


def test_the_digest_names_the_evidence_and_nothing_else() -> None:
    base = assess(workspace(), evidence([figure("census.jobs", 1)]))
    assert assess(workspace(), evidence([figure("census.jobs", 1)])).digest == base.digest
    assert base.dated(NOW).digest == base.digest
    assert assess(workspace(), evidence([figure("census.jobs", 2)])).digest != base.digest
    assert assess(workspace().with_attestation(said()), evidence([figure("census.jobs", 1)])).digest != base.digest


def test_keeping_an_assessment_does_not_change_the_evidence_that_it_names() -> None:
    base = assess(workspace(), evidence([*of_workspace(workspace()), figure("census.jobs", 1)]))
    kept = workspace().with_assessment(base.dated(NOW))
    again = assess(kept, evidence([*of_workspace(kept), figure("census.jobs", 1)]))
    assert again.digest == base.digest
    assert kept.with_assessment(again.dated(NOW)) == kept


def test_the_shortfall_is_exact_where_it_is_measured() -> None:
    criterion = guide().criteria["implement.publish.minimum"]
    assert shortfall(criterion, judged(criterion.id, figure("share.minimum", 45, 100))) == Fraction(1, 2)
    assert shortfall(criterion, judged(criterion.id, figure("share.minimum", 95, 100))) == 0
    assert shortfall(criterion, judged(criterion.id)) == Fraction(1, 2)


def of_region(**options: object) -> Evidence:
    rows = [row for document in documents().values() for row in facts(document)]
    return evidence(of_census(census(rows), **options))  # type: ignore[arg-type]


def test_the_census_gives_its_figures_as_they_are() -> None:
    found = of_region()
    assert {name: (each.value, each.of) for name, each in found.items()} == {
        "census.credentials": (3, None), "census.providers": (2, None), "census.learning_opportunities": (4, None),
        "census.competencies": (0, None), "census.occupations": (1, None), "census.jobs": (1, None), "census.support_services": (1, None),
        "census.outcomes": (3, None), "share.ctid": (3, 4), "share.owned": (2, 3), "share.minimum": (0, 3),
        "share.minimum_learning": (0, 4),
        "share.benchmark": (0, 4), "share.taught": (1, 4), "share.cost": (1, 4), "share.outcomes": (1, 4), "share.occupation": (2, 4),
        "share.supports": (1, 4), "share.jobs_described": (1, 1),
    }  # fmt: skip


def test_what_the_national_registry_knows_is_not_known_until_somebody_says() -> None:
    assert "share.national" not in of_region()
    known = of_region(national={ctid("certificate"), ctid("baking")})["share.national"]
    assert (known.value, known.of) == (1, 3), "only credentials are counted"
    assert of_region(national=set())["share.national"].measure == 0


def test_the_workspace_gives_its_own_figures() -> None:
    full = (
        workspace()
        .with_goal("G")
        .with_stakeholder("Library")
        .with_holder("governor", "Office")
        .with_use_case(UseCase("A", goals=("G",)))
        .with_use_case(UseCase("B", data=("wages",)))
        .with_decision(Decision("D", "R", "B", NOW.date()), at=NOW)
        .with_measured(Measured("records.issued", 7, None, NOW, "issuing ledger"))
    )
    found = {each.id: (each.value, each.of) for each in of_workspace(full)}
    assert found == {
        "workspace.goals": (1, None), "workspace.roles": (1, 6), "workspace.stakeholders": (1, None), "workspace.use_cases": (2, None),
        "workspace.use_cases_with_data": (1, 2), "workspace.use_cases_for_goals": (1, 2), "workspace.decisions": (1, None),
        "workspace.assessments": (0, None), "records.issued": (7, None),
    }  # fmt: skip


def test_of_two_figures_with_one_name_the_later_stands() -> None:
    old, new = figure("census.jobs", 1), replace(figure("census.jobs", 2), source="told")
    assert evidence([old], [new])["census.jobs"] == new
