"""Bulk files: what is published comes back unchanged, a changed cell changes one thing, a wrong one is told by row and column."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from openler.actions.interchange.bulk import BulkReport, import_csv, template
from openler.actions.interchange.export import export
from openler.actions.ports import EnvelopeFilter, Ports
from openler.ctdl.document import Document, parse, text
from openler.ctdl.formats.bulk_columns import SHEETS
from openler.ctdl.rules import check
from openler.errors import Malformed, Misused
from openler.ids import Ctid
from tests.support import sample
from tests.support.ctdl import complete, document
from tests.support.planning import PUBLISHER, planning_ports
from tests.support.small_region import COST, ctid, program

HEAD = ("CTID", "External Identifier", "Learning Type", "Learning Opportunity Name")


def registry(*published: Document) -> Ports:
    ports, _ = planning_ports(published)
    return ports


def table(path: Path, *rows: tuple[str, ...]) -> str:
    file = path / "rows.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    return str(file)


def read(ports: Ports, file: str, **options: Any) -> BulkReport:
    return import_csv(ports, file, publisher=PUBLISHER, actor="test", dry_run=True, **options)


def wrong(report: BulkReport) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.code) for one in report.conversion.problems]


@pytest.mark.parametrize("kind", ["LearningProgram", "Credential", "Organization"])
def test_what_is_published_comes_back_unchanged_to_the_byte(tmp_path: Path, kind: str) -> None:
    ports = registry(*sample.documents())
    sink = io.BytesIO()
    told = export(ports, sink, form="csv-bulk", types=(kind,))
    (tmp_path / "out.csv").write_bytes(sink.getvalue())
    report = read(ports, str(tmp_path / "out.csv"))
    assert report.preview is not None
    assert wrong(report) == []
    assert (report.preview.unchanged, report.preview.total) == (told.documents, told.documents)
    assert told.documents > 30


def test_a_changed_cell_changes_that_property_and_leaves_what_a_table_cannot_tell(tmp_path: Path) -> None:
    ports = registry(program("welding", "north", ceterms__estimatedCost=COST, ceterms__description={"en-US": "Old.", "es": "Viejo."}))
    file = table(tmp_path, ("CTID", "Description", "Subject Webpage"), (ctid("welding"), "New.", ""))
    report = read(ports, file, kind="LearningProgram")
    assert report.preview is not None
    (change,) = report.preview.changes
    assert [one.name for one in change.properties] == ["ceterms:description"]
    assert change.properties[0].after == {"en-US": "New.", "es": "Viejo."}


def test_a_row_of_something_new_is_owned_by_its_publisher_and_has_the_same_ctid_on_every_run(tmp_path: Path) -> None:
    head = (*HEAD, "Offered By", "Credit Unit Type", "Credit Unit Value", "ConditionProfile: Name", "Version Identifier", "Is Non-Credit")
    row = ("", "A1", "Course", "Algebra", "same as owner", "Semester Hour", "3", "Entry exam", "Catalog~2026", "no")
    (made,) = read(registry(), table(tmp_path, head, row)).conversion.documents
    (again,) = read(registry(), table(tmp_path, head, row)).conversion.documents
    assert (made.ctid, made.digest) == (again.ctid, again.digest)
    assert (made.type, made.owner) == ("ceterms:Course", PUBLISHER)
    assert made.main["ceterms:offeredBy"] == made.main["ceterms:ownedBy"]
    assert made.main["ceterms:creditValue"][0]["schema:value"] == 3
    assert text(made.main["ceterms:requires"][0], "ceterms:name") == "Entry exam"
    assert made.main["ceterms:isNonCredit"] is False
    assert [finding for finding in check(made) if finding.severity == "error"] == []


def test_every_wrong_cell_is_told_and_the_other_rows_go_in(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        (*HEAD, "Subject Webpage", "Life Cycle Status Type", "Owned By", "Credit Unit Value", "Is Non-Credit", "Version Identifier"),
        ("", "A", "Course", "Algebra", "", "", "", "", "", ""),
        ("", "B", "Curse", "Geometry", "", "", "", "", "", ""),
        ("", "C", "Course", "", "javascript:x", "Actve", "nobody", "many", "perhaps", "2026"),
        ("", "", "Course", "Logic", "", "", "", "", "", ""),
        ("ce-1", "", "Course", "Sets", "", "", "", "", "", ""),
    )
    report = read(registry(), file)
    assert [document.main["ceterms:name"] for document in report.conversion.documents] == [{"en": "Algebra"}]
    assert wrong(report) == [
        (3, "Learning Type", "bulk.class_unknown"),
        (4, "Learning Opportunity Name", "bulk.needed"),
        (4, "Owned By", "bulk.agent_unknown"),
        (4, "Subject Webpage", "bulk.page_unreadable"),
        (4, "Life Cycle Status Type", "bulk.concept_unknown"),
        (4, "Is Non-Credit", "bulk.flag_unreadable"),
        (4, "Version Identifier", "bulk.pair_unreadable"),
        (4, "Credit Unit Value", "bulk.number_unreadable"),
        (5, "CTID", "bulk.neither_key"),
        (6, "CTID", "ids.ctid_malformed"),
    ]
    (sums,) = report.conversion.tables
    assert (sums.read, sums.published, sums.refused) == (5, 1, 4)


def test_two_rows_of_one_thing_are_refused_and_name_each_other(tmp_path: Path) -> None:
    file = table(tmp_path, HEAD, ("", "A", "Course", "One"), ("", "B", "Course", "Other"), ("", "A", "Course", "Two"))
    report = read(registry(), file)
    assert [(one.row, one.parameters["rows"]) for one in report.conversion.problems] == [(2, "2, 4"), (4, "2, 4")]
    assert len(report.conversion.documents) == 1


def test_an_empty_cell_says_nothing_and_a_word_deletes(tmp_path: Path) -> None:
    ports = registry(program("welding", "north", ceterms__keyword={"en-US": ["metal"]}, ceterms__description={"en-US": "Old."}))
    file = table(tmp_path, ("CTID", "Description", "Keywords"), (ctid("welding"), "", "#DELETE"))
    (made,) = read(ports, file, kind="LearningProgram").conversion.documents
    assert "ceterms:keyword" not in made.main
    assert text(made.main, "ceterms:description") == "Old."


def test_a_ctid_of_something_else_is_not_turned_into_a_program(tmp_path: Path) -> None:
    owner = Ctid.derive("tests", "ceterms:Organization", "x")
    organization = parse(b'{"@type":"ceterms:Organization","ceterms:ctid":"%b","ceterms:name":{"en":"X"}}' % owner.encode())
    report = read(registry(organization), table(tmp_path, HEAD, (owner, "", "Course", "Algebra")))
    assert wrong(report) == [(2, "CTID", "bulk.other_family")]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (("CTID", "Learning Opportunity Nmae"), "bulk.type_untold"),
        ((*HEAD, "Prize"), "bulk.columns_unknown"),
        ((*HEAD, "Condition Profile: Name", "ConditionProfile: Name"), "bulk.column_twice"),
        (("Learning Type", "Learning Opportunity Name"), "bulk.columns_needed"),
    ],
)
def test_a_header_that_cannot_be_meant_is_refused_before_any_row(tmp_path: Path, header: tuple[str, ...], code: str) -> None:
    with pytest.raises(Misused) as told:
        read(registry(), table(tmp_path, header, ("x",) * len(header)))
    assert told.value.code == code


def test_the_file_to_fill_in_explains_every_column_and_its_explanation_is_no_row(tmp_path: Path) -> None:
    for name, sheet in zip(("Course", "Credential", "Organization"), SHEETS, strict=True):
        sink = io.BytesIO()
        template(sink, name)
        (tmp_path / "empty.csv").write_bytes(sink.getvalue())
        header, explained = csv.reader(io.StringIO(sink.getvalue().decode("utf-8-sig")))
        assert header == [column.name for column in sheet.columns]
        assert all(explained)
        assert read(registry(), str(tmp_path / "empty.csv")).conversion.fates == ()


def test_rows_of_explanation_can_be_skipped_as_in_a_states_template(tmp_path: Path) -> None:
    file = table(tmp_path, HEAD, ("Optional", "Required", "x", "x"), ("text", "text", "x", "x"), ("", "A", "Course", "Algebra"))
    report = read(registry(), file, first_row=4)
    assert [fate.row for fate in report.conversion.fates] == [4]


def test_a_cell_that_a_spreadsheet_would_run_comes_back_as_it_was(tmp_path: Path) -> None:
    ports = registry(program("welding", "north", ceterms__description={"en": "=1+1"}))
    sink = io.BytesIO()
    export(ports, sink, form="csv-bulk", types=("LearningProgram",))
    assert b"'=1+1" in sink.getvalue()
    (tmp_path / "out.csv").write_bytes(sink.getvalue())
    shown = read(ports, str(tmp_path / "out.csv")).preview
    assert shown is not None
    assert shown.unchanged == 1


def test_a_broken_row_is_told_by_its_number_and_nothing_is_published(tmp_path: Path) -> None:
    ports = registry()
    with pytest.raises(Malformed) as told:
        import_csv(ports, table(tmp_path, HEAD, ("", "A", "Course", "Algebra"), ("one", "two")), publisher=PUBLISHER)
    assert told.value.place == "row 3"
    assert ports.store.documents(EnvelopeFilter(), limit=1) == ()


def test_an_organization_is_named_where_one_alone_has_that_name_and_else_the_candidates_are_told(tmp_path: Path) -> None:
    colleges = {
        name: {**complete("ceterms:CredentialOrganization", name), "ceterms:name": {"en-US": name.rstrip("2")}}
        for name in ("Ridgeway College", "Norrin College", "Norrin College2")
    }
    ports = registry(*(document(node) for node in colleges.values()))
    file = table(
        tmp_path,
        (*HEAD, "Owned By", "Offered By"),
        ("", "A", "Course", "Algebra", "ridgeway  college", "same as owner"),
        ("", "B", "Course", "Geometry", "", "Norrin College"),
        ("", "C", "Course", "Logic", "Ridgway College", ""),
        ("", "D", "Course", "Sets", "ce-12", ""),
    )
    report = read(ports, file)
    (made,) = report.conversion.documents
    named = Ctid(colleges["Ridgeway College"]["ceterms:ctid"])
    assert [Ctid.within(one) for name in ("ceterms:ownedBy", "ceterms:offeredBy") for one in made.main[name]] == [named, named]
    assert wrong(report) == [
        (3, "Offered By", "bulk.agent_ambiguous"),
        (4, "Owned By", "bulk.agent_unknown"),
        (5, "Owned By", "bulk.ctid_unreadable"),
    ]
    ambiguous, unknown, _ = (str(one.parameters.get("candidates")) for one in report.conversion.problems)
    assert [ambiguous.count(colleges[name]["ceterms:ctid"]) for name in colleges] == [0, 1, 1]
    assert named in unknown
