"""What is held and lacking is told class by class, with alternatives, and a lack is a gap that never refuses."""

from __future__ import annotations

from fractions import Fraction

import pytest

from openler.ctdl.benchmark import ALTERNATIVES, CLASSES, coverage, profile
from openler.ctdl.document import parse
from openler.ctdl.rules import check
from openler.ctdl.terms import terms
from tests.support.ctdl import complete, document, named, program, raw


def gaps(*nodes: dict[str, object]) -> list[tuple[str, str]]:
    return [(finding.place, finding.parameters["property"]) for finding in check(document(*nodes)) if finding.severity == "gap"]


@pytest.mark.parametrize("kind", sorted(CLASSES.values()))
def test_every_property_asked_for_may_stand_on_the_class(kind: str) -> None:
    allowed = frozenset().union(*(terms().properties_of(name) for name in terms().subclasses(kind)))
    asked = profile(kind)
    assert asked is not None
    assert asked["required"]
    for groups in asked.values():
        assert {name for group in groups for name in group} <= allowed


def test_a_subclass_is_asked_for_what_its_class_is_asked_for() -> None:
    assert profile("ceterms:BachelorOfScienceDegree") == profile("ceterms:Credential")
    assert profile("ceterms:Course") == profile("ceterms:LearningOpportunityProfile")
    assert profile("ceterms:Place") is None


@pytest.mark.parametrize(
    ("kind", "required"),
    [
        ("ceterms:Job", {"ceterms:ctid", "ceterms:name", "ceterms:description", "ceterms:offeredBy"}),
        ("ceterms:WorkRole", {"ceterms:ctid", "ceterms:name", "ceterms:assertedBy"}),
        ("ceasn:Competency", {"ceterms:ctid", "ceasn:competencyText"}),
        ("ceasn:CompetencyFramework", {"ceterms:ctid", "ceasn:name", "ceasn:description", "ceasn:inLanguage", "ceasn:publisher"}),
        ("ceterms:CostProfile", {"ceterms:description", "ceterms:costDetails"}),
        (
            "ceterms:License",
            {
                "ceterms:ctid", "ceterms:name", "ceterms:description", "ceterms:subjectWebpage", "ceterms:inLanguage",
                "ceterms:credentialStatusType", "ceterms:ownedBy|ceterms:offeredBy",
            },
        ),
        (
            "qdata:DataSetProfile",
            {
                "ceterms:ctid", "ceterms:name", "ceterms:description", "qdata:dataProvider", "qdata:dataSetTemporalCoverage",
                "qdata:hasMetric", "qdata:hasObservation",
            },
        ),
    ],
)  # fmt: skip
def test_the_minimum_is_the_publishers(kind: str, required: set[str]) -> None:
    asked = profile(kind)
    assert asked is not None
    assert {"|".join(group) for group in asked["required"]} == required


def test_what_is_held_and_missing_adds_up() -> None:
    covered = coverage(document(program(ceterms__subjectWebpage=None, ceterms__teaches=["https://a.example/1"])))
    assert covered.missing_required == ("ceterms:subjectWebpage",)
    assert covered.share_required == Fraction(6, 7)
    assert covered.main.benchmark.held == ("ceterms:teaches",)
    assert covered.share_benchmark == Fraction(1, 5)
    assert "ceterms:commonCosts" in covered.missing_recommended
    assert len(covered.missing_benchmark) == 4


def test_one_of_the_alternatives_is_enough() -> None:
    assert ("ceterms:ownedBy", "ceterms:offeredBy") in ALTERNATIVES
    node = program(ceterms__ownedBy=None)
    assert gaps(node) == [("/@graph/0", "ceterms:ownedBy|ceterms:offeredBy")]
    assert gaps({**node, "ceterms:offeredBy": ["https://college.example"]}) == []


@pytest.mark.parametrize("empty", ["", " ", [], {}, {"en": ""}, [""], {"en": [" "]}])
def test_an_empty_value_is_a_missing_one(empty: object) -> None:
    document_ = parse(raw(named(program(ceterms__description=empty))))
    assert coverage(document_).missing_required == ("ceterms:description",)


def test_false_and_zero_are_values() -> None:
    assert coverage(parse(raw(named(program(ceterms__description=0))))).missing_required == ()


def test_each_child_and_each_cost_is_covered_at_its_own_place() -> None:
    cost = {"@type": "ceterms:CostProfile", "ceterms:description": {"en": "Tuition"}}
    node = program(ceterms__estimatedCost=[cost, {**cost, "ceterms:costDetails": "https://a.example"}])
    course = complete("ceterms:Course", "two")
    del course["ceterms:name"]
    assert gaps(node, course) == [("/@graph/0/ceterms:estimatedCost/0", "ceterms:costDetails"), ("/@graph/1", "ceterms:name")]


def test_a_blank_node_is_a_mention_and_lacks_nothing() -> None:
    assert gaps(program(ceterms__ownedBy=["_:o"]), {"@id": "_:o", "@type": "ceterms:CredentialOrganization"}) == []


def test_a_class_without_a_profile_lacks_nothing() -> None:
    node = {"@type": "ceterms:ScheduledOffering", "ceterms:ctid": program()["ceterms:ctid"]}
    assert coverage(document(node)).share_required == 1
