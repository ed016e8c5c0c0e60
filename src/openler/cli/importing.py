"""``openler import``: other people's tables become CTDL and are published."""

from __future__ import annotations

from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from openler.actions.interchange.import_badge import import_badges
from openler.actions.interchange.importing import ImportReport, import_onet, import_sample, import_tables, read_mapping
from openler.actions.registry.preview import Preview, preview
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.previewing import show
from openler.cli.terminal import Terminal, plain
from openler.credentials.baked import MAX_IMAGE
from openler.ctdl.formats.account import RowFate

imports = typer.Typer(name="import", help="Turn tables into CTDL and publish them.", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that holds the tables.")]
DryRun = Annotated[bool, typer.Option("--preview", "--dry-run", help="Show what would change, property by property, and publish nothing.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    for module in ("import_files", "import_skills"):  # each adds its commands to the group
        import_module(f"openler.cli.{module}")
    app.add_typer(imports)


@imports.command("etpl")
def etpl(
    folder: Folder,
    mapping: Annotated[
        str, typer.Option("--mapping", metavar="NAME|FILE", help="A bundled mapping (new-jersey) or a YAML file of your own.")
    ],
    adopt: Annotated[
        Path | None, typer.Option("--adopt", help="A dump or changeset of the national Registry whose CTIDs are kept.")
    ] = None,
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Import a list of training programs with its providers, outcomes and credentials by a mapping file."""
    terminal = Terminal(as_json=as_json)
    existing(folder)
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_tables(
            ports,
            read_mapping(ports, mapping),
            str(folder),
            adopt=str(adopt) if adopt else None,
            dry_run=dry_run,
            actor="cli:import",
            progress=progress,
        )
        shown = preview(ports, report.documents, publisher=report.publisher) if dry_run else None
    tell(terminal, report, shown)


@imports.command("onet")
def onet(
    folder: Folder,
    wages: Annotated[Path | None, typer.Option("--wages", help="National wages by occupation (OEWS), .xlsx or .csv.")] = None,
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Import an O*NET release: occupations, and the skills and knowledge each asks for."""
    terminal = Terminal(as_json=as_json)
    existing(folder)
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_onet(ports, str(folder), str(wages) if wages else None, dry_run=dry_run, actor="cli:import", progress=progress)
        shown = preview(ports, report.documents, publisher=report.publisher) if dry_run else None
    tell(terminal, report, shown)


@imports.command("sample")
def sample(dry_run: DryRun = False, data: Data = None, database: Database = None, as_json: AsJson = False) -> None:
    """Import the bundled sample: a small invented region, with real occupations, skill ratings and wages."""
    terminal = Terminal(as_json=as_json)
    with as_file(files("openler.actions") / "sample") as folder, opened(data, database) as ports:
        reports = import_sample(ports, str(folder), dry_run=dry_run, actor="cli:import")
        shown = [preview(ports, report.documents, publisher=report.publisher) if dry_run else None for report in reports]
    if as_json:
        terminal.data([told(report, one) for report, one in zip(reports, shown, strict=True)])
        return
    for report, one in zip(reports, shown, strict=True):
        tell(terminal, report, one)
    if not dry_run:
        terminal.say("Look around with: openler serve")


@imports.command("badge")
def badge(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Badges: credentials, achievements or badge classes, JSON or images.")
    ],
    publisher: Annotated[str, typer.Option("--publisher", metavar="CTID", help="The organization that awards them, published here.")],
    language: Annotated[str, typer.Option("--language", help="The language of badges that do not name theirs.")] = "en",
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Publish what badges stand for as CTDL: name, criteria, skills; nothing of who earned them."""
    terminal = Terminal(as_json=as_json)
    owner = ctid(publisher)
    given = []
    for path in files:
        with existing(path).open("rb") as file:
            given.append((str(path), file.read(MAX_IMAGE + 1)))
    with opened(data, database) as ports:
        report = import_badges(ports, given, publisher=owner, language=language, dry_run=dry_run, actor="cli:import")
        described = {document.ctid: document for one in report.badges for document in one.documents}
        shown = preview(ports, described.values(), publisher=owner) if dry_run else None
    refused = [one for one in report.badges if one.code] + list(report.published.refused if report.published else ())
    if as_json:
        terminal.data(
            {
                "badges": [
                    {
                        "source": one.source,
                        "ctids": [d.ctid for d in one.documents],
                        "known": one.known,
                        "left": one.left,
                        "code": one.code,
                        "place": one.place,
                    }
                    for one in report.badges
                ],
                "published": plain(report.published),
                "preview": plain(shown),
            }
        )
    else:
        for one in report.badges:
            made = [f"{d.ctid} ({d.type})" for d in one.documents] + [
                f"{each} (described here already, left as it is)" for each in one.known
            ]
            terminal.line(f"{one.source}: {', '.join(made) or 'refused'}")
            if one.code:
                terminal.line(f"  {terminal.sentence(one.code)} [{one.code}]")
            for name in one.left:
                terminal.line(f"  no place in CTDL for its alignment to: {name}")
        if shown is not None:
            show(terminal, shown)
        if report.published is not None:
            done = report.published
            terminal.say(
                f"published {done.published:,}, updated {done.updated:,}, unchanged {done.unchanged:,}, refused {len(done.refused):,}"
            )
    return Exit.NEGATIVE if refused else Exit.DONE


def told(report: ImportReport, shown: Preview | None = None) -> dict[str, object]:
    """An import's report as JSON: counts and reasons, without the documents themselves."""
    published = report.published
    return {
        "source": report.source,
        "publisher": report.publisher,
        "documents": len(report.documents),
        "by_class": dict(report.by_class),
        "rows_read": report.rows_read,
        "tables": plain(report.tables),
        "refused": [plain(fate) for fate in report.refused],
        "remarks": report.counted,
        "contradictions": len(report.contradictions),
        "proposals": plain(report.proposals),
        "adopted": len(report.adopted),
        "findings": dict(report.findings),
        "published": None if published is None else {**plain(published), "documents_per_second": round(published.documents_per_second)},
        "preview": plain(shown),
    }


def tell(terminal: Terminal, report: ImportReport, shown: Preview | None = None) -> None:
    """An import's report to a person: what was made, every row's fate, what would change or was published."""
    if terminal.as_json:
        terminal.data(told(report, shown))
        return
    terminal.table(f"{len(report.documents):,} documents from {report.source}", ("class", "documents"), list(report.by_class.items()))
    columns = ("table", "read", "published", "merged", "refused")
    terminal.table("", columns, [(one.table, one.read, one.published, one.merged, one.refused) for one in report.tables])
    # One line a table and reason, with the first row as an example: a lookup table may leave thousands of rows unused.
    groups: dict[tuple[str, str], list[RowFate]] = {}
    for fate in report.refused:
        groups.setdefault((fate.table, fate.code), []).append(fate)
    for (table, _), fates in groups.items():
        rows = f"row {fates[0].row}" + (f" and {len(fates) - 1:,} more" if len(fates) > 1 else "")
        terminal.line(f"  {table}, {rows}: {terminal.sentence(fates[0].code, fates[0].parameters)} [{fates[0].code}]")
    if report.proposals:
        terminal.say(f"{len(report.proposals):,} possible matches wait for a person to decide; --json lists them.")
    if shown is not None:
        show(terminal, shown)
    if report.published is not None:
        done = report.published
        terminal.say(
            f"published {done.published:,}, updated {done.updated:,}, unchanged {done.unchanged:,}, refused {len(done.refused):,} "
            f"in {done.seconds:.1f} s ({done.documents_per_second:,.0f} documents a second)"
        )
