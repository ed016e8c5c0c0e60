"""The sample region as it ships: it imports without an error, and its eight learners find their way."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from statistics import median

import pytest

from openler.actions import sample
from openler.ctdl.rules import check
from openler.ids import Ctid
from openler.insight.facts import Kind, facts
from openler.insight.region import Region
from openler.skills.entries import Entries
from openler.skills.evidence import profile_of
from openler.skills.match import FULL, Background, Match, match
from openler.skills.pathway import pathways
from openler.skills.profile import Profile
from openler.skills.programs import Program, program
from tests.support.sample import FOLDER, credentials, documents, onet, region

LEARNERS = [learner.id for learner in sample.learners()]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def entries() -> Entries:
    return Entries.of(documents())


@cache
def background() -> Background:
    return Background.of(entries().targets)


@cache
def profiles() -> dict[str, Profile]:
    held = credentials(sample.achievements(documents()), documents())
    return {learner: profile_of(held[learner], entries()) for learner in LEARNERS}


@cache
def programs() -> tuple[Program, ...]:
    return tuple(program(document, entries()) for document in entries().programs)


def matches(learner: str, kind: str) -> tuple[Match, ...]:
    return match(profiles()[learner], [target for target in entries().targets if target.kind == kind], background())


def test_the_region_imports_without_error_findings_and_accounts_for_every_row() -> None:
    made = region()

    assert {finding.code for document in made.documents for finding in check(document) if finding.severity == "error"} == set()
    assert {table.table: table.refused for table in made.tables if table.refused} == {}
    assert all(table.read == table.published + table.merged + table.refused for table in made.tables)
    assert made.counted() == {
        "import.body_unknown": 1,
        "import.cost_missing": 1,
        "import.no_credential": 1,
        "import.no_occupation": 4,
    }


def test_what_lacks_required_data_is_what_the_silent_rows_describe() -> None:
    held = Region(row for document in documents() for row in facts(document))
    lacking = {kind: {row.name for row in held.of(kind) if row.required.missing} for kind in (Kind.CREDENTIAL, Kind.SUPPORT_SERVICE)}
    silent = {row["award"] for row in rows("offerings.csv") if not row["link"] and row["award"]}
    orphans = {row["cred_name"] for row in rows("credentials.csv") if not row["body_id"] or not row["link"]}

    assert lacking[Kind.SUPPORT_SERVICE] == {row["service"] for row in rows("services.csv") if not row["note"]}
    assert lacking[Kind.CREDENTIAL] == silent | orphans


def test_the_region_is_as_large_as_promised() -> None:
    count = Counter(document.type for document in documents())
    providers = {ctid for document in entries().programs for ctid in (document.owner,)}
    competencies = sum(len(document.resources) - 1 for document in documents() if document.type == "ceasn:CompetencyFramework")
    employers = {target.employer for target in entries().targets if target.kind == "job"}

    assert len(providers) >= 12
    assert count["ceterms:LearningProgram"] >= 60
    assert count["ceterms:Occupation"] >= 25
    assert count["ceterms:Job"] >= 25
    assert len(employers - {""}) >= 8
    assert competencies >= 300
    assert count["ceasn:CompetencyFramework"] >= 4
    assert len(LEARNERS) == 8
    assert len(sample.achievements(documents())) >= 20
    assert onet().rated >= 25


def test_our_own_competencies_carry_no_onet_importance() -> None:
    for target in entries().targets:
        for asked in target.requirements:
            if asked.importance is not None:
                assert asked.source == "O*NET 29.2"


def test_a_suspended_and_a_pending_provider_are_there_and_their_programs_are_never_recommended() -> None:
    hindered = {one.provider_name: one.hindrance for one in programs() if one.hindrance and one.hindrance != "ceased"}

    assert hindered == {"Brindlemoor Health Institute": "suspended 2025-02-14", "Vellorin Skills Academy": "pending 2025-05-02"}
    for learner in LEARNERS:
        for found in matches(learner, "job"):
            ways = pathways(found, programs())
            assert not {one.program.provider_name for one in (*ways.verified, *ways.inferred)} & set(hindered)


def test_the_programs_that_close_an_occupations_gap_begin_with_those_that_prepare_for_it() -> None:
    nurse = next(found for found in matches("K5", "occupation") if "29-1141.00" in found.target.socs)
    ways = pathways(nurse, programs())

    assert {one.program.name for one in ways.verified if one.prepares} == {"Nursing Completion"}
    assert [one.prepares for one in ways.verified] == sorted((one.prepares for one in ways.verified), reverse=True)


def test_small_groups_are_hidden_and_an_unknown_cost_is_not_zero() -> None:
    states = {cell.state for one in programs() for outcome in one.outcomes for cell in outcome.cells}
    costs = {one.name: one.cost for one in programs()}

    assert {"published", "suppressed"} <= states
    assert costs["Fire Fighting"] is None
    assert costs["Nursing Assistant"] == 0


@pytest.mark.parametrize("learner", LEARNERS)
def test_every_learner_finds_their_own_occupation_in_the_first_five(learner: str) -> None:
    own = next(one.own_occupation for one in sample.learners() if one.id == learner)

    assert own in {code for found in matches(learner, "occupation")[:5] for code in found.target.socs}


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize("kind", ["occupation", "job"])
def test_the_median_target_scores_below_thirty(learner: str, kind: str) -> None:
    assert median(found.score for found in matches(learner, kind)) < 30 * FULL / 100


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize("kind", ["occupation", "job"])
def test_taking_one_credential_away_lowers_each_score_by_exactly_the_points_explained(learner: str, kind: str) -> None:
    targets = [target for target in entries().targets if target.kind == kind]
    before = {found.target.ctid: found for found in matches(learner, kind)}
    lost = 0
    for removed in profiles()[learner].credentials:
        for after in match(profiles()[learner].without(removed), targets, background()):
            explained = before[after.target.ctid].explained_by(removed)
            assert after.score == before[after.target.ctid].score - explained
            lost += explained
    assert lost > 0


def test_each_learner_has_achievements_some_name_skills_and_others_none() -> None:
    found = sample.achievements(documents())

    assert {one.learner for one in found} == set(LEARNERS)
    assert {bool(one.row.competencies) for one in found} == {True, False}
    assert len({(one.learner, one.row.achievement, one.row.date) for one in found}) == len(found)


def test_where_data_is_silent_skills_are_inferred_and_kept_apart() -> None:
    veteran = profiles()["K2"]
    inferred = [claim for claim in veteran.claims if claim.kind == "inferred"]

    assert {claim.chain[-2].name for claim in inferred} == {"Automotive Service Technicians and Mechanics"}
    assert any(found.inferred for found in matches("K2", "occupation"))


def test_what_learners_say_of_themselves_names_published_skills() -> None:
    told = sample.experiences(documents())

    assert set(told) == set(LEARNERS)
    assert all(skill.competency for experiences in told.values() for one in experiences for skill in one.skills)


def test_the_learners_can_be_moved_to_another_regions_programs() -> None:
    found = sample.achievements_elsewhere(documents())
    by_ctid = {one.ctid: one for one in programs()}
    own = {learner.id: learner.own_occupation[:7] for learner in sample.learners()}

    assert {one.learner for one in found} == set(LEARNERS)
    for one in found:
        chosen = by_ctid[Ctid(one.row.achievement)]
        assert own[one.learner] in chosen.socs
        assert not chosen.hindrance
        assert one.issuer == chosen.provider


def test_invented_addresses_belong_to_nobody() -> None:
    for name in ("institutions", "bodies", "employers", "offerings", "credentials"):
        with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                for column in {"site", "link", "mail"} & set(row):
                    host = row[column].partition("://")[2].partition("/")[0] or row[column].partition("@")[2]
                    assert not row[column] or host.endswith(".example"), row
