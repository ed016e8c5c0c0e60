"""``openler jobs``: long runs of ``issue`` and ``verify``."""

from __future__ import annotations

from typing import Annotated

import typer

from openler.actions.batches import jobs as actions
from openler.actions.batches.jobs import JobStanding
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal, plain

jobs = typer.Typer(
    name="jobs", help="Long runs of issue and verify: how far they are, and what came of them.", no_args_is_help=True, rich_markup_mode=None
)
JobId = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, as openler jobs list shows it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(jobs)


@jobs.command("list")
def list_(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List the long runs, oldest first."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = actions.listing(ports)
    if as_json:
        terminal.data(found)
        return
    if not found:
        terminal.say("There are no jobs. Runs of openler issue and openler verify over thousands of records become some.")
        return
    rows = [(each.job_id, each.action, each.source, f"{each.done:,} of {each.total:,}", _standing(each), _day(each)) for each in found]
    terminal.table("", ("job", "what", "of", "done", "standing", "begun"), rows)


@jobs.command("show")
def show(job: JobId, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Tell what a run was asked for, how far it is, and what came of it."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = actions.one(ports, job)
    if as_json:
        terminal.data(found)
        return
    terminal.line(f"{found.job_id}: {found.action} {found.source}, begun {_day(found)}")
    terminal.line(f"  {found.done:,} of {found.total:,} done, {_standing(found)}")
    for title, values in (("asked", found.settings), ("found", found.summary or {})):
        for name, value in values.items():
            terminal.line(f"  {title}: {name.replace('_', ' ')} {plain(value)}")
    if found.finished is None:
        terminal.say("The same command again goes on where it stopped." + (" (with --resume)" if found.action == "verify" else ""))


@jobs.command("forget")
def forget(job: JobId, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Delete what is known of a run. What it issued stays issued."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        was = actions.forget(ports, job)
    if as_json:
        terminal.data(was)
    else:
        terminal.line(f"{was.job_id} is forgotten")


def _standing(job: JobStanding) -> str:
    return "finished" if job.finished is not None else "not finished"


def _day(job: JobStanding) -> str:
    return job.created.strftime("%Y-%m-%d %H:%M UTC")
