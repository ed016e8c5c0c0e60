"""The census: what is published here, counted, with the definition of every number and the names behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from openler.actions.planning.census import CensusResult, census
from openler.actions.ports import Ports
from openler.errors import NotFound, declare
from openler.insight import definitions, tables
from openler.insight.census import CensusTable, Share
from openler.insight.chart import Bar, Chart, bar_chart
from openler.insight.coverage import PropertyCoverage
from openler.insight.equity import NEEDS
from openler.insight.facts import Kind
from openler.insight.gaps import label as property_label
from openler.insight.notes import by_source, is_sample
from openler.messages import Language, render
from openler.web.rendering import language_of, page

TABLE_UNKNOWN = declare("web.table_unknown", by=__name__)

router = APIRouter()

OFFERED = (Kind.CREDENTIAL, Kind.LEARNING_OPPORTUNITY)
DIMENSIONS = ("type", "provider", "provider_type", "county", "status", "standing")
SHORT = 10
"""Rows of a table on the census page; each table has a page of its own with all of them."""
PER_PAGE = 200
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as people see it. ``key`` finds the names behind it."""

    labels: tuple[str, ...]
    count: int
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its picture. ``more`` rows are not shown, ``rest`` is their sum; ``overlapping``: a thing may stand in two rows."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    more: int
    rest: int
    total: int
    overlapping: bool
    chart: Markup | None
    meanings: tuple[str, ...]


@router.get("/census", response_class=HTMLResponse)
def overview(request: Request) -> HTMLResponse:
    """The whole census on one page."""
    result, language = _taken(request), language_of(request)
    found = result.census
    mentioned = {cell.key: cell.count for cell in found.mentioned}
    figures = [(_title(cell.key[0], language), cell.count, mentioned[cell.key], _first_table(result, cell.key[0])) for cell in found.totals]
    return page(
        request,
        "census/overview.html",
        figures=figures,
        absent=[_title(kind.value, language).lower() for kind in found.absent],
        samples=[title for title, _ in by_source([note for note in found.notes if is_sample(note)], language)],
        notes=by_source(found.notes, language),
        offered=[
            (
                kind.value,
                _title(kind.value, language),
                render(found.definitions[kind.value], language=language).text,
                [_section(found.table(f"{kind.value}_by_{dimension}"), language, limit=SHORT) for dimension in DIMENSIONS],
                _shares(result, kind, language),
                [_covered(row) for row in found.coverage if row.kind is kind and row.level != "recommended"],
            )
            for kind in OFFERED
        ],
        levels=[(level, render(code, language=language).text) for level, code in definitions.LEVELS.items() if level != "recommended"],
        others=[(kind, _title(kind.value, language), _shares(result, kind, language)) for kind in Kind if kind not in OFFERED],
        outcomes=result.outcomes,
        median=render(definitions.MEDIAN, language=language).text,
        withheld=render(definitions.WITHHELD, language=language).text,
        needs=[(need, _title(need, language), render(definitions.NEEDS[need], language=language).text) for need in NEEDS],
        supports=_supports(result),
        tables=[(table.name, _heading(table, language)) for table in found.tables],
        summaries=tables.SUMMARIES,
        head=result.head,
    )


@router.get("/census/{name}.csv", response_class=Response)
def as_csv(request: Request, name: str) -> Response:
    """One table for a spreadsheet."""
    result = _taken(request)
    rows = tables.summaries(result.census, result.outcomes, result.equity).get(name)
    return csv_answer(f"census-{name}", tables.to_csv(rows if rows is not None else tables.counted(_table(result, name))))


@router.get("/census/{name}/names.csv", response_class=Response)
def names_csv(request: Request, name: str) -> Response:
    """What stands behind a table's numbers, a row for each thing."""
    result = _taken(request)
    return csv_answer(f"census-{name}-names", tables.to_csv(tables.behind(_table(result, name), result.region)))


