"""What the guide is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Text:
    """A title in both languages."""

    en: str
    es: str

    def told(self, language: str = "en") -> str:
        """The title in a language, English for one that is not known."""
        return self.es if language == "es" else self.en


@dataclass(frozen=True, slots=True)
class Duty:
    """One of a role's own actions. ``asks`` are the numbers of the asks it answers."""

    text: str
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """Who can own a step."""

    id: str
    title: Text
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """Something measured. ``is_share`` tells a share of a total from a count; ``source`` where it is measured."""

    id: str
    title: Text
    is_share: bool
    source: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that shows a step met: a figure that reaches ``at_least``, or, without a figure, a person's statement.

    For a share ``at_least`` is one from 0 to 1, else a count. From ``partly_from`` on it is partly met. ``reason`` tells why this
    threshold, or why only a person can say; ``action`` what to do while it is not met, and ``role`` who does.
    """

    id: str
    step: str
    figure: str | None
    at_least: Fraction
    partly_from: Fraction
    reason: str
    action: str
    role: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step. ``role`` owns it by default, ``supporting`` take part; ``after`` are the steps it builds on."""

    id: str
    phase: str
    title: Text
    about: str
    asks: tuple[str, ...]
    role: str
    supporting: tuple[str, ...]
    after: tuple[str, ...]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to read, and who published it."""

    title: str
    by: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase with its steps, in order."""

    id: str
    number: int
    title: Text
    purpose: str
    resources: tuple[Resource, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """All of it. The mappings keep the guide's order."""

    phases: tuple[Phase, ...]
    roles: Mapping[str, Role]
    figures: Mapping[str, FigureDefinition]
    steps: Mapping[str, Step]
    criteria: Mapping[str, Criterion]
