"""Frameworks and classifications of skills become documents and are published: CASE packages, ESCO, Rich Skill Descriptors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openler.actions.interchange.importing import DIRECTORY_INCOMPLETE, ImportReport, Progress, keep_notes, report_of
from openler.actions.ports import Ports
from openler.actions.registry.publish import publish
from openler.ctdl.formats import case, esco, osmt
from openler.ctdl.formats.case_terms import FRAMEWORK
from openler.ctdl.formats.convert import Conversion
from openler.ctdl.formats.esco_files import FILES, SOURCE, Rows
from openler.ctdl.formats.osmt_rows import COLUMNS, from_table
from openler.ctdl.values import text
from openler.errors import Misused, declare
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json

NO_STATEMENTS = declare("osmt.no_statements", by=__name__)

_TABLES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".xlsx")
_RELEASE = re.compile(r"\d+\.\d+(?:\.\d+)?")


def import_case(
    ports: Ports,
    file: str,
    *,
    publisher: Ctid | None = None,
    language: str = "en",
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
    catch_up: bool = True,
) -> ImportReport:
    """Import a CASE 1.0 or 1.1 package from a JSON file.

    ``publisher`` is the organisation that publishes the framework here; without one it is made of the name in the package.
    ``language`` is that of texts which do not name theirs.

    :raises Misused: the file is missing
    :raises Malformed: it is no JSON, or no CASE package
    :raises Refused: its author keeps it private
    :raises TooLarge: over a limit
    :raises Unavailable: the store does not answer
    """
    package = parse_json(ports.tables.content(file))
    made = case.convert_case(package, base_url=ports.base_url, publisher=publisher, language=language)
    framework = next(document for document in made.documents if document.type == FRAMEWORK)
    title = text(framework.main, "ceasn:name")
    return _published(
        ports, f"case-{framework.ctid[-12:]}", title, made, dry_run=dry_run, actor=actor, progress=progress, catch_up=catch_up
    )


def import_esco(
    ports: Ports,
    directory: str,
    *,
    release: str = "",
    language: str = "en",
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
    catch_up: bool = True,
) -> ImportReport:
    """Import an ESCO download: a folder of its CSV files, such as ``occupations_en.csv``.

    ``language`` is the one in the files' names. ``release`` such as ``1.2.0`` is taken from the folder's name where it is not given.

    :raises Misused: a file that is needed is missing, or lacks columns
    :raises Malformed: a row cannot be read
    :raises Unavailable: the store does not answer
    """
    rows: dict[str, Rows] = {}
    for name, file in FILES.items():
        stems = [f"{file.stem}_{language}", file.stem]
        places = [f"{directory.rstrip('/')}/{stem}{suffix}" for stem in stems for suffix in (".csv", ".csv.gz", ".parquet")]
        location = next((place for place in places if ports.tables.exists(place)), None)
        if location is not None:
            rows[name] = ports.tables.rows(location, columns=file.columns, short=file.short)
        elif not file.optional:
            raise Misused(DIRECTORY_INCOMPLETE, place=stems[0], file=stems[0])
    found = _RELEASE.search(directory.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1])
    edition = release or (found.group() if found is not None else "")
    made = esco.convert_esco(rows, base_url=ports.base_url, release=edition, language=language)
    title = f"ESCO {edition}".strip()
    return _published(ports, SOURCE, title, made, dry_run=dry_run, actor=actor, progress=progress, catch_up=catch_up)


def import_osmt(
    ports: Ports,
    file: str,
    *,
    library: str,
    publisher: Ctid,
    language: str = "en",
    drafts: bool = False,
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
    catch_up: bool = True,
) -> ImportReport:
    """Import Rich Skill Descriptors: JSON (a list, a file a skill in a folder, or a ZIP) or a table (CSV, TSV, XLSX).

    ``library`` names the framework that they form here. Descriptors whose authors have not published them are refused unless
    ``drafts`` is set.

    :raises Misused: there is nothing at that place, or the table has no column of names or statements
    :raises Malformed: it is no JSON, or a row cannot be read
    :raises Unavailable: the store does not answer
    """
    rows = list(_descriptors(ports, file))
    made = osmt.convert_osmt(rows, library=library, publisher=publisher, base_url=ports.base_url, language=language, drafts=drafts)
    source = f"osmt-{osmt.library_ctid(library)[-12:]}"
    return _published(ports, source, library, made, dry_run=dry_run, actor=actor, progress=progress, catch_up=catch_up)


def _descriptors(ports: Ports, file: str) -> Iterator[tuple[int, Any]]:
    if not file.lower().endswith(_TABLES):
        for number, (_, content) in enumerate(ports.tables.documents(file), 1):
            yield number, parse_json(content)
        return
    for number, row in ports.tables.rows(file):
        if not any(name in row for name in COLUMNS["skillStatement"]):
            raise Misused(NO_STATEMENTS, place=file.rsplit("/", 1)[-1], wanted=" / ".join(COLUMNS["skillStatement"]))
        yield number, from_table(row)


def _published(
    ports: Ports, source: str, title: str, made: Conversion, *, dry_run: bool, actor: str, progress: Progress | None, catch_up: bool
) -> ImportReport:
    """Publish what was converted, unless it is a dry run, and note what the source does not cover."""
    if dry_run:
        return report_of(source, made, None)
    done = publish(ports, made.documents, publisher=made.publisher, actor=actor, progress=progress, catch_up=catch_up)
    report = report_of(source, made, done)
    keep_notes(ports, report, title, actor)
    return report
