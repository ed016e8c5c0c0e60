"""Frameworks and classifications of skills become documents and are published: CASE packages."""

from __future__ import annotations

from openler.actions.importing import ImportReport, Progress, keep_notes, report_of
from openler.actions.ports import Ports
from openler.actions.publish import publish
from openler.ctdl.formats import case
from openler.ctdl.formats.case_terms import FRAMEWORK
from openler.ctdl.formats.convert import Conversion
from openler.ctdl.values import text
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json


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
    return _published(ports, f"case-{framework.ctid[3:]}", title, made, dry_run=dry_run, actor=actor, progress=progress, catch_up=catch_up)


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
