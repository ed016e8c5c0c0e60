"""New Jersey's list and O*NET through their converters: the figures recomputed from the files, and the suppression attacked."""

from __future__ import annotations

import csv
import itertools
import re
import time
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest

from openler.ctdl.document import Document, text
from openler.ctdl.formats import mapping as mappings
from openler.ctdl.formats.codes import cip_code, occupation_codes
from openler.ctdl.formats.convert import Conversion, convert
from openler.ctdl.formats.onet import TABLES, OnetConversion, convert_onet, ratings
from openler.ctdl.formats.outcomes import Cell, cells
from openler.ctdl.formats.standing import is_recommended
from openler.ctdl.formats.wages import COLUMNS, Wages, median_annual_wage
from openler.ctdl.rules import check
from openler.ctdl.terms import terms
from openler.ids import Ctid
from openler.stores.tables import FileTables

pytestmark = pytest.mark.shared

BASE = "https://registry.example"
MINIMUM = 10
Rows = dict[str, list[tuple[int, dict[str, str]]]]


@dataclass
class Region:
    """The files as read, and what became of them."""

    rows: Rows
    made: Conversion
    seconds: float

    def raw(self, table: str) -> list[dict[str, str]]:
        return [row for _, row in self.rows[table]]

    def of(self, kind: str) -> list[Document]:
        return [document for document in self.made.documents if terms().is_a(document.type, kind)]


def converted(rows: Rows) -> Conversion:
    return convert(mappings.load("new-jersey"), rows, base_url=BASE)


@pytest.fixture(scope="module")
def nj(shared: Path) -> Region:
    mapping = mappings.load("new-jersey")
    columns = mapping.columns()
    started = time.monotonic()
    rows = {
        name: list(FileTables().rows(str(shared / "data" / "nj" / spec.file), columns=columns[name]))
        for name, spec in mapping.tables.items()
    }
    made = converted(rows)
    return Region(rows, made, time.monotonic() - started)


def test_every_row_of_every_file_is_accounted_for(nj: Region, shared: Path) -> None:
    mapping = mappings.load("new-jersey")
    for sums in nj.made.tables:
        with (shared / "data" / "nj" / mapping.tables[sums.table].file).open(encoding="utf-8-sig", newline="") as opened:
            assert sums.read == sum(1 for _ in csv.DictReader(opened)) == sums.published + sums.merged + sums.refused
    assert len(nj.made.fates) == sum(sums.read for sums in nj.made.tables)
    assert nj.seconds < 30


def test_no_document_has_an_error(nj: Region) -> None:
    assert [
        (document.ctid, finding.code, finding.place)
        for document in nj.made.documents
        for finding in check(document)
        if finding.severity == "error"
    ] == []


def test_programs_and_providers_are_those_of_the_files(nj: Region) -> None:
    programs = nj.of("ceterms:LearningProgram")
    assert len(programs) == len({row["programid"] for row in nj.raw("programs")}) == 1220
    assert sum("ceterms:offeredBy" not in document.main for document in programs) == nj.made.counted()["import.provider_unknown"] == 56
    named = {row["providerid"] for row in nj.raw("programs") if row["name"]}
    assert len(nj.of("ceterms:CredentialOrganization")) == len(named | {row["providerid"] for row in nj.raw("providers")})


def test_types_come_from_named_awards_and_the_flags_are_contradicted(nj: Region) -> None:
    degree_codes = {"200", "300", "500", "700", "800"}
    degrees = [row for row in nj.raw("programs") if row["degreeawarded"] in degree_codes]
    assert len(nj.of("ceterms:Degree")) == len(
        {(row["providerid"], row["degreeawarded"], row["officialname"].strip().casefold()) for row in degrees}
    )
    flagged = [row for row in nj.raw("programs") if row["leadtodegree"] == "True"]
    about = [remark for remark in nj.made.contradictions() if remark.parameters.get("column") == "leadtodegree"]
    assert len(flagged) == 1092
    codes = Counter(str(remark.code) for remark in about)
    assert codes["import.flag_other_award"] + codes["import.flag_without_award"] == sum(
        row["degreeawarded"] not in degree_codes for row in flagged
    )
    assert nj.made.counted()["import.no_credential"] == 153


