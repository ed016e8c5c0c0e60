"""Whatever the figures are, what is shown gives no small count away."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from openler.ctdl.formats.suppression import Figure, judge


@given(
    whole=st.integers(0, 400),
    part=st.integers(0, 400),
    employed=st.integers(0, 400),
    wage=st.one_of(st.none(), st.integers(0, 20000)),
    minimum=st.integers(1, 30),
)
def test_no_combination_of_shown_figures_recovers_a_count_under_the_minimum(
    whole: int, part: int, employed: int, wage: int | None, minimum: int
) -> None:
    part, employed = min(part, whole), min(employed, whole)
    rate = Decimal(employed) * 100 / whole if whole else Decimal(0)
    figures = [
        Figure("whole", "count", Decimal(whole)),
        Figure("part", "count", Decimal(part), within="whole"),
        Figure("rate", "rate", rate, of="whole"),
        Figure("wage", "wage", None if wage is None else Decimal(wage), of="part"),
    ]
    shown = judge(figures, minimum)
    values = {name: judged.value for name, judged in shown.items() if judged.value is not None}
    for name in ("whole", "part"):
        assert values.get(name, Decimal(minimum)) >= minimum
    if "rate" in values:
        assert whole >= minimum
        assert 0 < values["rate"] < 100
        for name in ("whole", "part"):
            if name in values:
                assert round(values[name] * values["rate"] / 100) >= minimum
                assert round(values[name] * (100 - values["rate"]) / 100) >= minimum
                assert round(values[name] * 100 / values["rate"] - values[name]) >= minimum
    if "wage" in values:
        assert part >= minimum
    if "whole" in values and "part" in values:
        assert values["whole"] - values["part"] >= minimum
    for name, judged in shown.items():
        assert (judged.state == "published") == (name in values)
