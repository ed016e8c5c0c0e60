"""The numbers inside an outcome data set: what was measured, and whether a number may be told.

A withheld or absent number stays absent: it is never 0, never guessed and never part of a median.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openler.ctdl.document import Document, nodes, refs, text
from openler.ctdl.formats.outcomes import SUPPRESSED

NUMBERS = ("qdata:percentage", "qdata:mean", "qdata:median", "schema:value")
"""Where an observation's number stands, the first that is there; also inside an embedded quantitative value."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation. ``value`` is None where it is withheld (``withheld``) or not known; ``unit`` is ``percent``, a currency or empty."""

    metric: str
    name: str
    value: float | None
    withheld: bool
    unit: str = ""


def observations(document: Document, data_set: Mapping[str, Any]) -> tuple[Observation, ...]:
    """The observations of a data set, sorted by metric. ``metric`` is the metric's type where it has one, else its name."""
    found = []
    for node in nodes(document, data_set, "qdata:hasObservation"):
        metric, name = _metric(document, node)
        withheld = bool(node.get("qdata:dataWithholdingType")) or text(node, "ceasn:comment") == SUPPRESSED
        value, unit = (None, "") if withheld else _number(node)
        found.append(Observation(metric=metric, name=name, value=value, withheld=withheld, unit=unit))
    return tuple(sorted(found, key=lambda each: (each.metric, each.name, each.value is not None, each.value or 0.0, each.withheld)))


def _metric(document: Document, node: Mapping[str, Any]) -> tuple[str, str]:
    for metric in nodes(document, node, "qdata:isObservationOf"):
        name = text(metric, "ceterms:name")
        kinds = refs(metric, "qdata:metricType")
        return (kinds[0] if kinds else name), name
    named = refs(node, "qdata:isObservationOf")
    return (named[0] if named else ""), ""


def _number(node: Mapping[str, Any]) -> tuple[float | None, str]:
    for prop in NUMBERS:
        value = node.get(prop)
        unit = "percent" if prop == "qdata:percentage" else text(node, "schema:currency")
        if isinstance(value, dict):
            unit = unit or text(value, "schema:currency")
            value = value.get("schema:value", value.get("@value"))
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value), unit
    return None, ""
