"""A match in words that a counsellor can read aloud, and as JSON with its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openler.actions.matching.match import Held, Matched, MatchResult, ProgramView, Standing
from openler.actions.matching.match_view import LeftOut, Pay
from openler.cli.terminal import Terminal, plain
from openler.ctdl.formats.outcomes import Cell
from openler.skills.explain import STATED, Reason, Support
from openler.skills.profile import SetAside

SHORT = 5
"""How many points of a kind are told before the rest is summed up; one target alone is told in full."""
_PERIODS = {"PT1H": "an hour", "P1D": "a day", "P1W": "a week", "P1M": "a month", "P1Y": "a year"}
_VERDICTS = {"invalid": "not real or no longer valid", "undetermined": "could not be checked today"}


def told(result: object, terminal: Terminal) -> Any:
    """A result as JSON, each code with its sentence."""
    return _sentences(plain(result), terminal)


def _sentences(value: Any, terminal: Terminal) -> Any:
    if isinstance(value, list):
        return [_sentences(item, terminal) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _sentences(item, terminal) for name, item in value.items()}
    if "code" in value and "parameters" in value:
        found["message"] = terminal.sentence(value["code"], value["parameters"])
    elif "code" in value and "reason" in value:
        found["message"] = terminal.sentence(value["code"], {"reason": value["reason"]})
    if "weighs" in value:
        found["weighs_message"] = terminal.sentence(value["weighs"], value["weighs_parameters"])
    return found


def points(milli: int) -> str:
    """Thousandths of a point as points, cut and never rounded up: what is not a hundred is not told as one."""
    return f"{milli // 100 / 10:.1f}".removesuffix(".0")


class Speaker:
    """Tells a match, line by line, to stdout."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._most: int | None = SHORT

    def all(self, result: MatchResult, credentials: Sequence[Held], *, against: str, own: str) -> None:
        """The best jobs and occupations."""
        self._counted(credentials, result.set_aside)
        for kind, found, compared in (
            ("jobs", result.jobs, result.jobs_compared),
            ("occupations", result.occupations, result.occupations_compared),
        ):
            if against not in {"both", kind}:
                continue
            self._line()
            if not compared:
                self._line(f"{kind.upper()}: none are published here that say what they ask for.")
                continue
            self._line(f"{kind.upper()}: the {len(found)} best of {compared:,} compared")
            for place, one in enumerate(found, 1):
                self._target(one, f"{place}. ")
        if own:
            standing = f"stands at place {result.own_rank} of {result.occupations_compared:,}" if result.own_rank else "was not compared"
            self._line()
            self._line(f"The occupation {own} {standing}.")
        self._line()
        self._line(
            "The order goes by the score and by how much of it is out of the ordinary: a full score on a job that asks for little can "
            "stand below two thirds of one that asks for much. Skills that most occupations ask for weigh little."
        )

    def one(self, result: Standing, credentials: Sequence[Held]) -> None:
        """One target in full."""
        self._most = None
        self._counted(credentials, result.set_aside)
        self._line()
        self._line(f"Place {result.rank:,} of {result.compared:,} compared:")
        self._target(result.matched, "")

    def _line(self, text: str = "") -> None:
        self._terminal.line(text)

    def _counted(self, credentials: Sequence[Held], aside: Sequence[SetAside]) -> None:
        count = sum(1 for one in credentials if one.verdict == "valid")
        self._line(f"{count} of {len(credentials)} {_noun(len(credentials), 'record')} {'counts' if count == 1 else 'count'}.")
        for one in aside:
            why = " ".join(self._terminal.sentence(reason.code, reason.parameters) for reason in one.reasons)
            self._line(f"  Does not count: {one.name or one.credential}: {_VERDICTS[one.verdict]}. {why}".rstrip())

    def _target(self, found: Matched, number: str) -> None:
        told_ = found.explanation
        employer = f", at {told_.employer}" if told_.employer else ""
        self._line(f"{number}{told_.name}{employer}: {points(told_.score_milli)} of 100.{_pay(found.pay)}")
        self._section("Shown", told_.shown, self._shown)
        stated = [one for one in told_.gap if one.self_asserted]
        self._section(f"Own word only, {points(told_.self_asserted_milli)} points that are not counted", stated, self._stated)
        possible = [one for one in told_.gap if one.inferred]
        self._section(f"Possible, inferred and not counted, about {points(told_.inferred_milli)} points", possible, self._possible)
        self._section("Missing", told_.gap, self._missing)
        self._programs("Programs that close the gap", found.programs)
        self._programs("Programs for this work that do not say what they teach", found.programs_inferred)
        for left in found.left_out[: self._most]:
            self._line(f"   Left out: {self._left(left)}")

    def _section(self, title: str, reasons: Sequence[Reason], tell: Any) -> None:
        if not reasons:
            return
        self._line(f"   {title}:")
        for one in reasons[: self._most]:
            first, *more = tell(one)
            self._line(f"     {first}")
            for line in more:
                self._line(f"       {line}")
        rest = reasons[self._most :] if self._most is not None else ()
        if rest:
            self._line(f"     and {len(rest)} more, worth {points(sum(one.milli_points for one in rest))} points together")

    def _shown(self, one: Reason) -> tuple[str, ...]:
        first, *others = one.shown_by
        also = sorted({other.credential_name for other in others if other.credential != first.credential})
        return (
            f"{points(one.milli_points)} points: {one.name or one.key}. {self._why(first)}",
            self._weighs(one),
            *((f"Also shown by {', '.join(also)}.",) if also else ()),
        )

    def _why(self, one: Support) -> str:
        since = f" Given {one.date}." if one.date and one.code != STATED else ""
        entry = f" Registry entry {one.entry}." if one.entry else ""
        return f"{self._terminal.sentence(one.code, one.parameters)}{since}{entry}"

    def _stated(self, one: Reason) -> tuple[str, ...]:
        return (f"{points(one.milli_points)} points: {one.name or one.key}. {self._why(one.self_asserted[0])}",)

    def _missing(self, one: Reason) -> tuple[str, ...]:
        own = " Own word only, as told above." if one.self_asserted else ""
        return (f"{points(one.milli_points)} points: {one.name or one.key}.{own}", self._weighs(one))

    def _possible(self, one: Reason) -> tuple[str, ...]:
        # One line a credential: its chains differ only in the occupation they lead through.
        by_credential = {support.credential: support for support in reversed(one.inferred)}
        lines = tuple(self._why(support) for support in by_credential.values())
        return (f"about {points(one.inferred_milli_points)} of {points(one.milli_points)} points: {one.name or one.key}.", *lines)

    def _weighs(self, one: Reason) -> str:
        return self._terminal.sentence(one.weighs, one.weighs_parameters)

    def _programs(self, title: str, programs: Sequence[ProgramView]) -> None:
        if programs:
            self._line(f"   {title}:")
        for one in programs[: self._most]:
            self._line(
                f"     {one.name}, {one.provider_name or 'provider not known'}: {points(one.milli_points)} points more. {_facts(one)}"
            )
            for outcome in one.outcomes[:1]:
                told_ = "; ".join(f"{cell.metric} {_cell(cell)}" for cell in outcome.cells[:4])
                self._line(f"       Of those who finished: {told_ or 'not known'}.")

    def _left(self, one: LeftOut) -> str:
        return f"{one.name}, {one.provider_name or 'provider not known'}. {self._terminal.sentence(one.code, {'reason': one.reason})}"


