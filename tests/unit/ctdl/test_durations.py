"""Durations as people say them."""

from __future__ import annotations

import pytest

from openler.ctdl.durations import spoken


@pytest.mark.parametrize(
    ("written", "english", "spanish"),
    [
        ("P88W", "88 weeks", "88 semanas"),
        ("P1Y", "1 year", "1 año"),
        ("P1Y6M", "1 year and 6 months", "1 año y 6 meses"),
        ("P1Y2M3DT4H5M6S", "1 year, 2 months, 3 days, 4 hours, 5 minutes and 6 seconds",
         "1 año, 2 meses, 3 días, 4 horas, 5 minutos y 6 segundos"),
        ("PT40H", "40 hours", "40 horas"),
        ("P1.5Y", "1.5 years", "1,5 años"),
        ("P0,50M", "0.5 months", "0,5 meses"),
        ("P1M", "1 month", "1 mes"),
        ("PT1M", "1 minute", "1 minuto"),
        ("P0Y8W", "8 weeks", "8 semanas"),
        ("P0D", "0 days", "0 días"),
        ("PT1200H", "1,200 hours", "1\u202f200 horas"),
    ],
)  # fmt: skip
def test_a_duration_is_told_in_words(written: str, english: str, spanish: str) -> None:
    assert (spoken(written), spoken(written, "es")) == (english, spanish)


@pytest.mark.parametrize(
    "written", ["", "P", "PT", "P1", "1Y", "P1YT", "P1D1Y", "P-1Y", "Pathway", "P\u0661Y", "P1Y plus", "P" + "9" * 40 + "Y"]
)
def test_what_is_no_duration_is_left_to_be_shown_as_it_is(written: str) -> None:
    assert spoken(written) is None
