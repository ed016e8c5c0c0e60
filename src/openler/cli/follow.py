"""``openler follow``: take in what other registries publish, with its origin and signature."""

from __future__ import annotations

from typing import Annotated

import typer

from openler.actions.federating.follow import add_follow, conflicts, followed, remove_follow
from openler.actions.federating.follow_arrivals import Pulled
from openler.actions.federating.follow_pull import pull
from openler.actions.follow_ports import Disagreement, Follow
from openler.cli.exits import Exit, of_batch, of_error
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal, plain
from openler.errors import OpenlerError

ACTOR = "cli:operator"

follow = typer.Typer(
    name="follow",
    help="Follow other registries: take in what they publish, with its origin and signature.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Address = Annotated[str, typer.Argument(metavar="URL", help="The registry's address, such as https://registry.example.")]
REASONS = {
    "published_here": "published here too: ours stays",
    "first_elsewhere": "another registry published it first: that one stays",
    "replaced": "replaced by the registry that published it first",
    "resource_taken": "another document describes the same",
    "refused": "not taken",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(follow)


@follow.command("add")
def add(
    url: Address,
    types: Annotated[
        list[str] | None, typer.Option("--types", metavar="CLASS", help="Take only this CTDL class and those below it; may be repeated.")
    ] = None,
    as_mirror: Annotated[
        bool, typer.Option("--as-mirror", help="Its documents go before those of every other registry that is followed, never before ours.")
    ] = False,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="It signs nothing, such as the national Registry: believe what it answers.")
    ] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Follow a registry. What it has is taken by openler follow pull, and by openler serve every few minutes."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        added = add_follow(ports, url, actor=ACTOR, types=types or (), mirror=as_mirror, signed=not unsigned)
    if as_json:
        terminal.data(_told(added))
        return
    terminal.say(f"Following {added.url} as {added.registry}. openler follow pull takes in what it has.")
    if unsigned:
        terminal.say("It signs nothing: what comes from it cannot be checked, and is not passed on as its own.")


@follow.command("list")
def listing(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List the registries that are followed.

    With how far each was read, and what went wrong.
    """
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        known = followed(ports)
    if as_json:
        terminal.data([_told(one) for one in known])
        return
    if not known:
        terminal.say("No registry is followed. openler follow add URL begins.")
        return
    rows = [
        (one.url, _kind(one), one.seq or "", one.pulled.isoformat(timespec="minutes") if one.pulled else "never", _state(one))
        for one in known
    ]
    terminal.table("", ("registry", "followed", "entries", "last read", "state"), rows)


@follow.command("pull")
def pulling(
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help="Only this one; all that are followed without it.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Take in what followed registries have that is new. Interrupted at any moment, the next pull goes on from there."""
    terminal = Terminal(as_json=as_json)
    told: list[object] = []
    codes: list[Exit] = []
    with opened(data, database) as ports:
        urls = [url.strip().rstrip("/")] if url is not None else [one.url for one in followed(ports)]
        for one in urls:
            try:
                with terminal.progress(one) as progress:
                    done = pull(ports, one, actor=ACTOR, progress=progress)
            except OpenlerError as error:
                codes.append(of_error(error))
                terminal.error(error)
                told.append({"url": one, "code": error.code})
                continue
            told.append(done)
            terminal.say(_sentence(done))
        with terminal.progress("projecting") as progress:
            ports.projector.catch_up(progress=progress)
    if as_json:
        terminal.data(told)
    elif not urls:
        terminal.say("No registry is followed. openler follow add URL begins.")
    if codes:
        raise typer.Exit(of_batch(codes))


@follow.command("remove")
def remove(url: Address, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Follow a registry no longer. What came from it stays, with its origin."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        remove_follow(ports, url, actor=ACTOR)
    if as_json:
        terminal.data({"removed": url.strip().rstrip("/")})
    else:
        terminal.say("It is not followed any more. What came from it stays, with its origin.")


@follow.command("conflicts")
def listing_conflicts(data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """List what registries differ about.

    With whose document stands here, and why.
    """
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        found = list(conflicts(ports))
    if as_json:
        terminal.data([_conflict(one) for one in found])
    elif found:
        rows = [(one.ctid, one.url, REASONS[one.reason.value], _why(terminal, one), one.holder or "this registry") for one in found]
        terminal.table("", ("CTID", "differs at", "what was done", "", "stands here from"), rows)
    else:
        terminal.say("Registries agree about everything that is here.")


def _why(terminal: Terminal, one: Disagreement) -> str:
    return one.told if one.told.startswith("ce-") or not one.told else terminal.sentence(one.told)


def _conflict(one: Disagreement) -> object:
    return {name: value for name, value in plain(one).items() if name != "content"}


def _told(one: Follow) -> object:
    return {name: value for name, value in plain(one).items() if name != "head"}


def _kind(one: Follow) -> str:
    parts = ("mirror" if one.mirror else "", "" if one.signed else "unsigned", ", ".join(one.types) or "everything")
    return ", ".join(part for part in parts if part)


def _state(one: Follow) -> str:
    if one.halted:
        return f"stopped: {one.trouble}"
    return f"failed {one.failures} times: {one.trouble}" if one.failures else "well"


def _sentence(done: Pulled) -> str:
    counts = (
        (done.published, "new"), (done.updated, "updated"), (done.deleted, "withdrawn"), (done.conflicts, "in conflict"),
        (done.refused, "not taken"), (done.own, "our own"), (done.other, "of other classes"),
    )  # fmt: skip
    told = ", ".join(f"{number:,} {word}" for number, word in counts if number) or "nothing new"
    return f"{done.url}: {told}." + ("" if done.complete else " There is more: pull again.")
