"""``openler import csv | ipeds | registry | jobs``: tables and documents of other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openler.actions.interchange.bulk import AUTO, BulkReport, import_csv, told_rows
from openler.actions.interchange.import_ipeds import import_ipeds
from openler.actions.interchange.import_postings import import_postings
from openler.actions.interchange.import_registry import import_registry
from openler.actions.registry.judging import Refusal
from openler.actions.registry.preview import preview
from openler.cli.exits import Exit
from openler.cli.importing import DryRun, imports, tell
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.previewing import show
from openler.cli.terminal import Terminal, plain

Publisher = Annotated[str, typer.Option("--publisher", metavar="CTID", help="The organization that publishes.")]

SHOWN = 40
"""Lines shown of what is wrong; ``--json`` has them all."""


@imports.command("csv")
def bulk_csv(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table with the Publisher's columns: .csv, .tsv or .xlsx.")],
    publisher: Publisher,
    kind: Annotated[
        str, typer.Option("--type", metavar="CLASS|auto", help="What the rows are, such as LearningProgram; auto tells by the header.")
    ] = AUTO,
    first_row: Annotated[
        int, typer.Option("--first-row", min=2, metavar="N", help="The first row with data, where rows of explanation stand before it.")
    ] = 2,
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Import programs, credentials or organizations from the Publisher's bulk columns; openler export --template hands out the file."""
    terminal = Terminal(as_json=as_json)
    owner = ctid(publisher)
    existing(file)
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_csv(
            ports, str(file), publisher=owner, kind=kind, first_row=first_row, dry_run=dry_run, actor="cli:import", progress=progress
        )
    _tell_bulk(terminal, report)
    refused = report.published.refused if report.published else report.preview.refused if report.preview else 0
    return Exit.NEGATIVE if refused or report.conversion.problems else Exit.DONE


def _tell_bulk(terminal: Terminal, report: BulkReport) -> None:
    made = report.conversion
    if terminal.as_json:
        problems = [{**plain(one), "message": terminal.sentence(one.code, one.parameters)} for one in made.problems]
        terminal.data({
            "rows": told_rows(report),
            "sheet": made.sheet,
            "problems": problems,
            "ctids": {str(fate.row): fate.ctids[0] for fate in made.fates if fate.ctids},
            "preview": report.preview,
            "published": report.published,
        })  # fmt: skip
        return
    sums = told_rows(report)
    terminal.line(f"rows read {sums['read']:,}, taken {sums['published']:,}, refused {sums['refused']:,}")
    for one in made.problems[:SHOWN]:
        where = f"row {one.row}" + (f", column {one.column}" if one.column else "")
        terminal.line(f"  {where}: {terminal.sentence(one.code, one.parameters)} [{one.code}]")
    if len(made.problems) > SHOWN:
        terminal.say(f"{len(made.problems) - SHOWN:,} more are not shown here; --json has them all.")
    if report.preview is not None:
        show(terminal, report.preview)
    if report.published is not None:
        done = report.published
        terminal.line(
            f"published {done.published:,}, updated {done.updated:,}, unchanged {done.unchanged:,}, refused {len(done.refused):,}"
        )
        for refusal in done.refused[:SHOWN]:
            terminal.line(f"  refused {refusal.source}: {terminal.sentence(refusal.code, refusal.parameters)} [{refusal.code}]")


@imports.command("registry")
def registry_dump(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A dump of the national Registry: a folder, a bulk archive (.zip), .json, or .ndjson (also .gz)."
        ),
    ],
    publisher: Annotated[
        str | None,
        typer.Option("--publisher", metavar="CTID", help="Who publishes all of it; else whom each envelope names, else its owner."),
    ] = None,
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Take in a dump of the national Registry: envelopes or graphs, under the CTIDs and addresses that they have."""
    terminal = Terminal(as_json=as_json)
    who = ctid(publisher) if publisher is not None else None
    existing(path)
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_registry(ports, str(path), publisher=who, dry_run=dry_run, actor="cli:import", progress=progress)
    if as_json:
        terminal.data(report)
        return Exit.NEGATIVE if report.refused else Exit.DONE
    terminal.table(f"{report.read:,} documents read", ("class", "documents"), list(report.by_class.items()))
    if report.preview is not None:
        show(terminal, report.preview)
    else:
        terminal.line(
            f"published {report.published:,}, updated {report.updated:,}, unchanged {report.unchanged:,}, refused {report.refused:,}, "
            f"deleted there {report.deleted:,}, told twice {report.repeated:,}; by {report.publishers:,} organizations"
        )
        # One line a reason, with the first document as an example: a dump may have thousands of one kind.
        groups: dict[str, list[Refusal]] = {}
        for refusal in report.refusals:
            groups.setdefault(refusal.code, []).append(refusal)
        for code, some in groups.items():
            more = f" and {len(some) - 1:,} more" if len(some) > 1 else ""
            where = f" ({some[0].place})" if some[0].place else ""
            terminal.line(f"  refused {some[0].source}{where}{more}: {terminal.sentence(code, some[0].parameters)} [{code}]")
    return Exit.NEGATIVE if report.refused else Exit.DONE


@imports.command("ipeds")
def ipeds(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The HD (directory) table of IPEDS: .csv, .csv.gz or .xlsx.")],
    state: Annotated[
        list[str] | None, typer.Option("--state", metavar="XX", help="Only institutions of this state; may be repeated.")
    ] = None,
    new: Annotated[
        list[str] | None,
        typer.Option("--new", metavar="UNITID", help="This institution is none of those described here already; may be repeated."),
    ] = None,
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Import institutions from IPEDS as organizations; those that may be described here already are proposed, not published."""
    terminal = Terminal(as_json=as_json)
    existing(file)
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_ipeds(
            ports, str(file), states=tuple(state or ()), new=tuple(new or ()), dry_run=dry_run, actor="cli:import", progress=progress
        )
        shown = preview(ports, report.documents, publisher=report.publisher) if dry_run else None
    tell(terminal, report, shown)
    if not as_json:
        for one in report.proposals[:SHOWN]:
            terminal.line(f"  UNITID {one.key}: {terminal.sentence(one.reason, one.parameters)} {one.existing} [{one.reason}]")


@imports.command("jobs")
def jobs(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Postings: schema.org JobPosting (JSON-LD, or a saved web page) or HR Open JDX (JSON)."),
    ],
    publisher: Publisher,
    employer: Annotated[str | None, typer.Option("--employer", metavar="CTID", help="Who offers all of these jobs.")] = None,
    language: Annotated[str, typer.Option("--language", help="The language of postings that do not name theirs.")] = "en",
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Import job postings as jobs with the skills they ask for."""
    terminal = Terminal(as_json=as_json)
    who, offers = ctid(publisher), ctid(employer) if employer is not None else None
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_postings(
            ports, [str(existing(path)) for path in paths], publisher=who, employer=offers, language=language, dry_run=dry_run,
            actor="cli:import", progress=progress,
        )  # fmt: skip
        shown = preview(ports, report.documents, publisher=report.publisher) if dry_run else None
    tell(terminal, report, shown)
    if not as_json:
        for remark in report.remarks[:SHOWN]:
            terminal.line(f"  posting {remark.row}: {terminal.sentence(remark.code, remark.parameters)} [{remark.code}]")
    return Exit.NEGATIVE if report.refused else Exit.DONE
