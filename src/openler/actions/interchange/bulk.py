"""Bulk files: a table with the Publisher's columns is read and published, and the file to fill in is handed out."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import BinaryIO

from openler.actions.ports import Ports, StoredDocument
from openler.actions.registry.organizations import organizations
from openler.actions.registry.preview import Preview, preview
from openler.actions.registry.publish import Progress, PublishReport, publish
from openler.ctdl.document import Document, restored, texts
from openler.ctdl.formats import bulk
from openler.ctdl.formats.bulk_agents import Agents
from openler.ctdl.formats.bulk_columns import SHEETS, Column, Sheet, sheet_for, sheet_of
from openler.ctdl.terms import terms
from openler.errors import Misused, declare
from openler.ids import Ctid

COLUMNS_UNKNOWN = declare("bulk.columns_unknown", by=__name__)
COLUMN_TWICE = declare("bulk.column_twice", by=__name__)
COLUMNS_NEEDED = declare("bulk.columns_needed", by=__name__)
TYPE_UNTOLD = declare("bulk.type_untold", by=__name__)
NO_SHEET = declare("bulk.no_sheet", by=__name__)

AUTO = "auto"
_COMMENT = "#"
_PREFIXES = ("ceterms", "ceasn", "qdata")


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What a bulk file came to: every row's fate, what is wrong by row and column, and what was published or would change."""

    conversion: bulk.BulkConversion
    preview: Preview | None
    published: PublishReport | None


def sheet_named(name: str) -> tuple[Sheet, str]:
    """The sheet of a class by its name, such as ``LearningProgram``, and the class itself. :raises Misused: ``bulk.no_sheet``"""
    spelt = [name] if ":" in name else [f"{prefix}:{name}" for prefix in _PREFIXES]
    for one in spelt:
        if terms().is_class(one) and (sheet := sheet_of(one)) is not None:
            return sheet, one
    raise Misused(NO_SHEET, seen=name[:80], known="LearningProgram, Course, Credential, CredentialOrganization")


def import_csv(
    ports: Ports,
    file: str,
    *,
    publisher: Ctid,
    kind: str = AUTO,
    first_row: int = 2,
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
) -> BulkReport:
    """Import a bulk file for an organization.

    ``kind`` is a class, or ``auto``: by the header. Rows before ``first_row`` and rows that begin with ``#`` are explanations.

    :raises Misused: the header has columns that are unknown, said twice or missing, or does not tell what the rows are about
    :raises Malformed: the table cannot be read; ``place`` is ``row N``
    :raises Unavailable: the store does not answer
    """
    rows = ports.tables.rows(file)
    first = next(rows, None)
    named, default = sheet_named(kind) if kind != AUTO else (None, "")
    if first is None:
        made = bulk.convert_rows(
            named or SHEETS[0], {}, (), base_url=ports.base_url, publisher=publisher, published=lambda _: None, agents=Agents(tuple)
        )
    else:
        sheet = named or sheet_for(first[1])
        if sheet is None:
            raise Misused(TYPE_UNTOLD, place=file)
        columns = _columns(sheet, tuple(first[1]), file)
        told = _told(itertools.chain([first], rows), first_row)
        made = bulk.convert_rows(
            sheet, columns, told, base_url=ports.base_url, publisher=publisher, published=lambda ctid: _published(ports, ctid),
            agents=Agents(lambda: _organizations(ports)),
            default=default if default not in sheet.top else "",
        )  # fmt: skip
    if dry_run:
        return BulkReport(made, preview(ports, made.documents, publisher=publisher), None)
    return BulkReport(made, None, publish(ports, made.documents, publisher=publisher, actor=actor, progress=progress))


def _organizations(ports: Ports) -> Iterator[tuple[str, Ctid]]:
    for one in organizations(ports):
        names = {*texts(one.main, "ceterms:name"), *texts(one.main, "ceterms:alternateName")}
        yield from ((name, one.ctid) for name in sorted(names))


def _columns(sheet: Sheet, header: tuple[str, ...], file: str) -> dict[str, Column]:
    found: dict[str, Column] = {}
    unknown = []
    for name in header:
        column = sheet.find(name)
        if column is None:
            near = get_close_matches(name, [one.name for one in sheet.columns], n=1)
            unknown.append(f"“{name}”" + (f" (“{near[0]}”?)" if near else ""))
        elif column in found.values():
            raise Misused(COLUMN_TWICE, place="row 1", file=file, column=column.name)
        else:
            found[name] = column
    if unknown:
        known = ", ".join(column.name for column in sheet.columns)
        raise Misused(COLUMNS_UNKNOWN, place="row 1", file=file, columns=", ".join(unknown), known=known)
    if not any(column.kind in {"ctid", "key"} for column in found.values()):
        raise Misused(COLUMNS_NEEDED, place="row 1", file=file)
    return found


def _told(rows: Iterator[tuple[int, dict[str, str]]], first_row: int) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in rows:
        begins = next((cell for cell in cells.values() if cell), "")
        if number >= first_row and (not begins.startswith(_COMMENT) or begins == bulk.DELETE):
            yield number, cells


def _published(ports: Ports, ctid: Ctid) -> Document | None:
    stored = ports.store.get(ctid)
    return restored(stored.normalised, stored.digest) if stored is not None and not stored.deleted else None


def template(sink: BinaryIO, name: str) -> Sheet:
    """Write the file to fill in for a class: the header, and a row that explains each column. :raises Misused: ``bulk.no_sheet``"""
    sheet, _ = sheet_named(name)
    writer = BulkWriter(sink, sheet)
    explained = [column.explained + (" Needed." if column.needed else "") for column in sheet.columns]
    writer.row([f"{_COMMENT} {explained[0]}", *explained[1:]])
    return sheet


class BulkWriter:
    """What is published of one family of classes, one row a document, with the columns that :func:`import_csv` takes."""

    tells_deletions = False

    def __init__(self, sink: BinaryIO, sheet: Sheet) -> None:
        self._sink, self._sheet = sink, sheet
        self.left = 0
        self._sink.write("\ufeff".encode())
        self.row([column.name for column in sheet.columns])

    def document(self, stored: StoredDocument) -> None:
        """One row, for a document of the family."""
        if self._sheet.holds(stored.ctdl_type):
            self.row(bulk.row(self._sheet, restored(stored.normalised, stored.digest)))
        else:
            self.left += 1

    def deletion(self, ctid: Ctid, at: datetime) -> None:
        """Nothing."""

    def close(self, head: int) -> None:
        """Nothing."""

    def abandon(self) -> None:
        """Nothing."""

    def row(self, cells: list[str]) -> None:
        """Write a row."""
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        self._sink.write(line.getvalue().encode())


def told_rows(report: BulkReport) -> Mapping[str, int]:
    """The sums over all rows: ``read``, ``published``, ``refused``."""
    tables = report.conversion.tables
    return {name: sum(getattr(table, name) for table in tables) for name in ("read", "published", "merged", "refused")}
