"""schema.org says what is published and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.document import build
from openler.ctdl.formats.codes import INFERRED
from openler.ctdl.formats.schema_org import structured
from openler.ids import Ctid
from tests.support import sample
from tests.support.small_region import BASE, COST, ctid, node, program, school


def told(document: Any, names: dict[Ctid, str] | None = None) -> dict[str, Any] | None:
    return structured(document, document.main, names or {}, f"{BASE}/resources/{document.ctid}")


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("ceterms:LearningProgram", "EducationalOccupationalProgram"), ("ceterms:Course", "Course"),
        ("ceterms:BachelorDegree", "EducationalOccupationalCredential"), ("ceterms:Occupation", "Occupation"),
        ("ceterms:Organization", "Organization"), ("ceterms:SupportService", None), ("qdata:DataSetProfile", None),
    ],
)  # fmt: skip
def test_each_class_has_its_counterpart_or_none(kind: str, wanted: str | None) -> None:
    found = told(build(BASE, [node(kind, "thing")]))
    assert (found or {}).get("@type") == wanted


def test_a_school_that_is_a_college_is_called_one() -> None:
    assert (told(school("north", "Sorrel", "TwoYear")) or {})["@type"] == "CollegeOrUniversity"
    assert (told(school("north", "Sorrel", "Business")) or {})["@type"] == "Organization"


def test_a_total_is_an_offer_and_parts_are_not_summed() -> None:
    total = {"@type": "ceterms:CostProfile", "ceterms:price": 1200, "ceterms:currency": "USD", "ceterms:directCostType": {
        "@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "costType:AggregateCost"}}  # fmt: skip
    offers = (told(program("welding", "north", ceterms__estimatedCost=[total, *COST])) or {})["offers"]
    assert offers == [{"@type": "Offer", "price": 1200, "priceCurrency": "USD", "category": "Paid"}]
    assert "offers" not in (told(program("welding", "north", ceterms__estimatedCost=COST)) or {})


def test_an_inferred_occupation_is_not_passed_on() -> None:
    codes = [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:codedNotation": code} for code in ("51-4121", "51-4122")]
    found = told(program("welding", "north", ceterms__occupationType=[codes[0], codes[1] | {"ceterms:alignmentType": INFERRED}]))
    assert [one["codeValue"] for one in (found or {})["occupationalCategory"]] == ["51-4121"]


def test_a_provider_is_named_where_its_name_is_known_and_left_out_where_not() -> None:
    named = told(program("welding", "north"), {ctid("north"): "North College"})
    assert (named or {})["provider"] == [{"@type": "Organization", "@id": f"{BASE}/resources/{ctid('north')}", "name": "North College"}]
    assert "provider" not in (told(program("welding", "north")) or {})


def test_nothing_empty_is_told_of_the_whole_sample_region() -> None:
    found = [one for document in sample.documents() if (one := told(document)) is not None]
    assert len(found) > 200
    assert not any(value in ("", [], None, {}) for one in found for value in one.values())
