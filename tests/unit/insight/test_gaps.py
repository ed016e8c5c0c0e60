"""Fix lists: complete, in order of effect, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from openler.ids import Ctid
from openler.insight.facts import Checklist, Fact, Kind, facts
from openler.insight.gaps import COLUMNS, gaps, table, to_csv
from openler.insight.region import Region
from tests.support.small_region import ctid, documents


def region() -> Region:
    return Region(row for document in documents().values() for row in facts(document))


def fact(key: str, owner: str, required: tuple[str, ...], *, name: str = "") -> Fact:
    return Fact(
        id=ctid(key), ctid=ctid(key), document=ctid(key), ctdl_type="ceterms:LearningProgram", kind=Kind.LEARNING_OPPORTUNITY,
        name=name or key, providers=(ctid(owner),), required=Checklist(held=("ceterms:ctid",), missing=required),
    )  # fmt: skip


def test_every_missing_property_of_everything_stands_on_its_providers_list() -> None:
    found = gaps(region())
    rows = {(row.provider, row.ctid, row.term) for row in found.rows}
    expected = {
        (provider, row.id, term)
        for row in region().rows()
        if row.ctid is not None
        for provider in row.providers or (None,)
        for listed in (row.required, row.benchmark, row.recommended)
        for term in listed.missing
    }
    assert rows == expected
    assert len(found.rows) == len(rows)


def test_what_names_no_provider_stands_on_a_list_of_its_own() -> None:
    nobody = next(each for each in gaps(region()).providers if each.provider is None)
    assert str(ctid("license")) in nobody.things


def test_one_provider_gets_its_own_list_alone() -> None:
    found = gaps(region(), provider=ctid("south"))
    assert [each.provider for each in found.providers] == [ctid("south")]
    assert {row.provider for row in found.rows} == {ctid("south")}


def test_the_fix_that_completes_most_comes_first_and_then_the_one_missing_most() -> None:
    two = ("ceterms:description", "ceterms:inLanguage")
    rows = [fact("a", "x", ("ceterms:name",)), *(fact(key, "x", two) for key in "bc"), fact("d", "x", (*two, "ceterms:subjectWebpage"))]
    (found,) = gaps(Region(rows)).providers
    assert [fix.term for fix in found.fixes] == ["ceterms:name", *two, "ceterms:subjectWebpage"]
    assert found.fixes[0].completes == (str(ctid("a")),)
    assert found.complete == 0


def test_mending_one_thing_takes_exactly_its_rows_away() -> None:
    rows = [fact("a", "x", ("ceterms:name",)), fact("b", "x", ("ceterms:name", "ceterms:description"))]
    before = {(row.ctid, row.term) for row in gaps(Region(rows)).rows}
    after = {(row.ctid, row.term) for row in gaps(Region([fact("a", "x", ()), rows[1]])).rows}
    assert before - after == {(str(ctid("a")), "ceterms:name")}
    assert after <= before


def test_levels_that_nobody_asked_for_are_left_out() -> None:
    assert {row.level for row in gaps(region(), levels=("benchmark",)).rows} == {"benchmark"}


def test_the_table_has_a_header_and_reads_back_as_csv() -> None:
    found = gaps(region())
    read = list(csv.reader(io.StringIO(to_csv(found))))
    assert tuple(read[0]) == COLUMNS
    assert [tuple(row) for row in read] == list(table(found))


def test_a_name_that_is_a_formula_does_nothing_in_a_spreadsheet() -> None:
    found = gaps(Region([fact("a", "x", ("ceterms:description",), name='=HYPERLINK("http://evil.example")')]))
    (_, row) = csv.reader(io.StringIO(to_csv(found)))
    assert row[4].startswith("'=")


def test_alternatives_are_named_together() -> None:
    labels = {row.label for row in gaps(region(), provider=None).rows if row.term == "ceterms:ownedBy|ceterms:offeredBy"}
    assert {label.lower() for label in labels} == {"owned by / offered by"}


def test_a_provider_that_nothing_names_has_no_list() -> None:
    assert gaps(region(), provider=Ctid.derive("x", "y", "z")).providers == ()
