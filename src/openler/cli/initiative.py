"""``openler initiative``: the region's plan, step by step: start it, record what people state, see where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from openler.actions.planning import initiative as plan
from openler.actions.planning.initiative import InitiativeStatus
from openler.actions.ports import Ports
from openler.actions.registry.national import national_ctids
from openler.cli import initiative_text as text
from openler.cli.options import AsJson, Data, Database, existing, opened
from openler.cli.terminal import Terminal
from openler.errors import Misused, declare
from openler.initiative.workspace import UseCase

DATE_MALFORMED = declare("cli.day_malformed", by=__name__)

group = typer.Typer(
    name="initiative",
    help="The region's plan: five phases, every step with its evidence, and what to do next.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

By = Annotated[str, typer.Option("--by", help="Who says so: a person or body that answers for it.")]
Dated = Annotated[str | None, typer.Option("--date", metavar="DAY", help="When it happened, as 2026-05-31 [default: today].")]
National = Annotated[
    Path | None,
    typer.Option(
        "--national", metavar="FILE", help="What the national Registry knows: a dump or changeset (folder, ZIP, JSON), or a list of CTIDs."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group)


@group.command("start")
def start(
    name: Annotated[str, typer.Argument(help="What the initiative is called.")],
    region: Annotated[str, typer.Option("--region", help="The state or region.")],
    goal: Annotated[list[str] | None, typer.Option("--goal", help="A goal that it serves; may be repeated.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Start the initiative of a region; it is kept between runs."""
    _changed(data, database, lambda ports: plan.start(ports, name, region, goals=goal or ()), "Started.", as_json=as_json)


@group.command("status")
def status(
    national: National = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every criterion of each step, met ones too, with its name.")] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show where the initiative stands now: phases, steps, what is met and what is not, and the next three actions."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = plan.status(ports, national=_national(ports, national))
    if as_json:
        terminal.data(text.told(found, terminal))
    else:
        text.show(terminal, found, everything=everything)


@group.command("refresh")
def refresh(
    national: National = None,
    registry_only: Annotated[
        bool, typer.Option("--registry-only", help="Do not ask the issuers' ledger, which needs the passphrase; its last figures stay.")
    ] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Measure everything anew, and keep the assessment where the evidence has changed."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = plan.refresh(ports, national=_national(ports, national), ledger=not registry_only)
    if as_json:
        terminal.data({**text.told(found, terminal), "kept": found.kept})
        return
    text.summary(terminal, found)
    terminal.say("The assessment was kept." if found.kept else "The evidence is what it was at the last assessment; nothing was added.")
    terminal.say("Every step: openler initiative status")


@group.command("record")
def record(
    criterion: Annotated[str, typer.Argument(help="Which criterion, such as engage.interoperability.committed (status --all names them).")],
    statement: Annotated[str, typer.Option("--statement", help="What was done, in words.")],
    by: By,
    dated: Dated = None,
    link: Annotated[str, typer.Option("--link", metavar="URL", help="Where to read more.")] = "",
    not_so: Annotated[bool, typer.Option("--not", help="State that it is not met.")] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Record a person's statement that a criterion is met, or is not."""
    day = _day(dated)
    _changed(
        data,
        database,
        lambda ports: plan.record_evidence(ports, criterion, statement, by=by, dated=day, link=link, holds=not not_so),
        "Recorded.",
        as_json=as_json,
    )


@group.command("assign")
def assign(
    role: Annotated[str, typer.Argument(help="The role, such as governor or data_steward.")],
    holder: Annotated[str, typer.Argument(help='Who holds it; "" vacates it.')],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Name who holds a role."""
    _changed(data, database, lambda ports: plan.assign(ports, role, holder), "Assigned.", as_json=as_json)


@group.command("goal")
def goal(
    words: Annotated[str, typer.Argument(metavar="TEXT", help="The goal.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write down a goal that the initiative serves."""
    _changed(data, database, lambda ports: plan.add_goal(ports, words), "Written down.", as_json=as_json)


@group.command("stakeholder")
def stakeholder(
    name: Annotated[str, typer.Argument(help="An organization or community, no private person.")],
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Name an organization or community to involve."""
    _changed(data, database, lambda ports: plan.add_stakeholder(ports, name), "Written down.", as_json=as_json)


@group.command("use-case")
def use_case(
    title: Annotated[str, typer.Argument(help="Its title; one of the same title is replaced.")],
    story: Annotated[str, typer.Option("--story", help="Who does what with which records, and what is better afterwards.")] = "",
    goal: Annotated[list[str] | None, typer.Option("--goal", help="A goal that it serves, as written down; may be repeated.")] = None,
    public_data: Annotated[list[str] | None, typer.Option("--needs", help="Public data that it needs; may be repeated.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write down a use case."""
    case = UseCase(title, story, tuple(goal or ()), tuple(public_data or ()))
    _changed(data, database, lambda ports: plan.add_use_case(ports, case), "Written down.", as_json=as_json)


@group.command("decide")
def decide(
    title: Annotated[str, typer.Argument(help="What was decided.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    by: By,
    dated: Dated = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Record a decision."""
    day = _day(dated)
    _changed(data, database, lambda ports: plan.decide(ports, title, reason, by=by, dated=day), "Recorded.", as_json=as_json)


@group.command("next-cycle")
def next_cycle(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Begin the next cycle: what people stated before counts partly until it is confirmed."""
    _changed(data, database, plan.next_cycle, "The next cycle has begun.", as_json=as_json)


@group.command("history")
def history(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List the assessments kept, oldest first, and the decisions."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = plan.kept(ports)
    if as_json:
        terminal.data(text.told_history(found))
    else:
        text.show_history(terminal, found)


def _changed(data: Path | None, database: str | None, change: Callable[[Ports], InitiativeStatus], done: str, *, as_json: bool) -> None:
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = change(ports)
    if as_json:
        terminal.data(text.told(found, terminal))
        return
    text.summary(terminal, found)
    terminal.say(done)


def _national(ports: Ports, path: Path | None) -> frozenset[str] | None:
    return None if path is None else frozenset(national_ctids(ports, str(existing(path))))


def _day(told: str | None) -> date | None:
    if told is None:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise Misused(DATE_MALFORMED, place="--date", seen=told[:40]) from error
