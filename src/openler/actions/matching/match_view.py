"""A match as the faces show it: plain texts and numbers, nothing left to work out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from openler.ctdl.document import nodes, refs, text
from openler.ctdl.formats.wages import median_annual_wage
from openler.errors import Code
from openler.ids import Ctid
from openler.skills.entries import Entries
from openler.skills.explain import Explanation, explain
from openler.skills.match import Match
from openler.skills.pathway import Gain, Option, Pathways
from openler.skills.programs import Outcome, Program


@dataclass(frozen=True, slots=True)
class Pay:
    """What work pays: ``period`` is an ISO 8601 duration such as ``PT1H``; ``high`` is None where only one figure is given.

    For an occupation ``low`` is the median that the data set named ``median_in`` tells; for a job that is empty.
    """

    low: float
    high: float | None
    currency: str
    period: str
    median_in: str = ""


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A program that would close part of a gap. None and empty mean that the registry does not say.

    ``milli_points`` is what it would add, and ``per_thousand_milli`` how much of that 1,000 of the currency buys (None if free or
    not known). ``prepares`` says that it is for the target's own occupation, ``fan_out`` for how many occupation codes it is.
    """

    ctid: Ctid
    name: str
    provider: str
    provider_name: str
    leads_to: tuple[tuple[str, str], ...]
    cost: float | None
    cost_is_whole: bool
    currency: str
    weeks: float | None
    hours: int | None
    delivery: tuple[str, ...]
    supports: tuple[str, ...]
    entry_conditions: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    webpage: str
    gains: tuple[Gain, ...]
    milli_points: int
    per_thousand_milli: int | None
    prepares: bool
    fan_out: int
    counties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A program that would help and is not recommended: ``code`` and ``reason`` make the sentence."""

    ctid: Ctid
    name: str
    provider_name: str
    code: Code
    reason: str


@dataclass(frozen=True, slots=True)
class Matched:
    """One target: the explanation, what it pays, and the programs that close the gap; what is inferred stands apart."""

    explanation: Explanation
    pay: Pay | None
    programs: tuple[ProgramView, ...]
    programs_inferred: tuple[ProgramView, ...]
    left_out: tuple[LeftOut, ...]
    programs_found: int


def matched(match: Match, found: Pathways, pay: Pay | None, *, most: int) -> Matched:
    """Put a match into plain values, with at most ``most`` programs of each kind."""
    return Matched(
        explanation=explain(match),
        pay=pay,
        programs=tuple(_program(option) for option in found.verified[:most]),
        programs_inferred=tuple(_program(option) for option in found.inferred[:most]),
        left_out=tuple(
            LeftOut(one.program.ctid, one.program.name, one.program.provider_name, one.code, one.reason) for one in found.left_out[:most]
        ),
        programs_found=len(found.verified),
    )


def pay_of(entries: Entries, ctid: Ctid) -> Pay | None:
    """What a job's document says it pays, or the median wage that an occupation's links to; None where nothing usable is told."""
    entry = entries.by_ctid.get(ctid)
    if entry is None:
        return None
    for profile in nodes(entry.document, entry.node, "ceterms:workPay"):
        values = [_number(profile.get(name)) for name in ("schema:minValue", "schema:value", "schema:maxValue")]
        stated = [value for value in values if value is not None]
        if stated:
            high = values[2] if values[2] is not None and values[2] > stated[0] else None
            return Pay(stated[0], high, text(profile, "ceterms:currency"), text(profile, "ceterms:basePeriod"))
    for iri in refs(entry.node, "qdata:relevantDataSet"):
        data_set = entries.entry(iri)
        median = median_annual_wage(data_set.document) if data_set is not None else None
        if data_set is not None and median is not None:
            return Pay(median, None, "USD", "P1Y", data_set.name)
    return None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _program(option: Option) -> ProgramView:
    program: Program = option.program
    return ProgramView(
        ctid=program.ctid,
        name=program.name,
        provider=program.provider,
        provider_name=program.provider_name,
        leads_to=program.leads_to,
        cost=_plain(program.cost),
        cost_is_whole=program.cost_is_whole,
        currency=program.currency,
        weeks=_plain(program.weeks),
        hours=program.hours,
        delivery=program.delivery,
        supports=program.supports,
        entry_conditions=program.entry_conditions,
        outcomes=program.outcomes,
        webpage=program.webpage,
        gains=option.gains,
        milli_points=option.milli,
        per_thousand_milli=option.per_cost,
        prepares=option.prepares,
        fan_out=option.fan_out,
        counties=program.counties,
    )


def _plain(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
