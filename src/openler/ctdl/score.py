"""Scores: how much of what a profile asks for a description says, and what it does not say.

Each property asked for is worth as many points as its level weighs; a score is the share of the points held. It says how
complete a description is, never how good the thing described is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from openler.ctdl.benchmark import is_held, profiled
from openler.ctdl.document import Document
from openler.ctdl.findings import Report
from openler.ctdl.profile import LEVELS, Asked, Group, Level, Profile
from openler.ctdl.terms import terms
from openler.ctdl.values import items
from openler.errors import declare
from openler.ids import Ctid

PROFILE_MISSING = declare("ctdl.profile_missing", by=__name__)

_SEVERITIES: Mapping[Level, Any] = {"required": "gap", "benchmark": "gap", "recommended": "note"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked for; ``property`` joins alternatives by ``|``. ``weight`` is the points it is worth."""

    level: Level
    property: str
    label: str
    weight: int
    held: bool


@dataclass(frozen=True, slots=True)
class ResourceScore:
    """One resource against a profile; ``ctid`` is None for an embedded one. ``items`` stand in the profile's order."""

    place: str
    type: str
    ctid: Ctid | None
    items: tuple[Item, ...]

    @property
    def missing(self) -> tuple[Item, ...]:
        """What it does not say, required first, in the profile's order."""
        return tuple(item for item in self.items if not item.held)

    @property
    def lowering(self) -> tuple[Item, ...]:
        """What of it lowers the score: a level may weigh nothing."""
        return tuple(item for item in self.missing if item.weight)

    @property
    def share(self) -> Fraction:
        """Points held of all; 1 where nothing that counts is asked for."""
        total = sum(item.weight for item in self.items)
        return Fraction(sum(item.weight for item in self.items if item.held), total) if total else Fraction(1)

    @property
    def points(self) -> int:
        """The share out of 100, rounded down, so that 100 means that nothing that counts is missing."""
        return floor(self.share * 100)

    def counts(self, level: Level) -> tuple[int, int]:
        """How many of a level's properties it holds, and how many are asked for."""
        asked = [item.held for item in self.items if item.level == level]
        return sum(asked), len(asked)


@dataclass(frozen=True, slots=True)
class Score:
    """A document against a profile. ``main`` is None where the profile asks nothing of its class."""

    profile: str
    main: ResourceScore | None
    children: tuple[ResourceScore, ...] = ()


def score(document: Document, profile: Profile) -> Score:
    """What a document says and does not say of what a profile asks for."""
    main: ResourceScore | None = None
    children: list[ResourceScore] = []
    for node, place, kind in _asked_of(document, profile):
        asked = profile.asked(kind)
        if asked is None:
            continue
        one = _score(document, node, place, kind, asked, profile)
        if node is document.main:
            main = one
        else:
            children.append(one)
    return Score(profile.name, main, tuple(children))


def score_of(document: Document, node: dict[str, Any], kind: str, profile: Profile) -> ResourceScore | None:
    """One node of a document; None where nothing is asked of its class. Its place is not looked for."""
    asked = profile.asked(kind)
    return _score(document, node, "", kind, asked, profile) if asked is not None else None


def lacks(document: Document, scored: Score, report: Report) -> None:
    """A finding for each thing missing: a gap where required or benchmark, a note where recommended."""
    for one in (scored.main, *scored.children):
        for item in one.missing if one is not None else ():
            report.ctid = (one.ctid if one is not None else None) or document.ctid
            told = {"property": item.property, "type": one.type if one is not None else "", "level": item.level}
            report.add(_SEVERITIES[item.level], PROFILE_MISSING, one.place if one is not None else "", profile=scored.profile, **told)


def label(group: Group) -> str:
    """What people call a thing asked for: alternatives and steps by their labels."""
    return " / ".join(", ".join(terms().label(step) for step in path.split("/")) for path in group)


def _asked_of(document: Document, profile: Profile) -> list[tuple[dict[str, Any], str, str]]:
    others = [one for one in profiled(document, profile.asked) if one[0] is not document.main]
    return [(document.main, "/@graph/0", document.type), *others]


def _score(document: Document, node: dict[str, Any], place: str, kind: str, asked: Asked, profile: Profile) -> ResourceScore:
    stated = node.get("ceterms:ctid")
    found = [
        Item(level, "|".join(group), label(group), profile.weights[level], any(_holds(document, node, path.split("/")) for path in group))
        for level in LEVELS
        for group in asked[level]
    ]
    return ResourceScore(place, kind, Ctid.within(stated) if isinstance(stated, str) else None, tuple(found))


def _holds(document: Document, node: Mapping[str, Any], steps: list[str]) -> bool:
    """Whether a path ends in a value. What stands in another document cannot be seen from here: the reference counts as held."""
    first, rest = steps[0], steps[1:]
    if not rest:
        return is_held(node.get(first))
    for value in items(node, first):
        if isinstance(value, dict) and not (len(value) == 1 and "@id" in value):
            if _holds(document, value, rest):
                return True
            continue
        reference = value.get("@id") if isinstance(value, dict) else value
        if isinstance(reference, str) and reference:
            target = document.find(reference)
            if target is None or _holds(document, target, rest):
                return True
    return False
