"""What each provider should add to what it published: a list to print, to mail, or to work through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from openler.actions.planning.gaps import gaps, unowned
from openler.actions.ports import Ports
from openler.ids import Ctid
from openler.insight import definitions
from openler.insight.coverage import LEVELS, Level
from openler.insight.gaps import GapRow, Gaps, to_csv
from openler.messages import render
from openler.web.pages.census import csv_answer
from openler.web.rendering import language_of, page

router = APIRouter()

PER_PAGE = 100
MAX_THINGS = 300
"""Most descriptions that one page goes through; the CSV has them all."""
NOBODY = "none"
"""Stands in an address for what names no provider."""
USUAL: tuple[Level, ...] = ("required", "benchmark")

Asked = Annotated[list[str] | None, Query(alias="level")]


@router.get("/gaps", response_class=HTMLResponse)
def providers(request: Request, q: str = "", number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1) -> HTMLResponse:
    """All providers, those with the most incomplete descriptions first; ``q`` looks for a name."""
    ports: Ports = request.app.state.ports
    wanted = q.strip()[:200]
    every = gaps(ports).gaps.providers
    found = [each for each in every if wanted.casefold() in each.name.casefold()] if wanted else list(every)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return page(
        request,
        "gaps/providers.html",
        q=wanted,
        found=[
            (each.provider or NOBODY, each.name, len(each.things), each.complete, each.fixes[0] if each.fixes else None) for each in shown
        ],
        total=len(found),
        number=number,
        pages=max(1, -(-len(found) // PER_PAGE)),
        address=lambda to: "/gaps?" + urlencode({"q": wanted, "page": to}),
        nobody=NOBODY,
    )


@router.get("/gaps/{provider}.csv", response_class=Response)
def as_csv(request: Request, provider: str, level: Asked = None) -> Response:
    """One provider's list for a spreadsheet, a missing property of one description a row."""
    found = _list(request, provider, _levels(level))
    return csv_answer(f"to-add-{found.providers[0].provider or NOBODY}" if found.providers else "to-add", to_csv(found))


@router.get("/gaps/{provider}", response_class=HTMLResponse)
def one(request: Request, provider: str, level: Asked = None) -> HTMLResponse:
    """One provider's list: what helps most, then description by description."""
    levels, language = _levels(level), language_of(request)
    found = _list(request, provider, levels)
    each = found.providers[0] if found.providers else None
    things = _by_thing(found.rows, levels)
    return page(
        request,
        "gaps/provider.html",
        provider=provider,
        each=each,
        things=things[:MAX_THINGS],
        more=max(0, len(things) - MAX_THINGS),
        levels=[(name, render(definitions.LEVELS[name], language=language).text) for name in levels],
        chosen=levels,
        known=LEVELS,
        query="?" + urlencode([("level", name) for name in levels]),
        effect=render(definitions.EFFECT, language=language).text,
        nobody=NOBODY,
    )


def _levels(given: list[str] | None) -> tuple[Level, ...]:
    return tuple(name for name in LEVELS if name in (given or ())) or USUAL


def _list(request: Request, provider: str, levels: tuple[Level, ...]) -> Gaps:
    ports: Ports = request.app.state.ports
    if provider == NOBODY:
        return unowned(ports, levels=levels).gaps
    return gaps(ports, Ctid.parse(provider), levels=levels).gaps


def _by_thing(rows: Sequence[GapRow], levels: Sequence[Level]) -> list[tuple[str, str, str, list[tuple[Level, list[str]]]]]:
    """CTID, name, class, and for each level what is missing; those that lack most of what is required first."""
    missing: dict[str, dict[Level, list[str]]] = defaultdict(lambda: defaultdict(list))
    named: dict[str, tuple[str, str]] = {}
    for row in rows:
        missing[row.ctid][row.level].append(row.label)
        named[row.ctid] = (row.name, row.ctdl_type)
    ordered = sorted(missing, key=lambda ctid: (*(-len(missing[ctid][name]) for name in levels), named[ctid][0], ctid))
    return [(ctid, *named[ctid], [(name, missing[ctid][name]) for name in levels if missing[ctid][name]]) for ctid in ordered]
