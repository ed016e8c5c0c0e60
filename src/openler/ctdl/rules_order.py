"""Rules for two values of one node that go together: what begins does not end before, what is least is not above what is most."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from openler.ctdl.findings import Report, below
from openler.errors import declare

REVERSED = declare("ctdl.order_reversed", by=__name__)

PAIRS: Final[Mapping[str, str]] = MappingProxyType({
    "ceasn:dateCreated": "ceasn:dateModified",
    "ceasn:dateValidFrom": "ceasn:dateValidUntil",
    "ceterms:approximateDateEffective": "ceterms:approximateExpirationDate",
    "ceterms:approximateStartDate": "ceterms:approximateEndDate",
    "ceterms:dateEffective": "ceterms:expirationDate",
    "ceterms:lowEarnings": "ceterms:highEarnings",
    "ceterms:startDate": "ceterms:endDate",
    "qdata:minPercentage": "qdata:maxPercentage",
    "schema:minValue": "schema:maxValue",
})  # fmt: skip
"""The first of two values, and the one that must not lie before or below it."""

_FIRSTS: Final = frozenset(PAIRS)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def order(node: Mapping[str, Any], place: str, report: Report) -> None:
    """A note for each pair that stands the wrong way round; which of the two is wrong cannot be told from the document."""
    for first, last in reversed_pairs(node):
        report.add("note", REVERSED, below(place, last), property=last, other=first, seen=node[last], first=node[first])


def reversed_pairs(node: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The pairs of a node whose values contradict each other. Values of another form are told by their own rule."""
    if _FIRSTS.isdisjoint(node):  # almost every node: this is asked of each
        return ()
    return tuple((first, last) for first, last in PAIRS.items() if first in node and last in node and _is_above(node[first], node[last]))


def _is_above(first: Any, last: Any) -> bool:
    if isinstance(first, str) and isinstance(last, str):
        # Days in UTC or with an offset are compared as written: a day apart is no contradiction worth a guess at time zones.
        return _DATE.match(first) is not None and _DATE.match(last) is not None and first[:10] > last[:10]
    numbers = (
        isinstance(first, int | float) and isinstance(last, int | float) and not isinstance(first, bool) and not isinstance(last, bool)
    )
    return numbers and first > last
