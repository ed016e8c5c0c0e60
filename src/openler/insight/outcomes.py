"""Outcomes across programs, with what is withheld kept withheld: unknown is never 0 and never part of a median."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import Final

from openler.errors import Code
from openler.insight import definitions
from openler.insight.facts import Kind
from openler.insight.region import Region

FEWEST: Final = 3
"""Fewest known numbers for a median: of one or two, the median gives each away or nearly so."""


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """One metric over all data sets.

    ``known`` + ``withheld`` + ``not_stated`` is the number of observations. ``middle``, ``lowest`` and ``highest`` are None where
    fewer than :data:`FEWEST` numbers are known. ``data_sets`` are the CTIDs of those with a known number.
    """

    metric: str
    name: str
    known: int
    withheld: int
    not_stated: int
    middle: float | None
    lowest: float | None
    highest: float | None
    unit: str
    data_sets: tuple[str, ...]
    definition: Code = definitions.MEDIAN


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All metrics, sorted, and how many learning opportunities have a known number, only withheld ones, or no data set at all."""

    metrics: tuple[MetricSummary, ...]
    with_known: tuple[str, ...]
    withheld_only: tuple[str, ...]
    without: tuple[str, ...]


def outcomes(region: Region) -> Outcomes:
    """Summarise the published outcome data. Wages of occupations are about work and not about learning: they are left out."""
    about_work = {data_set.id for row in region.of(Kind.OCCUPATION) for data_set in region.data_sets(row)}
    values: dict[str, list[float]] = defaultdict(list)
    withheld: dict[str, int] = defaultdict(int)
    silent: dict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    units: dict[str, str] = {}
    where: dict[str, set[str]] = defaultdict(set)
    for data_set in region.of(Kind.OUTCOMES):
        if data_set.id in about_work:
            continue
        for each in data_set.observations:
            names[each.metric] = min(filter(None, (names.get(each.metric), each.name)), default="")
            if each.value is not None:
                values[each.metric].append(each.value)
                units[each.metric] = max(units.get(each.metric, ""), each.unit)
                where[each.metric].add(data_set.id)
            else:
                (withheld if each.withheld else silent)[each.metric] += 1
    with_known: list[str] = []
    withheld_only: list[str] = []
    without: list[str] = []
    for row in region.of(Kind.LEARNING_OPPORTUNITY):
        seen = [each for data_set in region.data_sets(row) for each in data_set.observations]
        group = with_known if any(each.value is not None for each in seen) else withheld_only if seen else without
        group.append(row.id)
    return Outcomes(
        metrics=tuple(
            _summary(
                (metric, names[metric], units.get(metric, "")),
                values.get(metric, []),
                (withheld.get(metric, 0), silent.get(metric, 0)),
                where.get(metric, set()),
            )
            for metric in sorted(names)
        ),
        with_known=tuple(with_known),
        withheld_only=tuple(withheld_only),
        without=tuple(without),
    )


def _summary(about: tuple[str, str, str], values: list[float], unknown: tuple[int, int], where: set[str]) -> MetricSummary:
    metric, name, unit = about
    told = len(values) >= FEWEST
    return MetricSummary(
        metric=metric,
        name=name,
        known=len(values),
        withheld=unknown[0],
        not_stated=unknown[1],
        middle=median(values) if told else None,
        lowest=min(values) if told else None,
        highest=max(values) if told else None,
        unit=unit,
        data_sets=tuple(sorted(where)),
    )
