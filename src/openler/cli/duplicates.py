"""``openler duplicates``: descriptions that may be of the same thing, for a person to confirm or reject."""

from __future__ import annotations

from typing import Annotated

import typer

from openler.actions.registry.duplicates import Proposal, decide, propose, undo
from openler.cli.options import AsJson, Data, Database, ctid, opened
from openler.cli.terminal import Terminal
from openler.ctdl.duplicates import THRESHOLD

ACTOR = "cli:operator"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("duplicates")(duplicates)


def duplicates(
    confirm: Annotated[
        tuple[str, str] | None, typer.Option("--confirm", metavar="A B", help="These two CTIDs are the same thing: search shows one.")
    ] = None,
    reject: Annotated[
        tuple[str, str] | None, typer.Option("--reject", metavar="A B", help="These two are not the same: they are proposed no more.")
    ] = None,
    take_back: Annotated[
        tuple[str, str] | None, typer.Option("--undo", metavar="A B", help="Take back what was decided about two.")
    ] = None,
    threshold: Annotated[int, typer.Option("--threshold", min=1, max=100, help="Points from which on a pair is proposed.")] = THRESHOLD,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most pairs that are listed.")] = 50,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Propose descriptions that may be of the same thing, for a person to confirm or reject."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        if confirm or reject or take_back:
            done: list[object] = [
                decide(ports, ctid(pair[0]), ctid(pair[1]), same=same, actor=ACTOR)
                for pair, same in ((confirm, True), (reject, False))
                if pair
            ]
            if take_back:
                undo(ports, ctid(take_back[0]), ctid(take_back[1]), actor=ACTOR)
                done.append({"undone": take_back})
            if as_json:
                terminal.data(done)
            else:
                terminal.say("Recorded. openler duplicates --undo A B takes it back.")
            return
        with terminal.progress("comparing") as progress:
            found = propose(ports, threshold=threshold, progress=progress)
    if as_json:
        terminal.data(found)
        return
    for pair in found.pairs[:limit]:
        _show(terminal, pair)
    terminal.say(
        f"{len(found.pairs):,} pairs are proposed; {found.looked:,} descriptions were looked at, {found.compared:,} pairs compared."
    )
    if len(found.pairs) > limit:
        terminal.say(f"The {limit:,} likeliest are listed; --limit lists more.")
    if found.crowded:
        terminal.say(f"{found.crowded:,} names or numbers are shared by so many that they tell nothing, and were left out.")
    if found.pairs:
        terminal.say("Confirm with --confirm A B, reject with --reject A B.")


def _show(terminal: Terminal, pair: Proposal) -> None:
    terminal.line(f"{pair.score:3d}  {pair.first}  {pair.names[0]}")
    terminal.line(f"     {pair.second}  {pair.names[1]}")
    for reason in pair.reasons:
        terminal.line(f"     {reason.points:+d}  {terminal.sentence(reason.code, {'value': reason.value})}")
