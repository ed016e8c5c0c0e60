"""A CASE package is said in CTDL-ASN's words where it has them, and kept whole where it has none."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.document import Document, refs, text, texts
from openler.ctdl.formats.case import convert_case
from openler.ctdl.formats.case_map import assertions, map_ctid
from openler.ctdl.formats.case_out import case_package
from openler.ctdl.formats.convert import Conversion
from openler.ctdl.rules import check
from openler.errors import Malformed, Misused, Refused
from openler.ids import Ctid
from tests.support.case import BASE, HOST, association, item, link, package, uuid, welding

OWNER = Ctid.derive("tests", "ceterms:Organization", "schools")


def made(value: Any, **more: Any) -> Conversion:
    return convert_case(value, base_url=BASE, **more)


def framework(conversion: Conversion) -> Document:
    return next(document for document in conversion.documents if document.type == "ceasn:CompetencyFramework")


def associations(conversion: Conversion) -> Document:
    return next(document for document in conversion.documents if document.type == "ceterms:AlignmentMap")


def node(conversion: Conversion, number: int) -> dict[str, Any]:
    name = f"urn:uuid:{uuid(number)}"
    return next(entry for entry in framework(conversion).graph if name in refs(entry, "ceasn:identifier"))


def ctid(conversion: Conversion, number: int) -> Ctid:
    return Ctid(node(conversion, number)["ceterms:ctid"])


def said(conversion: Conversion, number: int, prop: str) -> list[str]:
    return [Ctid.within(ref) or ref for ref in refs(node(conversion, number), prop)]


def codes(conversion: Conversion) -> dict[str, int]:
    return conversion.counted()


def test_the_hierarchy_is_told_from_both_sides_in_its_order() -> None:
    conversion = made(welding())
    main = framework(conversion).main
    assert [Ctid.within(ref) for ref in refs(main, "ceasn:hasTopChild")] == [ctid(conversion, 2), ctid(conversion, 5)]
    assert said(conversion, 2, "ceasn:hasChild") == [ctid(conversion, 4), ctid(conversion, 3)]
    assert said(conversion, 3, "ceasn:isChildOf") == [ctid(conversion, 2)]
    assert said(conversion, 2, "ceasn:isTopChildOf") == [framework(conversion).ctid]
    assert said(conversion, 3, "ceasn:isTopChildOf") == []


def test_texts_keep_their_language_and_codes_stay_codes() -> None:
    conversion = made(welding())
    assert node(conversion, 4)["ceasn:competencyText"] == {"es": "Inspeccionar la soldadura."}
    joint = node(conversion, 3)
    assert (text(joint, "ceasn:codedNotation"), text(joint, "ceasn:listID")) == ("W.1.1", "1")
    assert (text(joint, "ceasn:competencyLabel"), text(joint, "ceasn:comment")) == ("Joints", "By hand.")
    assert texts(node(conversion, 2), "ceasn:conceptKeyword") == ("joint", "seam")
    assert text(node(conversion, 2), "ceasn:competencyCategory") == "Standard"
    assert refs(framework(conversion).main, "ceasn:publicationStatusType") == ("publicationStatus:Published",)


def test_what_ctdl_has_a_word_for_is_said_and_the_rest_is_remarked_and_kept() -> None:
    conversion = made(welding())
    assert said(conversion, 3, "ceasn:exactAlignment") == [HOST + uuid(900)]
    assert said(conversion, 4, "ceasn:exactAlignment") == [HOST + uuid(901)]
    assert said(conversion, 3, "ceasn:alignTo") == [ctid(conversion, 5)]
    assert said(conversion, 5, "ceasn:comprisedOf") == [ctid(conversion, 3)]
    assert all("ceasn:prerequisiteAlignment" not in entry for entry in framework(conversion).graph)
    assert codes(conversion) == {"case.association_unsaid": 2}
    assert [told.type for told in assertions(associations(conversion))].count("precedes") == 1


def test_every_row_has_one_fate_and_no_document_has_an_error() -> None:
    conversion = made(welding())
    assert {one.table: (one.read, one.published, one.merged, one.refused) for one in conversion.tables} == {
        "CFAssociations": (10, 0, 10, 0), "CFDocument": (1, 1, 0, 0), "CFItems": (4, 4, 0, 0),
    }  # fmt: skip
    assert [finding for document in conversion.documents for finding in check(document) if finding.severity == "error"] == []


def test_a_ctid_in_an_address_is_adopted_and_one_that_two_claim_is_not() -> None:
    own = Ctid.derive("tests", "ceasn:Competency", "own")
    uri = f"https://credentialengineregistry.org/resources/{own}"
    assert made(package([item(2, uri=uri), item(3)], [])).adopted == (own,)
    twice = made(package([item(2, uri=uri), item(3, uri=uri)], []))
    assert twice.adopted == ()
    assert own not in framework(twice).resources


def test_a_given_publisher_owns_it_and_no_organization_is_made() -> None:
    conversion = made(welding(), publisher=OWNER)
    assert (conversion.publisher, framework(conversion).owner, associations(conversion).owner) == (OWNER, OWNER, OWNER)
    assert [document.type for document in conversion.documents if "Organization" in document.type] == []


def test_a_circle_is_left_out_of_the_hierarchy_and_kept_in_the_map() -> None:
    circle = [association(100, "isChildOf", 2, 3), association(101, "isChildOf", 3, 2), association(102, "isChildOf", 4, 3)]
    conversion = made(package([item(2), item(3), item(4)], circle))
    assert said(conversion, 2, "ceasn:isChildOf") == said(conversion, 3, "ceasn:isChildOf") == []
    assert said(conversion, 4, "ceasn:isChildOf") == [ctid(conversion, 3)]
    assert codes(conversion)["case.circle"] == 2
    assert len(list(assertions(associations(conversion)))) == 3


def test_items_of_one_uuid_that_differ_are_refused_and_equal_ones_are_one() -> None:
    conversion = made(package([item(2), item(2), item(3, "One."), item(3, "Another.")], []))
    fates = {fate.row: (fate.fate, fate.code) for fate in conversion.fates if fate.table == "CFItems"}
    assert fates == {
        1: ("published", "import.published"), 2: ("merged", "import.same_row"),
        3: ("refused", "import.duplicate_key"), 4: ("refused", "import.duplicate_key"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("text", "case.row_malformed"),
        (item(2, fullStatement=7), "case.statement_missing"),
        (item(2, identifier="two"), "case.identifier_malformed"),
        (item(2, identifier=["x"]), "case.identifier_malformed"),
    ],
)
def test_an_item_that_cannot_be_read_is_refused_by_itself(row: Any, code: str) -> None:
    conversion = made(package([row, item(3)], []))
    assert [fate.code for fate in conversion.fates if fate.fate == "refused"] == [code]
    assert len(framework(conversion).graph) == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (association(100, "cousinOf", 2, 3), "case.association_type_unknown"),
        (association(100, "ext:a b", 2, 3), "case.association_type_unknown"),
        (association(100, "isChildOf", 2, 3, destinationNodeURI={"uri": "not an address"}), "case.association_end_missing"),
        (association(100, "isChildOf", 2, 3, originNodeURI=[]), "case.association_end_missing"),
    ],
)
def test_an_association_that_cannot_be_read_is_refused_by_itself(row: Any, code: str) -> None:
    conversion = made(package([item(2), item(3)], [row]))
    assert [fate.code for fate in conversion.fates if fate.fate == "refused"] == [code]


@pytest.mark.parametrize("value", [[], {}, {"CFDocument": []}, package([], [], title=""), {**package([], []), "CFItems": {}}])
def test_what_is_no_package_is_malformed(value: Any) -> None:
    with pytest.raises(Malformed) as caught:
        made(value)
    assert caught.value.code == "case.not_a_package"


def test_a_private_draft_is_not_published() -> None:
    with pytest.raises(Refused) as caught:
        made(package([item(2)], [], adoptionStatus="Private Draft"))
    assert caught.value.code == "case.private_draft"


def test_definitions_that_items_use_are_merged_and_rubrics_refused() -> None:
    value = welding()
    value["CFDefinitions"] = {"CFItemTypes": [{**link(50, "Standard")}, {**link(51, "Unused")}]}
    value["CFRubrics"] = [{"identifier": uuid(60)}]
    fates = {(fate.table, fate.row): fate.code for fate in made(value).fates if fate.table in {"CFItemTypes", "CFRubrics"}}
    assert fates == {("CFItemTypes", 1): "case.defined", ("CFItemTypes", 2): "import.not_used", ("CFRubrics", 1): "case.rubric_left"}


def test_fields_without_a_place_are_counted_by_name() -> None:
    conversion = made(package([item(2, extensions={"x": 1}), item(3, extensions={"x": 2})], []))
    assert [dict(r.parameters) for r in conversion.remarks if r.code == "case.fields_left"] == [{"field": "extensions", "count": 2}]


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("CFItems", "notes", 7),
        ("CFItems", "conceptKeywords", [1]),
        ("CFItems", "lastChangeDateTime", "yesterday"),
        ("CFItems", "licenseURI", "CC BY"),
        ("CFAssociations", "sequenceNumber", "1"),
        ("CFAssociations", "CFAssociationGroupingURI", {"title": "Group"}),
        ("CFDocument", "adoptionStatus", "Implemented"),
    ],
)
def test_a_value_that_its_field_cannot_hold_is_counted_and_never_lost_in_silence(table: str, field: str, value: Any) -> None:
    rows = package([item(2)], [association(100, "isChildOf", 2, 1)])
    (rows[table] if table == "CFDocument" else rows[table][0])[field] = value
    remarks = [remark for remark in made(rows).remarks if remark.code == "case.fields_left"]
    assert [(remark.table, dict(remark.parameters)) for remark in remarks] == [(table, {"field": field, "count": 1})]


def test_a_framework_of_other_origin_gets_its_associations_from_its_own_properties() -> None:
    conversion = made(welding())
    package_out = case_package(framework(conversion), None, creator="Lake Region", changed="2026-01-01T00:00:00Z")
    found = {(a["associationType"], a["originNodeURI"]["identifier"], a["destinationNodeURI"]["identifier"]): a.get("sequenceNumber")
             for a in package_out["CFAssociations"]}  # fmt: skip
    assert found["isChildOf", uuid(3), uuid(2)] == 2
    assert found["isChildOf", uuid(5), uuid(1)] == 2
    assert ("isRelatedTo", uuid(3), uuid(5)) in found
    again = case_package(framework(conversion), None, creator="Lake Region", changed="2026-01-01T00:00:00Z")
    assert again == package_out


def test_only_a_framework_is_written_as_a_package() -> None:
    with pytest.raises(Misused) as caught:
        case_package(associations(made(welding())), None, creator="x", changed="")
    assert caught.value.code == "case.not_a_framework"


def test_the_map_belongs_to_the_framework() -> None:
    conversion = made(welding())
    assert associations(conversion).ctid == map_ctid(framework(conversion).ctid)
    assert [Ctid.within(ref) for ref in refs(associations(conversion).main, "ceterms:compares")] == [framework(conversion).ctid]