@router.get("/census/{name}", response_class=HTMLResponse)
def one_table(
    request: Request,
    name: str,
    value: Annotated[list[str] | None, Query()] = None,
    number: Annotated[int, Query(alias="page", ge=1, le=1000)] = 1,
) -> HTMLResponse:
    """One table in full; with ``value`` (one a dimension) the names behind one of its numbers."""
    result, language = _taken(request), language_of(request)
    table = _table(result, name)
    section = _section(table, language)
    if value is None:
        return page(request, "census/table.html", section=section, query_of=lambda key: urlencode([("value", part) for part in key]))
    cell = next((cell for cell in table.cells if cell.key == tuple(value)), None)
    if cell is None:
        raise NotFound(TABLE_UNKNOWN, seen=f"{name}: {', '.join(value)}"[:80])
    shown = cell.ctids[(number - 1) * PER_PAGE : number * PER_PAGE]
    things = [(ctid, result.region.name(ctid), row.ctdl_type) for ctid in shown if (row := result.region.get(ctid)) is not None]
    return page(
        request,
        "census/names.html",
        section=section,
        row=_row(cell.labels, cell.count, cell.key),
        things=things,
        number=number,
        pages=max(1, -(-cell.count // PER_PAGE)),
        address=lambda to: f"/census/{name}?" + urlencode([*(("value", part) for part in value), ("page", to)]),
    )


def csv_answer(name: str, text: str) -> Response:
    """CSV to be saved. The mark at its start tells spreadsheets that it is UTF-8."""
    headers = {"content-disposition": f'attachment; filename="{name}.csv"', "cache-control": "no-cache"}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=headers)


def _taken(request: Request) -> CensusResult:
    ports: Ports = request.app.state.ports
    return census(ports)


def _table(result: CensusResult, name: str) -> CensusTable:
    try:
        return result.census.table(name)
    except KeyError:
        raise NotFound(TABLE_UNKNOWN, seen=name[:80]) from None


def _first_table(result: CensusResult, kind: str) -> str:
    return next(table.name for table in result.census.tables if table.kind.value == kind)


def _title(name: str, language: Language) -> str:
    return render(definitions.TITLES[name], language=language).text


def _heading(table: CensusTable, language: Language) -> str:
    return f"{_title(table.kind.value, language)} by {', '.join(_title(name, language).lower() for name in table.dimensions)}"


def _row(labels: tuple[str, ...], count: int, key: tuple[str, ...]) -> Row:
    return Row(tuple(label or part or NOT_STATED for label, part in zip(labels, key, strict=True)), count, key)


def _section(table: CensusTable, language: Language, *, limit: int | None = None) -> Section:
    # A single row left over would take the room of the line that sums it up.
    shown = table.cells if limit is None or len(table.cells) <= limit + 1 else table.cells[:limit]
    rows = tuple(_row(cell.labels, cell.count, cell.key) for cell in shown)
    hidden = table.cells[len(rows) :]
    rest = sum(cell.count for cell in hidden)
    chart = None
    if len(table.dimensions) == 1 and len(table.cells) > 1:
        bars = [Bar(" / ".join(row.labels), row.count) for row in rows]
        if hidden:
            bars.append(Bar(f"{len(hidden):,} others", rest))
        chart = _drawn(bar_chart(_heading(table, language), _described(rows, len(table.cells)), bars, identifier=table.name))
    return Section(
        name=table.name,
        title=_heading(table, language),
        headings=tuple(_title(name, language) for name in table.dimensions),
        rows=rows,
        more=len(hidden),
        rest=rest,
        total=table.total.count,
        overlapping=sum(cell.count for cell in table.cells) > table.total.count,
        chart=chart,
        meanings=tuple(render(code, language=language).text for code in table.definitions),
    )


def _described(rows: tuple[Row, ...], cells: int) -> str:
    most = ", ".join(f"{' / '.join(row.labels)} {row.count:,}" for row in rows[:3])
    return f"Bars for {cells:,} groups, the largest first: {most}. The table beside it has the same numbers."


def _shares(result: CensusResult, kind: Kind, language: Language) -> dict[str, object]:
    found = [share for share in result.census.shares if share.kind is kind]
    bars = [Bar(_quality(share, language), share.value, of=share.of) for share in found]
    title = f"{_title(kind.value, language)}: how well they are described"
    chart = bar_chart(title, "Bars for each quality, as long as the share that has it.", bars, identifier=f"{kind.value}-shares")
    return {
        "chart": _drawn(chart) if found else None,
        "rows": [
            (_quality(share, language), len(share.have), share.of, share.value, render(share.definition, language=language).text)
            for share in found
        ],
    }


def _quality(share: Share, language: Language) -> str:
    return render(definitions.QUALITY_TITLES[share.name.removeprefix(f"{share.kind.value}_")], language=language).text


def _covered(row: PropertyCoverage) -> tuple[str, str, str, int, int, object]:
    return (property_label(row.term), row.term, row.level, len(row.have), row.of, row.share)


def _supports(result: CensusResult) -> list[tuple[str, int, list[tuple[int, object]]]]:
    """For all and for each county: how many learning opportunities there are, and for each need how many meet it."""
    found: dict[tuple[str, str], dict[str, tuple[int, object]]] = {}
    sizes: dict[tuple[str, str], int] = {}
    for row in result.equity:
        if row.dimension != "provider":
            place = (row.dimension, row.key)
            found.setdefault(place, {})[row.need] = (len(row.have), row.share)
            sizes[place] = row.of
    named = sorted(found, key=lambda place: (place[0] != "all", not place[1], place[1]))
    return [
        ("All counties" if kind == "all" else key or NOT_STATED, sizes[kind, key], [found[kind, key][n] for n in NEEDS])
        for kind, key in named
    ]


def _drawn(chart: Chart) -> Markup:
    return Markup(chart.svg)  # noqa: S704 - the chart escapes every text it draws; a test feeds it hostile ones
