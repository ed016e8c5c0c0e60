"""The credential comes from the award that is named; a certification is its body's and not the school's."""

from __future__ import annotations

from openler.ctdl.document import refs
from openler.ctdl.formats.codes import cip_code
from openler.ids import Ctid
from tests.support.regions import TABLES, codes, lakes, named


def owners(node: dict[str, object]) -> list[Ctid | None]:
    return [Ctid.within(reference) for reference in refs(node, "ceterms:ownedBy")]


def test_the_class_is_the_named_awards_whatever_the_flag_says() -> None:
    made = lakes()
    aide = named(made, "Cert in Nurse Aide")
    assert aide.type == "ceterms:Certificate"
    assert ("import.flag_other_award", 4) in codes(made, "courses")
    unflagged = lakes({"courses": TABLES["courses"].replace("Cert,yes", "Cert,no")})
    assert [document.digest for document in unflagged.documents] == [document.digest for document in made.documents]
    assert ("import.flag_other_award", 4) not in codes(unflagged, "courses")


def test_a_program_that_names_nothing_gets_nothing_and_is_counted() -> None:
    made = lakes()
    pastry = named(made, "Pastry").main
    assert not {"ceterms:isPreparationFor", "ceterms:resultsInCredential"} & pastry.keys()
    assert ("import.no_credential", 5) in codes(made, "courses")
    assert ("import.flag_without_award", 5) in codes(made, "courses")


def test_a_schools_own_award_is_the_schools_and_requires_its_program() -> None:
    made = lakes()
    degree = named(made, "AAS in Welding")
    assert degree.type == "ceterms:AssociateOfAppliedScienceDegree"
    assert owners(degree.main) == [named(made, "Alder College").ctid]
    welding = named(made, "Welding")
    assert [Ctid.within(found) for found in refs(degree.main["ceterms:requires"][0], "ceterms:targetLearningOpportunity")] == [welding.ctid]
    assert [Ctid.within(found) for found in refs(welding.main, "ceterms:isPreparationFor")] == [degree.ctid]


def test_a_licence_is_published_once_and_owned_by_the_body_that_the_organisations_table_names() -> None:
    made = lakes()
    licence = named(made, "Nurse Aide Licence")
    assert owners(licence.main) == [named(made, "Board of Care").ctid]
    merged = [fate for fate in made.fates if fate.code == "import.same_credential"]
    assert [(fate.table, fate.row, fate.ctids) for fate in merged] == [("papers", 4, (licence.ctid,))]
    assert str(licence.ctid) in str(named(made, "Nurse Aide", "ceterms:LearningProgram").main["ceterms:isPreparationFor"])


def test_a_certification_whose_body_nobody_names_has_no_owner_which_is_a_gap() -> None:
    made = lakes()
    assert owners(named(made, "First Aider").main) == []
    assert ("import.body_unknown", 2) in codes(made, "papers")


def test_one_certification_named_by_two_programs_is_published_once_without_the_school() -> None:
    made = lakes()
    boat = named(made, "Boat Paper")
    assert boat.type == "ceterms:Certification"
    assert owners(boat.main) == []
    assert "ceterms:requires" not in boat.main
    for program in ("Boating", "Sailing"):
        assert str(boat.ctid) in str(named(made, program).main["ceterms:isPreparationFor"])


def test_no_value_is_made_up() -> None:
    made = lakes()
    first_aid = named(made, "First Aid").main
    assert "ceterms:description" not in first_aid
    assert "ceterms:subjectWebpage" not in first_aid
    pastry = named(made, "Pastry").main
    for prop in ("ceterms:offeredBy", "ceterms:estimatedCost", "ceterms:instructionalProgramType", "ceterms:description"):
        assert prop not in pastry
    birch = named(made, "Birch School").main
    for prop in ("ceterms:subjectWebpage", "ceterms:email", "ceterms:address"):
        assert prop not in birch
    assert cip_code("99.9999") is not None, "the code is well formed, and still names nothing"
