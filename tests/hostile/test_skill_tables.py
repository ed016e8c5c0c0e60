"""ESCO files and skill descriptors that contradict themselves make documents without errors, or none."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.formats.convert import Conversion
from openler.ctdl.formats.esco import convert_esco
from openler.ctdl.formats.osmt import convert_osmt
from openler.ctdl.rules import check
from openler.ids import Ctid
from tests.support.esco import BASE, FITTER, GROUP, METAL, TOP, WELD, WELDER, made, skill, table

OWNER = Ctid.derive("tests", "ceterms:Organization", "library")
FIELDS = (
    "uuid",
    "id",
    "skillStatement",
    "categories",
    "authors",
    "keywords",
    "occupations",
    "standards",
    "alignments",
    "collections",
    "status",
)
SHAPES: tuple[Any, ...] = (
    None,
    7,
    True,
    [],
    {},
    [[1]],
    [{"id": {}}],
    {"name": ["x"]},
    [{"code": 51}],
    "\u0000",
    "javascript:alert(1)",
    "x" * 3000,
)


def sound(conversion: Conversion) -> bool:
    errors = [finding for document in conversion.documents for finding in check(document) if finding.severity == "error"]
    return errors == [] and all(one.read == one.published + one.merged + one.refused for one in conversion.tables)


def test_occupations_and_groups_that_are_each_others_broader_are_told_as_neither() -> None:
    circle = [(WELDER, FITTER), (FITTER, WELDER), (GROUP, TOP), (TOP, GROUP), (WELDER, WELDER)]
    conversion = made(broader=table("broader", *({"conceptUri": narrow, "broaderUri": broad} for narrow, broad in circle)))
    assert sound(conversion)
    assert not any(
        {"ceterms:isSpecializationOf", "skos:broader"} & set(node) for document in conversion.documents for node in document.graph
    )


def test_skills_that_are_each_others_parents_are_in_no_hierarchy() -> None:
    conversion = made(
        skill_groups=table("skill_groups", skill(METAL, "working metal")),
        digital=table("digital", skill(WELD, "weld", broaderConceptUri=f"{WELD} | {FITTER}")),
        green=table("green", skill(FITTER, "fit", broaderConceptUri=WELD)),
    )
    assert sound(conversion)
    assert not any("ceasn:isChildOf" in node for document in conversion.documents for node in document.graph)


def test_files_without_rows_make_no_framework() -> None:
    conversion = convert_esco({"occupations": [], "groups": []}, base_url=BASE)
    assert sound(conversion)
    assert [document.type for document in conversion.documents if "Framework" in document.type] == []


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", SHAPES)
def test_a_descriptor_of_any_shape_makes_no_document_with_an_error(field: str, value: Any) -> None:
    one = {"skillName": "Weld", "skillStatement": "Weld a joint.", field: value}
    rows = [(1, one), (2, {"skillName": "Cut", "skillStatement": "Cut."})]
    assert sound(convert_osmt(rows, library="Lake", publisher=OWNER, base_url=BASE))
