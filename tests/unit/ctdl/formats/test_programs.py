"""A program's profiles hold what its row says, and nothing else."""

from __future__ import annotations

from openler.ctdl.document import texts
from openler.ids import Ctid
from tests.support.regions import TABLES, codes, lakes, named


def test_cost_has_its_parts_and_their_sum() -> None:
    welding = named(lakes(), "Welding").main
    prices = {entry["ceterms:directCostType"]["ceterms:targetNode"]: entry["ceterms:price"] for entry in welding["ceterms:estimatedCost"]}
    assert prices == {"costType:AggregateCost": 2100, "costType:Tuition": 2000, "costType:LearningResource": 100}
    assert {entry["ceterms:currency"] for entry in welding["ceterms:estimatedCost"]} == {"USD"}


def test_a_sum_is_not_made_of_parts_of_which_one_is_missing() -> None:
    first_aid = named(lakes(), "First Aid").main
    kinds = [entry["ceterms:directCostType"]["ceterms:targetNode"] for entry in first_aid["ceterms:estimatedCost"]]
    assert kinds == ["costType:Tuition"]
    assert ("import.number_unreadable", 6) in codes(lakes(), "courses")


def test_free_is_told_and_unknown_is_not_free() -> None:
    aide = named(lakes(), "Nurse Aide", "ceterms:LearningProgram").main
    assert [entry["ceterms:price"] for entry in aide["ceterms:estimatedCost"]] == [0]
    assert "ceterms:estimatedCost" not in named(lakes(), "Pastry").main
    assert ("import.cost_missing", 5) in codes(lakes(), "courses")


def test_length_hours_and_credit() -> None:
    welding = named(lakes(), "Welding").main
    assert welding["ceterms:estimatedDuration"] == [
        {"@type": "ceterms:DurationProfile", "ceterms:exactDuration": "P20W", "ceterms:timeRequired": "PT400H"}
    ]
    assert welding["ceterms:creditValue"][0]["schema:value"] == 30
    assert "ceterms:creditValue" not in named(lakes(), "First Aid").main, "0 credits is no credit"
    half = lakes({"courses": TABLES["courses"].replace(",,16,,0", ",,16.5,P9Z,0")})
    assert named(half, "First Aid").main["ceterms:estimatedDuration"][0]["ceterms:timeRequired"] == "PT16H30M"
    assert ("import.duration_unreadable", 3) in codes(half, "courses")


def test_conditions_delivery_and_class() -> None:
    first_aid = named(lakes(), "First Aid")
    assert first_aid.type == "ceterms:Course"
    assert texts(first_aid.main["ceterms:entryCondition"][0], "ceterms:description") == ("Age 18",)
    assert [entry["ceterms:targetNode"] for entry in first_aid.main["ceterms:deliveryType"]] == ["deliveryType:OnlineOnly"]
    assert [entry["ceterms:codedNotation"] for entry in first_aid.main["ceterms:industryType"]] == ["611519"]
    welding = named(lakes(), "Welding").main
    assert "ceterms:entryCondition" not in welding
    assert "ceterms:deliveryType" not in welding, "a list that does not say online says nothing else"


def test_competencies_taught_are_those_of_the_framework_and_others_are_gaps() -> None:
    made = lakes()
    framework = named(made, "Lakes Skills")
    taught = named(made, "Welding").main["ceterms:teaches"]
    assert [entry["ceterms:codedNotation"] for entry in taught] == ["W1", "W2"]
    assert {Ctid.within(entry["ceterms:targetNode"]) for entry in taught} <= set(framework.resources)
    assert ("import.competency_unknown", 5) in codes(made, "courses")
    parent, child = (next(node for node in framework.graph if node.get("ceasn:codedNotation") == code) for code in ("W1", "W2"))
    assert child["ceasn:isChildOf"] == [parent["@id"]]
    assert parent["ceasn:hasChild"] == [child["@id"]]


def test_a_job_asks_for_competencies_and_credentials_and_says_what_it_pays() -> None:
    made = lakes()
    job = named(made, "Aide").main
    condition = job["ceterms:requires"][0]
    assert [entry["ceterms:codedNotation"] for entry in condition["ceterms:targetCompetency"]] == ["C1"]
    assert [Ctid.within(entry) for entry in condition["ceterms:targetCredential"]] == [named(made, "Nurse Aide Licence").ctid]
    pay = job["ceterms:workPay"][0]
    assert (pay["schema:minValue"], pay["schema:maxValue"], pay["ceterms:basePeriod"], pay["ceterms:currency"]) == (15, 18.5, "PT1H", "USD")
    assert ("import.job_credential_unknown", 2) in codes(made, "work")
    welder = named(made, "Welder").main
    assert [Ctid.within(entry) for entry in welder["ceterms:requires"][0]["ceterms:targetCredential"]] == [
        named(made, "AAS in Welding").ctid
    ]
    assert "ceterms:offeredBy" not in welder
    assert ("import.provider_unknown", 3) in codes(made, "work")
