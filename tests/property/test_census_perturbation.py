"""Change one thing in a region's tables, import them again, and see exactly the expected figures of the census move."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openler.actions.interchange.importing import import_tables, read_mapping
from openler.actions.planning.census import census as take
from openler.ctdl.formats.mapping import parse
from openler.ids import Ctid
from openler.insight.census import Census, census
from openler.insight.facts import Fact, facts
from tests.support.planning import planning_ports
from tests.support.sample import FOLDER
from tests.support.small_region import documents

Rows = list[dict[str, str]]
Figures = dict[tuple[str, ...], frozenset[str]]

SOURCE = "quillmere-sample"


def figures(found: Census) -> Figures:
    """Every number of the census as the set of things behind it, under a name of its own."""
    told: Figures = {("total", *cell.key): frozenset(cell.ctids) for cell in found.totals}
    told |= {("mentioned", *cell.key): frozenset(cell.ctids) for cell in found.mentioned}
    told |= {("table", table.name, *cell.key): frozenset(cell.ctids) for table in found.tables for cell in table.cells}
    for share in found.shares:
        told |= {("share", share.name, "have"): frozenset(share.have), ("share", share.name, "lack"): frozenset(share.lack)}
    for row in found.coverage:
        told |= {("coverage", row.kind, row.level, row.term, "have"): frozenset(row.have)}
        told |= {("coverage", row.kind, row.level, row.term, "lack"): frozenset(row.lack)}
    return {name: things for name, things in told.items() if things}


class Region:
    """The sample's tables in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("onet-29.2", "oews-2024", "*.py", "__pycache__"))

    def change(self, table: str, change: Callable[[Rows], Rows]) -> None:
        path = self.folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            rows, columns = list(reader), list(reader.fieldnames or ())
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, columns)
            writer.writeheader()
            writer.writerows(change(rows))

    def census(self) -> Census:
        ports, _ = planning_ports()
        import_tables(ports, read_mapping(ports, str(self.folder / "mapping.yaml")), str(self.folder), catch_up=False)
        return take(ports).census


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return figures(Region(tmp_path_factory.mktemp("before") / "sample").census())


@pytest.fixture
def region(tmp_path: Path) -> Region:
    return Region(tmp_path / "sample")


def program(number: str) -> str:
    return str(Ctid.derive(SOURCE, "ceterms:LearningProgram", f"offerings/{number}"))


def moved(before: Figures, after: Figures) -> set[tuple[str, ...]]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def gone(before: Figures, after: Figures) -> set[str]:
    return {thing for name in before if name[0] == "total" for thing in before[name] - after.get(name, frozenset())}


def test_removing_one_program_takes_it_and_what_hangs_on_it_out_of_every_figure_and_nothing_else(before: Figures, region: Region) -> None:
    region.change("offerings", lambda rows: [row for row in rows if row["offering_no"] != "1001"])
    after = figures(region.census())
    lost = gone(before, after)
    assert program("1001") in lost
    kinds = {name[1] for name in before if name[0] == "total" and before[name] & lost}
    assert kinds == {"learning_opportunity", "credential", "outcomes"}
    assert {len(before["total", kind] & lost) for kind in kinds} == {1}, "the program, the degree of its own, its results"
    licence = str(Ctid.derive(SOURCE, "ceterms:License", "standing/L-RN"))
    for name in before.keys() | after.keys():
        expected = before.get(name, frozenset()) - lost
        if name[0] == "share" and name[1].startswith("credential_"):
            # The licence that this program prepares for may lose what only the program said of it.
            assert after.get(name, frozenset()) - {licence} == expected - {licence}, name
        else:
            assert after.get(name, frozenset()) == expected, name


def test_taking_one_price_away_moves_the_shares_of_cost_and_nothing_else(before: Figures, region: Region) -> None:
    def unpriced(rows: Rows) -> Rows:
        (row,) = (row for row in rows if row["offering_no"] == "1001")
        row.update(tuition_usd="", books_usd="", total_usd="")
        return rows

    region.change("offerings", unpriced)
    after = figures(region.census())
    names = moved(before, after)
    assert {name[1] for name in names if name[0] == "share"} == {"learning_opportunity_cost", "credential_cost"}
    assert {name[3] for name in names if name[0] == "coverage"} <= {"ceterms:estimatedCost"}
    assert {name[0] for name in names} <= {"share", "coverage"}
    assert before["share", "learning_opportunity_cost", "have"] - after["share", "learning_opportunity_cost", "have"] == {program("1001")}


