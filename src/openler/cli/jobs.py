"""``openler jobs``: long runs of ``publish``, ``issue`` and ``verify``."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from openler.actions.batches import jobs as actions
from openler.actions.batches.jobs import JobStanding
from openler.actions.registry import publish_job
from openler.actions.registry.publish_job import refusals
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal, plain

jobs = typer.Typer(
    name="jobs",
    help="Long runs of publish, issue and verify: how far they are, and what came of them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ACTOR = "cli:operator"
SHOWN = 10
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
        terminal.data(found.jobs)
    elif found.jobs:
        rows = [
            (
                each.job_id,
                each.action,
                each.source,
                f"{each.done:,} of {each.total:,}",
                _rate(each),
                each.refused or "",
                _standing(each),
                _day(each),
            )
            for each in found.jobs
        ]
        terminal.table("", ("job", "what", "of", "done", "a second", "refused", "standing", "begun"), rows)
    elif found.closed is None:
        terminal.say("There are no jobs. Runs of openler publish, issue and verify over thousands of documents or records become some.")
    else:
        terminal.say("No publish became a job.")
    if found.closed is not None:
        terminal.say(f"Runs of issue and verify are not listed: {terminal.sentence(found.closed.code, found.closed.parameters)}")


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
        terminal.say(_how_on(found))
    if found.action == "publish" and found.refused:
        with opened(data, database) as ports:
            for refusal in islice(refusals(ports, job), SHOWN):
                terminal.line(f"  refused {refusal.source}: {terminal.sentence(refusal.code, refusal.parameters)} [{refusal.code}]")
        if found.refused > SHOWN:
            terminal.say(f"  and {found.refused - SHOWN:,} more; openler jobs refusals {found.job_id} tells all.")


@jobs.command("refusals")
def listing_refusals(job: JobId, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List the documents that a publish refused, and why."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        publish_job.known(ports, job)
        found = refusals(ports, job)
        if as_json:
            told = [{**plain(each), "message": terminal.sentence(each.code, each.parameters)} for each in found]
            terminal.data(told)
            return
        for each in found:
            where = f" ({each.place})" if each.place else ""
            terminal.line(f"{each.source}{where}: {terminal.sentence(each.code, each.parameters)} [{each.code}]")


@jobs.command("forget")
def forget(job: JobId, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Delete what is known of a run, and stop it if it is a publish at work. What it issued or published stays."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        was = actions.forget(ports, job, actor=ACTOR)
    if as_json:
        terminal.data(was)
    else:
        terminal.line(f"{was.job_id} is forgotten")


def _how_on(job: JobStanding) -> str:
    if job.settings.get("over_http"):
        return "It was sent over HTTP: openler serve goes on with it while it runs."
    return "The same command again goes on where it stopped." + (" (with --resume)" if job.action == "verify" else "")


def _rate(job: JobStanding) -> str:
    return f"{job.per_second:,.0f}" if job.per_second else ""


def _standing(job: JobStanding) -> str:
    return "finished" if job.finished is not None else "not finished"


def _day(job: JobStanding) -> str:
    return job.created.strftime("%Y-%m-%d %H:%M UTC")
