"""Institutions of IPEDS: nobody's name goes in, and what is described already is not described twice."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.document import Document, build, text
from openler.ctdl.formats.ipeds import Institutions, convert_institutions, institution_ctid
from openler.ctdl.rules import check
from openler.ids import Ctid

BASE = "https://registry.example"
ROW = {
    "UNITID": "187000", "INSTNM": "Quill College", "IALIAS": "QC|Quill", "ADDR": "1 Main Street", "CITY": "Quill", "STABBR": "NJ",
    "ZIP": "07001-1234", "OPEID": "250100", "EIN": "221111111", "WEBADDR": "www.quill.example/", "CONTROL": "1", "ICLEVEL": "2",
    "POSTSEC": "1", "CYACTIVE": "1", "CLOSEDAT": "-2", "DEATHYR": "-2", "COUNTYNM": "Sorrel County", "LATITUDE": "40.5",
    "LONGITUD": "-74.5",
    "CHFNM": "Dr. Somebody Important", "CHFTITLE": "President", "GENTELE": "5551234567",
}  # fmt: skip


def converted(*rows: dict[str, str], existing: tuple[Document, ...] = (), **options: Any) -> Institutions:
    return convert_institutions(enumerate(rows, 2), existing, base_url=BASE, **options)


def college(made: Institutions) -> Document:
    return next(one for one in made.documents if one.ctid == institution_ctid("187000"))


def standing(**stated: Any) -> Document:
    ctid = Ctid.derive("tests", "ceterms:CredentialOrganization", "college")
    node = {"@type": "ceterms:CredentialOrganization", "ceterms:ctid": ctid, "ceterms:name": {"en": "Another Name"}}
    return build(BASE, [node | {name.replace("__", ":"): value for name, value in stated.items()}])


def test_a_row_tells_who_and_where_and_has_no_error() -> None:
    made = converted(ROW)
    main = college(made).main
    assert (main["ceterms:ipedsID"], main["ceterms:opeID"], main["ceterms:fein"]) == ("187000", "00250100", "221111111")
    assert main["ceterms:subjectWebpage"] == "https://www.quill.example/"
    assert main["ceterms:agentSectorType"]["ceterms:targetNode"] == "agentSector:Public"
    assert [one["ceterms:targetNode"] for one in main["ceterms:agentType"]] == ["orgType:TwoYear", "orgType:Postsecondary"]
    assert text(main["ceterms:address"][0], "ceterms:subRegion") == "Sorrel County"
    assert [remark.code for remark in made.remarks] == ["ipeds.scheme_added"]
    assert [finding for one in made.documents for finding in check(one) if finding.severity == "error"] == []


def test_an_officers_name_title_and_telephone_are_not_read() -> None:
    assert not any(word in college(converted(ROW)).normalised for word in (b"Somebody", b"President", b"5551234567"))


def test_a_code_for_not_known_is_no_value_and_a_closed_institution_has_ceased() -> None:
    main = college(converted(ROW | {"EIN": "-2", "CONTROL": "-3", "LATITUDE": ".", "CLOSEDAT": "06/30/2020"})).main
    assert {"ceterms:fein", "ceterms:agentSectorType"}.isdisjoint(main)
    assert "ceterms:latitude" not in main["ceterms:address"][0]
    assert main["ceterms:lifeCycleStatusType"]["ceterms:targetNode"] == "lifeCycle:Ceased"


@pytest.mark.parametrize("stated", [{"ceterms__ipedsID": "187000"}, {"ceterms__opeID": "00250100"}])
def test_an_institution_known_by_its_number_is_left_as_it_is(stated: dict[str, str]) -> None:
    there = standing(**stated)
    made = converted(ROW, existing=(there,))
    assert (made.documents, made.adopted) == ((), (there.ctid,))
    assert (made.fates[0].fate, made.fates[0].ctids) == ("merged", (there.ctid,))


def test_one_of_the_same_name_is_proposed_and_published_only_when_a_person_says_so() -> None:
    there = standing(ceterms__name={"en": "Quill College"})
    made = converted(ROW, existing=(there,))
    assert made.documents == ()
    assert [(one.key, one.existing) for one in made.proposals] == [("187000", there.ctid)]
    assert made.fates[0].code == "ipeds.may_be_known"
    assert college(converted(ROW, existing=(there,), new=("187000",))).ctid == institution_ctid("187000")


def test_a_second_import_finds_what_the_first_one_made() -> None:
    first = college(converted(ROW))
    assert college(converted(ROW, existing=(first,))).digest == first.digest


def test_every_row_has_one_fate() -> None:
    made = converted(
        ROW, ROW | {"STABBR": "PA", "UNITID": "1"}, ROW | {"UNITID": "x"}, ROW | {"INSTNM": "", "UNITID": "2"}, ROW, states=("nj",)
    )  # fmt: skip
    assert [fate.code for fate in made.fates] == [
        "import.published", "ipeds.other_state", "ipeds.unitid_unreadable", "import.name_missing", "ipeds.unitid_twice",
    ]  # fmt: skip
    (sums,) = made.tables
    assert (sums.read, sums.published + sums.merged + sums.refused) == (5, 5)
