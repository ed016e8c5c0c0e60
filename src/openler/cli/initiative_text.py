"""How the initiative reads in a terminal, and as JSON."""

from __future__ import annotations

from openler.actions.planning.initiative import InitiativeStatus
from openler.cli.terminal import Terminal, plain
from openler.initiative.assessment import number
from openler.initiative.guide import Step, guide
from openler.initiative.plan import Action
from openler.initiative.standing import CriterionResult, Standing
from openler.initiative.workspace import Workspace

WORDS = {Standing.MET: "met", Standing.PARTLY: "partly met", Standing.NOT_MET: "not met", Standing.NOT_KNOWN: "not known"}
SIGNS = {Standing.MET: "[x]", Standing.PARTLY: "[/]", Standing.NOT_MET: "[ ]", Standing.NOT_KNOWN: "[?]"}
"""Beside the words, so that a column can be scanned."""


def show(terminal: Terminal, found: InitiativeStatus, *, everything: bool) -> None:
    """Everything: how the steps stand in sum, what to do next, each phase with its steps."""
    summary(terminal, found)
    for phase in found.guide.phases:
        terminal.line(f"\n{phase.number}. {phase.title.en}: {phase.purpose}")
        for step in phase.steps:
            _step(terminal, found, step, everything=everything)
    _trend(terminal, found)
    if not everything:
        terminal.say("Every criterion with its name: openler initiative status --all")


def summary(terminal: Terminal, found: InitiativeStatus) -> None:
    """Where it stands in two lines, and the next actions."""
    workspace = found.workspace
    terminal.line(f"{workspace.name}, {workspace.region}, cycle {workspace.cycle}")
    counts = ", ".join(f"{found.assessment.count(standing)} {words}" for standing, words in WORDS.items())
    terminal.line(f"Of {len(found.assessment.steps)} steps: {counts}.")
    if found.actions:
        terminal.line("\nNext")
    for place, action in enumerate(found.actions, 1):
        terminal.line(f"  {place}. {action.text}")
        terminal.line(f"     {_owner(action)}, for the step “{found.guide.steps[action.step].title.en}”")
        terminal.line(f"     {sentence(terminal, action.result)} {action.reason}")
    if not found.actions:
        terminal.line("\nEvery step is met. Begin the next cycle with: openler initiative next-cycle")


def sentence(terminal: Terminal, result: CriterionResult) -> str:
    """What a criterion rests on: the figure's name with its numbers, or who stated what."""
    told = terminal.sentence(result.code, dict(result.parameters))
    criterion = guide().criteria[result.criterion]
    if criterion.figure is not None:
        return f"{guide().figures[criterion.figure].title.en}: {told[:1].lower()}{told[1:]}"
    return told


def _owner(action: Action) -> str:
    title = guide().roles[action.role].title.en
    return f"{title}: {action.holder}" if action.holder else f"{title} (nobody is named yet)"


def _step(terminal: Terminal, found: InitiativeStatus, step: Step, *, everything: bool) -> None:
    result = found.assessment.step(step.id)
    role = guide().roles[step.role].title.en
    terminal.line(f"  {SIGNS[result.standing]} {step.title.en} - {WORDS[result.standing]} ({role})")
    for each in result.criteria:
        if everything or each.standing is not Standing.MET:
            criterion = guide().criteria[each.criterion]
            name = f" ({criterion.id})" if everything else ""
            to_do = f" To do: {criterion.action}" if criterion.figure is None and each.standing is not Standing.MET else ""
            terminal.line(f"        {WORDS[each.standing]}: {sentence(terminal, each)}{to_do}{name}")
            if everything and each.attestation is not None:
                said = each.attestation
                terminal.line(f"          “{said.statement}”{f' {said.link}' if said.link else ''}")


