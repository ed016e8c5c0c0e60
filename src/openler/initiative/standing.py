"""Where steps stand, and what that rests on: figures that were measured, and statements that people made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from openler.errors import Code
from openler.ids import Digest


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. ``of`` is the total of a share, None for a count; ``source`` tells where it was measured."""

    id: str
    value: int
    of: int | None
    source: str

    @property
    def measure(self) -> Fraction | None:
        """What a threshold is held against: the share, or the count; None for a share of nothing."""
        if self.of is None:
            return Fraction(self.value)
        return Fraction(self.value, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's statement that a criterion is met (``holds``) or is not, with its date and where to read more.

    ``dated`` is when what it tells of happened; ``recorded`` when it was written down here; ``cycle`` the cycle it was written in.
    """

    criterion: str
    statement: str
    by: str
    dated: date
    recorded: datetime
    cycle: int
    link: str = ""
    holds: bool = True


class Standing(StrEnum):
    """How far something is met. Not known is its own answer: nobody measured or said."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion. ``figure`` or ``attestation`` is what it rests on; ``code`` with ``parameters`` is the sentence that says so."""

    criterion: str
    standing: Standing
    figure: Figure | None
    attestation: Attestation | None
    code: Code
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step: met if all its criteria are; partly if some are, or one is partly; not known if nothing is known of any."""

    step: str
    standing: Standing
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """All steps in the guide's order. ``digest`` names evidence and standings without the time, so that the same are the same."""

    cycle: int
    steps: tuple[StepResult, ...]
    figures: tuple[Figure, ...]
    digest: Digest
    at: datetime | None = None

    def step(self, name: str) -> StepResult:
        """The result of a step. :raises KeyError:"""
        for result in self.steps:
            if result.step == name:
                return result
        raise KeyError(name)

    def count(self, standing: Standing) -> int:
        """How many steps stand so."""
        return sum(1 for result in self.steps if result.standing is standing)

    def dated(self, at: datetime) -> Assessment:
        """The same with the time at which it was taken."""
        return replace(self, at=at)
