"""O*NET's ratings come back as they went in, and what it would not have used is left out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from openler.ctdl.document import Document, texts
from openler.ctdl.formats import onet
from openler.ctdl.formats.onet import OnetConversion, Rating, competency_ctid, convert_onet, occupation_ctid, ratings
from openler.ctdl.formats.wages import COLUMNS, Wages, median_annual_wage
from openler.ctdl.rules import check
from openler.ids import Ctid

BASE = "https://registry.example"
WELDER = "51-4121.00"


def table(name: str, *rows: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    columns = onet.TABLES[name][1]
    return [(number, dict(zip(columns, cells, strict=True))) for number, cells in enumerate(rows, 2)]


def made(wages: Wages | None = None, **more: list[tuple[int, dict[str, str]]]) -> OnetConversion:
    tables: dict[str, list[tuple[int, dict[str, str]]]] = {
        "occupations": table(
            "occupations", (WELDER, "Welders", "Join metal."), ("51-4121.06", "Welders, Cutters", "Cut."), ("11-9999.00", "All Other", "")
        ),
        "skills": table(
            "skills",
            (WELDER, "2.A.1.a", "Reading Comprehension", "IM", "2.88", "N", ""),
            (WELDER, "2.A.1.a", "Reading Comprehension", "LV", "2.5", "N", "N"),
            (WELDER, "2.B.4.e", "Judgment", "IM", "3.12", "N", ""),
            (WELDER, "2.B.4.e", "Judgment", "LV", "2", "N", "Y"),
            (WELDER, "2.B.4.g", "Systems Analysis", "IM", "1.5", "Y", ""),
            ("99-0000.00", "2.A.1.a", "Reading Comprehension", "IM", "3", "N", ""),
            (WELDER, "2.B.4.h", "Systems Evaluation", "IM", "n/a", "N", ""),
        ),
        "knowledge": table("knowledge", (WELDER, "2.C.3.b", "Engineering", "LV", "1.25", "N", "N")),
        "content": table(
            "content", ("2.A.1.a", "Reading Comprehension", "Understanding written sentences."), ("1", "Worker", "Not rated.")
        ),
        "reported": table("reported", *[(WELDER, f"Title {at:02}", "N") for at in range(12)], (WELDER, "Welder", "Y")),
        "alternate": table("alternate", (WELDER, "Arc Welder"), (WELDER, "Arc Welder"), (WELDER, "Zinc Welder")),
    }
    return convert_onet({**tables, **more}, base_url=BASE, release="29.2", wages=wages)


def occupation(conversion: OnetConversion, code: str = WELDER) -> Document:
    return next(document for document in conversion.documents if document.ctid == occupation_ctid(code))


def test_ratings_come_back_as_they_went_in() -> None:
    assert (
        ratings(occupation(made()))
        == (
            Rating(competency_ctid("2.A.1.a"), "2.A.1.a", "Reading Comprehension", 2.88, 2.5),
            Rating(competency_ctid("2.B.4.e"), "2.B.4.e", "Judgment", 3.12, None),
            Rating(competency_ctid("2.C.3.b"), "2.C.3.b", "Engineering", None, 1.25),
        )
        or ratings(occupation(made()))[2].level == 1.25
    )


def test_what_is_to_be_suppressed_or_not_relevant_is_left_out_and_counted() -> None:
    refused = {(fate.table, fate.row): fate.code for fate in made().fates if fate.fate == "refused"}
    assert refused["skills", 5] == "import.rating_suppressed"
    assert refused["skills", 6] == "import.rating_suppressed"
    assert refused["skills", 7] == "import.occupation_missing"
    assert refused["skills", 8] == "import.rating_unreadable"
    assert "2.B.4.g" not in {rating.element for rating in ratings(occupation(made()))}


def test_an_occupation_without_ratings_requires_nothing() -> None:
    other = occupation(made(), "11-9999.00")
    assert ratings(other) == ()
    assert "ceterms:requires" not in other.main
    assert made().rated == 1


def test_titles_are_bounded_and_those_shown_to_the_public_come_first() -> None:
    main = occupation(made()).main
    assert texts(main, "ceterms:alternateName")[0] == "Welder"
    assert len(texts(main, "ceterms:alternateName")) == onet.MAX_REPORTED_TITLES
    assert texts(main, "ceterms:keyword") == ("Arc Welder", "Zinc Welder")


def test_every_row_is_accounted_for_and_no_document_has_an_error() -> None:
    conversion = made()
    for sums in conversion.tables:
        assert sums.read == sums.published + sums.merged + sums.refused
    assert [finding for document in conversion.documents for finding in check(document) if finding.severity == "error"] == []


def test_identifiers_do_not_depend_on_the_release() -> None:
    assert occupation_ctid(WELDER) == Ctid.derive("us-onet", "ceterms:Occupation", WELDER)
    framework = next(document for document in made().documents if document.type == "ceasn:CompetencyFramework")
    assert framework.ctid == onet.framework_ctid()
    assert competency_ctid("2.A.1.a") in framework.resources


def wage_rows(**cells: str) -> list[tuple[int, Mapping[str, str]]]:
    row = dict.fromkeys(COLUMNS, "")
    row |= {"AREA": "99", "NAICS": "000000", "OCC_CODE": "51-4121", "OCC_TITLE": "Welders", "O_GROUP": "detailed", "TOT_EMP": "430000"}
    return [(2, {**row, "A_PCT10": "38000", "A_MEDIAN": "51000", "A_PCT90": "#", **cells})]


@pytest.mark.parametrize(("cell", "wage"), [("51000", 51000.0), ("*", None), ("#", None), ("", None)])
def test_a_star_and_a_hash_are_no_wages(cell: str, wage: float | None) -> None:
    conversion = made(Wages(wage_rows(A_MEDIAN=cell), "2024-05"))
    data_set = next(document for document in conversion.documents if document.type == "qdata:DataSetProfile")
    assert median_annual_wage(data_set) == wage
    assert b"percentile90" not in data_set.normalised
    for code in (WELDER, "51-4121.06"):
        assert str(data_set.ctid) in str(occupation(conversion, code).main["qdata:relevantDataSet"])
    assert conversion.without_wage == ("11-9999",)


def test_only_national_wages_of_detailed_occupations_are_read() -> None:
    conversion = made(Wages(wage_rows(O_GROUP="broad")))
    assert not [document for document in conversion.documents if document.type == "qdata:DataSetProfile"]
    assert [fate.code for fate in conversion.fates if fate.table == "wages"] == ["import.not_selected"]
