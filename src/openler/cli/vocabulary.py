"""``openler ctdl``: the vocabulary in use, and what a newer schema changes in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openler import bootstrap
from openler.actions.registry.vocabulary import SchemaFile, VocabularyUpdate, compare, fetch_schema
from openler.cli.options import AsJson, Data, existing
from openler.cli.terminal import Terminal, plain
from openler.ctdl.schema import MAX_SCHEMA_BYTES
from openler.ctdl.terms import terms
from openler.errors import NotFound, declare

TERM_UNKNOWN = declare("cli.term_unknown", by=__name__)

_MOST = 6
"""How many values of one change are named in a line; the JSON has them all."""

ctdl = typer.Typer(
    name="ctdl", help="The vocabulary: what is known of CTDL, and what a newer schema changes.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(ctdl)


@ctdl.command("update")
def update(
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE|URL...", help="Schemas of CTDL, CTDL-ASN or QData as their publisher gives them out.")
    ],
    apply: Annotated[
        bool, typer.Option("--apply", help="Use what is new from now on, in this data directory; without it, nothing is changed.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Tell what newer schemas change: classes, properties and concepts added, removed or deprecated, domains and ranges."""
    terminal = Terminal(as_json=as_json)
    bootstrap.use_vocabulary(data)
    found = compare([_read(one, data) for one in sources])
    kept = bootstrap.keep_vocabulary(data, found.tables, found.sources) if apply else None
    if as_json:
        told = {"sources": found.sources, "speaks_for": found.speaks_for, "counts": found.counts, "changes": found.changes}
        terminal.data({**told, "applied": kept is not None})
        return
    _tell(terminal, found)
    if kept is not None:
        terminal.say(f"In use from now on for this data directory ({kept.name}). Restart a server, and run openler project --rebuild.")
    elif found.changes:
        terminal.say("Nothing was changed. To use what is new: --apply. Terms that are gone stay known: published documents use them.")


@ctdl.command("reset")
def reset(data: Data = None, as_json: AsJson = False) -> None:
    """Go back to the vocabulary that comes with openler."""
    terminal = Terminal(as_json=as_json)
    had = bootstrap.drop_vocabulary(data)
    if as_json:
        terminal.data({"removed": had})
    else:
        terminal.line("Back to the vocabulary that comes with openler." if had else "It was the one that comes with openler already.")


@ctdl.command("show")
def show(
    name: Annotated[str | None, typer.Argument(metavar="[TERM]", help="A class, property or concept scheme.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Count what is known, or tell what is known of one term."""
    terminal = Terminal(as_json=as_json)
    bootstrap.use_vocabulary(data)
    known = terms()
    if name is None:
        concepts = sum(len(known.concepts(scheme)) for scheme in known.schemes())
        counts = {
            "classes": len(known.classes()),
            "properties": len(known.properties()),
            "concept_schemes": len(known.schemes()),
            "concepts": concepts,
        }
        if as_json:
            terminal.data(counts)
        else:
            terminal.table("", ("known", "count"), [(key.replace("_", " "), value) for key, value in counts.items()])
        return
    told = _term(name)
    if as_json:
        terminal.data(told)
    else:
        terminal.table("", ("", name), [(key, ", ".join(value) if isinstance(value, list) else value) for key, value in told.items()])


def _term(name: str) -> dict[str, object]:
    known = terms()
    if (entry := known.find_property(name)) is not None:
        return {"kind": "property", **{key: sorted(value) if isinstance(value, list) else value for key, value in plain(entry).items()}}
    if known.is_class(name):
        return {
            "kind": "class",
            "label": known.label(name),
            "above": sorted(known.ancestors(name) - {name}),
            "below": sorted(known.subclasses(name) - {name}),
            "properties": sorted(known.properties_of(name)),
        }
    if known.concepts(name):
        return {"kind": "concept scheme", "label": known.label(name), "concepts": sorted(known.concepts(name))}
    raise NotFound(TERM_UNKNOWN, seen=name[:80])


def _read(source: str, data: Path | None) -> SchemaFile:
    if source.startswith(("https://", "http://")):
        return fetch_schema(bootstrap.guarded_fetch(data), source)
    with existing(Path(source)).open("rb") as file:
        return SchemaFile(source, file.read(MAX_SCHEMA_BYTES + 1))


def _tell(terminal: Terminal, found: VocabularyUpdate) -> None:
    for change in found.changes:
        values = ", ".join(change.values[:_MOST]) + (f" and {len(change.values) - _MOST} more" if len(change.values) > _MOST else "")
        terminal.line(f"{change.how} {change.what} {change.term}" + (f": {values}" if values else ""))
    told = ", ".join(f"{count:,} {kind}" for kind, count in found.counts.items()) or "no change"
    terminal.say(f"{told}; the files speak for {', '.join(found.speaks_for) or 'no vocabulary as a whole'}.")
