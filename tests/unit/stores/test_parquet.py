"""Parquet tables read like any other: text in cells, lists a value a line, and nothing else opened."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from openler.errors import Malformed, TooLarge
from openler.stores import parquet
from openler.stores.tables import FileTables


def written(path: Path, query: str) -> str:
    duckdb.connect().execute("COPY (" + query + ") TO '" + str(path).replace("'", "''") + "' (FORMAT parquet)")
    return str(path)


def test_lists_stand_a_value_a_line_and_nothing_is_nothing(tmp_path: Path) -> None:
    place = written(tmp_path / "it's.parquet", "SELECT ['weld', 'cut'] AS skills, NULL AS note, true AS yes, 3 AS n")
    assert list(FileTables().rows(place, columns=("skills",))) == [(2, {"skills": "weld\ncut", "note": "", "yes": "true", "n": "3"})]


def test_what_is_no_parquet_file_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(Malformed) as caught:
        list(FileTables().rows(str(tmp_path / "bad.parquet")))
    assert caught.value.code == "tables.parquet_broken"


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = written(tmp_path / "a.parquet", "SELECT 1 AS n")
    monkeypatch.setattr(parquet, "MAX_BYTES", 10)
    with pytest.raises(TooLarge):
        list(FileTables().rows(place))


def test_a_row_that_ends_early_is_taken_only_where_that_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,c\n1\n", encoding="utf-8")
    with pytest.raises(Malformed):
        list(FileTables().rows(str(tmp_path / "a.csv")))
    assert list(FileTables().rows(str(tmp_path / "a.csv"), short=True)) == [(2, {"a": "1", "b": "", "c": ""})]
    (tmp_path / "a.csv").write_text("a,b\n1,2,3\n", encoding="utf-8")
    with pytest.raises(Malformed):
        list(FileTables().rows(str(tmp_path / "a.csv"), short=True))