def _trend(terminal: Terminal, found: InitiativeStatus) -> None:
    if found.trend is None or found.previous is None:
        return
    when = found.previous.at.date().isoformat() if found.previous.at is not None else "the last assessment"
    terminal.line(f"\nSince {when}")
    for change in found.trend.steps:
        terminal.line(f"  {guide().steps[change.step].title.en}: {WORDS[change.before]}, now {WORDS[change.after]}")
    for moved in found.trend.figures:
        before, after = (number(each) if each is not None else "not known" for each in (moved.before, moved.after))
        terminal.line(f"  {guide().figures[moved.figure].title.en}: {before}, now {after}")
    if not found.trend.steps and not found.trend.figures:
        terminal.line("  Statements were added or changed; no step stands otherwise.")


def told(found: InitiativeStatus, terminal: Terminal) -> dict[str, object]:
    """Where it stands, as JSON."""
    workspace = found.workspace
    return {
        "name": workspace.name,
        "region": workspace.region,
        "cycle": workspace.cycle,
        "version": found.version,
        "at": plain(found.assessment.at),
        "digest": found.assessment.digest,
        "counts": {standing.value: found.assessment.count(standing) for standing in Standing},
        "goals": workspace.goals,
        "stakeholders": workspace.stakeholders,
        "roles": {role: workspace.holders.get(role) for role in guide().roles},
        "use_cases": plain(workspace.use_cases),
        "decisions": plain(workspace.decisions),
        "next": [
            {
                "step": action.step, "criterion": action.criterion, "role": action.role, "holder": action.holder or None,
                "action": action.text, "reason": action.reason, "ready": action.ready, "urgency": action.urgency,
                "because": sentence(terminal, action.result),
            }
            for action in found.actions
        ],
        "phases": [
            {
                "phase": phase.id,
                "title": phase.title.en,
                "steps": [_told_step(found, step, terminal) for step in phase.steps],
            }
            for phase in found.guide.phases
        ],
        "figures": {each.id: {"value": each.value, "of": each.of, "source": each.source} for each in found.assessment.figures},
        "trend": None
        if found.trend is None
        else {
            "since": plain(found.previous.at) if found.previous is not None else None,
            "steps": plain(found.trend.steps),
            "figures": plain(found.trend.figures),
        },
    }  # fmt: skip


def _told_step(found: InitiativeStatus, step: Step, terminal: Terminal) -> dict[str, object]:
    result = found.assessment.step(step.id)
    return {
        "step": step.id,
        "title": step.title.en,
        "role": step.role,
        "standing": result.standing,
        "criteria": [
            {
                "criterion": each.criterion,
                "standing": each.standing,
                "sentence": sentence(terminal, each),
                "figure": guide().criteria[each.criterion].figure,
                "value": each.figure.value if each.figure is not None else None,
                "of": each.figure.of if each.figure is not None else None,
                "statement": plain(each.attestation),
            }
            for each in result.criteria
        ],
    }


def told_history(workspace: Workspace) -> dict[str, object]:
    """The assessments and decisions as JSON."""
    return {
        "assessments": [
            {
                "at": plain(each.at),
                "cycle": each.cycle,
                "digest": each.digest,
                "counts": {standing.value: each.count(standing) for standing in Standing},
            }
            for each in workspace.history
        ],
        "decisions": plain(workspace.decisions),
    }


def show_history(terminal: Terminal, workspace: Workspace) -> None:
    """The same as tables."""
    rows = [(plain(each.at), each.cycle, *(each.count(standing) for standing in WORDS), each.digest[:12]) for each in workspace.history]
    terminal.table("Assessments", ("when", "cycle", *WORDS.values(), "evidence"), rows)
    if not rows:
        terminal.line("None has been kept yet. Keep one with: openler initiative refresh")
    if workspace.decisions:
        decisions = [(each.dated.isoformat(), each.title, each.reason, each.by) for each in workspace.decisions]
        terminal.table("\nDecisions", ("when", "what", "why", "by"), decisions)
