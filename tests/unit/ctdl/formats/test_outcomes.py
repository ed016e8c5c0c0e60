"""Small groups are not shown, in whichever way one might get at them; what is not known is never 0."""

from __future__ import annotations

from openler.ctdl.document import Document, text
from openler.ctdl.formats.outcomes import Cell, cells
from tests.support.regions import MAPPING, TABLES, lakes, named

HEADER = "Course,Done,Working percent,Paid,Pay\n"


def after(row: str, mapping: bytes = MAPPING) -> dict[str, Cell]:
    made = lakes({"results": HEADER + row}, mapping=mapping)
    found = [document for document in made.documents if document.type == "qdata:DataSetProfile"]
    assert len(found) == 1
    return {cell.metric: cell for cell in cells(found[0])}


def test_a_count_and_what_rests_on_it_are_suppressed_under_the_minimum_and_shown_at_it() -> None:
    small = after("1,9,50,9,9000\n")
    assert {cell.state for cell in small.values()} == {"suppressed"}
    assert all(cell.value is None for cell in small.values())
    enough = after("1,10,50,10,9000\n")
    assert (enough["Working"].state, enough["Working"].value, enough["Working"].unit) == ("published", 50, "percent")
    assert (enough["Pay"].state, enough["Pay"].value, enough["Pay"].unit) == ("published", 9000, "USD")


def test_a_count_that_a_shown_rate_would_turn_into_a_small_one_is_suppressed() -> None:
    assert after("1,15,60,0,\n")["Finished"].state == "suppressed", "9 of 15 work"
    assert after("1,30,80,0,\n")["Finished"].state == "suppressed", "6 of 30 do not"
    assert after("1,40,60,0,\n")["Finished"].value == 40


def test_a_rate_that_tells_a_count_of_none_by_itself_is_suppressed() -> None:
    assert after("1,40,0,0,\n")["Working"].state == "suppressed"
    assert after("1,40,100,0,\n")["Working"].state == "suppressed"
    assert after("1,40,99.8,0,\n")["Working"].state == "suppressed"


def test_the_rest_of_a_shown_whole_is_protected() -> None:
    found = after("1,200,50,195,9000\n")
    assert found["Finished"].value == 200
    assert found["With known pay"].state == "suppressed"
    assert after("1,200,50,190,9000\n")["With known pay"].value == 190


def test_without_a_usable_denominator_it_is_not_known_and_never_0() -> None:
    for row in ("1,0,0,0,0\n", "1,,0,,0\n", "1,NA,NA,NA,NA\n", "1,-5,50,-5,9000\n"):
        found = after(row)
        assert found["Working"].state == "unknown"
        assert found["Pay"].state == "unknown"
        assert all(cell.value is None for cell in found.values())


def test_a_wage_of_0_and_a_rate_over_100_are_not_known() -> None:
    found = after("1,50,150,50,0\n")
    assert found["Working"].state == "unknown"
    assert found["Pay"].state == "unknown"


def test_the_minimum_is_the_mappings_and_ten_where_it_says_none() -> None:
    loose = MAPPING.replace(b"minimum: 10", b"minimum: 3")
    assert after("1,8,50,8,9000\n", loose)["Finished"].value == 8
    default = MAPPING.replace(b"minimum: 10, ", b"")
    assert after("1,9,50,9,9000\n", default)["Finished"].state == "suppressed"


def document_of(row: str) -> Document:
    return next(document for document in lakes({"results": HEADER + row}).documents if document.type == "qdata:DataSetProfile")


def test_the_policy_and_its_source_are_stated_with_the_figures() -> None:
    policy = text(document_of("1,50,50,50,9000\n").main, "qdata:dataSuppressionPolicy")
    assert "under 10" in policy
    assert policy.endswith("Rule: Lakes Work Office.")


def test_a_suppressed_figure_stands_nowhere_in_the_document() -> None:
    document = document_of("1,7,71.42857,6,8123\n")
    for secret in (b"71", b"8123", b'"schema:value"', b"qdata:percentage", b"qdata:median"):
        assert secret not in document.normalised


def test_a_program_is_linked_to_its_data_set_and_a_row_about_no_program_is_refused() -> None:
    made = lakes()
    data_set = named(made, "After the course: Welding")
    assert str(data_set.ctid) in str(named(made, "Welding").main["qdata:relevantDataSet"])
    assert str(named(made, "Welding").ctid) in str(data_set.main["qdata:relevantDataSetFor"])
    refused = [(fate.row, fate.code) for fate in made.fates if fate.table == "results" and fate.fate == "refused"]
    assert refused == [(6, "import.program_unknown")]
    assert TABLES["results"].splitlines()[5].startswith("9,")
