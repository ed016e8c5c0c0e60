"""Requests to the national Registry's publishing API have the shapes of the API's own samples."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.document import build
from openler.ctdl.formats.assistant import request
from openler.ids import Ctid
from tests.support import sample
from tests.support.small_region import BASE, concept, ctid, node, program, school


def body(document: Any, family: str = "LearningOpportunity") -> dict[str, Any]:
    told = request(document)
    assert told is not None
    found = told[family]
    assert isinstance(found, dict)
    return found


def test_names_concepts_and_references_are_those_of_the_api() -> None:
    told = request(
        program("welding", "north", ceterms__lifeCycleStatusType=concept("lifeCycle:Active"), ceterms__subjectWebpage="https://a.example")
    )
    assert told is not None
    assert told["PublishForOrganizationIdentifier"] == ctid("north")
    assert told["DefaultLanguage"] == "en-US"
    assert told["LearningOpportunity"] == {
        "Type": "LearningProgram", "CTID": ctid("welding"), "Name": "welding", "OfferedBy": [{"CTID": ctid("north")}],
        "LifeCycleStatusType": "Active", "SubjectWebpage": "https://a.example",
    }  # fmt: skip


def test_a_credential_tells_its_class_and_an_organization_its_type() -> None:
    degree = body(build(BASE, [node("ceterms:BachelorDegree", "degree", ceterms__ownedBy=[str(ctid("north"))])]), "Credential")
    assert (degree["Type"], degree["CredentialType"]) == ("Credential", "ceterms:BachelorDegree")
    north = body(school("north", "Sorrel", "TwoYear"), "Organization")
    assert (north["Type"], north["AgentType"], north["AgentSectorType"]) == ("CredentialOrganization", ["TwoYear"], "Public")


def test_texts_in_several_languages_keep_them_under_the_vocabularys_name() -> None:
    found = body(program("welding", "north", ceterms__description={"en": "Join.", "es": "Unir."}, ceterms__keyword={"en": ["a", "b"]}))
    assert found["ceterms:description"] == {"en": "Join.", "es": "Unir."}
    assert "Description" not in found
    assert found["Keyword"] == ["a", "b"]


def test_costs_of_one_currency_are_items_of_one_profile_and_durations_are_in_units() -> None:
    costs = [
        {
            "@type": "ceterms:CostProfile",
            "ceterms:currency": "USD",
            "ceterms:price": price,
            "ceterms:directCostType": concept(f"costType:{kind}"),
        }
        for price, kind in ((5, "Tuition"), (1, "Application"))
    ]
    lasts = [{"@type": "ceterms:DurationProfile", "ceterms:exactDuration": "P1Y2M3DT4H"}]
    found = body(program("welding", "north", ceterms__estimatedCost=costs, ceterms__estimatedDuration=lasts))
    items = [{"DirectCostType": "Tuition", "Price": 5}, {"DirectCostType": "Application", "Price": 1}]
    assert found["EstimatedCost"] == [{"Currency": "USD", "CostItems": items}]
    assert found["EstimatedDuration"] == [{"ExactDuration": {"Years": 1, "Months": 2, "Days": 3, "Hours": 4}}]


def test_what_a_blank_node_says_is_told_in_its_place_and_a_circle_ends() -> None:
    circle = [
        node("ceterms:BachelorDegree", "degree", ceterms__ownedBy=[str(ctid("north"))], ceterms__accreditedBy=["_:a"]),
        {
            "@id": "_:a",
            "@type": "ceterms:QACredentialOrganization",
            "ceterms:name": {"en": "Council"},
            "ceterms:parentOrganization": ["_:a"],
        },
    ]
    found = body(build(BASE, circle), "Credential")
    assert found["AccreditedBy"] == [
        {"Type": "QACredentialOrganization", "Name": "Council", "ParentOrganization": [{"Type": "QACredentialOrganization"}]}
    ]


@pytest.mark.parametrize("kind", ["qdata:DataSetProfile", "ceterms:Job", "ceasn:CompetencyFramework"])
def test_what_the_samples_show_no_request_for_has_none(kind: str) -> None:
    assert request(build(BASE, [node(kind, "thing", ceterms__ownedBy=[str(ctid("north"))])])) is None


def test_every_credential_program_and_organization_of_the_sample_region_has_a_request() -> None:
    made = [told for document in sample.documents() if (told := request(document)) is not None]
    assert len(made) == sum(any(family in one for family in ("Credential", "LearningOpportunity", "Organization")) for one in made) > 150
    for one in made:
        (family,) = set(one) - {"DefaultLanguage", "PublishForOrganizationIdentifier"}
        assert Ctid.parse(one[family]["CTID"])
        assert not [name for name in one[family] if not (name[0].isupper() or name.startswith("ceterms:"))]
