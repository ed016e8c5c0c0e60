from __future__ import annotations

from fractions import Fraction

from openler.skills.framework import target
from tests.support.skills import competency, ctid, iri, occupation, resource, soc


def test_an_occupation_asks_for_what_it_rates_important_and_not_for_the_rest() -> None:
    found = target(occupation("welder", {"a": 4.12, "b": 3.0, "c": 2.99}, "51-4121.00"))

    assert found is not None
    assert [(asked.key, asked.importance) for asked in found.requirements] == sorted(
        [(ctid("competency", "a"), Fraction(412, 100)), (ctid("competency", "b"), Fraction(3))]
    )
    assert found.socs == ("51-4121.00",)
    assert {asked.code for asked in found.requirements} == {"a", "b"}
    assert {asked.source for asked in found.requirements} == {"Test skills"}


def test_a_job_asks_for_unrated_competencies_and_credentials_by_address() -> None:
    job = resource(
        "Job",
        "1",
        requires=[
            {
                "@type": "ceterms:ConditionProfile",
                "ceterms:targetCompetency": [competency("a"), iri("competency", "z")],
                "ceterms:targetCredential": [iri("License", "cdl")],
            }
        ],
    )
    found = target(job, employer="Works")

    assert found is not None
    assert (found.kind, found.employer) == ("job", "Works")
    assert {(asked.key, asked.kind, asked.importance) for asked in found.requirements} == {
        (ctid("competency", "a"), "competency", None),
        (ctid("competency", "z"), "competency", None),
        (ctid("License", "cdl"), "credential", None),
    }


def test_weights_outside_the_scale_are_no_importance() -> None:
    found = target(occupation("odd", {"a": 87.0, "b": 0.5}))

    assert found is not None
    assert [asked.importance for asked in found.requirements] == [None, None]


def test_one_competency_in_two_conditions_is_asked_once_at_its_higher_rating() -> None:
    conditions = [{"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": [competency("a", weight)]} for weight in (3.5, 4.5)]
    found = target(resource("Occupation", "x", requires=conditions))

    assert found is not None
    assert [asked.importance for asked in found.requirements] == [Fraction("4.5")]


def test_a_competency_without_address_is_known_by_framework_and_code() -> None:
    node = competency("2.A.1.a", 4)
    del node["ceterms:targetNode"]
    found = target(resource("Occupation", "x", requires=[{"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": [node]}]))

    assert found is not None
    assert [asked.key for asked in found.requirements] == ["Test skills#2.A.1.a"]


def test_other_types_are_no_targets() -> None:
    assert target(resource("LearningProgram", "p", occupationType=[soc("29-1141")])) is None


def test_levels_stand_beside_importance_and_ask_for_nothing_by_themselves() -> None:
    document = resource(
        "Occupation",
        "x",
        requires=[{"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": [competency("a", 3.5)]}],
        targetCompetency=[competency("a", 5.25), competency("b", 4.0)],
    )
    found = target(document)

    assert found is not None
    assert [(asked.key, asked.importance, asked.level) for asked in found.requirements] == [
        (ctid("competency", "a"), Fraction("3.5"), Fraction("5.25"))
    ]
    levels_only = target(resource("Occupation", "y", targetCompetency=[competency("a", 5.25)]))
    assert levels_only is not None
    assert levels_only.requirements == ()


def test_an_unweighted_competency_of_the_job_itself_is_asked_for() -> None:
    found = target(resource("Job", "j", targetCompetency=[competency("a")]))

    assert found is not None
    assert [asked.key for asked in found.requirements] == [ctid("competency", "a")]
