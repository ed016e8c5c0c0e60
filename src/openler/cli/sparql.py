"""``openler sparql``: ask everything published in the query language for linked data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from openler.actions.finding.sparql import MAX_QUERY, ask
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal
from openler.errors import Malformed, Misused, declare

FILE_MISSING = declare("sparql.file_missing", by=__name__)
FILE_NOT_TEXT = declare("sparql.file_not_text", by=__name__)

_JSON = "application/sparql-results+json, application/ld+json"
_READABLE = "application/sparql-results+json, text/turtle"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sparql")(sparql)


def sparql(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file that holds the query; - reads it from standard input.")],
    form: Annotated[
        str, typer.Option("--format", help="json, xml, csv or tsv for tables; ttl, nt or jsonld for graphs; a table on screen if not said.")
    ] = "",
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Ask everything published in SPARQL 1.1. Nothing can be changed this way."""
    terminal = Terminal(as_json=as_json)
    text = _read(file)
    with opened(data, database) as ports:
        answer = ask(ports, text, form=form, accept=_JSON if as_json else _READABLE)
    if answer.head > answer.seq:
        terminal.say(
            f"The copy that was asked is {answer.head - answer.seq:,} entries behind the journal. Bring it up to date with: openler project"
        )
    if form or as_json or answer.kind == "graph":
        sys.stdout.buffer.write(answer.body if answer.body.endswith(b"\n") else answer.body + b"\n")
        return
    told = orjson.loads(answer.body)
    if answer.kind == "boolean":
        terminal.line("yes" if told["boolean"] else "no")
        return
    names = told["head"]["vars"]
    rows = [[row.get(name, {}).get("value", "") for name in names] for row in told["results"]["bindings"]]
    terminal.table(f"{answer.rows:,} rows", names, rows)


def _read(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read(MAX_QUERY * 4 + 1) if file == "-" else Path(file).read_bytes()
        return raw.decode()
    except OSError as error:
        raise Misused(FILE_MISSING, place=file) from error
    except UnicodeDecodeError as error:
        raise Malformed(FILE_NOT_TEXT, place=file) from error
