"""The forms in which the registry is written out: a table from name to writer. Each takes documents as they come and keeps none."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Literal, Protocol

import orjson

from openler.actions.finding.envelopes import COMMUNITY, envelope
from openler.actions.interchange.archive import DELETES, GRAPHS, METADATA, RESOURCES, UPSERTS
from openler.actions.interchange.bulk import BulkWriter
from openler.actions.interchange.export_assistant import AssistantWriter
from openler.actions.interchange.export_columns import PARQUET, ColumnFile, ColumnsWriter
from openler.actions.ports import StoredDocument
from openler.ctdl.dataset import nquads, ntriples, turtle
from openler.ctdl.document import Document, restored
from openler.ctdl.formats.bulk_columns import sheet_of
from openler.ctdl.summary import name_of
from openler.ctdl.terms import CONTEXT_IRI
from openler.ctdl.values import refs, text, texts
from openler.errors import Misused, declare
from openler.ids import Ctid

BULK_ONE_KIND = declare("export.bulk_one_kind", by=__name__)

Format = Literal["zip", "ndjson", "ntriples", "nquads", "turtle", "csv", "csv-bulk", "parquet", "assistant"]

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every archive entry, the earliest that a ZIP can tell: the same registry gives the same bytes."""
LEVEL = 6
"""How hard archives are packed: harder costs far more time than it saves space."""
TOGETHER = 100
"""Documents turned into statements at once: the vocabulary's context is read once for all of them."""

COLUMNS = (
    "ctid", "type", "name", "description", "owner", "published_by", "webpage", "language", "codes", "keywords", "status", "created",
    "updated", "document", "address",
)  # fmt: skip
"""The columns of a table, one row a resource that has a CTID; several values of a cell are joined by ``|``."""

_DESCRIPTIONS = ("ceterms:description", "ceasn:description", "ceasn:competencyText", "qdata:description")
_CODES = ("ceterms:codedNotation", "ceasn:codedNotation")
_LANGUAGES = ("ceterms:inLanguage", "ceasn:inLanguage")
_STATUSES = ("ceterms:lifeCycleStatusType", "ceterms:credentialStatusType")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Writer(Protocol):
    """Writes an export in one form."""

    tells_deletions: bool
    """Whether a reader can learn from it what is gone."""

    def document(self, stored: StoredDocument) -> None:
        """Write a document as it stands."""
        ...

    def deletion(self, ctid: Ctid, at: datetime) -> None:
        """Write that a document is gone; nothing where the form cannot tell it."""
        ...

    def close(self, head: int) -> None:
        """Write what comes last. ``head`` is the journal's sequence number that the export covers."""
        ...

    def abandon(self) -> None:
        """Write nothing more: what was begun must not look finished."""
        ...


