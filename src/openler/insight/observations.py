"""The numbers inside an outcome data set: what was measured, and whether a number may be told.

A withheld or absent number stays absent: it is never 0, never guessed and never part of a median.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openler.ctdl.document import Document, nodes, refs, text

NUMBERS = ("schema:value", "qdata:median", "qdata:percentage", "qdata:mean")
"""Where an observation's number stands, the first that is there; also inside an embedded quantitative value."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation. ``value`` is None where it is withheld (``withheld``) or not stated."""

    metric: str
    name: str
    value: float | None
    withheld: bool


def observations(document: Document, data_set: Mapping[str, Any]) -> tuple[Observation, ...]:
    """The observations of a data set, sorted by metric. ``metric`` is the metric's type where it has one, else its name."""
    found = []
    for node in nodes(document, data_set, "qdata:hasObservation"):
        metric, name = _metric(document, node)
        withheld = bool(node.get("qdata:dataWithholdingType"))
        found.append(Observation(metric=metric, name=name, value=None if withheld else _number(node), withheld=withheld))
    return tuple(sorted(found, key=lambda each: (each.metric, each.name, each.value is not None, each.value or 0.0, each.withheld)))


def _metric(document: Document, node: Mapping[str, Any]) -> tuple[str, str]:
    for metric in nodes(document, node, "qdata:isObservationOf"):
        name = text(metric, "ceterms:name")
        kinds = refs(metric, "qdata:metricType")
        return (kinds[0] if kinds else name), name
    named = refs(node, "qdata:isObservationOf")
    return (named[0] if named else ""), ""


def _number(node: Mapping[str, Any]) -> float | None:
    for prop in NUMBERS:
        value = node.get(prop)
        if isinstance(value, dict):
            value = value.get("schema:value", value.get("@value"))
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    return None