def test_codes_are_padded_and_crossed_over(nj: Region) -> None:
    assert nj.made.counted()["import.cip_padded"] == sum(len(row["cipcode"]) == 5 for row in nj.raw("programs")) == 14
    reached = {row["CIP2020Code"] for row in nj.raw("cip_soc") if row["SOC2018Code"] != "99-9999"}
    expected = sum(cip_code(row["cipcode"]) in reached for row in nj.raw("programs"))
    with_occupation = [document for document in nj.of("ceterms:LearningProgram") if "ceterms:occupationType" in document.main]
    assert len(with_occupation) == expected == 1088
    assert all(not given and inferred for given, inferred in (occupation_codes(document.main) for document in with_occupation))
    assert b"99-9999" not in b"".join(document.normalised for document in with_occupation)


def test_suspended_and_pending_providers_are_not_recommended(nj: Region) -> None:
    later = {row["providerid"] for row in nj.raw("programs") if row["providerstatusname"] == "Approved"}
    held = {row["providerid"] for row in nj.raw("providers") if row["statusname"] != "Approved"} - later
    assert sum(not is_recommended(document.main) for document in nj.of("ceterms:CredentialOrganization")) == len(held)


# --- outcomes ---------------------------------------------------------------------------------------------------------

QUARTER = {"2": "second", "4": "fourth", "8": "eighth"}


def columns_by_metric() -> dict[str, tuple[str, str, str]]:
    """Each metric's name with its kind, its column and its denominator's, read from the mapping."""
    metrics = mappings.load("new-jersey").outcomes["completers"].metrics
    column = {metric.id: metric.value.column or "" for metric in metrics}
    return {metric.name: (metric.kind, column[metric.id], column.get(metric.of or "", "")) for metric in metrics}


def published(nj: Region) -> list[tuple[dict[str, str], dict[str, Cell]]]:
    mapping = mappings.load("new-jersey")
    by_ctid = {document.ctid: document for document in nj.of("qdata:DataSetProfile")}
    found = []
    for row in nj.raw("outcomes"):
        ctid = Ctid.derive(mapping.source.id, "qdata:DataSetProfile", f"completers/{row['providerid']}/{row['cipcode']}")
        if ctid in by_ctid:
            found.append((row, {cell.metric: cell for cell in cells(by_ctid[ctid])}))
    return found


def test_programs_are_linked_to_the_data_sets_of_their_provider_and_cip(nj: Region) -> None:
    told = {(row["providerid"], cip_code(row["cipcode"])) for row in nj.raw("outcomes")}
    expected = sum((row["providerid"], cip_code(row["cipcode"])) in told for row in nj.raw("programs"))
    assert sum("qdata:relevantDataSet" in document.main for document in nj.of("ceterms:LearningProgram")) == expected == 397


def test_every_published_cell_is_recomputed_from_its_row(nj: Region) -> None:
    names = columns_by_metric()
    seen: Counter[str] = Counter()
    for row, shown in published(nj):
        assert shown.keys() == names.keys()
        for name, cell in shown.items():
            kind, column, of = names[name]
            seen[f"{kind} {cell.state}"] += 1
            denominator = Decimal(row[of]) if of else None
            if cell.state != "published":
                assert cell.value is None
                continue
            assert row[column] != "-99999"
            value = Decimal(row[column])
            if kind == "count":
                assert cell.value == value >= MINIMUM
            elif kind == "wage":
                assert cell.value == float(value)
                assert denominator is not None
                assert denominator >= MINIMUM
            else:
                assert cell.value == (value * 100).quantize(Decimal(1), ROUND_HALF_EVEN)
                assert denominator is not None
                assert denominator >= MINIMUM
    assert sum(seen.values()) == len(nj.of("qdata:DataSetProfile")) * len(names)
    assert min(seen[f"{kind} published"] for kind in ("count", "rate", "wage")) > 100


def test_what_may_be_shown_is_shown(nj: Region) -> None:
    names = columns_by_metric()
    for row, shown in published(nj):
        for name, cell in shown.items():
            kind, column, of = names[name]
            value = Decimal(row[column])
            if kind == "wage":
                assert (cell.state == "published") == (value > 0 and Decimal(row[of]) >= MINIMUM)
            if kind == "rate" and 0 <= value <= 1 and Decimal(row[of]) >= MINIMUM:
                assert (cell.state == "published") == (0 < round(value * 100) < 100)
            if kind != "count" and (value < 0 or Decimal(row[of]) <= 0):
                assert cell.state == "unknown"


