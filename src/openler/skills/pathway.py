"""The programs that close a gap: those that prepare for the target's own occupation first, then by points gained for what they cost.

A program for other work is named only if it closes a fair part of the gap: one point for a free course of something else is no
pathway. Points count where the registry says that the program teaches a missing competency or leads to a missing credential. A program that
only shares the target's occupation code stands apart: what it may close is inferred, thinned by its number of codes. A cost not
known is shown as not known and ranks after those that are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from openler.errors import Code, declare
from openler.skills.framework import SOC_LENGTH
from openler.skills.match import Match
from openler.skills.programs import Program

PROVIDER_STANDING = declare("skills.program_not_recommended", by=__name__)
TOO_EXPENSIVE = declare("skills.program_too_expensive", by=__name__)
TOO_LONG = declare("skills.program_too_long", by=__name__)
WITHOUT_DELIVERY = declare("skills.program_without_delivery", by=__name__)
WITHOUT_SUPPORT = declare("skills.program_without_support", by=__name__)
ELSEWHERE = declare("skills.program_elsewhere", by=__name__)

LEAST_PART = Fraction(1, 2)
"""The part of a gap that a program for other work must close to be named."""

PER = 1000
"""Points are compared for this much of the currency."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a learner can afford, reach or needs; None and empty mean no limit.

    An unknown value passes a limit, and is shown as unknown; only a support must be named to count as offered. A program that is
    wholly online is in every county. Names are compared without regard to case.
    """

    cost: Fraction | None = None
    weeks: Fraction | None = None
    delivery: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gain:
    """A missing requirement that a program would close, with its worth in thousandths of a point."""

    key: str
    name: str
    milli: int


@dataclass(frozen=True, slots=True)
class Option:
    """One program for one gap. ``per_cost`` is thousandths of a point for 1,000 of the currency, None if the cost is not known or 0.

    ``prepares`` says that the program is for the target's own occupation, ``fan_out`` for how many occupation codes it is.
    """

    program: Program
    gains: tuple[Gain, ...]
    milli: int
    per_cost: int | None
    prepares: bool
    fan_out: int


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A program that would help but is not recommended: ``code`` and ``reason`` say why."""

    program: Program
    milli: int
    code: Code
    reason: str


@dataclass(frozen=True, slots=True)
class Pathways:
    """What closes a gap: ``verified`` by the registry's data, ``inferred`` by occupation codes, and what was left out."""

    verified: tuple[Option, ...]
    inferred: tuple[Option, ...]
    left_out: tuple[NotOffered, ...]


def pathways(match: Match, programs: Iterable[Program], limits: Limits | None = None) -> Pathways:
    """The programs that close the gap of a match, best first, ties by CTID."""
    bounds = limits or Limits()
    missing = {point.requirement.key: Gain(point.requirement.key, point.requirement.name, point.milli) for point in match.gap}
    least = sum(gain.milli for gain in missing.values()) * LEAST_PART
    socs = {soc[:SOC_LENGTH] for soc in match.target.socs}
    verified: list[Option] = []
    inferred: list[Option] = []
    left_out: list[NotOffered] = []
    for program in programs:
        given = {key for key, _ in (*program.teaches, *program.leads_to)}
        gains = tuple(sorted((missing[key] for key in given & missing.keys()), key=lambda gain: (-gain.milli, gain.key)))
        prepares, is_inferred = bool(socs & set(program.socs)), not gains and not program.teaches
        if prepares and is_inferred:
            gains = tuple(
                Gain(gain.key, gain.name, gain.milli // len(program.socs))
                for gain in sorted(missing.values(), key=lambda gain: (-gain.milli, gain.key))
            )
        milli = sum(gain.milli for gain in gains)
        if not milli or not (prepares or milli >= least):
            continue
        hindrance = _hindrance(program, bounds)
        if hindrance:
            left_out.append(NotOffered(program, milli, *hindrance))
            continue
        option = Option(program, gains, milli, _per_cost(milli, program.cost), prepares, max(len(program.socs), 1))
        (inferred if is_inferred else verified).append(option)
    return Pathways(
        tuple(sorted(verified, key=_order)),
        tuple(sorted(inferred, key=_order)),
        tuple(sorted(left_out, key=lambda one: (-one.milli, one.program.ctid))),
    )


def _per_cost(milli: int, cost: Fraction | None) -> int | None:
    return int(Fraction(milli * PER) / cost) if cost else None


def _order(option: Option) -> tuple[bool, int, Fraction, int, str]:
    cost = option.program.cost
    if cost is None:
        return (not option.prepares, 2, Fraction(0), -option.milli, option.program.ctid)
    # What is free and known to be free comes first: no points for money are better.
    rate = Fraction(0) if cost == 0 else -Fraction(option.milli) / cost
    return (not option.prepares, 0 if cost == 0 else 1, rate, -option.milli, option.program.ctid)


def _hindrance(program: Program, limits: Limits) -> tuple[Code, str] | None:
    if program.hindrance:
        return PROVIDER_STANDING, program.hindrance
    if limits.cost is not None and program.cost is not None and program.cost > limits.cost:
        return TOO_EXPENSIVE, f"{float(program.cost):,.2f}".removesuffix(".00") + f" {program.currency}".rstrip()
    if limits.weeks is not None and program.weeks is not None and program.weeks > limits.weeks:
        return TOO_LONG, f"{float(program.weeks):.0f}"
    if program.delivery and not _meet(limits.delivery, program.delivery):
        return WITHOUT_DELIVERY, ", ".join(program.delivery)
    if program.counties and not program.is_online and not _meet(limits.counties, program.counties):
        return ELSEWHERE, ", ".join(program.counties)
    absent = [name for name in limits.supports if not _meet((name,), program.supports)]
    return (WITHOUT_SUPPORT, ", ".join(absent)) if absent else None


def _meet(wanted: tuple[str, ...], given: tuple[str, ...]) -> bool:
    """Whether nothing is wanted, or one of what is wanted is given."""
    return not wanted or bool({name.casefold() for name in wanted} & {name.casefold() for name in given})
