"""Files of very many records, read one at a time."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from openler.errors import Malformed, Misused
from openler.stores.tables import FileTables

TABLES = FileTables()


def test_lines_are_records_with_their_numbers_and_empty_ones_are_none(tmp_path: Path) -> None:
    given = tmp_path / "all.ndjson"
    given.write_bytes(b'{"a":1}\r\n\n  \n{"b":2}\n{"c":3}')
    expected = [("all.ndjson:1", b'{"a":1}'), ("all.ndjson:4", b'{"b":2}'), ("all.ndjson:5", b'{"c":3}')]
    assert list(TABLES.records(str(given), limit=100)) == expected
    assert TABLES.survey(str(given))[1] == 3


def test_a_line_over_the_limit_is_cut_and_its_tail_is_no_record(tmp_path: Path) -> None:
    given = tmp_path / "all.ndjson"
    given.write_bytes(b"x" * 100 + b"\n" + b"y" * 10 + b"\n" + b"z" * 35)
    assert list(TABLES.records(str(given), limit=10)) == [
        ("all.ndjson:1", b"x" * 11), ("all.ndjson:2", b"y" * 10), ("all.ndjson:3", b"z" * 11),
    ]  # fmt: skip


def test_a_folders_files_come_in_order_and_links_and_other_files_do_not(tmp_path: Path) -> None:
    for name in ("b/2.json", "a/9.jwt", "1.JSON", "b/notes.txt"):
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "secret.json").write_text("elsewhere")
    (tmp_path / "folder" / "link.json").symlink_to(tmp_path / "secret.json")
    found = list(TABLES.records(str(tmp_path / "folder"), limit=100))
    assert [content for _, content in found] == [b"1.JSON", b"a/9.jwt", b"b/2.json"]
    assert TABLES.survey(str(tmp_path / "folder"))[1] == 3


def test_what_changed_is_another_input(tmp_path: Path) -> None:
    given, folder = tmp_path / "all.ndjson", tmp_path / "folder"
    folder.mkdir()
    seen = set()
    for text in ("{}\n", "[]\n"):
        given.write_text(text)
        (folder / f"{len(text)}{text[0] == '['}.json").write_text(text)
        seen |= {TABLES.survey(str(given))[0], TABLES.survey(str(folder))[0]}
    assert len(seen) == 4
    assert TABLES.fingerprint(str(given)) == TABLES.survey(str(given))[0]


@pytest.mark.parametrize("broken", [b"\x1f\x8b not really", gzip.compress(b"{}\n" * 1000, mtime=0)[:-9]])
def test_a_broken_archive_is_told(tmp_path: Path, broken: bytes) -> None:
    given = tmp_path / "all.ndjson.gz"
    given.write_bytes(broken)
    with pytest.raises(Malformed) as failed:
        list(TABLES.records(str(given), limit=100))
    assert failed.value.code == "tables.gzip_broken"


def test_nothing_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misused):
        TABLES.records(str(tmp_path / "none"), limit=1)