def test_rate_times_count_recovers_no_small_count(nj: Region) -> None:
    attacks = 0
    for _, shown in published(nj):
        rates = [Decimal(cell.value) for cell in shown.values() if cell.unit == "percent" and cell.value is not None]
        counts = [Decimal(cell.value) for cell in shown.values() if cell.unit == "persons" and cell.value is not None]
        for rate, count in itertools.product(rates, counts):
            attacks += 1
            for recovered in (rate * count / 100, (100 - rate) * count / 100, count * 100 / rate - count):
                assert round(recovered) >= MINIMUM
    assert attacks > 500


def test_no_suppressed_number_stands_in_a_document(nj: Region) -> None:
    names = columns_by_metric()
    for document in nj.of("qdata:DataSetProfile"):
        numbers = set(re.findall(rb'"(?:qdata:percentage|qdata:mean|schema:value)":([^,}]+)', document.normalised))
        assert len(numbers) <= len(names)
        assert b"-99999" not in document.normalised
        assert "under 10" in text(document.main, "qdata:dataSuppressionPolicy")


# --- perturbation -----------------------------------------------------------------------------------------------------


def test_one_cell_changes_one_document_and_order_none(nj: Region) -> None:
    before = {document.ctid: document.digest for document in nj.made.documents}
    number, row = nj.rows["programs"][100]
    changed: Rows = {**nj.rows, "programs": [*nj.rows["programs"]]}
    changed["programs"][100] = (number, {**row, "prerequisites": "A clean driving record"})
    changed = {name: rows[::-1] for name, rows in changed.items()}
    after = {document.ctid: document.digest for document in converted(changed).documents}
    assert before.keys() == after.keys()
    assert [ctid for ctid in before if before[ctid] != after[ctid]] == [
        Ctid.derive("us-nj-etpl", "ceterms:LearningProgram", f"etpl/{row['programid']}")
    ]


# --- O*NET ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def onet(shared: Path) -> tuple[Rows, OnetConversion]:
    place = shared / "data" / "onet-29.2"
    rows = {name: list(FileTables().rows(str(place / f"{stem}.tsv.gz"), columns=columns)) for name, (stem, columns) in TABLES.items()}
    wages = list(FileTables().rows(str(shared / "data" / "oews-2024" / "national_M2024_dl.xlsx"), columns=COLUMNS))
    return {**rows, "wages": wages}, convert_onet(rows, base_url=BASE, release="29.2", wages=Wages(wages, "2024-05"))


def test_every_onet_rating_is_told_as_it_is(onet: tuple[Rows, OnetConversion]) -> None:
    rows, made = onet
    expected: dict[tuple[str, str, str], float] = {}
    for _, row in (*rows["skills"], *rows["knowledge"]):
        if row["Recommend Suppress"] != "Y" and not (row["Scale ID"] == "LV" and row["Not Relevant"] == "Y"):
            expected[row["O*NET-SOC Code"], row["Element ID"], row["Scale ID"]] = float(row["Data Value"])
    told: dict[tuple[str, str, str], float] = {}
    codes = {ctid: code for code, ctid in made.occupations.items()}
    for document in made.documents:
        if document.type == "ceterms:Occupation":
            for rating in ratings(document):
                pairs = (("IM", rating.importance), ("LV", rating.level))
                told |= {(codes[document.ctid], rating.element, scale): value for scale, value in pairs if value is not None}
    assert told == expected
    assert (len(made.occupations), made.rated) == (1016, 879)
    framework = next(document for document in made.documents if document.ctid == made.framework)
    assert len(framework.resources) == 1 + 35 + 33


def test_onet_documents_have_no_error_and_every_row_a_fate(onet: tuple[Rows, OnetConversion]) -> None:
    rows, made = onet
    assert not [finding for document in made.documents for finding in check(document) if finding.severity == "error"]
    assert {sums.table: sums.read for sums in made.tables} == {name: len(entries) for name, entries in rows.items()}
    assert all(sums.read == sums.published + sums.merged + sums.refused for sums in made.tables)


def test_median_wages_are_the_files(onet: tuple[Rows, OnetConversion]) -> None:
    rows, made = onet
    by_soc = {row["OCC_CODE"]: row["A_MEDIAN"] for _, row in rows["wages"] if row["O_GROUP"] == "detailed"}
    data_sets = [document for document in made.documents if document.type == "qdata:DataSetProfile"]
    assert len(data_sets) > 800
    for document in data_sets:
        soc = text(document.main, "ceterms:description").rsplit(" ", 1)[-1].rstrip(".")
        stated = by_soc[soc]
        assert median_annual_wage(document) == (float(stated) if stated not in {"*", "#"} else None)
