"""Values are what the mapping says is made of cells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from openler.ctdl.formats.account import Account
from openler.ctdl.formats.cells import Cells, Row, Table, clean_cell
from openler.ctdl.formats.mapping import TableSpec
from openler.ctdl.formats.mapping_values import Flag, Value
from openler.ctdl.formats.shapes import duration, email, number, web_page


def made(value: dict[str, object], cells: dict[str, str]) -> str:
    other = Table("other", TableSpec(file="x.csv"), [(2, {"ID": "7", "NAME": "seven"}), (3, {"ID": "8", "NAME": "eight"})])
    return Cells({"other": other}, Account()).text(Value.model_validate(value), Row("t", 2, cells))


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [
        ('"Cars, Inc."', "Cars, Inc."),
        ('"""None"""', "None"),
        ('say ""hello"" twice', 'say "hello" twice'),
        ('6" nails', '6" nails'),
        ('"open', "open"),
        ("two\n lines", "two lines"),
        ("much   \u00a0 space", "much space"),
    ],
)
def test_stray_quotes_lines_and_blanks_are_cleaned(cell: str, cleaned: str) -> None:
    assert clean_cell(cell, ("quotes", "lines", "spaces")) == cleaned


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"column": "a"}, "x"),
        ({"columns": ["none", "empty", "b"]}, "y"),
        ({"constant": "c"}, "c"),
        ({"template": "{a}-{b}"}, "x-y"),
        ({"template": "{a}-{empty}"}, ""),
        ({"columns": ["a", "empty", "b", "n"], "join": "; ", "ignore": ["N/A"]}, "x; y"),
        ({"column": "id", "lookup": {"table": "other", "key": "ID", "give": "NAME"}}, "seven"),
        ({"column": "a", "lookup": {"table": "other", "key": "ID", "give": "NAME"}}, ""),
        ({"column": "zip", "pad": 5}, "07001"),
        ({"column": "a", "values": {"x": "ex"}}, "ex"),
        ({"column": "b", "values": {"x": "ex"}, "default": "other"}, "other"),
        ({"column": "mixed", "pattern": "([0-9]+) weeks"}, "12"),
        ({"column": "b", "pattern": "[0-9]"}, ""),
        ({"column": "n", "ignore": ["N/A"]}, ""),
        ({"column": "site", "prefix": "http://"}, "http://school.example"),
        ({"column": "url", "prefix": "http://"}, "https://school.example"),
    ],
)
def test_each_word_does_what_the_reference_says(value: dict[str, object], expected: str) -> None:
    cells = {"a": "x", "b": "y", "empty": "", "id": "7", "zip": "7001", "mixed": "about 12 weeks", "n": "n/a"}
    assert made(value, {**cells, "site": "school.example", "url": "https://school.example"}) == expected


def test_a_flag_that_is_neither_yes_nor_no_is_not_known() -> None:
    cells = Cells({}, Account())
    flag = Flag.model_validate({"column": "f", "true": ["1"], "false": ["2"]})
    assert [cells.flag(flag, Row("t", 2, {"f": text})) for text in ("1", "2", "", "3")] == [True, False, None, None]


def test_a_null_is_nothing_even_where_it_looks_like_a_number() -> None:
    table = Table("t", TableSpec(file="x.csv", nulls=("", "-99999")), [(2, {"v": "-99999"}), (3, {"v": "5"})])
    assert [row.cells["v"] for row in table.rows] == ["", "5"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4000", Decimal(4000)),
        ("$4,000.50", Decimal("4000.50")),
        ("NaN", None),
        ("inf", None),
        ("1e9", None),
        ("", None),
        ("1,00", None),
        (".5", Decimal("0.5")),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: Decimal | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "http://someone@school.example", "http://no dots", "http://localhost", "ftp://a.example", "http://[bad", ""],
)
def test_what_is_no_web_page_is_none(text: str) -> None:
    assert web_page(text) is None


def test_pages_mails_and_durations() -> None:
    assert web_page("HTTPS://School.example/a?b=c") == "https://School.example/a?b=c"
    assert email("a@b.example") == "a@b.example"
    assert email("nobody") is None
    assert duration("P6M") == "P6M"
    assert duration("P") is None
    assert duration("PT") is None
