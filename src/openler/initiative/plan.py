"""What to do next, computed from the evidence, and what changed since the last assessment.

An open criterion is the more urgent the further it is from met and the more of the guide's asks its step answers, and those whose
groundwork is laid come first:

1. steps whose earlier steps all stand at least partly, before steps that would build on nothing;
2. then by ``shortfall x asks``, the largest first;
3. then in the guide's order.

Of each step one action is proposed, so that three actions move three steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openler.initiative.assessment import shortfall
from openler.initiative.guide import guide
from openler.initiative.standing import Assessment, CriterionResult, Figure, Standing
from openler.initiative.workspace import Workspace

NEXT: Final = 3
"""How many actions are proposed at a time: what a leader can keep in mind."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. ``role`` owns it and ``holder`` is its name, empty where nobody holds the role.

    ``result`` tells why, with its numbers; ``urgency`` is ``shortfall x asks``; ``ready`` whether its groundwork is laid.
    """

    step: str
    criterion: str
    role: str
    holder: str
    text: str
    reason: str
    result: CriterionResult
    urgency: Fraction
    ready: bool


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that stands otherwise than before."""

    step: str
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that changed; None where it was or is not known."""

    figure: str
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class Trend:
    """What changed between two assessments; both in the guide's order."""

    steps: tuple[StepChange, ...]
    figures: tuple[FigureChange, ...]


def plan(workspace: Workspace, assessment: Assessment, *, limit: int = NEXT) -> tuple[Action, ...]:
    """The next actions, the most urgent first; none when every step is met and a new cycle can begin."""
    found: dict[str, Action] = {}
    for action in ranked(workspace, assessment):
        found.setdefault(action.step, action)
    return tuple(found.values())[:limit]


def ranked(workspace: Workspace, assessment: Assessment) -> tuple[Action, ...]:
    """Every open criterion as an action, in order of priority."""
    standing = {result.step: result.standing for result in assessment.steps}
    actions = []
    for result in assessment.steps:
        step = guide().steps[result.step]
        ready = all(standing[name] in {Standing.MET, Standing.PARTLY} for name in step.after)
        for each in result.criteria:
            criterion = guide().criteria[each.criterion]
            short = shortfall(criterion, each)
            if short > 0:
                actions.append(
                    Action(
                        step=step.id,
                        criterion=criterion.id,
                        role=criterion.role,
                        holder=workspace.holders.get(criterion.role, ""),
                        text=criterion.action,
                        reason=criterion.reason,
                        result=each,
                        urgency=short * len(step.asks),
                        ready=ready,
                    ),
                )
    return tuple(sorted(actions, key=lambda action: (not action.ready, -action.urgency)))


def trend(before: Assessment, after: Assessment) -> Trend:
    """What changed from one assessment to another."""
    stood = {result.step: result.standing for result in before.steps}
    steps = tuple(
        StepChange(step=result.step, before=stood.get(result.step, Standing.NOT_KNOWN), after=result.standing)
        for result in after.steps
        if stood.get(result.step, Standing.NOT_KNOWN) is not result.standing
    )
    old = {figure.id: figure for figure in before.figures}
    new = {figure.id: figure for figure in after.figures}
    figures = tuple(
        FigureChange(figure=name, before=old.get(name), after=new.get(name))
        for name in guide().figures
        if _numbers(old.get(name)) != _numbers(new.get(name))
    )
    return Trend(steps=steps, figures=figures)


def _numbers(figure: Figure | None) -> tuple[int, int | None] | None:
    return None if figure is None else (figure.value, figure.of)
