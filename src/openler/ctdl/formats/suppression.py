"""Which figures about groups of people may be shown.

The rule, for a minimum of ``m`` persons:

1. a count under ``m`` is suppressed, zero too; so is a rate or a wage whose denominator is under ``m``;
2. without a usable denominator (none, or none that is over zero) a rate or wage is not known, never 0;
3. rates are whole percents; one of 0 or 100 is suppressed, for it tells a count of none without any other figure;
4. a count that a shown rate turns into one under ``m`` is suppressed, in whichever of three ways it could be: as the
   denominator (``rate * count``), as its complement (``(1 - rate) * count``), or as the numerator (``count / rate - count``);
5. a count that is part of another shown one is suppressed where the rest is under ``m``.

In 4 the rate is taken at the unfavourable end of its rounding. Rates are kept and counts given up, since the former serve
learners and the latter mostly help to undo the suppression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

State = Literal["published", "suppressed", "unknown"]

HUNDRED: Final = Decimal(100)
_HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as its source tells it.

    A rate's ``value`` is in percent; ``of`` names its denominator, ``within`` the count that a count is part of.
    """

    id: str
    kind: Literal["count", "rate", "wage"]
    value: Decimal | None
    of: str | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What may be shown of a figure: a value exactly when it is published."""

    state: State
    value: Decimal | None = None


def judge(figures: Sequence[Figure], minimum: int) -> dict[str, Judged]:
    """Apply the rule to the figures about one group of people; the answers by the figures' ids."""
    counts = {figure.id: figure.value for figure in figures if figure.kind == "count"}
    first = {figure.id: _alone(figure, counts, minimum) for figure in figures}
    rates = [rate for figure in figures if figure.kind == "rate" and (rate := first[figure.id].value) is not None]
    result = dict(first)
    for figure in figures:
        count = first[figure.id].value
        if figure.kind == "count" and count is not None and any(_gives_away(rate, count, minimum) for rate in rates):
            result[figure.id] = Judged("suppressed")
    for figure in figures:
        if figure.within is None:
            continue
        part, whole = result[figure.id].value, result[figure.within].value
        if part is not None and whole is not None and whole - part < minimum:
            result[figure.id] = Judged("suppressed")
    return result


def _alone(figure: Figure, counts: Mapping[str, Decimal | None], minimum: int) -> Judged:
    if figure.kind == "count":
        return _count(figure.value, minimum)
    denominator = counts.get(figure.of or "")
    if figure.value is None or denominator is None or denominator <= 0:
        return Judged("unknown")
    if denominator < minimum:
        return Judged("suppressed")
    return _rate(figure.value) if figure.kind == "rate" else _wage(figure.value)


def _count(value: Decimal | None, minimum: int) -> Judged:
    if value is None or value < 0 or value != value.to_integral_value():
        return Judged("unknown")
    return Judged("suppressed") if value < minimum else Judged("published", value)


def _wage(value: Decimal) -> Judged:
    return Judged("published", value) if value > 0 else Judged("unknown")


def _rate(value: Decimal) -> Judged:
    if not 0 <= value <= HUNDRED:
        return Judged("unknown")
    percent = value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return Judged("published", percent) if 0 < percent < HUNDRED else Judged("suppressed")


def _gives_away(rate: Decimal, count: Decimal, minimum: int) -> bool:
    low, high = (rate - _HALF) / HUNDRED, (rate + _HALF) / HUNDRED
    return min(low * count, (1 - high) * count, count / high - count) < minimum
