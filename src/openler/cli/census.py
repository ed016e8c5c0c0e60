"""``openler census``: everything published here, counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from openler.actions.planning.census import CensusResult
from openler.actions.planning.census import census as take
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal, plain
from openler.cli.writing import STDOUT, one_output, write_text
from openler.errors import Misused, declare
from openler.insight import definitions, tables
from openler.insight.census import CensusTable, Share
from openler.insight.facts import Kind
from openler.insight.gaps import label as property_label
from openler.insight.notes import by_source

DIMENSION_UNKNOWN = declare("cli.dimension_unknown", by=__name__)

SHORT = 12
"""Rows of a table that the whole census shows; ``--by`` shows them all."""
OVERVIEW = ("type", "provider", "provider_type", "county", "status", "standing")
"""Along what the whole census counts what is offered; the other tables come with ``--by``."""
OFFERED = (Kind.CREDENTIAL, Kind.LEARNING_OPPORTUNITY)
NOT_STATED = "(not stated)"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("census")(census)


def census(
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="WHAT", help=f"Only the tables by {', '.join(definitions.BY)} or all, with every row."),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the counted cells to a CSV file, those of --by or all.")
    ] = None,
    ctids: Annotated[bool, typer.Option("--ctids", help="With --json: the CTIDs behind each number too.")] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Count everything published: by type, provider, kind of provider and county, how well described, and what the sources leave out."""
    terminal = Terminal(as_json=as_json)
    one_output(csv, as_json=as_json)
    if by is not None and by not in {*definitions.BY, "all"}:
        raise Misused(DIMENSION_UNKNOWN, place="--by", seen=by[:80], known=", ".join((*definitions.BY, "all")))
    with opened(data, database) as ports:
        result = take(ports)
    chosen = [table for table in result.census.tables if by is None or _named(table) == by]
    if csv is not None:
        write_text(csv, tables.to_csv(_long(chosen)))
    if as_json:
        terminal.data(told(result, terminal, chosen, ctids=ctids))
    elif csv == STDOUT:
        return
    elif by is not None:
        for table in chosen:
            _table(terminal, table, limit=None)
        _defined(terminal, chosen, ())
        _notes(terminal, result)
    else:
        _whole(terminal, result)
    if csv is not None:
        terminal.say(f"Written to {csv}.")


def _named(table: CensusTable) -> str:
    return table.dimensions[0] if len(table.dimensions) == 1 else "all"


def told(
    result: CensusResult, terminal: Terminal, chosen: Sequence[CensusTable] | None = None, *, ctids: bool = False
) -> dict[str, object]:
    """The census as JSON: every number with its definition; ``ctids`` adds what stands behind the cells."""
    found = result.census
    mentioned = {cell.key: cell.count for cell in found.mentioned}
    return {
        "head": result.head,
        "totals": [
            {
                "kind": c.key[0],
                "count": c.count,
                "mentioned_only": mentioned[c.key],
                "definition": terminal.sentence(found.definitions[c.key[0]]),
            }
            for c in found.totals
        ],
        "shares": [_told_share(share, terminal) for share in found.shares],
        "tables": [
            {
                "name": table.name,
                "kind": table.kind.value,
                "dimensions": table.dimensions,
                "total": table.total.count,
                "cells": [
                    {"key": cell.key, "labels": cell.labels, "count": cell.count, **({"ctids": cell.ctids} if ctids else {})}
                    for cell in table.cells
                ],
                "definitions": [terminal.sentence(code) for code in table.definitions],
            }
            for table in (found.tables if chosen is None else chosen)
        ],
        "coverage": [
            {"kind": row.kind, "level": row.level, "property": row.term, "have": len(row.have), "of": row.of, "share": row.share}
            for row in found.coverage
        ],
        "outcomes": {
            "with_known": len(result.outcomes.with_known),
            "withheld_only": len(result.outcomes.withheld_only),
            "without": len(result.outcomes.without),
            "metrics": [{**plain(row), "data_sets": len(row.data_sets)} for row in result.outcomes.metrics],
        },
        "supports": [
            {"need": row.need, "counted_by": row.dimension, "key": row.key, "label": row.label, "have": len(row.have), "of": row.of}
            for row in result.equity
        ],
        "not_covered": [{"source": title, "sentences": sentences} for title, sentences in by_source(found.notes, terminal.language)],
    }


def _told_share(share: Share, terminal: Terminal) -> dict[str, object]:
    told = {"name": share.name, "kind": share.kind, "have": len(share.have), "of": share.of, "share": share.value}
    return {**told, "definition": terminal.sentence(share.definition)}


def _long(chosen: Sequence[CensusTable]) -> list[tuple[tables.Cell, ...]]:
    """All tables under one header, so that one file holds the census."""
    rows: list[tuple[tables.Cell, ...]] = [("table", "key", "label", "count")]
    for table in chosen:
        rows += [(table.name, " | ".join(cell.key), " | ".join(cell.labels), cell.count) for cell in table.cells]
        rows.append((table.name, "", "(total)", table.total.count))
    return rows


