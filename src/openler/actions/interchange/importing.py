"""Import: a region's tables through its mapping, and the O*NET database, become documents and are published.

Reading is lazy and the conversion pure; what is here joins the table reader, the converters and the registry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.interchange.archive import DELETES, METADATA, RESOURCES
from openler.actions.ports import Ports, TableReader
from openler.actions.registry.publish import PublishReport, publish
from openler.ctdl.document import Document, parse
from openler.ctdl.formats import onet
from openler.ctdl.formats.account import Proposal, Remark, RowFate, TableAccount
from openler.ctdl.formats.convert import Conversion, convert
from openler.ctdl.formats.mapping import Mapping, load
from openler.ctdl.formats.mapping import parse as parse_mapping
from openler.ctdl.formats.wages import COLUMNS as WAGE_COLUMNS
from openler.ctdl.formats.wages import Wages
from openler.ctdl.rules import check
from openler.errors import Malformed, Misused, declare
from openler.ids import Ctid
from openler.insight.notes import LISTED, Imported, dump, notes_of

DIRECTORY_INCOMPLETE = declare("import.directory_incomplete", by=__name__)

_RELEASE = re.compile(r"(\d{2}[._]\d)")
_WAGE_MONTH = re.compile(r"M(\d{4})")
_SUFFIXES = (".tsv", ".tsv.gz", ".csv", ".csv.gz", ".xlsx")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    ``tables`` sum to the rows read; ``fates`` tell every row's. ``remarks`` are what was seen in the rows, ``findings`` the
    registry's own (by code, gaps and notes included). ``proposals`` wait for a person. ``unread`` are files of the adopted
    material that hold no CTDL document. ``published`` is None for a dry run.
    """

    source: str
    publisher: Ctid
    by_class: Map[str, int]
    tables: tuple[TableAccount, ...]
    fates: tuple[RowFate, ...]
    remarks: tuple[Remark, ...]
    proposals: tuple[Proposal, ...]
    adopted: tuple[Ctid, ...]
    findings: Map[str, int]
    documents: tuple[Document, ...]
    published: PublishReport | None
    unread: int = 0
    without_wage: tuple[str, ...] = ()
    rated: int = 0
    occupations: Map[str, Ctid] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """Rows of all tables."""
        return sum(table.read for table in self.tables)

    @property
    def counted(self) -> dict[str, int]:
        """How many remarks of each code."""
        return dict(sorted(Counter(str(remark.code) for remark in self.remarks).items()))

    @property
    def contradictions(self) -> tuple[Remark, ...]:
        """Where the source says two things."""
        return tuple(remark for remark in self.remarks if remark.weight == "contradiction")

    @property
    def refused(self) -> tuple[RowFate, ...]:
        """The rows that made nothing, each with its reason."""
        return tuple(fate for fate in self.fates if fate.fate == "refused")


def read_mapping(ports: Ports, name_or_file: str) -> Mapping:
    """A mapping by the name of a bundled one (``new-jersey``), or from a file.

    :raises NotFound: no bundled mapping has that name
    :raises Malformed: the file is no mapping
    :raises Misused: there is no such file
    """
    if name_or_file.lower().endswith((".yaml", ".yml")):
        return parse_mapping(ports.tables.content(name_or_file))
    return load(name_or_file)


def import_tables(
    ports: Ports,
    mapping: Mapping,
    directory: str,
    *,
    adopt: str | None = None,
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
    catch_up: bool = True,
    frameworks: Iterable[Document] | None = None,
) -> ImportReport:
    """Import the tables of a directory.

    ``adopt`` is a folder, ZIP or file of documents that have CTIDs already, such as a dump or changeset of the national
    Registry. The publisher is the organisation that the mapping names. Rows may name competencies of O*NET by element id
    where O*NET was imported before, or those of ``frameworks`` in its place.

    :raises Misused: a file is missing (``tables.file_missing``), or lacks columns (``tables.columns_missing``)
    :raises Malformed: a row cannot be read; ``place`` is ``row N``
    :raises Unavailable: the store does not answer
    """
    rows = {name: ports.tables.rows(location, columns=columns) for name, location, columns in _locations(ports.tables, mapping, directory)}
    existing, unread = _existing(ports.tables, adopt)
    known = _frameworks(ports) if frameworks is None else frameworks
    made = convert(mapping, rows, base_url=ports.base_url, existing=existing, known_frameworks=known)
    published = None
    if not dry_run:
        published = publish(ports, made.documents, publisher=made.publisher, actor=actor, progress=progress, catch_up=catch_up)
    report = report_of(mapping.source.id, made, published, unread)
    if not dry_run:
        source = mapping.source
        keep_notes(ports, report, source.name, actor, listed=LISTED, sample=source.sample, coverage=source.coverage)
    return report


def keep_notes(ports: Ports, report: ImportReport, title: str, actor: str, **told: Any) -> None:
    """Leave with the registry what the source does not cover (ADR 0007), so that every later census tells it."""
    found = Imported(
        source=report.source,
        title=title,
        rows_read=report.rows_read,
        refused=len(report.refused),
        remarks=report.remarks,
        classes=report.by_class,
        unpriced=len(report.without_wage),
        **told,
    )
    at = ports.clock.now()
    event = AuditEvent("registry:source:note", actor, at, {"source": report.source})
    ports.store.keep_notes(report.source, dump(notes_of(found)), at=at, event=event)


