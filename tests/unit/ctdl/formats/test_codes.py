"""Classification codes are read, padded and crossed over, and what is inferred stays apart."""

from __future__ import annotations

import pytest

from openler.ctdl.formats.codes import cip_code, is_inferred, occupation_codes, soc_code
from tests.support.regions import TABLES, lakes, named


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("520401", "52.0401"),
        ("10203", "01.0203"),
        ("1.0203", "01.0203"),
        ("52.0401", "52.0401"),
        ("5204", None),
        ("52.04", None),
        ("abc", None),
    ],
)
def test_cip_codes_are_zero_padded(text: str, code: str | None) -> None:
    assert cip_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"), [("15-1252", "15-1252"), ("15-1252.00", "15-1252"), ("151252", "15-1252"), ("15-12", None), ("", None)]
)
def test_soc_codes_are_read_in_their_spellings(text: str, code: str | None) -> None:
    assert soc_code(text) == code


def test_an_occupation_from_the_crosswalk_is_marked_as_inferred_and_one_from_the_source_is_not() -> None:
    node = named(lakes(), "Nurse Aide", "ceterms:LearningProgram").main
    assert occupation_codes(node) == (("31-1131",), ("29-2061",))
    inferred = next(entry for entry in node["ceterms:occupationType"] if is_inferred(entry))
    assert inferred["ceterms:targetNodeDescription"] == {"en-US": "Inferred from CIP 51.3902 by the Lakes crosswalk"}


def test_99_9999_is_no_match() -> None:
    assert "ceterms:occupationType" not in named(lakes(), "First Aid").main


def test_soc_2010_goes_through_the_crosswalk_and_what_has_no_successor_is_a_gap() -> None:
    made = lakes()
    licence = named(made, "Nurse Aide Licence").main
    assert occupation_codes(licence) == (("31-1131",), ())
    assert ("import.soc_without_successor", 3) in [(str(remark.code), remark.row) for remark in made.remarks if remark.table == "wanted"]
    program = named(made, "Nurse Aide", "ceterms:LearningProgram").main
    assert [action["@type"] for action in program["ceterms:objectOfAction"]] == ["ceterms:WorkforceDemandAction"]
    assert "ceterms:objectOfAction" not in named(made, "Welding").main


def test_without_the_crosswalk_row_there_is_no_demand() -> None:
    made = lakes({"old": TABLES["old"].replace("31-1014,31-1131\n", "")})
    assert "ceterms:objectOfAction" not in named(made, "Nurse Aide", "ceterms:LearningProgram").main
