"""What pages with forms share: a failure told beside its field, and days as people give them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from starlette.requests import Request

from openler.errors import Malformed, OpenlerError, declare
from openler.messages import explain
from openler.web.rendering import language_of

DAY_MALFORMED = declare("web.day_malformed", by=__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A failure as a form shows it; ``field`` names the field it is about, None for the form as a whole."""

    text: str
    hint: str
    code: str
    place: str | None
    field: str | None


def told(request: Request, error: OpenlerError, fields: Iterable[str]) -> Told:
    """A failure in words, tied to the one of ``fields`` that its place names."""
    message = explain(error, language_of(request))
    named = [part for part in (error.place or "").split("/") if part]
    return Told(message.text, message.hint, error.code, error.place, next((one for one in named if one in set(fields)), None))


def end_of_day(text: str, *, place: str) -> datetime:
    """The last second (UTC) of a day given as ``YYYY-MM-DD``. :raises Malformed: ``web.day_malformed``"""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise Malformed(DAY_MALFORMED, place=place, seen=text[:40]) from error
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC)
