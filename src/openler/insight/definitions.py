"""The codes of the sentences that define each number. The sentences themselves stand in the messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openler.errors import Code, declare


def _codes(group: str, *names: str) -> dict[str, Code]:
    return {name: declare(f"insight.{group}_{name}", by=__name__) for name in names}


COUNTED: Final[Mapping[str, Code]] = _codes(
    "counted",
    "credential", "learning_opportunity", "organization", "support_service", "occupation", "job", "competency", "outcomes",
)  # fmt: skip
"""What is counted of each kind."""

BY: Final[Mapping[str, Code]] = _codes("by", "type", "provider", "provider_type", "sector", "county", "status", "standing", "support")
"""Along what a table counts."""

QUALITY: Final[Mapping[str, Code]] = _codes(
    "has", "owned", "minimum", "benchmark", "taught", "cost", "outcomes", "occupation", "occupation_given", "supports", "described",
)  # fmt: skip
"""What it takes to be counted in a share."""

WITH_CTID: Final = declare("insight.has_ctid", by=__name__)
NOT_STATED: Final = declare("insight.not_stated", by=__name__)
MENTIONED: Final = declare("insight.mentioned", by=__name__)

LEVELS: Final[Mapping[str, Code]] = _codes("level", "required", "benchmark", "recommended")
"""What a level of a model asks."""

EFFECT: Final = declare("insight.effect", by=__name__)
NEEDS: Final[Mapping[str, Code]] = _codes("need", "childcare", "transit", "evening", "languages", "disability_access")
"""What counts as meeting each need for support."""
MEDIAN: Final = declare("insight.median", by=__name__)
WITHHELD: Final = declare("insight.withheld", by=__name__)

NOTES: Final[Mapping[str, Code]] = _codes("note", "rows", "remark", "sample", "absent", "wage")
"""What can be said of a source: rows refused, what rows lacked, that it is a sample, what it never speaks of, wages it lacks."""

TITLES: Final[Mapping[str, Code]] = _codes(
    "title",
    "credential", "learning_opportunity", "organization", "support_service", "occupation", "job", "competency", "outcomes",
    "type", "provider", "provider_type", "sector", "county", "status", "standing", "support",
    "ctid", "owned", "minimum", "benchmark", "taught", "cost", "occupation_link", "occupation_given", "known_outcome", "supports",
    "described", "childcare", "transit", "evening", "languages", "disability_access",
)  # fmt: skip
"""Headings: of kinds, dimensions, qualities and needs."""

QUALITY_TITLES: Final[Mapping[str, Code]] = {
    **{name: TITLES[name] for name in QUALITY if name in TITLES},
    "ctid": TITLES["ctid"],
    "occupation": TITLES["occupation_link"],
    "outcomes": TITLES["known_outcome"],
}
"""The heading of each quality: two of them share their name with a kind."""
