"""Rich skill descriptors keep statement, keywords, occupations and collections, in each of the shapes they are handed out in."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.document import Document, refs, text, texts
from openler.ctdl.formats.convert import Conversion
from openler.ctdl.formats.osmt import convert_osmt
from openler.ctdl.formats.osmt_rows import from_table
from openler.ctdl.rules import check
from openler.ctdl.values import items
from openler.ids import Ctid

BASE = "https://registry.example"
OWNER = Ctid.derive("tests", "ceterms:Organization", "library")
UUID = "0a0b0c0d-0000-4000-8000-00000000000{}"


def skill(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "uuid": UUID.format(number), "id": f"https://osmt.example/api/skills/{UUID.format(number)}", "skillName": f"Weld {number}",
        "skillStatement": f"Weld joint {number}.", "status": "published", **more,
    }  # fmt: skip


def made(*skills: Any, **more: Any) -> Conversion:
    return convert_osmt(list(enumerate(skills, 1)), library="Skills of the Lake", publisher=OWNER, base_url=BASE, **more)


def framework(conversion: Conversion) -> Document:
    return next(document for document in conversion.documents if document.type == "ceasn:CompetencyFramework")


def only(conversion: Conversion) -> dict[str, Any]:
    return framework(conversion).graph[1]


def codes(node: dict[str, Any]) -> dict[str, str]:
    return {text(entry, "ceterms:codedNotation"): text(entry, "ceterms:frameworkName") for entry in items(node, "ceterms:occupationType")}


@pytest.mark.parametrize(
    "more",
    [
        {
            "categories": ["Joining", "Metal"],
            "authors": ["Lake Works"],
            "standards": ["AWS_1", "AWS_2"],
            "keywords": ["arc", "arc", "seam"],
        },
        {
            "category": "Joining; Metal",
            "author": "Lake Works",
            "standards": [{"name": "AWS_1"}, {"skillName": "AWS_2"}],
            "keywords": "arc;seam",
        },
    ],
)
def test_lists_texts_and_objects_say_the_same(more: dict[str, Any]) -> None:
    node = only(made(skill(**more)))
    assert (text(node, "ceasn:competencyLabel"), text(node, "ceasn:competencyText")) == ("Weld 1", "Weld joint 1.")
    assert texts(node, "ceasn:competencyCategory") == ("Joining", "Metal")
    assert texts(node, "ceasn:author") == ("Lake Works",)
    assert texts(node, "ceasn:conceptKeyword") == ("arc", "seam")
    assert [text(entry, "ceterms:targetNodeName") for entry in items(node, "ceterms:classification")] == ["AWS_1", "AWS_2"]
    assert [finding for document in made(skill(**more)).documents for finding in check(document) if finding.severity == "error"] == []


def test_occupations_keep_code_and_classification() -> None:
    told = [
        {"code": "51-4121", "name": "Welders", "framework": "bls"}, {"code": "51-4121.06", "targetNodeName": "Welders, Cutters"},
        {"code": "welder"}, "51-4121",
    ]  # fmt: skip
    found = codes(only(made(skill(occupations=told))))
    assert found == {"51-4121": "Standard Occupational Classification 2018", "51-4121.06": "O*NET-SOC 2019"}


def test_an_address_of_another_skill_is_an_alignment_and_one_on_nobodys_machine_is_no_identifier() -> None:
    node = only(
        made(
            skill(
                id="http://localhost:8080/api/skills/1",
                alignments=[{"id": "https://skills.example/k", "skillName": "Welding"}, {"id": "x"}],
            )
        )
    )
    assert refs(node, "ceasn:alignTo") == ("https://skills.example/k",)
    assert refs(node, "ceasn:identifier") == (f"urn:uuid:{UUID.format(1)}",)


def test_a_collection_lists_its_skills() -> None:
    conversion = made(
        skill(1, collections=[{"uuid": UUID.format(9), "name": "Joining"}]),
        skill(2, collections=[{"uuid": UUID.format(9), "name": "Joining"}]),
    )
    (collection,) = (document for document in conversion.documents if document.type == "ceterms:Collection")
    assert {Ctid.within(ref) for ref in refs(collection.main, "ceterms:hasMember")} == set(framework(conversion).resources[1:])
    assert text(collection.main, "ceterms:name") == "Joining"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("text", "osmt.not_a_skill"), (skill(skillName=""), "osmt.not_a_skill"), (skill(skillStatement=[]), "osmt.statement_missing"),
        (skill(status="draft"), "osmt.not_published"), (skill(status="deleted"), "osmt.not_published"),
    ],
)  # fmt: skip
def test_what_is_no_published_skill_is_refused(row: Any, code: str) -> None:
    conversion = made(row, skill(5))
    assert [fate.code for fate in conversion.fates if fate.fate == "refused"] == [code]
    assert len(framework(conversion).graph) == 2


def test_drafts_are_taken_when_asked_for_and_say_that_they_are() -> None:
    node = only(made(skill(status="draft"), drafts=True))
    assert refs(node, "ceasn:publicationStatusType") == ("publicationStatus:Draft",)


def test_equal_rows_are_one_and_rows_of_one_uuid_that_differ_are_refused() -> None:
    conversion = made(skill(1), skill(1), skill(2), skill(2, skillStatement="Other."))
    assert [(fate.row, fate.fate) for fate in conversion.fates] == [(1, "published"), (2, "merged"), (3, "refused"), (4, "refused")]


def test_fields_without_a_place_are_counted() -> None:
    conversion = made(skill(certifications=["CWI"], employers=[{"name": "Yard"}]))
    assert conversion.counted() == {"osmt.fields_left": 2}


def test_a_row_of_a_table_says_what_the_json_says() -> None:
    row = {
        "Skill Name": "Weld 1", "Contextualized Skill Statement": "Weld joint 1.", "Keywords": "arc; seam", "Skill Category": "Joining",
        "BLS Detailed Occupation": "51-4121; 51-4122", "O*NET Job Role": "51-4121.06", "Alignment": "https://skills.example/k",
        "Collection": "Joining",
    }  # fmt: skip
    conversion = made(from_table(row))
    node = only(conversion)
    assert set(codes(node)) == {"51-4121", "51-4122", "51-4121.06"}
    assert texts(node, "ceasn:conceptKeyword") == ("arc", "seam")
    assert refs(node, "ceasn:alignTo") == ("https://skills.example/k",)
    assert [document.type for document in conversion.documents if document.type == "ceterms:Collection"] == ["ceterms:Collection"]
