"""ISO 8601 durations as people say them: ``P88W`` is 88 weeks, 88 semanas. What is published keeps the form that it has."""

from __future__ import annotations

import re
from typing import Final, Literal

Language = Literal["en", "es"]

# ISO 8601-1:2019 section 5.5.2: each part once, in this order, at least one, and after a T at least one of its own.
_DURATION: Final = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,9}(?:[.,]\d{1,9})?)Y)?(?:(\d{1,9}(?:[.,]\d{1,9})?)M)?(?:(\d{1,9}(?:[.,]\d{1,9})?)W)?(?:(\d{1,9}(?:[.,]\d{1,9})?)D)?"
    r"(?:T(?=\d)(?:(\d{1,9}(?:[.,]\d{1,9})?)H)?(?:(\d{1,9}(?:[.,]\d{1,9})?)M)?(?:(\d{1,9}(?:[.,]\d{1,9})?)S)?)?",
    re.ASCII,
)
_UNITS: Final = {
    "en": (("year", "years"), ("month", "months"), ("week", "weeks"), ("day", "days"), ("hour", "hours"), ("minute", "minutes"),
           ("second", "seconds")),
    "es": (("año", "años"), ("mes", "meses"), ("semana", "semanas"), ("día", "días"), ("hora", "horas"), ("minuto", "minutos"),
           ("segundo", "segundos")),
}  # fmt: skip
_AND: Final = {"en": " and ", "es": " y "}


def spoken(duration: str, language: Language = "en") -> str | None:
    """A duration in words, such as ``1 year and 6 months``; None for what is none. Parts that are zero are left out unless all are."""
    found = _DURATION.fullmatch(duration.strip())
    if found is None:
        return None
    parts = [
        (float(count.replace(",", ".")), count, units)
        for count, units in zip(found.groups(), _UNITS[language], strict=True)
        if count is not None
    ]
    said = [_said(amount, count, units, language) for amount, count, units in parts if amount] or [_said(*parts[-1], language)]
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + _AND[language] + said[-1]


def _said(amount: float, count: str, units: tuple[str, str], language: Language) -> str:
    if amount == int(amount):
        shown = f"{int(amount):,}" if language == "en" else f"{int(amount):,}".replace(",", "\u202f")
    else:
        whole, _, fraction = count.replace(",", ".").partition(".")
        shown = f"{int(whole):,}.{fraction.rstrip('0')}" if language == "en" else f"{int(whole)},{fraction.rstrip('0')}"
    return f"{shown} {units[0] if amount == 1 else units[1]}"
