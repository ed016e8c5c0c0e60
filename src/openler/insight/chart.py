"""An accessible bar chart as inline SVG, and the same figures as a table.

Horizontal bars with their label and number as text, one colour whose contrast with white is above 4.5 : 1 (WCAG 1.4.3 and
1.4.11), told apart by position and not by colour. ``title`` and ``desc`` name the picture for those who do not see it; the table
says everything the picture says. No script, no style sheet, nothing fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Final

INK: Final = "#1b1b1b"
"""Text on white: 17 : 1."""
BAR: Final = "#005ea2"
"""Bars on white: 6.7 : 1."""
TRACK: Final = "#dfe1e2"
WIDTH: Final = 640
LABEL_WIDTH: Final = 250
NUMBER_WIDTH: Final = 90
ROW_HEIGHT: Final = 30
MAX_BARS: Final = 25
"""More bars than this are told in the table alone; the last bar sums up the rest."""
MAX_LABEL: Final = 34
"""Longest label drawn, in characters; the table has it in full."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. ``value`` is a count, or a share from 0 to 1, or None for not known: then no bar is drawn and the text says so."""

    label: str
    value: int | Fraction | None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture, and the same as rows: label, number as text."""

    svg: str
    rows: tuple[tuple[str, str], ...]


def bar_chart(
    title: str, description: str, bars: Iterable[Bar], *, identifier: str, unknown: str = "not known", rest: str = "others"
) -> Chart:
    """Draw the bars in the order given.

    ``identifier`` makes the ids of title and description unique on their page. ``unknown`` and ``rest`` are the words for a number that
    is not known and for the bars beyond :data:`MAX_BARS`.
    """
    given = tuple(bars)
    drawn = _folded(given, rest)
    largest = _largest(drawn)
    height = ROW_HEIGHT * len(drawn) + 10
    name = escape(identifier, quote=True)
    parts = [
        f'<svg class="ol-chart" role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {WIDTH} {height}"',
        ' width="100%" xmlns="http://www.w3.org/2000/svg" font-family="inherit" font-size="14">',
        f'<title id="{name}-title">{escape(title)}</title>',
        f'<desc id="{name}-desc">{escape(description)}</desc>',
    ]
    for position, bar in enumerate(drawn):
        parts.extend(_bar(bar, 5 + position * ROW_HEIGHT, largest, unknown))
    parts.append("</svg>")
    return Chart(svg="".join(parts), rows=tuple((bar.label, told(bar, unknown)) for bar in given))


def told(bar: Bar, unknown: str = "not known") -> str:
    """The number as text: ``12``, ``75% (6 of 8)`` or the word for not known. A share is rounded, but never up to 100 or down to 0."""
    if bar.value is None:
        return unknown
    if isinstance(bar.value, Fraction):
        share = f"{percent(bar.value)}%"
        return f"{share} ({bar.value * bar.of} of {bar.of})" if bar.of is not None else share
    return f"{bar.value:,}"


def percent(share: Fraction) -> int:
    """A share in whole per cent, half up; 99.9 stays 99 and 0.1 becomes 1, for nearly all is not all."""
    rounded = int(share * 100 + Fraction(1, 2))
    if 0 < share < 1:
        return min(max(rounded, 1), 99)
    return rounded


def _folded(bars: Sequence[Bar], rest: str) -> tuple[Bar, ...]:
    if len(bars) <= MAX_BARS or any(not isinstance(bar.value, int) for bar in bars):
        return tuple(bars)
    kept = bars[: MAX_BARS - 1]
    return (*kept, Bar(label=rest, value=sum(bar.value for bar in bars[MAX_BARS - 1 :] if isinstance(bar.value, int))))


def _largest(bars: Sequence[Bar]) -> Fraction:
    values = [Fraction(bar.value) for bar in bars if bar.value is not None]
    if any(isinstance(bar.value, Fraction) for bar in bars):
        return max(Fraction(1), *values)
    return max(values, default=Fraction(1)) or Fraction(1)


def _bar(bar: Bar, top: int, largest: Fraction, unknown: str) -> Iterable[str]:
    room = WIDTH - LABEL_WIDTH - NUMBER_WIDTH - (60 if bar.of is not None else 0)
    label = bar.label if len(bar.label) <= MAX_LABEL else f"{bar.label[: MAX_LABEL - 1]}…"
    middle = top + 19
    yield f'<text x="{LABEL_WIDTH - 8}" y="{middle}" text-anchor="end" fill="{INK}">{escape(label)}</text>'
    length = 0
    if bar.value is not None:
        length = int(Fraction(bar.value) / largest * room)
        yield (
            f'<rect x="{LABEL_WIDTH}" y="{top + 4}" width="{room}" height="{ROW_HEIGHT - 10}" fill="{TRACK}"/>'
            if bar.of is not None
            else ""
        )
        yield f'<rect x="{LABEL_WIDTH}" y="{top + 4}" width="{length}" height="{ROW_HEIGHT - 10}" fill="{BAR}"/>'
    beside = room if bar.of is not None else length
    yield f'<text x="{LABEL_WIDTH + beside + 6}" y="{middle}" fill="{INK}">{escape(told(bar, unknown))}</text>'
