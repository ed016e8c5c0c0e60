"""Outcomes with what is withheld kept withheld; supports where they are, and where they are not."""

from __future__ import annotations

import pytest

from openler.ctdl.document import Document, build
from openler.insight.equity import NEEDS, equity
from openler.insight.facts import facts
from openler.insight.observations import observations
from openler.insight.outcomes import FEWEST, Outcomes, outcomes
from openler.insight.region import Region
from tests.support.small_region import BASE, concept, ctid, data_set, documents, iri, node


def region(found: dict[str, Document]) -> Region:
    return Region(row for document in found.values() for row in facts(document))


def summary(found: dict[str, Document]) -> Outcomes:
    return outcomes(region(found))


def test_known_withheld_and_absent_are_told_apart_and_only_known_numbers_make_the_median() -> None:
    (metric,) = summary(documents()).metrics
    assert (metric.name, metric.known, metric.withheld, metric.not_stated) == ("Employed", 3, 2, 0)
    assert (metric.lowest, metric.middle, metric.highest, metric.unit) == (60.0, 70.0, 80.0, "percent")
    assert metric.data_sets == (str(ctid("welding outcomes")),)


def test_programs_with_only_withheld_numbers_are_neither_known_nor_without() -> None:
    found = summary(documents())
    assert found.with_known == (str(ctid("welding")),)
    assert found.withheld_only == (str(ctid("nursing")),)
    assert set(found.without) == {str(ctid("baking")), str(ctid("english"))}


def test_wages_of_an_occupation_are_not_outcomes_of_learning() -> None:
    (metric,) = summary(documents()).metrics
    assert metric.highest is not None
    assert metric.highest < 90


def test_withholding_a_number_takes_it_out_and_never_makes_it_zero() -> None:
    changed = documents() | {"welding outcomes": data_set("welding outcomes", "welding", 80.0, 70.0, 60.0, 50.0)}
    (metric,) = summary(changed).metrics
    assert (metric.known, metric.middle, metric.lowest) == (4, 65.0, 50.0)
    withheld = documents() | {"welding outcomes": data_set("welding outcomes", "welding", 80.0, 70.0, 60.0, None, None)}
    (metric,) = summary(withheld).metrics
    assert (metric.known, metric.middle, metric.lowest, metric.withheld) == (3, 70.0, 60.0, 3)


def test_a_median_of_too_few_is_not_told() -> None:
    assert FEWEST == 3
    (metric,) = summary(documents() | {"welding outcomes": data_set("welding outcomes", "welding", 80.0, 70.0)}).metrics
    assert (metric.known, metric.middle, metric.lowest, metric.highest) == (2, None, None, None)


@pytest.mark.parametrize("value", [True, "12", None, {"@value": "12"}])
def test_what_is_no_number_is_not_known(value: object) -> None:
    main = node("qdata:DataSetProfile", "odd", qdata__hasObservation=["_:o"])
    document = build(BASE, [main, {"@id": "_:o", "@type": "qdata:Observation", "schema:value": value}])
    assert [(each.value, each.withheld) for each in observations(document, document.main)] == [(None, False)]


def test_a_withheld_observation_stays_withheld_whatever_number_stands_beside_it() -> None:
    withheld = [concept("dataWithholding:DataSuppressed")]
    observed = {"@id": "_:o", "@type": "qdata:Observation", "schema:value": 4, "qdata:dataWithholdingType": withheld}
    document = build(BASE, [node("qdata:DataSetProfile", "odd", qdata__hasObservation=["_:o"]), observed])
    assert [(each.value, each.withheld) for each in observations(document, document.main)] == [(None, True)]


def coverage(found: dict[str, Document], need: str, dimension: str) -> dict[str, tuple[int, int]]:
    return {each.label: (len(each.have), each.of) for each in equity(region(found)) if (each.need, each.dimension) == (need, dimension)}


def test_each_need_is_counted_over_all_by_county_and_by_provider() -> None:
    assert coverage(documents(), "childcare", "all") == {"": (1, 4)}
    assert coverage(documents(), "childcare", "county") == {"Alder": (1, 2), "Birch": (0, 2)}
    assert coverage(documents(), "evening", "provider") == {"south": (1, 2), "north": (0, 2)}
    assert coverage(documents(), "transit", "all") == {"": (0, 4)}
    assert {each.need for each in equity(region(documents()))} == set(NEEDS)


def test_a_service_that_names_the_programs_it_is_for_counts_for_them() -> None:
    service = node(
        "ceterms:SupportService",
        "bus",
        ceterms__supportServiceType=[concept("support:Transportation")],
        ceterms__supportServiceFor=[iri("baking")],
    )
    assert coverage(documents() | {"bus": build(BASE, [service])}, "transit", "all") == {"": (1, 4)}


def test_a_concept_counts_by_its_address_as_by_its_short_name() -> None:
    service = node(
        "ceterms:SupportService", "childcare",
        ceterms__supportServiceType=[concept("https://credreg.net/ctdl/terms/supportServiceCategory/Childcare")],
    )  # fmt: skip
    assert coverage(documents() | {"childcare": build(BASE, [service])}, "childcare", "all") == {"": (1, 4)}


def test_without_programs_a_share_is_not_known() -> None:
    assert {each.share for each in equity(Region([]))} == {None}
