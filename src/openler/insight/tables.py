"""The census as plain tables for spreadsheets: a header and rows, and the CSV of them.

What is not known is an empty cell, never 0. Names of columns are English and stable, whatever language the census is read in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from openler.insight.census import Census, CensusTable
from openler.insight.equity import NeedCoverage
from openler.insight.outcomes import Outcomes
from openler.insight.region import Region

Cell = str | int | float | None
Rows = tuple[tuple[Cell, ...], ...]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

FIGURES: Final = "figures"
SHARES: Final = "shares"
COVERAGE: Final = "coverage"
OUTCOMES: Final = "outcomes"
SUPPORTS: Final = "supports"
SUMMARIES: Final = (FIGURES, SHARES, COVERAGE, OUTCOMES, SUPPORTS)
"""The tables beside those of :data:`openler.insight.census.TABLES`."""


def summaries(census: Census, outcomes: Outcomes, equity: Iterable[NeedCoverage]) -> Mapping[str, Rows]:
    """The tables of :data:`SUMMARIES`, each with its header first."""
    mentioned = {cell.key: cell.count for cell in census.mentioned}
    return {
        FIGURES: (
            ("kind", "published", "mentioned_only"),
            *((cell.key[0], cell.count, mentioned[cell.key]) for cell in census.totals),
        ),
        SHARES: (
            ("share", "kind", "have", "of"),
            *((share.name, share.kind.value, len(share.have), share.of) for share in census.shares),
        ),
        COVERAGE: (
            ("kind", "level", "property", "have", "of"),
            *((row.kind.value, row.level, row.term, len(row.have), row.of) for row in census.coverage),
        ),
        OUTCOMES: (
            ("metric", "name", "unit", "known", "withheld", "not_stated", "lowest", "median", "highest"),
            *(
                (row.metric, row.name, row.unit, row.known, row.withheld, row.not_stated, row.lowest, row.middle, row.highest)
                for row in outcomes.metrics
            ),
        ),
        SUPPORTS: (
            ("need", "counted_by", "key", "label", "have", "of"),
            *((row.need, row.dimension, row.key, row.label, len(row.have), row.of) for row in equity),
        ),
    }


def counted(table: CensusTable) -> Rows:
    """A table of the census: for each dimension its key and its label, then the count. Empty texts are what is not stated."""
    names = [name for dimension in table.dimensions for name in (dimension, f"{dimension}_label")]
    rows: list[tuple[Cell, ...]] = [(*names, "count")]
    for cell in table.cells:
        told = [part for pair in zip(cell.key, cell.labels, strict=True) for part in pair]
        rows.append((*told, cell.count))
    return tuple(rows)


def behind(table: CensusTable, region: Region) -> Rows:
    """What stands behind a table's numbers: a row for each thing in each cell."""
    rows: list[tuple[Cell, ...]] = [(*table.dimensions, "ctid", "type", "name")]
    for cell in table.cells:
        for name in cell.ctids:
            row = region.get(name)
            rows.append((*cell.key, name, row.ctdl_type if row is not None else "", row.name if row is not None else ""))
    return tuple(rows)


def to_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV (RFC 4180). A text that a spreadsheet would run as a formula is made plain by an apostrophe."""
    written = io.StringIO()
    csv.writer(written).writerows([_plain(cell) for cell in row] for row in rows)
    return written.getvalue()


def _plain(cell: Cell) -> str | int | float | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
