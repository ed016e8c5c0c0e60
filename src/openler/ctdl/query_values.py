"""Numbers and moments as queries compare them: one real number each."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from openler.ctdl.terms import terms

Sort = Literal["reference", "text", "number", "time", "plain"]
"""How a property's values are asked for: by what they refer to, by words, by size, or by being equal."""

_SORTS: dict[str, Sort] = {
    "iri": "reference", "language": "text", "string": "text", "float": "number", "integer": "number", "boolean": "number",
    "date": "time", "datetime": "time", "duration": "plain",
}  # fmt: skip

_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def sort_of(name: str) -> Sort | None:
    """The sort of a property, None for one that the vocabulary does not have."""
    known = terms().find_property(name)
    return None if known is None else _SORTS[known.kind]


def number(value: Any) -> float | None:
    """A number, or a text that is one; True and False are 1 and 0. None for anything else."""
    if not isinstance(value, int | float | str):
        return None
    if isinstance(value, bool) or value in {"true", "false"}:
        return 1.0 if value in {True, "true"} else 0.0
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def moment(value: Any, *, last: bool = False) -> float | None:
    """A year, month, day or moment in ISO 8601 as seconds since 1970; without a time zone, UTC. None for anything else.

    A year, month or day is its first instant, with ``last`` its last one.
    """
    if not isinstance(value, str):
        return None
    found = _DAY.fullmatch(value.strip())
    try:
        if found is not None:
            year, month = int(found[1]), int(found[2] or (12 if last else 1))
            day = int(found[3] or (monthrange(year, month)[1] if last else 1))
            return datetime.combine(date(year, month, day), time.max if last else time.min, UTC).timestamp()
        told = datetime.fromisoformat(value.strip())
        return (told.replace(tzinfo=UTC) if told.tzinfo is None else told).timestamp()
    except (ValueError, OverflowError):
        return None
