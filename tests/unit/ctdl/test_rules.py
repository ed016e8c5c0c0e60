"""Each fault gets its own code at its own place; a complete document gets none."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.document import parse
from openler.ctdl.rules import Finding, check
from openler.errors import declared
from tests.support.ctdl import BASE, OWNER, STANDALONE, complete, ctid, document, named, program, raw


def found(data: bytes, *, severity: str = "error") -> list[tuple[str, str]]:
    return [(finding.code.removeprefix("ctdl."), finding.place) for finding in check(parse(data)) if finding.severity == severity]


def faults(**changes: Any) -> list[tuple[str, str]]:
    return found(raw(named(program(**changes))))


@pytest.mark.parametrize("kind", STANDALONE)
def test_a_complete_document_has_no_findings(kind: str) -> None:
    assert check(document(complete(kind))) == ()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ceterms__name", "Welding", "language_map_expected"),
        ("ceterms__name", ["Welding"], "language_map_expected"),
        ("ceterms__name", {"english!": "Welding"}, "language_tag"),
        ("ceterms__name", {"en": 4}, "text_expected"),
        ("ceterms__name", {"@value": "Welding", "@language": "en"}, "language_map_expected"),
        ("ceterms__inLanguage", ["English"], None),
        ("ceterms__inLanguage", ["en_US"], "language_tag"),
        ("ceterms__dateEffective", "2026-09-31", "date_expected"),
        ("ceterms__dateEffective", "9/1/2026", "date_expected"),
        ("ceterms__dateEffective", "2026-09-01", None),
        ("ceterms__dateEffective", "2026-09-01Z", None),
        ("ceterms__dateEffective", 2026, "date_expected"),
        ("ceterms__isNonCredit", "yes", "boolean_expected"),
        ("ceterms__isNonCredit", False, None),
        ("ceterms__codedNotation", True, "text_expected"),
        ("ceterms__codedNotation", "W-1", None),
        ("ceterms__subjectWebpage", "www.college.example", "address_expected"),
        ("ceterms__subjectWebpage", "https://college.example/a b", "address_expected"),
        ("ceterms__subjectWebpage", "mailto:office@college.example", "web_address_expected"),
        ("ceterms__subjectWebpage", "https://college.example:8443/x?y#z", None),
        ("ceterms__subjectWebpage", 7, "reference_expected"),
        ("ceterms__subjectWebpage", None, None),
        ("ceterms__ownedBy", "_:gone", "blank_node_dangling"),
        ("ceterms__ownedBy", {"@id": "_:gone"}, "blank_node_dangling"),
        ("ceterms__nmae", {"en": "Welding"}, "property_unknown"),
        ("name", {"en": "Welding"}, "property_unknown"),
        ("https://purl.org/ctdl/terms/name", "Welding", "property_unknown"),
        ("undeclared__name", "Welding", "property_unknown"),
        ("dct__title", "Welding", None),
        ("https://college.example/terms/room", "B12", None),
        ("@reverse", {}, "keyword_unexpected"),
        ("ceasn__competencyText", {"en": "Weld"}, "domain"),
        ("schema__birthDate", "2001-01-01", "personal_property"),
        ("familyName", "Doe", "personal_property"),
    ],
)  # fmt: skip
def test_a_value_is_held_to_its_propertys_form(name: str, value: Any, code: str | None) -> None:
    codes = {found for found, _ in faults(**{name: value})}
    assert codes == ({code} if code else set())


@pytest.mark.parametrize(
    ("good", "value"),
    [
        (True, "P2Y"), (True, "P18M"), (True, "P6W"), (True, "PT40H"), (True, "P1Y6M"), (True, "P0.5Y"), (True, "P1Y2M3DT4H5M6.5S"),
        (False, "P"), (False, "PT"), (False, "2 years"), (False, "P2X"), (False, "P1YT"), (False, 2), (False, "1Y"),
    ],
)  # fmt: skip
def test_durations_are_iso_8601(good: bool, value: Any) -> None:
    duration = [{"@type": "ceterms:DurationProfile", "ceterms:exactDuration": value}]
    expected = [] if good else [("duration_expected", "/@graph/0/ceterms:estimatedDuration/0/ceterms:exactDuration")]
    assert faults(ceterms__estimatedDuration=duration) == expected


@pytest.mark.parametrize(("good", "value"), [(True, 12), (True, 12.5), (True, "12.50"), (False, "$12"), (False, True), (False, "1,200")])
def test_amounts_are_numbers(good: bool, value: Any) -> None:
    cost = [
        {
            "@type": "ceterms:CostProfile",
            "ceterms:price": value,
            "ceterms:description": {"en": "x"},
            "ceterms:costDetails": "https://a.example",
        }
    ]
    assert [code for code, _ in faults(ceterms__estimatedCost=cost)] == ([] if good else ["number_expected"])


def test_an_approximate_date_may_be_a_year_alone_and_an_exact_one_may_not() -> None:
    scheduled = complete("ceterms:QACredentialOrganization")
    assert found(raw(named({**scheduled, "ceterms:foundingDate": "1871"}))) == []
    assert [code for code, _ in faults(ceterms__dateEffective="1871")] == ["date_expected"]


def test_a_pointer_leads_to_the_value_itself() -> None:
    assert faults(ceterms__keyword=[{"en": ["weld", 3]}]) == [("text_expected", "/@graph/0/ceterms:keyword/0/en")]
    assert faults(**{"a/b~c": 1}) == [("property_unknown", "/@graph/0/a~1b~0c")]


def test_an_alignment_object_typed_as_a_competency_is_found_at_each_property() -> None:
    teaches = [{"@type": "ceasn:Competency", "ceterms:targetNode": "https://a.example/1", "ceterms:targetNodeName": {"en": "Weld"}}]
    place = "/@graph/0/ceterms:teaches/0"
    assert faults(ceterms__teaches=teaches) == [("domain", f"{place}/ceterms:targetNode"), ("domain", f"{place}/ceterms:targetNodeName")]


def test_a_property_cannot_point_at_a_thing_of_another_kind_embedded_or_in_the_graph() -> None:
    place = {"@type": "ceterms:Place"}
    assert faults(ceterms__estimatedCost=[place]) == [("range", "/@graph/0/ceterms:estimatedCost/0")]
    data = raw(named(program(ceterms__estimatedCost=["_:a"])), {"@id": "_:a", **place})
    assert found(data) == [("range", "/@graph/0/ceterms:estimatedCost/0")]


def test_an_alignments_target_may_be_anything_with_an_address() -> None:
    child = named(complete("ceasn:Competency", "child"))
    teaches = [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": child["@id"]}]
    assert found(raw(named(program(ceterms__teaches=teaches)), child)) == []


def test_a_progression_model_is_published_with_its_levels() -> None:
    level = complete("asn:ProgressionLevel")
    model = complete("asn:ProgressionModel") | {"skos:hasTopConcept": [level["ceterms:ctid"]]}
    assert check(document(model, level)) == ()
    assert [finding.code for finding in check(document(model))] == ["ctdl.child_missing"]


@pytest.mark.parametrize(
    ("value", "is_fault"),
    [
        ({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "deliveryType:InPerson"}, False),
        ({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "deliveryType:ByPost"}, True),
        ({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "audience:Citizen"}, True),
        ({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "https://purl.org/ctdl/vocabs/deliveryType/InPerson"}, False),
        ({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "https://credreg.net/ctdl/vocabs/deliveryType/ByPost"}, True),
        ({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "https://own.example/modes/post"}, False),
        (
            {
                "@type": "ceterms:CredentialAlignmentObject",
                "ceterms:framework": "https://credreg.net/ctdl/terms/Delivery",
                "ceterms:targetNode": "https://own.example/modes/post",
            },
            True,
        ),
        ({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en": "By post"}}, False),
        ("deliveryType:InPerson", False),
        ("deliveryType:ByPost", True),
    ],
)
def test_a_concept_is_a_member_of_its_propertys_scheme(value: Any, is_fault: bool) -> None:
    assert [code for code, _ in faults(ceterms__deliveryType=[value])] == (["concept_not_in_scheme"] if is_fault else [])


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("ceterms:Credential", "class_generic"),
        ("ceterms:Certifcate", "class_unknown"),
        ("Certificate", "class_unknown"),
        ("ceterms:CredentialPerson", "personal_class"),
        ("schema:Person", "personal_class"),
        ("ceterms:Certificate", None),
    ],
)
def test_a_class_must_exist_say_enough_and_be_no_person(kind: str, code: str | None) -> None:
    node = {**complete("ceterms:Certificate"), "@type": kind}
    codes = {found for found, place in found(raw(named(node))) if place == "/@graph/0/@type"}
    assert codes == ({code} if code else set())


def test_a_mention_of_a_credential_may_be_as_vague_as_what_it_mentions() -> None:
    condition = {"@type": "ceterms:ConditionProfile", "ceterms:targetCredential": ["_:c"]}
    data = raw(
        named(program(ceterms__requires=[condition])), {"@id": "_:c", "@type": "ceterms:Credential", "ceterms:name": {"en": "A badge"}}
    )
    assert found(data) == []


def test_names_must_agree() -> None:
    node = program()
    other = f"{BASE}/resources/{ctid('other')}"
    assert found(raw(node)) == [("id_missing", "/@graph/0")]
    assert found(raw({"@id": other, **node})) == [("id_mismatch", "/@graph/0/@id")]
    assert found(raw({"@id": "_:b1", **node})) == [("id_mismatch", "/@graph/0/@id")]
    assert found(raw({"@id": "welding", **node})) == [("id_malformed", "/@graph/0/@id"), ("id_mismatch", "/@graph/0/@id")]
    assert found(raw(named(node), **{"@id": other.replace("resources", "graph")})) == [("id_mismatch", "/@id")]
    twice = named(complete("ceterms:Course", "two"))
    assert found(raw(named(node), twice, twice)) == [("id_duplicate", "/@graph/2")] * 2


def test_an_address_elsewhere_is_kept_and_noted_for_the_resource_is_found_by_its_ctid() -> None:
    read = parse(raw({"@id": "https://college.example/welding", **program()}))
    assert [(finding.severity, finding.code) for finding in check(read) if finding.severity != "gap"] == [("note", "ctdl.id_foreign")]
    assert read.main["@id"] == "https://college.example/welding"
    assert read.find("https://college.example/welding") is read.find(str(read.ctid)) is read.main


def test_a_childs_ctid_is_held_to_the_form_and_its_version_only_noted() -> None:
    child = named(complete("ceterms:Course", "two"))
    assert ("ctid_malformed", "/@graph/1/ceterms:ctid") in found(raw(named(program()), {**child, "ceterms:ctid": "ce-12"}))
    old = str(ctid("two"))[:17] + "1" + str(ctid("two"))[18:]
    data = raw(named(program()), {**child, "ceterms:ctid": old, "@id": f"{BASE}/resources/{old}"})
    assert found(data) == []
    assert found(data, severity="note") == [("ctid_version", "/@graph/1/ceterms:ctid")]


@pytest.mark.parametrize(
    ("context", "code"),
    [
        (None, "context_missing"),
        ({"ceterms": "https://evil.example/"}, "context_unknown"),
        ("https://evil.example/context", "context_unknown"),
        (["https://credreg.net/ctdl/schema/context/json", {"x": "https://x.example/"}], "context_unknown"),
        (["https://credreg.net/ctdl/schema/context/json", "https://credreg.net/ctdlasn/schema/context/json"], None),
        ("http://credreg.net/ctdl/schema/context/json", None),
    ],
)
def test_only_the_published_contexts_give_terms_their_meaning(context: Any, code: str | None) -> None:
    assert [found for found, _ in found(raw(named(program()), context=context))] == ([code] if code else [])


def test_nothing_stands_beside_the_graph() -> None:
    assert found(raw(named(program()), **{"ceterms:name": "x"})) == [("graph_key_unknown", "/ceterms:name")]


def test_a_frameworks_competencies_are_in_its_graph() -> None:
    gone = f"{BASE}/resources/{ctid('gone', 'ceasn:Competency')}"
    node = named(complete("ceasn:CompetencyFramework")) | {"ceasn:hasTopChild": [gone]}
    assert found(raw(node)) == [("child_missing", "/@graph/0/ceasn:hasTopChild/0")]


def test_an_inverse_that_says_otherwise_is_noted_and_one_that_is_silent_is_not() -> None:
    parent, child, third = (named(complete("ceasn:Competency", key)) for key in ("parent", "child", "third"))
    parent["ceasn:hasChild"] = [child["@id"]]
    assert found(raw(parent, child, third), severity="note") == []
    assert found(raw(parent, {**child, "ceasn:isChildOf": [parent["@id"]]}, third), severity="note") == []
    contradicted = found(raw(parent, {**child, "ceasn:isChildOf": [third["@id"]]}, third), severity="note")
    assert contradicted == [("inverse_contradicted", "/@graph/0/ceasn:hasChild/0")]


def test_what_is_retired_is_noted_with_its_successor() -> None:
    data = raw(named(program(ceterms__aggregateData=[{"@type": "ceterms:AggregateDataProfile"}])))
    assert found(data) == []
    assert found(data, severity="note") == [
        ("term_retired", "/@graph/0/ceterms:aggregateData"),
        ("term_retired", "/@graph/0/ceterms:aggregateData/0/@type"),
    ]


def test_a_resource_of_another_owner_in_the_same_graph_is_noted() -> None:
    other = f"{BASE}/resources/{ctid('other', 'ceterms:Organization')}"
    course = named({**complete("ceterms:Course", "two"), "ceterms:ownedBy": [other]})
    assert found(raw(named(program()), course), severity="note") == [("owner_contradicted", "/@graph/1/ceterms:ownedBy")]
    course["ceterms:ownedBy"] = [other, f"{BASE}/resources/{OWNER}"]
    assert found(raw(named(program()), course), severity="note") == []


@pytest.mark.parametrize(
    ("text", "is_fault"),
    [
        ("Holder 219-09-9999 passed", True), ("219-09-9999", True), ("000-12-3456", False), ("666-12-3456", False), ("900-12-3456", False),
        ("219-00-3456", False), ("219-09-0000", False), ("Call 555-219-09-9999", False), ("SOC 51-4121.00, CIP 48.0508", False),
        ("1219-09-9999", False), ("219-09-99990", False),
    ],
)  # fmt: skip
def test_a_social_security_number_in_a_text_is_refused_and_not_repeated(text: str, is_fault: bool) -> None:
    findings = [finding for finding in check(parse(raw(named(program(ceterms__description={"en": text}))))) if finding.severity == "error"]
    assert [(finding.code, finding.place) for finding in findings] == (
        [("ctdl.social_security_number", "/@graph/0/ceterms:description/en")] if is_fault else []
    )
    assert not any("219" in value for finding in findings for value in finding.parameters.values())


def test_a_finding_belongs_to_the_resource_it_is_about() -> None:
    child = named({**complete("ceterms:Course", "two"), "ceterms:name": "plain"})
    [finding] = [finding for finding in check(parse(raw(named(program()), child))) if finding.severity == "error"]
    assert finding.ctid == child["ceterms:ctid"]


def test_a_long_value_is_cut_in_the_finding() -> None:
    [finding] = [finding for finding in check(parse(raw(named(program(ceterms__name="x" * 5000))))) if finding.severity == "error"]
    assert len(finding.parameters["seen"]) == 120


def test_every_code_that_a_rule_gives_is_declared() -> None:
    finding: Finding
    for finding in check(parse(raw({**program(ceterms__name="x"), "@type": "ceterms:Nothing"}))):
        assert finding.code in declared()


def test_a_resource_is_of_a_class_of_the_vocabulary_though_it_may_be_of_others_too() -> None:
    node = named(complete("ceterms:Certificate"))
    assert [code for code, _ in found(raw({**node, "@type": "schema:Course"}))] == ["class_unknown"]
    assert found(raw({**node, "@type": ["ceterms:Certificate", "schema:EducationalOccupationalCredential"]})) == []
    assert found(raw({**node, "@type": ["ceterms:Credential", "ceterms:Certificate"]})) == []


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2026-01-01", "2025-12-31", True), ("2026-01-01", "2026-01-01", False), ("2026-01-01", "2027-01-01", False),
        ("2026-01-01", "2026-01-01T08:00:00Z", False),
    ],
)  # fmt: skip
def test_what_ends_before_it_begins_is_told(first: str, last: str, told: bool) -> None:
    node = {**named(complete("ceasn:CompetencyFramework")), "ceasn:dateValidFrom": first, "ceasn:dateValidUntil": last}
    assert [code for code, _ in found(raw(node), severity="note")] == ["order_reversed"] * told


def test_the_least_above_the_most_is_told_in_the_part_where_it_stands() -> None:
    credit = {"@type": "ceterms:ValueProfile", "schema:minValue": 9, "schema:maxValue": 4.5}
    notes = found(raw(named(program(ceterms__creditValue=[credit]))), severity="note")
    assert notes == [("order_reversed", "/@graph/0/ceterms:creditValue/0/schema:maxValue")]
    assert check(parse(raw(named(program(ceterms__creditValue=[{**credit, "schema:maxValue": 9}]))))) == ()