def _whole(terminal: Terminal, result: CensusResult) -> None:
    found = result.census
    mentioned = {cell.key: cell.count for cell in found.mentioned}
    rows = [(terminal.sentence(definitions.TITLES[cell.key[0]]), cell.count, mentioned[cell.key]) for cell in found.totals]
    _titled(terminal, "What is published", ("kind", "published", "only mentioned"), rows)
    shares = [
        (
            terminal.sentence(definitions.TITLES[share.kind.value]),
            _quality(terminal, share),
            len(share.have),
            share.of,
            share.value if share.value is not None else "not known",
        )
        for share in found.shares
    ]
    _titled(terminal, "\nHow well it is described", ("kind", "quality", "have it", "of", "share"), shares)
    for kind in OFFERED:
        for dimension in OVERVIEW:
            _table(terminal, found.table(f"{kind.value}_by_{dimension}"), limit=SHORT)
    for kind in OFFERED:
        coverage = [
            (property_label(row.term), row.level, len(row.have), row.of, row.share)
            for row in found.coverage
            if row.kind is kind and row.level != "recommended"
        ]
        title = f"\n{terminal.sentence(definitions.TITLES[kind.value])}: required and benchmark properties, the least stated first"
        _titled(terminal, title, ("property", "level", "state it", "of", "share"), coverage)
    _outcomes(terminal, result)
    _supports(terminal, result)
    _defined(terminal, found.tables, found.shares)
    _notes(terminal, result)


def _titled(terminal: Terminal, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table under a title of its own line: a narrow table would fold it."""
    terminal.line(title)
    terminal.table("", columns, rows)


def _quality(terminal: Terminal, share: Share) -> str:
    return terminal.sentence(definitions.QUALITY_TITLES[share.name.removeprefix(f"{share.kind.value}_")])


def _table(terminal: Terminal, table: CensusTable, *, limit: int | None) -> None:
    titles = [terminal.sentence(definitions.TITLES[name]) for name in table.dimensions]
    heading = f"\n{terminal.sentence(definitions.TITLES[table.kind.value])} by {', '.join(title.lower() for title in titles)}"
    shown = table.cells[:limit]
    rows = [(*(text or key or NOT_STATED for text, key in zip(cell.labels, cell.key, strict=True)), cell.count) for cell in shown]
    _titled(terminal, f"{heading} ({table.total.count:,} in all)", (*titles, "count"), rows)
    if more := len(table.cells) - len(shown):
        terminal.line(f"  and {more:,} more: openler census --by {_named(table)}")


def _outcomes(terminal: Terminal, result: CensusResult) -> None:
    found = result.outcomes
    rows = [
        (
            row.name or row.metric,
            row.unit,
            row.known,
            row.withheld,
            row.not_stated,
            *(_known(x) for x in (row.lowest, row.middle, row.highest)),
        )
        for row in found.metrics
    ]
    columns = ("outcome", "unit", "known", "withheld", "not known", "lowest", "median", "highest")
    _titled(terminal, "\nOutcomes of learning", columns, rows)
    known, hidden, none = len(found.with_known), len(found.withheld_only), len(found.without)
    terminal.line(f"  Learning opportunities with a known outcome: {known:,}; with withheld ones only: {hidden:,}; with none: {none:,}")


def _known(value: float | None) -> float | str:
    return value if value is not None else "not told"


def _supports(terminal: Terminal, result: CensusResult) -> None:
    rows = [
        (terminal.sentence(definitions.TITLES[row.need]), len(row.have), row.of, row.share if row.share is not None else "not known")
        for row in result.equity
        if row.dimension == "all"
    ]
    _titled(terminal, "\nLearning opportunities with the supports that people need", ("support", "have it", "of", "share"), rows)


def _defined(terminal: Terminal, shown: Sequence[CensusTable], shares: Sequence[Share]) -> None:
    """Each number's definition once, under the name it stands by in the tables."""
    kinds = {terminal.sentence(definitions.TITLES[t.kind.value]): t.definitions[0] for t in shown}
    by = {terminal.sentence(definitions.TITLES[name]): definitions.BY[name] for table in shown for name in table.dimensions}
    having = {_quality(terminal, share): share.definition for share in shares}
    median = {"Median": definitions.MEDIAN} if shares else {}
    terminal.line("\nWhat the numbers mean")
    for title, code in {**kinds, **by, **having, **median}.items():
        terminal.line(f"  {title}: {terminal.sentence(code)}")


def _notes(terminal: Terminal, result: CensusResult) -> None:
    terminal.line("\nWhat the sources do not cover")
    absent = [terminal.sentence(definitions.TITLES[kind.value]).lower() for kind in result.census.absent]
    if absent:
        terminal.line(f"  Nothing is published here of: {', '.join(absent)}.")
    for title, sentences in by_source(result.census.notes, terminal.language):
        terminal.line(f"  {title}")
        for sentence in sentences:
            terminal.line(f"    {sentence}")
    if not result.census.notes:
        terminal.line("  No import has told anything about its source.")
