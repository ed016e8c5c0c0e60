"""ESCO's occupations ask for skills that can be found, and say of their group and their relations what the files say."""

from __future__ import annotations

from typing import Any

from openler.ctdl.document import Document, nodes, refs, text, texts
from openler.ctdl.formats.convert import Conversion
from openler.ctdl.formats.esco import group_ctid, occupation_ctid
from openler.ctdl.formats.esco_files import several
from openler.ctdl.rules import check
from openler.ids import Ctid
from tests.support.esco import FITTER, GROUP, METAL, TOP, WELD, WELDER, made, table


def document(conversion: Conversion, ctid: Ctid) -> Document:
    return next(document for document in conversion.documents if ctid in document.resources)


def labelled(conversion: Conversion, label: str) -> dict[str, Any]:
    framework = next(document for document in conversion.documents if document.type == "ceasn:CompetencyFramework")
    return next(node for node in framework.graph if text(node, "ceasn:competencyLabel") == label)


def asked(conversion: Conversion, prop: str) -> dict[str, str]:
    found = document(conversion, occupation_ctid(WELDER))
    return {
        text(target, "ceterms:targetNodeName"): Ctid.within(next(iter(refs(target, "ceterms:targetNode")))) or ""
        for condition in nodes(found, found.main, prop)
        for target in nodes(found, condition, "ceterms:targetCompetency")
    }


def test_essential_skills_are_required_and_optional_ones_recommended() -> None:
    conversion = made()
    assert asked(conversion, "ceterms:requires")["weld"] == labelled(conversion, "weld")["ceterms:ctid"]
    assert set(asked(conversion, "ceterms:requires")) == {"weld", "working metal"}
    assert set(asked(conversion, "ceterms:recommends")) == {"sing"}


def test_a_skill_known_by_its_label_alone_has_no_address_and_is_told() -> None:
    conversion = made()
    assert refs(labelled(conversion, "sing"), "ceasn:identifier") == ()
    assert refs(labelled(conversion, "weld"), "ceasn:identifier") == (WELD,)
    # "working metal" names a group; the skill of that name is another.
    assert [dict(one.parameters) for one in conversion.remarks if one.code == "esco.by_label"] == [{"count": 2}]


def test_skills_named_by_address_need_no_label() -> None:
    rows = table(
        "occupation_skills",
        {"occupationUri": FITTER, "relationType": "essential", "skillUri": WELD},
        {"occupationUri": FITTER, "relationType": "x", "skillUri": WELD},
    )  # fmt: skip
    conversion = made(occupation_skills=rows)
    fitter = document(conversion, occupation_ctid(FITTER))
    condition = nodes(fitter, fitter.main, "ceterms:requires")[0]
    assert [text(target, "ceterms:targetNodeName") for target in nodes(fitter, condition, "ceterms:targetCompetency")] == ["weld"]
    sums = {one.table: (one.merged, one.refused) for one in conversion.tables}
    assert sums["occupation_skills"] == (1, 1)


def test_the_hierarchy_is_told_from_both_sides_and_what_is_not_there_is_remarked() -> None:
    conversion = made()
    weld = labelled(conversion, "weld")
    framework = document(conversion, Ctid(weld["ceterms:ctid"]))
    metal = next(node for node in framework.graph if METAL in refs(node, "ceasn:identifier"))
    assert [Ctid.within(ref) for ref in refs(weld, "ceasn:isChildOf")] == [metal["ceterms:ctid"]]
    assert [Ctid.within(ref) for ref in refs(metal, "ceasn:hasChild")] == [weld["ceterms:ctid"]]
    assert conversion.counted()["esco.parent_unknown"] == 1


def test_groups_and_occupations_name_what_is_broader_and_narrower() -> None:
    conversion = made()
    fitter, welder = document(conversion, occupation_ctid(FITTER)), document(conversion, occupation_ctid(WELDER))
    assert [Ctid.within(ref) for ref in refs(fitter.main, "ceterms:isSpecializationOf")] == [welder.ctid]
    assert [Ctid.within(ref) for ref in refs(welder.main, "ceterms:hasSpecialization")] == [fitter.ctid]
    scheme = document(conversion, group_ctid(TOP))
    assert [Ctid.within(ref) for ref in refs(scheme.main, "skos:hasTopConcept")] == [group_ctid(TOP)]
    classified = nodes(welder, welder.main, "ceterms:occupationType")[0]
    assert (text(classified, "ceterms:codedNotation"), Ctid.within(text(classified, "ceterms:targetNode"))) == ("72", group_ctid(GROUP))
    assert conversion.counted()["esco.group_unknown"] == 1


def test_a_collection_lists_its_members_and_a_skill_of_two_is_one() -> None:
    conversion = made()
    collections = {text(one.main, "ceterms:name"): one for one in conversion.documents if one.type == "ceterms:Collection"}
    assert len(refs(collections["Green skills and knowledge concepts (ESCO 1.2.0)"].main, "ceterms:hasMember")) == 2
    weld = labelled(conversion, "weld")
    assert len(refs(weld, "ceterms:isMemberOf")) == 2
    assert [Ctid.within(ref) for ref in refs(collections["Research occupations (ESCO 1.2.0)"].main, "ceterms:hasMember")] == [
        occupation_ctid(WELDER)
    ]


def test_knowledge_that_a_skill_needs_is_embodied_in_it() -> None:
    conversion = made()
    assert [Ctid.within(ref) for ref in refs(labelled(conversion, "weld"), "ceasn:knowledgeEmbodied")] == [
        labelled(conversion, "joints")["ceterms:ctid"]
    ]


def test_every_row_has_one_fate_and_no_document_has_an_error() -> None:
    conversion = made(occupations=table("occupations", {"conceptUri": "x y", "preferredLabel": "z"}, {"conceptUri": WELDER}))
    assert all(one.read == one.published + one.merged + one.refused for one in conversion.tables)
    assert [fate.code for fate in conversion.fates if fate.table == "occupations"] == ["import.key_missing", "import.name_missing"]
    for one in (conversion, made()):
        assert [finding for each in one.documents for finding in check(each) if finding.severity == "error"] == []


def test_two_occupations_of_one_address_are_both_refused() -> None:
    rows = [{"conceptUri": WELDER, "preferredLabel": "welder"}, {"conceptUri": WELDER, "preferredLabel": "other"}]
    fates = [fate for fate in made(occupations=table("occupations", *rows)).fates if fate.table == "occupations"]
    assert [(fate.code, fate.parameters["rows"]) for fate in fates] == [("import.duplicate_key", "2, 3")] * 2


def test_cells_hold_several_values_a_line_or_between_bars() -> None:
    assert several("a\nb | c\na") == ["a", "b | c"]
    assert several("a | b | a") == ["a", "b"]
    assert several("") == []


def test_alternate_names_stay_names() -> None:
    assert texts(document(made(), occupation_ctid(WELDER)).main, "ceterms:alternateName") == ("joiner", "weld hand")
