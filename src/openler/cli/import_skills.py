"""``openler import case|esco|osmt``: frameworks of skills, as schools, colleges and employers exchange them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openler.actions.interchange.import_skills import import_case, import_esco, import_osmt
from openler.actions.interchange.importing import ImportReport
from openler.actions.registry.preview import preview
from openler.cli.importing import DryRun, imports, tell
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.terminal import Terminal

Publisher = Annotated[
    str | None,
    typer.Option("--publisher", metavar="CTID", help="The organization that publishes it here, if it is not the one named in it."),
]
Language = Annotated[str, typer.Option("--language", help="The language of texts that do not name theirs.")]


def _remarks(terminal: Terminal, report: ImportReport) -> None:
    """What was seen on the way: one line a sentence, with how often it holds."""
    said: dict[str, int] = {}
    examples: dict[str, str] = {}
    for remark in report.remarks:
        # Whose cell it quotes differs from row to row; what kind of association or field it is about does not.
        about = str(remark.parameters.get("type") or remark.parameters.get("field") or "")
        key = f"{remark.code} {about}"
        said[key] = said.get(key, 0) + 1
        examples.setdefault(key, f"{terminal.sentence(remark.code, remark.parameters)} [{remark.code}]")
    for key, count in said.items():
        terminal.line(f"  {examples[key]}" + (f" And {count - 1:,} more like it." if count > 1 else ""))


@imports.command("case")
def case(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CASE 1.0 or 1.1 package (CFPackage), JSON.")],
    publisher: Publisher = None,
    language: Language = "en",
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Import a competency framework from a CASE package: its statements, hierarchy and associations."""
    terminal = Terminal(as_json=as_json)
    owner = ctid(publisher) if publisher else None
    existing(file)
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_case(ports, str(file), publisher=owner, language=language, dry_run=dry_run, actor="cli:import", progress=progress)
        shown = preview(ports, report.documents, publisher=report.publisher) if dry_run else None
    tell(terminal, report, shown)
    if not as_json:
        _remarks(terminal, report)


@imports.command("esco")
def esco(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that holds ESCO's files, such as occupations_en.csv.")],
    language: Annotated[str, typer.Option("--language", help="The language of the files, as their names end.")] = "en",
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Import an ESCO download: occupations, the skills each asks for, ISCO groups and collections."""
    terminal = Terminal(as_json=as_json)
    existing(folder)
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_esco(ports, str(folder), language=language, dry_run=dry_run, actor="cli:import", progress=progress)
        shown = preview(ports, report.documents, publisher=report.publisher) if dry_run else None
    tell(terminal, report, shown)
    if not as_json:
        _remarks(terminal, report)


@imports.command("osmt")
def osmt(
    file: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="Rich skill descriptors: JSON, a folder or ZIP of it, or a table.")],
    library: Annotated[str, typer.Option("--library", metavar="NAME", help="What the library of skills is called; it keeps this name.")],
    publisher: Annotated[str, typer.Option("--publisher", metavar="CTID", help="The organization that publishes it here.")],
    language: Language = "en",
    drafts: Annotated[bool, typer.Option("--drafts", help="Take skills that their authors have not published, too.")] = False,
    dry_run: DryRun = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Import rich skill descriptors, as the Open Skills Management Tool hands them out."""
    terminal = Terminal(as_json=as_json)
    owner = ctid(publisher)
    existing(file)
    with opened(data, database) as ports, terminal.progress("importing") as progress:
        report = import_osmt(
            ports, str(file), library=library, publisher=owner, language=language, drafts=drafts, dry_run=dry_run,
            actor="cli:import", progress=progress,
        )  # fmt: skip
        shown = preview(ports, report.documents, publisher=report.publisher) if dry_run else None
    tell(terminal, report, shown)
    if not as_json:
        _remarks(terminal, report)
