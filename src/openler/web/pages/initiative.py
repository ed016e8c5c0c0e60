"""The region's plan: where it stands, what to do next and who does it, and every step with what shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from openler.actions.planning.initiative import InitiativeStatus, status
from openler.actions.ports import Ports
from openler.errors import NotFound, declare
from openler.initiative.assessment import number
from openler.initiative.guide import Step, guide
from openler.initiative.plan import Action, ranked
from openler.initiative.standing import Attestation, CriterionResult, Standing
from openler.initiative.workspace import NOT_STARTED
from openler.messages import Language, render
from openler.web.rendering import language_of, page

STEP_UNKNOWN = declare("web.step_unknown", by=__name__)
ROLE_UNKNOWN = declare("web.role_unknown", by=__name__)

router = APIRouter()

WORDS = {Standing.MET: "Met", Standing.PARTLY: "Partly met", Standing.NOT_MET: "Not met", Standing.NOT_KNOWN: "Not known"}


@dataclass(frozen=True, slots=True)
class ToDo:
    """One next action: what, who, and why."""

    text: str
    role: str
    role_title: str
    holder: str
    step: str
    step_title: str
    because: str
    reason: str
    ready: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One criterion of a step: how it stands, on what it rests, and what to do while it is not met."""

    id: str
    standing: Standing
    sentence: str
    reason: str
    action: str
    role: str
    role_title: str
    said: Attestation | None
    measured: bool
    source: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One step in a list."""

    id: str
    title: str
    standing: Standing
    role: str
    role_title: str
    open: tuple[Shown, ...]


@router.get("/initiative", response_class=HTMLResponse)
def overview(request: Request) -> HTMLResponse:
    """Where do we stand, what is next, and then everything."""
    language = language_of(request)
    try:
        found = _status(request)
    except NotFound as error:
        if error.code != NOT_STARTED:
            raise
        return page(request, "initiative/none.html", phases=guide().phases)
    return page(
        request,
        "initiative/overview.html",
        found=found,
        words=WORDS,
        counts=[(standing, words, found.assessment.count(standing)) for standing, words in WORDS.items()],
        todo=[_to_do(action, language) for action in found.actions],
        phases=[(phase, phase.title.told(language), [_step(found, step, language) for step in phase.steps]) for phase in guide().phases],
        roles=[(role.id, role.title.told(language), found.workspace.holders.get(role.id, "")) for role in guide().roles.values()],
        changed_steps=[(guide().steps[c.step].title.told(language), c.step, c.before, c.after) for c in found.trend.steps]
        if found.trend
        else [],
        changed_figures=[
            (
                guide().figures[c.figure].title.told(language),
                *(number(each) if each is not None else "not known" for each in (c.before, c.after)),
            )
            for c in found.trend.figures
        ]
        if found.trend
        else [],
    )


@router.get("/initiative/steps/{step}", response_class=HTMLResponse)
def one_step(request: Request, step: str) -> HTMLResponse:
    """One step: what it is for, how it stands, and what to do."""
    language, found = language_of(request), _status(request)
    known = guide().steps.get(step)
    if known is None:
        raise NotFound(STEP_UNKNOWN, seen=step[:80])
    phase = next(each for each in guide().phases if each.id == known.phase)
    result = found.assessment.step(step)
    return page(
        request,
        "initiative/step.html",
        step=known,
        title=known.title.told(language),
        phase=phase,
        phase_title=phase.title.told(language),
        standing=result.standing,
        words=WORDS,
        criteria=[_shown(each, language) for each in result.criteria],
        owners=[
            (role, guide().roles[role].title.told(language), found.workspace.holders.get(role, ""))
            for role in (known.role, *known.supporting)
        ],
        after=[(name, guide().steps[name].title.told(language), found.assessment.step(name).standing) for name in known.after],
    )


@router.get("/initiative/roles/{role}", response_class=HTMLResponse)
def one_role(request: Request, role: str) -> HTMLResponse:
    """One role: who holds it, its duties, the steps it owns, and its own next actions."""
    language, found = language_of(request), _status(request)
    known = guide().roles.get(role)
    if known is None:
        raise NotFound(ROLE_UNKNOWN, seen=role[:80])
    mine = [action for action in ranked(found.workspace, found.assessment) if action.role == role]
    steps = list(guide().steps.values())
    return page(
        request,
        "initiative/role.html",
        role=known,
        title=known.title.told(language),
        holder=found.workspace.holders.get(role, ""),
        words=WORDS,
        todo=[_to_do(action, language) for action in mine],
        owned=[_step(found, step, language) for step in steps if step.role == role],
        supported=[_step(found, step, language) for step in steps if role in step.supporting],
    )


def _status(request: Request) -> InitiativeStatus:
    ports: Ports = request.app.state.ports
    return status(ports)


def _step(found: InitiativeStatus, step: Step, language: Language) -> StepView:
    result = found.assessment.step(step.id)
    return StepView(
        id=step.id,
        title=step.title.told(language),
        standing=result.standing,
        role=step.role,
        role_title=guide().roles[step.role].title.told(language),
        open=tuple(_all_shown((each for each in result.criteria if each.standing is not Standing.MET), language)),
    )


def _all_shown(results: Iterable[CriterionResult], language: Language) -> list[Shown]:
    return [_shown(each, language) for each in results]


def _shown(result: CriterionResult, language: Language) -> Shown:
    criterion = guide().criteria[result.criterion]
    return Shown(
        id=criterion.id,
        standing=result.standing,
        sentence=_sentence(result, language),
        reason=criterion.reason,
        action=criterion.action,
        role=criterion.role,
        role_title=guide().roles[criterion.role].title.told(language),
        said=result.attestation,
        measured=criterion.figure is not None,
        source=result.figure.source if result.figure is not None else "",
    )


def _sentence(result: CriterionResult, language: Language) -> str:
    """What a criterion rests on: the figure's name with its numbers, or who stated what and when."""
    told = render(result.code, dict(result.parameters), language).text
    figure = guide().criteria[result.criterion].figure
    return f"{guide().figures[figure].title.told(language)}: {told[:1].lower()}{told[1:]}" if figure is not None else told


def _to_do(action: Action, language: Language) -> ToDo:
    return ToDo(
        text=action.text,
        role=action.role,
        role_title=guide().roles[action.role].title.told(language),
        holder=action.holder,
        step=action.step,
        step_title=guide().steps[action.step].title.told(language),
        because=_sentence(action.result, language),
        reason=action.reason,
        ready=action.ready,
    )
