"""Experience in the holder's own words: a job, a service, care work, a project. Nobody has vouched for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from openler.errors import Malformed, TooLarge, declare
from openler.ids import Ctid

EXPERIENCE_MALFORMED = declare("holding.experience_malformed", by=__name__)
EXPERIENCE_TOO_LONG = declare("holding.experience_too_long", by=__name__)
TITLE_MISSING = declare("holding.title_missing", by=__name__)
DATE_MALFORMED = declare("holding.date_malformed", by=__name__)
DATES_REVERSED = declare("holding.dates_reversed", by=__name__)

LONGEST_LINE: Final = 300
LONGEST_DESCRIPTION: Final = 10_000
MOST_SKILLS: Final = 100

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)
_FIELDS: Final = frozenset({"title", "organisation", "started", "ended", "description", "skills"})


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill as the holder names it; ``competency`` where she picked a published one."""

    text: str
    competency: Ctid | None = None


@dataclass(frozen=True, slots=True)
class Experience:
    """A self-asserted statement. Dates are as exact as she remembers: ``2019``, ``2019-04`` or ``2019-04-30``; no end means it goes on."""

    title: str
    organisation: str = ""
    started: str = ""
    ended: str = ""
    description: str = ""
    skills: tuple[Skill, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What :func:`parse` reads."""
        return {
            "title": self.title,
            "organisation": self.organisation,
            "started": self.started,
            "ended": self.ended,
            "description": self.description,
            "skills": [{"text": skill.text} | ({"competency": str(skill.competency)} if skill.competency else {}) for skill in self.skills],
        }


def parse(statement: Mapping[str, Any], *, place: str = "") -> Experience:
    """Read a statement; only ``title`` is required.

    A skill is a text, or ``{"text": ..., "competency": CTID}`` of which either may be left out.

    :raises Malformed: ``holding.title_missing``, ``holding.date_malformed``, ``holding.dates_reversed``, ``ids.ctid_malformed``, and
        ``holding.experience_malformed`` for what no form of ours sends
    :raises TooLarge: ``holding.experience_too_long``
    """
    unknown = sorted(set(statement) - _FIELDS)
    if unknown:
        raise Malformed(EXPERIENCE_MALFORMED, place=f"{place}/{unknown[0]}", reason="unknown")
    title = _text(statement, "title", place, LONGEST_LINE)
    if not title:
        raise Malformed(TITLE_MISSING, place=f"{place}/title")
    started, ended = _when(statement, "started", place), _when(statement, "ended", place)
    # Compared as far as both are told: 2019 to 2019-04 is in order.
    if started and ended and ended[: len(started)] < started[: len(ended)]:
        raise Malformed(DATES_REVERSED, place=f"{place}/ended", started=started, ended=ended)
    given = statement.get("skills") or []
    if not isinstance(given, list):
        raise Malformed(EXPERIENCE_MALFORMED, place=f"{place}/skills", reason="type")
    if len(given) > MOST_SKILLS:
        raise TooLarge(EXPERIENCE_TOO_LONG, place=f"{place}/skills", seen=len(given), limit=MOST_SKILLS)
    return Experience(
        title=title,
        organisation=_text(statement, "organisation", place, LONGEST_LINE),
        started=started,
        ended=ended,
        description=_text(statement, "description", place, LONGEST_DESCRIPTION),
        skills=tuple(_skill(skill, f"{place}/skills/{number}") for number, skill in enumerate(given)),
    )


def _skill(given: object, place: str) -> Skill:
    if isinstance(given, str):
        given = {"text": given}
    if not isinstance(given, Mapping) or set(given) - {"text", "competency"}:
        raise Malformed(EXPERIENCE_MALFORMED, place=place, reason="type")
    text = _text(given, "text", place, LONGEST_LINE)
    named = given.get("competency")
    competency = None if named is None else Ctid.parse(named, place=f"{place}/competency")
    if not text and competency is None:
        raise Malformed(EXPERIENCE_MALFORMED, place=place, reason="missing")
    return Skill(text, competency)


def _text(source: Mapping[str, Any], name: str, place: str, limit: int) -> str:
    value = source.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(EXPERIENCE_MALFORMED, place=f"{place}/{name}", reason="type")
    if len(value) > limit:
        raise TooLarge(EXPERIENCE_TOO_LONG, place=f"{place}/{name}", seen=len(value), limit=limit)
    return value.strip()


def _when(source: Mapping[str, Any], name: str, place: str) -> str:
    text = _text(source, name, place, LONGEST_LINE)
    if not text:
        return ""
    found = _DATE.fullmatch(text)
    if found is None or not _exists(int(found[1]), int(found[2] or 1), int(found[3] or 1)):
        raise Malformed(DATE_MALFORMED, place=f"{place}/{name}", seen=text[:40])
    return text


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
