"""Description sets: what belongs to a record's description beyond the record, as paths to other records.

The paths are the national Registry's own, from the generated table. Each starts at records of some classes, follows properties
forwards (``>``) or backwards (``<``), and ends at nodes of some classes. Classes below those listed count too: the lists name
``ceterms:LearningOpportunityProfile`` and mean courses and programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from openler.ctdl.terms import terms
from openler.resources import read_json


class Step(NamedTuple):
    """One property on a path, followed from the value to what has it where ``reverse`` is set."""

    property: str
    reverse: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """A path as it is named, its steps, and the classes at its end, those below included; none listed means any."""

    path: str
    steps: tuple[Step, ...]
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    branch: Branch
    starts: frozenset[str]


@cache
def _entries() -> tuple[_Entry, ...]:
    table = read_json("openler.ctdl", "data", "description_sets.json")
    lists = {int(number): _below(names) for number, names in table["classes"].items()}
    found = []
    for path, steps, starts, ends in table["entries"].values():
        named = (Step(step[1:].strip(), step.startswith("<")) for step in steps)
        parts = tuple(step for step in named if not terms().is_class(step.property))  # some steps name the class in between
        found.append(_Entry(Branch(path, parts, lists[ends]), lists[starts]))
    return tuple(found)


@lru_cache(maxsize=512)
def branches(kind: str) -> tuple[Branch, ...]:
    """The paths that start at a class, in the order of their names."""
    return tuple(sorted((entry.branch for entry in _entries() if kind in entry.starts), key=lambda one: (one.path, sorted(one.classes))))


def chosen(kind: str, *, exact: str | None = None, contains: str | None = None) -> tuple[Branch, ...]:
    """The same, only the path of that name or those whose name holds a text, capital and small letters alike."""
    found = branches(kind)
    if exact:
        return tuple(one for one in found if one.path.lower() == exact.lower())
    return tuple(one for one in found if contains.lower() in one.path.lower()) if contains else found


def _below(names: list[str]) -> frozenset[str]:
    return frozenset(names) | frozenset(below for name in names for below in terms().subclasses(name))
