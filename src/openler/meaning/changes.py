"""What has changed in a description since a record was earned, in words a person can weigh: level, skills, quality assurance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from openler.errors import Code, declare
from openler.meaning.describe import Meaning

NAME = declare("meaning.change_name", by=__name__)
TYPE = declare("meaning.change_type", by=__name__)
DESCRIPTION = declare("meaning.change_description", by=__name__)
LEVEL = declare("meaning.change_level", by=__name__)
LEVEL_STATED = declare("meaning.change_level_stated", by=__name__)
LEVEL_DROPPED = declare("meaning.change_level_dropped", by=__name__)
STATUS = declare("meaning.change_status", by=__name__)
STATUS_STATED = declare("meaning.change_status_stated", by=__name__)
STATUS_DROPPED = declare("meaning.change_status_dropped", by=__name__)
SKILLS_ADDED = declare("meaning.change_skills_added", by=__name__)
SKILLS_DROPPED = declare("meaning.change_skills_dropped", by=__name__)
QUALITY_ADDED = declare("meaning.change_quality_added", by=__name__)
QUALITY_DROPPED = declare("meaning.change_quality_dropped", by=__name__)
PROVIDERS = declare("meaning.change_providers", by=__name__)
OTHER = declare("meaning.change_other", by=__name__)

_LEVEL = (LEVEL, LEVEL_STATED, LEVEL_DROPPED)
_STATUS = (STATUS, STATUS_STATED, STATUS_DROPPED)
MOST_NAMED = 8
"""Most skills named in one sentence; beyond it they are counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: its sentence's code and what fills it."""

    code: Code
    parameters: Mapping[str, object] = field(default_factory=dict)


def changes(then: Meaning | None, now: Meaning | None) -> tuple[Change, ...]:
    """What differs between two versions of a description; empty where one of them could not be had, or they are the same."""
    if then is None or now is None or then.digest == now.digest:
        return ()
    return tuple(_differences(then, now)) or (Change(OTHER),)


def _differences(then: Meaning, now: Meaning) -> Iterator[Change]:
    for code, before, after in ((NAME, then.name, now.name), (TYPE, then.type, now.type)):
        if before != after:
            yield Change(code, {"before": before, "after": after})
    for codes, earlier, later in ((_LEVEL, then.levels, now.levels), (_STATUS, then.statuses, now.statuses)):
        if set(earlier) != set(later):
            changed, stated, dropped = codes
            code = changed if earlier and later else stated if later else dropped
            yield Change(code, {"before": _named(earlier), "after": _named(later)})
    yield from _sets((c.name for c in then.competencies), (c.name for c in now.competencies), SKILLS_ADDED, SKILLS_DROPPED)
    yield from _sets(then.quality, now.quality, QUALITY_ADDED, QUALITY_DROPPED)
    if set(then.providers) != set(now.providers):
        yield Change(PROVIDERS)
    if then.description != now.description:
        yield Change(DESCRIPTION)


def _sets(then: Iterable[str], now: Iterable[str], added: Code, dropped: Code) -> Iterator[Change]:
    before, after = dict.fromkeys(then), dict.fromkeys(now)
    for code, names in ((added, [n for n in after if n not in before]), (dropped, [n for n in before if n not in after])):
        if names:
            yield Change(code, {"names": _named(names)})


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" +{len(listed) - MOST_NAMED}" if len(listed) > MOST_NAMED else ""
    return ", ".join(listed[:MOST_NAMED]) + more