def report_of(source: str, made: Conversion, published: PublishReport | None, unread: int = 0) -> ImportReport:
    """The report of a conversion; ``published`` is None for a dry run."""
    return ImportReport(
        source=source,
        publisher=made.publisher,
        by_class=made.by_class(),
        tables=made.tables,
        fates=made.fates,
        remarks=made.remarks,
        proposals=made.proposals,
        adopted=made.adopted,
        findings=published.findings if published is not None else _findings(made.documents),
        documents=made.documents,
        published=published,
        unread=unread,
    )


def import_onet(
    ports: Ports,
    directory: str,
    wages: str | None = None,
    *,
    release: str = "",
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
    catch_up: bool = True,
) -> ImportReport:
    """Import an O*NET release, and national wages where a file of them is given.

    ``release`` such as ``29.2`` is taken from the directory's name where it is not given.

    :raises Misused: a file is missing or lacks columns
    :raises Malformed: a row cannot be read
    :raises Unavailable: the store does not answer
    """
    rows: dict[str, onet.Rows] = {}
    for name, (stem, columns) in onet.TABLES.items():
        location = next((place for suffix in _SUFFIXES if ports.tables.exists(place := f"{directory}/{stem}{suffix}")), None)
        if location is None:
            raise Misused(DIRECTORY_INCOMPLETE, place=stem, file=stem)
        rows[name] = ports.tables.rows(location, columns=columns)
    found = _RELEASE.search(directory.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1])
    edition = release or (found.group(1).replace("_", ".") if found is not None else "")
    table = None
    if wages is not None:
        month = _WAGE_MONTH.search(wages.replace("\\", "/").rsplit("/", 1)[-1])
        # The survey's own name for its reference month: M2024 is May 2024.
        table = Wages(ports.tables.rows(wages, columns=WAGE_COLUMNS), f"{month.group(1)}-05" if month is not None else "")
    made = onet.convert_onet(rows, base_url=ports.base_url, release=edition, wages=table)
    published = None
    if not dry_run:
        published = publish(ports, made.documents, publisher=made.publisher, actor=actor, progress=progress, catch_up=catch_up)
    report = ImportReport(
        source=onet.SOURCE,
        publisher=made.publisher,
        by_class=dict(sorted(Counter(document.type for document in made.documents).items())),
        tables=made.tables,
        fates=made.fates,
        remarks=(),
        proposals=(),
        adopted=(),
        findings=published.findings if published is not None else _findings(made.documents),
        documents=made.documents,
        published=published,
        without_wage=made.without_wage,
        rated=made.rated,
        occupations=made.occupations,
    )
    if not dry_run:
        keep_notes(ports, report, f"O*NET {edition}".strip(), actor)
    return report


def import_sample(ports: Ports, directory: str, *, dry_run: bool = False, actor: str = "import") -> tuple[ImportReport, ImportReport]:
    """Import the bundled sample region from its folder: its extract of O*NET with wages, then its own tables.

    Raises as :func:`import_onet` and :func:`import_tables`.
    """
    wages = f"{directory}/oews-2024/national_M2024_dl.csv"
    occupations = import_onet(ports, f"{directory}/onet-29.2", wages, dry_run=dry_run, actor=actor, catch_up=False)
    # Nothing is stored by a dry run: the region's rows find the skills that they name in what was just made.
    made = [one for one in occupations.documents if one.ctid == onet.framework_ctid()] if dry_run else None
    mapping = read_mapping(ports, f"{directory}/mapping.yaml")
    region = import_tables(ports, mapping, directory, dry_run=dry_run, actor=actor, frameworks=made)
    return occupations, region


def _locations(tables: TableReader, mapping: Mapping, directory: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    columns = mapping.columns()
    for name, spec in mapping.tables.items():
        location = f"{directory.rstrip('/')}/{spec.file}"
        if spec.optional and not tables.exists(location):
            continue
        yield name, location, columns.get(name, ())


def _existing(tables: TableReader, adopt: str | None) -> tuple[list[Document], int]:
    """The documents of the adopted material; a changeset's metadata and deletions name nothing to adopt."""
    if adopt is None:
        return [], 0
    found: dict[Ctid, Document] = {}
    described: set[Ctid] = set()
    unread = 0
    for name, content in tables.documents(adopt):
        parts = name.replace("\\", "/").split("/")
        if DELETES in parts or METADATA in parts or (RESOURCES in parts and Ctid.within(parts[-1]) in described):
            continue
        try:
            document = parse(content)
        except Malformed:
            unread += 1
            continue
        # A changeset has both the graph and its resources, in this order; the graph says more.
        if document.ctid not in found or len(document.graph) > len(found[document.ctid].graph):
            found[document.ctid] = document
            described.update(document.resources)
    return [found[ctid] for ctid in sorted(found)], unread


def _frameworks(ports: Ports) -> list[Document]:
    stored = ports.store.get(onet.framework_ctid())
    return [parse(stored.normalised)] if stored is not None and not stored.deleted else []


def _findings(documents: Iterable[Document]) -> dict[str, int]:
    return dict(sorted(Counter(str(finding.code) for document in documents for finding in check(document)).items()))
