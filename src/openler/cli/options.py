"""Options that many commands share, and the one way in which a command opens its data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from openler import bootstrap
from openler.actions.job_ports import Workers
from openler.actions.ports import Ports
from openler.errors import Misused, declare
from openler.ids import Ctid

CTID_MALFORMED = declare("cli.ctid_malformed", by=__name__)
FILE_MISSING = declare("cli.file_missing", by=__name__)

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", help="Where the data lives [env: OPENLER_DATA; default: the user's data directory]", rich_help_panel="Data"
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", help="postgresql://... instead of SQLite files in DIR [env: OPENLER_DATABASE]", rich_help_panel="Data"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]


@contextmanager
def opened(data: Path | None, database: str | None, *, demo: bool = False) -> Iterator[Ports]:
    """The ports over a data directory, closed at the end."""
    with bootstrap.open_ports(data=data, database=database, demo=demo) as ports:
        yield ports


@contextmanager
def at_work(data: Path | None, database: str | None, *, count: int | None, cluster: str | None) -> Iterator[Workers]:
    """Who works at jobs over a data directory: processes of this machine, or a cluster."""
    with bootstrap.open_workers(data=data, database=database, count=count, cluster=cluster) as workers:
        yield workers


def ctid(text: str) -> Ctid:
    """A CTID given as such or inside an address. :raises Misused: ``cli.ctid_malformed``"""
    found = Ctid.within(text)
    if found is None:
        raise Misused(CTID_MALFORMED, seen=text[:80])
    return found


def existing(path: Path) -> Path:
    """A file or folder that must be there. :raises Misused: ``cli.file_missing``"""
    if not path.exists():
        raise Misused(FILE_MISSING, place=str(path), path=str(path))
    return path
