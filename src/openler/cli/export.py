"""``openler export``: what is published, as a file for another registry, another tool or a person."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Literal, cast

import typer

from openler.actions.interchange.bulk import template as write_template
from openler.actions.interchange.export import export as export_action
from openler.actions.interchange.export import since as beginning
from openler.actions.interchange.export_case import export_case
from openler.cli.options import AsJson, Data, Database, ctid, opened
from openler.cli.terminal import Terminal
from openler.cli.writing import NOT_WRITABLE
from openler.errors import Misused, declare

FORMAT_UNTOLD = declare("cli.export_format_untold", by=__name__)
TWO_OUTPUTS = declare("cli.export_two_outputs", by=__name__)
CASE_UNTOLD = declare("cli.export_case_untold", by=__name__)

STDOUT = Path("-")
Form = Literal["zip", "ndjson", "ntriples", "nquads", "turtle", "csv", "csv-bulk", "parquet", "assistant"]
Asked = Literal["zip", "ndjson", "ntriples", "nquads", "turtle", "csv", "csv-bulk", "parquet", "assistant", "case"]
_BY_SUFFIX: dict[str, Form] = {
    ".zip": "zip", ".ndjson": "ndjson", ".jsonl": "ndjson", ".nt": "ntriples", ".nq": "nquads", ".ttl": "turtle", ".csv": "csv",
    ".parquet": "parquet",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it, or - for standard output.")],
    form: Annotated[
        Asked | None,
        typer.Option(
            "--format",
            help="zip: the national Registry's bulk layout. ndjson: one document a line. ntriples, nquads, turtle: RDF. csv, parquet: "
            "a table. csv-bulk: the table that import csv takes. assistant: requests to the national Registry's publishing API, "
            "one a line. By FILE's ending. case: one framework, as a CASE 1.1 package.",
        ),
    ] = None,
    framework: Annotated[str | None, typer.Option("--ctid", metavar="CTID", help="The framework to write as a CASE package.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--type", metavar="CLASS", help="Only this class and those below it, such as LearningProgram.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="SEQ|DATE", help="Only what changed after a journal number, or since a day.")
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="CLASS", help="Write no data: the empty table to fill in for openler import csv.")
    ] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write out what is published: all of it, or what changed. Only public data is in it.

    A ZIP can be published elsewhere with openler publish FILE.zip, and its CTIDs kept by an import with --adopt.
    """
    terminal = Terminal(as_json=as_json)
    if as_json and file == STDOUT:
        raise Misused(TWO_OUTPUTS, place="--json")
    if template is not None:
        with _whole(file) as sink:
            sheet = write_template(sink, template)
        terminal.say(f"wrote the columns of a {sheet.name} table to {file}; fill it in and hand it to openler import csv")
        if as_json:
            terminal.data({"template": sheet.name, "columns": [column.name for column in sheet.columns]})
        return
    if form == "case" or framework is not None:
        if form != "case" or framework is None or kind or since is not None:
            raise Misused(CASE_UNTOLD, place="--ctid")
        _case(terminal, file, framework, data, database)
        return
    chosen = form or _BY_SUFFIX.get(file.suffix.lower())
    if chosen is None:
        raise Misused(FORMAT_UNTOLD, place=str(file), file=file.name)
    begin = beginning(since) if since is not None else None
    with opened(data, database) as ports, terminal.progress("exporting") as progress, _whole(file) as sink:
        report = export_action(ports, sink, form=chosen, types=tuple(kind or ()), begin=begin, progress=progress)
    if as_json:
        terminal.data(report)
        return
    told = f"{report.documents:,} documents" + (f", {report.deleted:,} deleted" if begin is not None else "")
    terminal.say(f"wrote {told} to {'standard output' if file == STDOUT else file}; the next changeset begins with --since {report.head}")
    if report.left:
        terminal.say(f"This format has no place for {report.left:,} other documents (of other types); --format zip has.")
    if report.untold:
        terminal.say(f"This format cannot tell which documents were deleted ({report.deleted:,}); --format zip can.")


def _case(terminal: Terminal, file: Path, framework: str, data: Path | None, database: str | None) -> None:
    with opened(data, database) as ports:
        made = export_case(ports, ctid(framework))
        with _whole(file) as sink:
            sink.write(json.dumps(made.package, ensure_ascii=False, indent=1).encode() + b"\n")
    if terminal.as_json:
        terminal.data({"ctid": made.ctid, "items": made.items, "associations": made.associations})
        return
    place = "standard output" if file == STDOUT else file
    terminal.say(f"wrote {made.items:,} statements and {made.associations:,} associations to {place}")


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that appears, or takes the place of another, when it is whole; standard output as it comes.

    :raises Misused: ``cli.not_writable``
    """
    if path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise Misused(NOT_WRITABLE, place=str(path), path=str(path)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield cast("BinaryIO", file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise Misused(NOT_WRITABLE, place=str(path), path=str(path)) from error
    finally:
        Path(name).unlink(missing_ok=True)