def test_moving_one_provider_to_another_county_moves_only_what_it_offers_and_only_by_county(before: Figures, region: Region) -> None:
    def move(rows: Rows) -> Rows:
        (row,) = (row for row in rows if row["inst_id"] == "UQ")
        row["county"] = "Thistle"
        return rows

    region.change("institutions", move)
    after = figures(region.census())
    names = moved(before, after)
    assert names
    assert all(name[0] == "table" and name[1].endswith(("_by_county", "_by_all")) for name in names), names
    by_county = {name: things for name, things in after.items() if name[0] == "table" and name[1].endswith("_by_county")}
    for name, things in by_county.items():
        was = before.get(name, frozenset())
        if name[2] == "Thistle":
            assert not was
            assert things <= before["table", name[1], "Norrin"]
        elif name[2] == "Norrin":
            assert was - things == by_county.get(("table", name[1], "Thistle"), frozenset())
        else:
            assert was == things


def test_suspending_one_provider_moves_only_its_standing_and_status(before: Figures, region: Region) -> None:
    def suspend(rows: Rows) -> Rows:
        (row,) = (row for row in rows if row["inst_id"] == "UQ")
        row.update(list_state="closed to new students", list_state_since="2025-01-31")
        return rows

    region.change("institutions", suspend)
    after = figures(region.census())
    names = moved(before, after)
    own = "learning_opportunity_by_provider"
    (university,) = (name[2] for name in before if name[:2] == ("table", own) and program("1013") in before[name])
    assert (
        after["table", "learning_opportunity_by_standing", "suspended"] - before["table", "learning_opportunity_by_standing", "suspended"]
        == (before["table", own, university])
    )
    # A suspended organization also says so in its own status.
    assert {name[1] for name in names} == {
        "learning_opportunity_by_standing", "credential_by_standing", "organization_by_standing", "organization_by_status",
    }  # fmt: skip


def test_withholding_results_makes_an_outcome_unknown_and_never_a_number(before: Figures, region: Region) -> None:
    def few(rows: Rows) -> Rows:
        for row in rows:
            if row["offering_no"] == "1001":
                row.update(finished="4", working_after_half_year_pct="50", pay_known_for="2")
        return rows

    region.change("results", few)
    after = figures(region.census())
    lost = before["share", "learning_opportunity_outcomes", "have"] - after["share", "learning_opportunity_outcomes", "have"]
    assert lost == {program("1001")}
    assert {name[1] for name in moved(before, after)} <= {"learning_opportunity_outcomes", "credential_outcomes"}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_no_figure(before: Figures, region: Region, seed: int) -> None:
    def shuffled(rows: Rows) -> Rows:
        return random.Random(seed).sample(rows, len(rows))  # noqa: S311 - any order will do

    mapping = parse((region.folder / "mapping.yaml").read_bytes())
    for table in mapping.tables:
        region.change(table, shuffled)
    assert figures(region.census()) == before


ROWS = tuple(row for document in documents().values() for row in facts(document))


@given(st.permutations(ROWS))
@settings(max_examples=40, deadline=None)
def test_rows_in_any_order_give_the_same_census(rows: list[Fact]) -> None:
    assert census(rows) == census(ROWS)


@given(st.sets(st.sampled_from(sorted(documents()))))
@settings(max_examples=40, deadline=None)
def test_any_part_of_the_region_counts_what_is_in_it(keys: set[str]) -> None:
    rows = [row for key in keys for row in facts(documents()[key])]
    found = census(rows)
    catalogued = {row.id for row in rows if row.ctid is not None}
    assert {name for cell in found.totals for name in cell.ctids} == catalogued
    assert sum(cell.count for cell in found.totals) == len(catalogued)
    for share in found.shares:
        assert not set(share.have) & set(share.lack)
        assert (share.value is None) == (share.of == 0)
