"""Tables for spreadsheets: the same numbers as the census, empty where nothing is known, harmless when opened."""

from __future__ import annotations

import csv
import io

from openler.insight.census import Census, census
from openler.insight.equity import equity
from openler.insight.facts import facts
from openler.insight.outcomes import outcomes
from openler.insight.region import Region
from openler.insight.tables import COVERAGE, FIGURES, OUTCOMES, SHARES, SUMMARIES, SUPPORTS, behind, counted, summaries, to_csv
from tests.support.small_region import ctid, data_set, documents


def region() -> Region:
    return Region(row for document in documents().values() for row in facts(document))


def taken() -> Census:
    return census(region().rows())


def test_each_table_has_a_row_for_each_cell_with_key_label_and_count() -> None:
    for table in taken().tables:
        header, *rows = counted(table)
        assert header[-1] == "count"
        assert len(header) == 2 * len(table.dimensions) + 1
        assert [(row[0:-1:2], row[-1]) for row in rows] == [(cell.key, cell.count) for cell in table.cells]


def test_behind_each_number_stand_exactly_its_things() -> None:
    for table in taken().tables:
        _, *rows = behind(table, region())
        assert len(rows) == sum(cell.count for cell in table.cells)
        size = len(table.dimensions)
        for cell in table.cells:
            assert tuple(row[size] for row in rows if row[:size] == cell.key) == cell.ctids


def test_the_summaries_have_the_numbers_of_the_census() -> None:
    found = summaries(taken(), outcomes(region()), equity(region()))
    assert tuple(found) == SUMMARIES
    assert ("credential", 3, 1) in found[FIGURES]
    assert ("learning_opportunity_cost", "learning_opportunity", 1, 4) in found[SHARES]
    assert len(found[COVERAGE]) == 1 + len(taken().coverage)
    assert ("childcare", "county", "Alder", "Alder", 1, 2) in found[SUPPORTS]


def test_what_is_not_known_is_an_empty_cell() -> None:
    few = {**documents(), "welding outcomes": data_set("welding outcomes", "welding", 80.0, None)}
    rows = Region(row for document in few.values() for row in facts(document))
    header, row = summaries(census(rows.rows()), outcomes(rows), equity(rows))[OUTCOMES]
    told = dict(zip(header, row, strict=True))
    assert (told["known"], told["withheld"], told["median"], told["lowest"]) == (1, 2, None, None)
    (_, line) = csv.reader(io.StringIO(to_csv([header, row])))
    assert line[header.index("median")] == ""


def test_a_text_that_is_a_formula_does_nothing_and_a_number_stays_one() -> None:
    assert to_csv([("=1+1", "@x", "-2", -2, "a,b")]) == "'=1+1,'@x,'-2,-2,\"a,b\"\r\n"
    assert ctid("welding") in to_csv(behind(taken().table("learning_opportunity_by_type"), region()))
