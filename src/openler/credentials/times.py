"""Moments as credentials write them: XML Schema dateTimeStamp (a dateTime with its time zone)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from openler.errors import Malformed, declare

TIME_MALFORMED = declare("credentials.time_malformed", by=__name__)

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_MAX_OFFSET = timedelta(hours=14)


def parse_time(text: object, *, place: str | None = None, zone_required: bool = True) -> datetime:
    """A dateTimeStamp as an aware datetime; finer than a microsecond is cut off.

    VCDM 2.0 (section 4.9) requires the zone; without ``zone_required`` a missing one is read as UTC (VCDM 1.1).

    :raises Malformed: ``credentials.time_malformed``
    """
    found = _STAMP.fullmatch(text) if isinstance(text, str) and len(text) <= 64 else None  # noqa: PLR2004 - longer is no time
    if found is None or (zone_required and not found[3]):
        raise Malformed(TIME_MALFORMED, place=place, seen=str(text)[:80])
    whole, fraction, zone = found.groups()
    try:
        # What it allows besides, such as a week's number, the expression above does not.
        if fraction is None and zone in {None, "Z"}:
            return datetime.fromisoformat(whole + "+00:00")
        moment = datetime.fromisoformat(whole)
        return moment.replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0, tzinfo=_zone(zone))
    except (ValueError, OverflowError):
        raise Malformed(TIME_MALFORMED, place=place, seen=str(text)[:80]) from None


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    if offset > _MAX_OFFSET or int(text[4:6]) > 59:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(text)
    return timezone(-offset if text[0] == "-" else offset)


@lru_cache(maxsize=256)
def xsd(moment: datetime) -> str:
    """An aware datetime as a dateTimeStamp in UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