def _facts(one: ProgramView) -> str:
    cost = "not known" if one.cost is None else f"{one.cost:,.0f} {one.currency}{'' if one.cost_is_whole else ' or more'}"
    hours = f"{one.hours:,} hours" if one.hours is not None else ""
    length = ", ".join(part for part in (f"{one.weeks:,.0f} weeks" if one.weeks is not None else "", hours) if part) or "not known"
    facts = (("Cost", cost), ("Length", length), ("Taught", _listed(one.delivery)), ("County", _listed(one.counties)))
    return f"{'. '.join(f'{name}: {value}' for name, value in facts)}. Supports: {_listed(one.supports)}."


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values) or "not known"


def _cell(cell: Cell) -> str:
    if cell.state != "published" or cell.value is None:
        return "not shown, so few people" if cell.state == "suppressed" else "not known"
    value = f"{cell.value:,.1f}".removesuffix(".0")
    return f"{value}%" if cell.unit == "percent" else f"{value} {cell.unit}"


def _pay(pay: Pay | None) -> str:
    if pay is None:
        return ""
    high = f" to {pay.high:,.2f}" if pay.high is not None else ""
    amount = f"{pay.low:,.2f}{high} {pay.currency}".removesuffix(" ").replace(".00", "")
    period = _PERIODS.get(pay.period, pay.period)
    return f" Half earn more than {amount} {period} ({pay.median_in})." if pay.median_in else f" Pays {amount} {period}."


def _noun(count: int, one: str) -> str:
    return one if count == 1 else f"{one}s"
