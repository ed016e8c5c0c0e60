"""``openler search``: find what is offered."""

from __future__ import annotations

from typing import Annotated

import typer

from openler.actions.finding.search import Likeness, likenesses, next_cursor
from openler.actions.finding.search import search as search_action
from openler.actions.ports import Found, Query
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.terminal import Terminal
from openler.ctdl.places import KM_PER_MILE
from openler.errors import Misused, declare
from openler.ids import Ctid

FACET_MALFORMED = declare("cli.facet_malformed", by=__name__)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    words: Annotated[list[str] | None, typer.Argument(help="What to look for; nothing finds everything.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", help="Only this kind, such as LearningProgram; may be repeated.")] = None,
    facet: Annotated[
        list[str] | None, typer.Option("--facet", metavar="NAME=VALUE", help="Only this value of a facet; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to skip.")] = 0,
    after: Annotated[str, typer.Option(metavar="CURSOR", help="Go on behind the page whose last line told this.")] = "",
    near: Annotated[str, typer.Option(metavar="PLACE", help="Near a postal code, a town, or LATITUDE,LONGITUDE.")] = "",
    within: Annotated[
        str, typer.Option(metavar="DISTANCE", help="How near: 25 or 25mi are miles, 40km kilometers; 25 miles if not said.")
    ] = "",
    similar: Annotated[str, typer.Option(metavar="CTID", help="Like this credential, program, job or skill.")] = "",
    count: Annotated[
        list[str] | None, typer.Option("--count", metavar="FACET", help="Count this facet however many are found; may be repeated.")
    ] = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Find credentials, programs, providers, occupations, jobs and skills by words and facets."""
    terminal = Terminal(as_json=as_json)
    wanted: dict[str, tuple[str, ...]] = {"type": tuple(kind)} if kind else {}
    for entry in facet or ():
        name, equals, value = entry.partition("=")
        if not (name and equals and value):
            raise Misused(FACET_MALFORMED, place="--facet", seen=entry)
        wanted[name] = (*wanted.get(name, ()), value)
    query = Query(
        words=" ".join(words or ()),
        facets=wanted,
        limit=limit,
        offset=offset,
        near=near,
        similar=Ctid.parse(similar, place="--similar") if similar else None,
        counted=tuple(count or ()),
    )
    with opened(data, database) as ports:
        found = search_action(ports, query, cursor=after, within=within)
        alike = likenesses(ports, found)
    onward = next_cursor(query, found)
    if as_json:
        told = {name: getattr(found, name) for name in ("total", "hits", "facets", "others", "uncounted", "reading")}
        terminal.data({**told, "in_common": alike, "next": onward or None})
        return
    _say_reading(terminal, found, near)
    rows = [
        (hit.ctid, hit.name, hit.ctdl_type.rsplit(":", 1)[-1], hit.owner_name, *_more(hit.kilometers, alike[hit.ctid]))
        for hit in found.hits
    ]
    columns = ("CTID", "name", "kind", "by", *(("miles",) if near else ()), *(("in common",) if similar else ()))
    terminal.table(
        f"{found.total:,} found", columns, [row[:4] + ((row[4],) if near else ()) + ((row[5],) if similar else ()) for row in rows]
    )
    for name, values in found.facets.items():
        if values:
            terminal.say(f"{name}: " + ", ".join(f"{value} ({count})" for value, count in values[:8]))
    for name in found.uncounted:
        terminal.say(f"{name}: not counted, because very many are found; --count {name} counts it.")
    if onward:
        terminal.say(f"More: the same again with --after {onward}")


def _more(kilometers: float | None, alike: tuple[Likeness, ...]) -> tuple[str, str]:
    distance = f"{kilometers / KM_PER_MILE:.1f}" if kilometers is not None else ""
    return distance, "; ".join(", ".join(one.names) + (f" and {one.more} more" if one.more else "") for one in alike)


def _say_reading(terminal: Terminal, found: Found, near: str) -> None:
    """What was searched for, where that is not simply what was typed."""
    for typed, used in found.reading.corrected:
        terminal.say(f"Nothing has \u201c{typed}\u201d: showing results for \u201c{used}\u201d.")
    for typed, names in found.reading.also:
        terminal.say(f"\u201c{typed}\u201d is also called: {', '.join(names)}.")
    if found.reading.any_word:
        terminal.say("Nothing has all of these words: showing what has some of them.")
    if near and not found.reading.place:
        terminal.say(f"No published address is in \u201c{near}\u201d. Try a ZIP code, a town, or LATITUDE,LONGITUDE.")
    elif near and not found.reading.measured:
        terminal.say(f"The addresses in \u201c{near}\u201d state no coordinates: showing what is there, and in ZIP codes that begin alike.")
