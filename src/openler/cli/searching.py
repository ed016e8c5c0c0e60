"""``openler search``: find what is offered."""

from __future__ import annotations

from typing import Annotated

import typer

from openler.actions.ports import Query
from openler.actions.search import search as search_action
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal
from openler.errors import Misused, declare

FACET_MALFORMED = declare("cli.facet_malformed", by=__name__)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    words: Annotated[list[str] | None, typer.Argument(help="What to look for; nothing finds everything.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", help="Only this kind, such as LearningProgram; may be repeated.")] = None,
    facet: Annotated[
        list[str] | None, typer.Option("--facet", metavar="NAME=VALUE", help="Only this value of a facet; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to skip.")] = 0,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Find credentials, programs, providers, occupations, jobs and skills by words and facets."""
    terminal = Terminal(as_json=as_json)
    wanted: dict[str, tuple[str, ...]] = {"type": tuple(kind)} if kind else {}
    for entry in facet or ():
        name, equals, value = entry.partition("=")
        if not (name and equals and value):
            raise Misused(FACET_MALFORMED, place="--facet", seen=entry)
        wanted[name] = (*wanted.get(name, ()), value)
    with opened(data, database) as ports:
        found = search_action(ports, Query(words=" ".join(words or ()), facets=wanted, limit=limit, offset=offset))
    if as_json:
        terminal.data(found)
        return
    rows = [(hit.ctid, hit.name, hit.ctdl_type.rsplit(":", 1)[-1], hit.owner_name) for hit in found.hits]
    terminal.table(f"{found.total:,} found", ("CTID", "name", "kind", "by"), rows)
    for name, values in found.facets.items():
        if values:
            terminal.say(f"{name}: " + ", ".join(f"{value} ({count})" for value, count in values[:8]))