class ZipWriter:
    """The national Registry's bulk layout: see :mod:`openler.actions.interchange.archive`."""

    tells_deletions = True

    def __init__(self, sink: BinaryIO, *, changes: bool) -> None:
        self._zip = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self._place = f"{UPSERTS}/" if changes else ""

    def document(self, stored: StoredDocument) -> None:
        """Three files: the graph as published, each resource by itself, the envelope."""
        self._add(f"{self._place}{GRAPHS}/{stored.ctid}.json", stored.normalised)
        for node in restored(stored.normalised, stored.digest).graph:
            ctid = Ctid.within(stated) if isinstance(stated := node.get("ceterms:ctid"), str) else None
            if ctid is not None:
                self._add(f"{self._place}{RESOURCES}/{ctid}.json", _json({"@context": CONTEXT_IRI, **node}))
        self._add(f"{self._place}{METADATA}/{stored.ctid}.json", _json(envelope(stored, metadata_only=True)))

    def deletion(self, ctid: Ctid, at: datetime) -> None:
        """That it is gone, and since when; what it said is not spread any further."""
        told = {"envelope_ceterms_ctid": str(ctid), "envelope_community": COMMUNITY, "node_headers": {"deleted_at": at.isoformat()}}
        self._add(f"{DELETES}/{METADATA}/{ctid}.json", _json(told))

    def close(self, head: int) -> None:
        """The archive's directory, with the head as its comment."""
        self._zip.comment = f"journal {head}".encode()
        self._zip.close()

    def abandon(self) -> None:
        """No directory: without one, no reader takes it for an archive."""
        self._zip.fp = None

    def _add(self, name: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(name, EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, content)


class LinesWriter:
    """One document a line, each in its normal form."""

    tells_deletions = False

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink

    def document(self, stored: StoredDocument) -> None:
        """One line."""
        self._sink.write(stored.normalised + b"\n")

    def deletion(self, ctid: Ctid, at: datetime) -> None:
        """Nothing."""

    def close(self, head: int) -> None:
        """Nothing."""

    def abandon(self) -> None:
        """Nothing."""


class StatementsWriter:
    """RDF: N-Triples and N-Quads (a statement a line) or Turtle. ``base_url`` is what relative addresses would be read against."""

    tells_deletions = False

    def __init__(self, sink: BinaryIO, base_url: str, form: Format) -> None:
        self._sink = sink
        self._base = base_url
        self._form = form
        self._begun = False
        self._waiting: list[Document] = []

    def document(self, stored: StoredDocument) -> None:
        """Its statements, once enough documents have come together."""
        self._waiting.append(restored(stored.normalised, stored.digest))
        if len(self._waiting) >= TOGETHER:
            self._write()

    def deletion(self, ctid: Ctid, at: datetime) -> None:
        """Nothing."""

    def close(self, head: int) -> None:  # noqa: ARG002 - one signature for all
        """The statements still waiting."""
        if self._waiting:
            self._write()

    def abandon(self) -> None:
        """Forget what is waiting."""
        self._waiting.clear()

    def _write(self) -> None:
        if self._form == "turtle":
            self._sink.write(turtle(self._base, self._waiting, header=not self._begun))
        else:
            for line in (nquads if self._form == "nquads" else ntriples)(self._base, self._waiting):
                self._sink.write(line)
        self._begun = True
        self._waiting.clear()


class TableWriter:
    """A table for people and spreadsheets: UTF-8 with its mark, one row a resource, the columns of :data:`COLUMNS`."""

    tells_deletions = False

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._sink.write("\ufeff".encode())
        self._row(COLUMNS)

    def document(self, stored: StoredDocument) -> None:
        """One row for each resource of the graph."""
        for node in restored(stored.normalised, stored.digest).graph:
            ctid = Ctid.within(stated) if isinstance(stated := node.get("ceterms:ctid"), str) else None
            if ctid is not None:
                self._row([_cell(value) for value in _values(stored, node, ctid)])

    def deletion(self, ctid: Ctid, at: datetime) -> None:
        """Nothing."""

    def close(self, head: int) -> None:
        """Nothing."""

    def abandon(self) -> None:
        """Nothing."""

    def _row(self, cells: Any) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        self._sink.write(line.getvalue().encode())


def writer(form: Format, sink: BinaryIO, base_url: str, *, columns: ColumnFile, changes: bool, types: Sequence[str] = ()) -> Writer:
    """The writer of a form; ``changes`` where a changeset is written, not the whole; ``types`` the classes asked for.

    ``columns`` opens a file of columns (Parquet).

    :raises Misused: ``export.bulk_one_kind``
    """
    if form == "csv-bulk":
        sheets = {sheet.name: sheet for name in types if (sheet := sheet_of(name)) is not None}
        if len(sheets) != 1:
            raise Misused(BULK_ONE_KIND, place="--type")
        return BulkWriter(sink, next(iter(sheets.values())))
    if form == "zip":
        return ZipWriter(sink, changes=changes)
    if form in {"ntriples", "nquads", "turtle"}:
        return StatementsWriter(sink, base_url, form)
    if form == "parquet":
        return ColumnsWriter(columns(sink, PARQUET))
    if form == "assistant":
        return AssistantWriter(sink)
    return LinesWriter(sink) if form == "ndjson" else TableWriter(sink)


def _json(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _values(stored: StoredDocument, node: Mapping[str, Any], ctid: Ctid) -> tuple[str, ...]:
    kind = node.get("@type")
    return (
        ctid,
        str(kind[0] if isinstance(kind, list) and kind else kind or ""),
        name_of(node),
        next((found for prop in _DESCRIPTIONS if (found := text(node, prop))), ""),
        stored.owner or "",
        stored.publisher,
        "|".join(refs(node, "ceterms:subjectWebpage")),
        "|".join(found for prop in _LANGUAGES for found in texts(node, prop)),
        "|".join(found for prop in _CODES for found in texts(node, prop)),
        "|".join(texts(node, "ceterms:keyword")),
        "|".join(found for prop in _STATUSES for found in refs(node, prop)),
        stored.created.isoformat(),
        stored.updated.isoformat(),
        stored.ctid,
        str(node.get("@id", "")),
    )


def _cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
