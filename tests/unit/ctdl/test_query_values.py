"""Numbers and moments of queries: read strictly, whole days and months as such."""

from __future__ import annotations

import pytest

from openler.ctdl.query_values import moment, number, sort_of


@pytest.mark.parametrize(
    ("value", "read"),
    [(3, 3.0), ("2.5", 2.5), (True, 1.0), ("false", 0.0), ("x", None), (None, None), ("nan", None), ("1e999", None), ([], None)],
)
def test_a_number_is_read_or_refused(value: object, read: float | None) -> None:
    assert number(value) == read


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("1970", 0, 31_536_000), ("1970-01", 0, 2_678_400), ("1970-12", 28_857_600, 31_536_000), ("1970-01-01", 0, 86_400),
        ("1970-01-01T01:00:00Z", 3_600, None), ("1970-01-01T01:00:00+01:00", 0, None), ("1970-01-01T01:00:00", 3_600, None),
    ],
)  # fmt: skip
def test_a_day_a_month_and_a_year_have_a_first_and_a_last_instant(value: str, first: int, last: int | None) -> None:
    assert moment(value) == first
    told = moment(value, last=True)
    assert told is not None
    assert told == first if last is None else last - 1 < told < last


@pytest.mark.parametrize("value", ["1970-13", "1970-02-30", "yesterday", "", 1970, None, "9999-99-99T00:00:00Z"])
def test_what_is_no_moment_is_none(value: object) -> None:
    assert moment(value) is None


def test_properties_are_asked_for_as_their_values_are() -> None:
    assert [
        sort_of(name)
        for name in (
            "ceterms:name",
            "ceterms:codedNotation",
            "ceterms:ownedBy",
            "ceterms:price",
            "ceterms:dateEffective",
            "ceterms:exactDuration",
            "ceterms:nme",
        )
    ] == ["text", "text", "reference", "number", "time", "plain", None]
