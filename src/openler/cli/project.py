"""``openler project``: bring search and graph up to date with the journal, or make them again."""

from __future__ import annotations

from typing import Annotated

import typer

from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("project")(project)


def project(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Delete every projection and make it again from the journal.")] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Bring the search index and the graph up to date with the journal, which is the truth."""
    terminal = Terminal(as_json=as_json)
    with opened(data, database) as ports:
        if rebuild:
            ports.projector.rebuild()
        with terminal.progress("projecting") as progress:
            ports.projector.catch_up(progress=progress)
        lags = ports.projector.lags()
    if as_json:
        terminal.data(lags)
    else:
        terminal.table("", ("projection", "holds", "journal"), [(lag.projection, lag.seq, lag.head) for lag in lags])
