"""A region's workspace: what it set out to do, who holds which role, what people stated and decided, how it went.

It holds no record of any person: holders of roles and authors of statements are named because they act for a public body.
Values are never changed; each method gives a new workspace. Time comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from openler.errors import Malformed, NotFound, declare
from openler.initiative.guide import guide
from openler.initiative.standing import Assessment, Attestation

NOT_STARTED = declare("initiative.not_started", by=__name__)
ALREADY_STARTED = declare("initiative.already_started", by=__name__)
WORKSPACE_CHANGED = declare("initiative.workspace_changed", by=__name__)
WORKSPACE_UNAVAILABLE = declare("initiative.workspace_unavailable", by=__name__)
ROLE_UNKNOWN = declare("initiative.role_unknown", by=__name__)
CRITERION_UNKNOWN = declare("initiative.criterion_unknown", by=__name__)
NOT_ATTESTABLE = declare("initiative.not_attestable", by=__name__)
TEXT_EMPTY = declare("initiative.text_empty", by=__name__)
TEXT_TOO_LONG = declare("initiative.text_too_long", by=__name__)
DATE_IN_FUTURE = declare("initiative.date_in_future", by=__name__)
LINK_MALFORMED = declare("initiative.link_malformed", by=__name__)
GOAL_UNKNOWN = declare("initiative.goal_unknown", by=__name__)
FIGURE_UNKNOWN = declare("initiative.figure_unknown", by=__name__)
FIGURE_IMPOSSIBLE = declare("initiative.figure_impossible", by=__name__)

MAX_TEXT: Final = 4000
"""Longest text of a statement, goal or story, in characters."""


@dataclass(frozen=True, slots=True)
class UseCase:
    """Who does what with which records. ``goals`` are the goals it serves; ``data`` the public data it needs."""

    title: str
    story: str = ""
    goals: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Something decided, with its reason."""

    title: str
    reason: str
    by: str
    dated: date


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure that a run told and the registry cannot be asked for later, such as verdicts given."""

    figure: str
    value: int
    of: int | None
    recorded: datetime
    told_by: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything a region keeps.

    ``holders`` maps a role's id to the name of who holds it; ``history`` is oldest first.
    """

    name: str
    region: str
    started: datetime
    cycle: int = 1
    goals: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = ()
    holders: Mapping[str, str] = field(default_factory=dict)
    use_cases: tuple[UseCase, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    decisions: tuple[Decision, ...] = ()
    measured: tuple[Measured, ...] = ()
    history: tuple[Assessment, ...] = ()

    def with_goal(self, goal: str) -> Workspace:
        """One more goal; one already there changes nothing. :raises Malformed:"""
        told = checked(goal, "goal")
        return self if told in self.goals else replace(self, goals=(*self.goals, told))

    def with_stakeholder(self, name: str) -> Workspace:
        """One more stakeholder; one already there changes nothing. :raises Malformed:"""
        told = checked(name, "stakeholder")
        return self if told in self.stakeholders else replace(self, stakeholders=(*self.stakeholders, told))

    def with_holder(self, role: str, holder: str) -> Workspace:
        """Name who holds a role. An empty name vacates it. :raises NotFound: no such role"""
        if role not in guide().roles:
            raise NotFound(ROLE_UNKNOWN, place="role", seen=role[:80], known=", ".join(guide().roles))
        others = {name: who for name, who in self.holders.items() if name != role}
        if holder.strip():
            others[role] = checked(holder, "holder")
        return replace(self, holders={name: others[name] for name in guide().roles if name in others})

    def with_use_case(self, use_case: UseCase) -> Workspace:
        """One more use case; one of the same title is replaced. :raises Malformed: :raises NotFound: a goal that is not among ours"""
        told = UseCase(
            title=checked(use_case.title, "title"),
            story=checked(use_case.story, "story", empty=True),
            goals=tuple(use_case.goals),
            data=tuple(checked(each, "data") for each in use_case.data),
        )
        for goal in told.goals:
            if goal not in self.goals:
                raise NotFound(GOAL_UNKNOWN, place="goals", seen=goal[:80])
        return replace(self, use_cases=(*(each for each in self.use_cases if each.title != told.title), told))

    def with_attestation(self, attestation: Attestation) -> Workspace:
        """One more statement, in this cycle.

        :raises NotFound: no such criterion
        :raises Malformed: the criterion is measured, not stated; a text is empty or too long; the date is to come; no https link
        """
        criterion = guide().criteria.get(attestation.criterion)
        if criterion is None:
            raise NotFound(CRITERION_UNKNOWN, place="criterion", seen=attestation.criterion[:80])
        if criterion.figure is not None:
            raise Malformed(NOT_ATTESTABLE, place="criterion", criterion=criterion.id, figure=criterion.figure)
        _past(attestation.dated, attestation.recorded)
        link = attestation.link.strip()
        if link and (not link.startswith(("https://", "http://")) or any(ord(letter) <= ord(" ") for letter in link)):
            raise Malformed(LINK_MALFORMED, place="link", seen=link[:80])
        told = replace(
            attestation,
            statement=checked(attestation.statement, "statement"),
            by=checked(attestation.by, "by"),
            link=checked(link, "link", empty=True),
            cycle=self.cycle,
        )
        return replace(self, attestations=(*self.attestations, told))

    def with_decision(self, decision: Decision, *, at: datetime) -> Workspace:
        """One more decision. :raises Malformed: a text is empty or too long, or the date is to come"""
        _past(decision.dated, at)
        told = Decision(
            title=checked(decision.title, "title"),
            reason=checked(decision.reason, "reason"),
            by=checked(decision.by, "by"),
            dated=decision.dated,
        )
        return replace(self, decisions=(*self.decisions, told))

    def with_measured(self, measured: Measured) -> Workspace:
        """What a run measured, in place of what an earlier one did.

        :raises NotFound: no such figure
        :raises Malformed: a negative number, more than the total, or a share without one
        """
        definition = guide().figures.get(measured.figure)
        if definition is None:
            raise NotFound(FIGURE_UNKNOWN, place="figure", seen=measured.figure[:80])
        whole = measured.of
        if measured.value < 0 or definition.is_share != (whole is not None) or (whole is not None and measured.value > whole):
            raise Malformed(FIGURE_IMPOSSIBLE, place="figure", figure=measured.figure, value=measured.value, of=whole)
        told = replace(measured, told_by=checked(measured.told_by, "told_by"))
        kept = (each for each in self.measured if each.figure != measured.figure)
        return replace(self, measured=tuple(sorted((*kept, told), key=lambda each: each.figure)))

    def with_assessment(self, assessment: Assessment) -> Workspace:
        """The assessment added to the history, unless its evidence is that of the last one in the same cycle."""
        last = self.history[-1] if self.history else None
        if last is not None and (last.digest, last.cycle) == (assessment.digest, assessment.cycle):
            return self
        return replace(self, history=(*self.history, assessment))

    def next_cycle(self) -> Workspace:
        """Begin again: statements of earlier cycles have to be confirmed, figures are measured anew, everything is kept."""
        return replace(self, cycle=self.cycle + 1)


def checked(text: str, place: str, *, empty: bool = False) -> str:
    """A text without surrounding space. :raises Malformed: empty where it may not be, or over :data:`MAX_TEXT`"""
    told = text.strip()
    if not told and not empty:
        raise Malformed(TEXT_EMPTY, place=place, field=place)
    if len(told) > MAX_TEXT:
        raise Malformed(TEXT_TOO_LONG, place=place, field=place, seen=len(told), limit=MAX_TEXT)
    return told


def _past(dated: date, at: datetime) -> None:
    if dated > at.date():
        raise Malformed(DATE_IN_FUTURE, place="date", seen=dated.isoformat(), today=at.date().isoformat())
