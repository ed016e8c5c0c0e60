"""Tables as people hand them over: what can be read is read whole, what cannot is told with its row."""
# ruff: noqa: E501 - the parts of a workbook

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from openler.errors import Malformed, Misused, TooLarge
from openler.stores import tables
from openler.stores.tables import FileTables

READER = FileTables()


def written(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def spreadsheet(rows: list[list[str | float]]) -> bytes:
    """The smallest workbook with one sheet."""

    def cell(value: str | float) -> str:
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>' if isinstance(value, str) else f"<c><v>{value}</v></c>"

    lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_quoted_line_breaks_a_byte_order_mark_and_blanks_are_read(tmp_path: Path) -> None:
    place = written(tmp_path, "a.csv", '\ufeffid, name \r\n1,"two\nlines, ""quoted"""\r\n\r\n 2 ,ñ\r\n'.encode())
    assert list(READER.rows(place, columns=["id", "name"])) == [
        (2, {"id": "1", "name": 'two\nlines, "quoted"'}),
        (4, {"id": "2", "name": "ñ"}),
    ]


def test_missing_columns_are_told_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(Misused) as caught:
        READER.rows(written(tmp_path, "a.csv", b"id,name\n1,x\n"), columns=["id", "city", "zip"])
    assert caught.value.code == "tables.columns_missing"
    assert caught.value.parameters == {"file": "a.csv", "missing": "city, zip", "found": "id, name"}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"a,b\n1,2\n1,2,3\n", "row 3"),
        (b"a,b\n1,2\n1\n", "row 3"),
        (b'a,b\n1,"open\n', "row 2"),
        (b'a,b\n1,"x"y\n', "row 2"),
        (b"a,b\n1,\xff\n", "row 1"),
    ],
)
def test_a_broken_row_is_told_by_its_number(tmp_path: Path, content: bytes, place: str) -> None:
    with pytest.raises(Malformed) as caught:
        list(READER.rows(written(tmp_path, "a.csv", content)))
    assert caught.value.place == place


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Malformed) as caught:
        READER.rows(written(tmp_path, "a.csv", b"a,a\n1,2\n"))
    assert caught.value.code == "tables.column_twice"


def test_tab_separated_and_gzipped_tables_keep_their_quotation_marks(tmp_path: Path) -> None:
    place = written(tmp_path, "a.tsv.gz", gzip.compress(b'id\tsays\n1\t6" nails\n'))
    assert list(READER.rows(place)) == [(2, {"id": "1", "says": '6" nails'})]
    with pytest.raises(Malformed) as caught:
        list(READER.rows(written(tmp_path, "b.tsv.gz", gzip.compress(b"id\n1\n" * 1000)[:-9])))
    assert caught.value.code == "tables.file_broken"
    with pytest.raises(Malformed):
        list(READER.rows(written(tmp_path, "c.csv.gz", b"no gzip")))


def test_a_spreadsheets_numbers_are_as_people_see_them(tmp_path: Path) -> None:
    place = written(tmp_path, "a.xlsx", spreadsheet([["code", "wage", "note"], ["11-1011", 49500, "#"], ["11-1021", 32.66, ""]]))
    assert list(READER.rows(place, columns=["code"])) == [
        (2, {"code": "11-1011", "wage": "49500", "note": "#"}),
        (3, {"code": "11-1021", "wage": "32.66", "note": ""}),
    ]
    with pytest.raises(Malformed):
        list(READER.rows(written(tmp_path, "b.xlsx", b"no spreadsheet")))


def test_a_missing_file_and_an_unknown_format_are_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(Misused) as caught:
        READER.rows(str(tmp_path / "none.csv"))
    assert caught.value.code == "tables.file_missing"
    assert str(tmp_path) not in str(caught.value)
    with pytest.raises(Misused):
        READER.rows(written(tmp_path, "a.pdf", b"x"))


def test_a_table_over_the_limit_is_refused_while_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 1000)
    with pytest.raises(TooLarge):
        list(READER.rows(written(tmp_path, "a.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 100_000))))


def test_documents_come_from_files_folders_lists_and_archives(tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    (folder / "upserts").mkdir(parents=True)
    written(folder / "upserts", "b.json", b'{"b": 1}')
    written(folder, "a.json", b'[{"a": 1}, {"a": 2}]')
    written(folder, "note.txt", b"not read")
    found = [(name, json.loads(data)) for name, data in READER.documents(str(folder))]
    assert found == [("a.json/0", {"a": 1}), ("a.json/1", {"a": 2}), ("upserts/b.json", {"b": 1})]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("upserts/graphs/x.json", '{"x": 1}')
        archive.writestr("readme.md", "no")
    assert list(READER.documents(written(tmp_path, "d.zip", packed.getvalue()))) == [("upserts/graphs/x.json", b'{"x": 1}')]
    assert [data for _, data in READER.documents(written(tmp_path, "l.jsonl", b'{"l": 1}\n\n{"l": 2}\n'))] == [b'{"l": 1}', b'{"l": 2}']
    with pytest.raises(Misused):
        list(READER.documents(str(tmp_path / "nothing")))


def test_a_bomb_in_an_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_DOCUMENT_BYTES", 1000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", " " * 100_000)
    with pytest.raises(TooLarge):
        list(READER.documents(written(tmp_path, "d.zip", packed.getvalue())))
