"""The chart says in text what it shows, and the table says all of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from bs4 import BeautifulSoup

from openler.insight.chart import BAR, INK, MAX_BARS, Bar, bar_chart, percent, told


def contrast_with_white(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_the_picture_has_a_title_and_a_description_that_it_points_to() -> None:
    chart = bar_chart("Credentials by type", "Degrees lead.", [Bar("Degree", 8), Bar("License", 2)], identifier="types")
    picture = BeautifulSoup(chart.svg, "html.parser").svg
    assert picture is not None
    assert picture["role"] == "img"
    named = [picture.find(id=name) for name in str(picture["aria-labelledby"]).split()]
    assert [each.text for each in named if each is not None] == ["Credentials by type", "Degrees lead."]
    assert [each.text for each in picture.find_all("text")] == ["Degree", "8", "License", "2"]
    assert chart.rows == (("Degree", "8"), ("License", "2"))


def test_bars_are_as_long_as_their_numbers() -> None:
    chart = bar_chart("t", "d", [Bar("a", 10), Bar("b", 5), Bar("c", 0)], identifier="x")
    widths = [int(str(bar["width"])) for bar in BeautifulSoup(chart.svg, "html.parser").find_all("rect")]
    assert widths == [300, 150, 0]


def test_what_is_not_known_has_no_bar_and_says_so() -> None:
    chart = bar_chart("t", "d", [Bar("Outcomes", None, of=0)], identifier="x", unknown="no se sabe")
    assert "<rect" not in chart.svg
    assert chart.rows == (("Outcomes", "no se sabe"),)


def test_names_from_outside_are_only_text() -> None:
    chart = bar_chart("<b>", "&", [Bar('"><script>alert(1)</script>', 1)], identifier='x" onload="y')
    found = BeautifulSoup(chart.svg, "html.parser")
    assert found.find("script") is None
    assert found.svg is not None
    assert "onload" not in found.svg.attrs


def test_colours_stand_out_from_white() -> None:
    assert contrast_with_white(INK) >= 7
    assert contrast_with_white(BAR) >= 4.5


def test_many_bars_are_summed_up_in_the_picture_and_all_told_in_the_table() -> None:
    chart = bar_chart("t", "d", [Bar(f"p{at}", 2) for at in range(40)], identifier="x", rest="others")
    texts = [each.text for each in BeautifulSoup(chart.svg, "html.parser").find_all("text")]
    assert len(texts) == 2 * MAX_BARS
    assert texts[-2:] == ["others", "32"]
    assert len(chart.rows) == 40


@pytest.mark.parametrize(
    ("share", "expected"),
    [(Fraction(0), 0), (Fraction(1, 1000), 1), (Fraction(1, 2), 50), (Fraction(999, 1000), 99), (Fraction(1), 100)],
)
def test_nearly_all_is_not_all_and_nearly_none_is_not_none(share: Fraction, expected: int) -> None:
    assert percent(share) == expected


def test_a_share_is_told_with_its_numbers() -> None:
    assert told(Bar("x", Fraction(6, 8), of=8)) == "75% (6 of 8)"
    assert told(Bar("x", 1234)) == "1,234"


def test_the_same_bars_make_the_same_picture() -> None:
    bars = [Bar("a", Fraction(1, 3), of=3)]
    assert bar_chart("t", "d", bars, identifier="x") == bar_chart("t", "d", bars, identifier="x")
