"""``openler query``: ask the registry as the national Registry's clients do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from openler.actions.finding.query import query as query_action
from openler.actions.finding.query_request import MAX_TAKE, TAKE, read_request
from openler.cli.options import AsJson, Data, Database, existing, opened
from openler.cli.terminal import Terminal
from openler.ctdl.query import MAX_BYTES
from openler.ctdl.summary import name_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("query")(query)


def query(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The query in CTDL JSON, or - for standard input.")],
    skip: Annotated[int, typer.Option(min=0, help="How many to skip.")] = 0,
    take: Annotated[int, typer.Option(min=0, max=MAX_TAKE, help="How many to show.")] = TAKE,
    order_by: Annotated[
        str, typer.Option("--order-by", metavar="PROPERTY", help="What to sort by, such as ceterms:name; ^ before it for descending.")
    ] = "",
    sets: Annotated[
        bool, typer.Option("--sets", help="Also tell what belongs to each description: who owns it, what it leads to.")
    ] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Find resources by a query in CTDL JSON, the language of the national Registry's search.

    For example {"@type": "ceterms:Certificate", "ceterms:ownedBy": {"ceterms:name": "college"}}; docs/reference/query.md tells it all.
    """
    terminal = Terminal(as_json=as_json)
    if file == Path("-"):
        body = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with existing(file).open("rb") as opened_file:
            body = opened_file.read(MAX_BYTES + 1)
    asked = read_request(body, {"skip": skip, "take": take, "order_by": order_by, "include_description_sets": sets})
    with opened(data, database) as ports:
        found = query_action(ports, asked)
    if as_json:
        told = {"total": found.total, "behind": found.behind, "data": [record.node for record in found.records]}
        terminal.data(told if found.sets is None else {**told, "description_sets": found.sets})
        return
    rows = [(record.ctid, name_of(record.node), str(record.node.get("@type", "")).rsplit(":", 1)[-1]) for record in found.records]
    terminal.table(f"{found.total:,} found", ("CTID", "name", "kind"), rows)
    for ctid, told_sets in (found.sets or {}).items():
        for one in told_sets:
            terminal.say(f"{ctid} {one.path}: {one.total:,}")
    if found.behind:
        terminal.say(f"The index lacks {found.behind:,} changes; openler project brings it up to date.")
