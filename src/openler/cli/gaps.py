"""``openler gaps``: what each provider should add, what helps most first."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from openler.actions.planning.gaps import GapsResult
from openler.actions.planning.gaps import gaps as find
from openler.cli.options import AsJson, Data, Database, ctid, opened
from openler.cli.profiles import Asked as Named
from openler.cli.profiles import chosen
from openler.cli.terminal import Terminal
from openler.cli.writing import STDOUT, one_output, write_text
from openler.insight import definitions
from openler.insight.coverage import LEVELS, Level
from openler.insight.gaps import ProviderGaps, to_csv

NOBODY = "(no provider named)"


class Asked(StrEnum):
    """A level as an option takes it."""

    REQUIRED = "required"
    BENCHMARK = "benchmark"
    RECOMMENDED = "recommended"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gaps")(gaps)


def gaps(
    provider: Annotated[str | None, typer.Option("--provider", metavar="CTID", help="Only this provider's list, in full.")] = None,
    level: Annotated[
        list[Asked] | None, typer.Option("--level", help="What to ask for; may be repeated [default: required and benchmark].")
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the list, one missing property of one thing a row; - for standard output."),
    ] = None,
    profile: Named = None,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """List what providers should add to what they published, the fixes that complete most descriptions first."""
    terminal = Terminal(as_json=as_json)
    one_output(csv, as_json=as_json)
    levels: tuple[Level, ...] = tuple(name for name in LEVELS if name in level) if level else ("required", "benchmark")
    against = chosen(profile) if profile is not None else None
    with opened(data, database) as ports:
        result = find(ports, ctid(provider) if provider is not None else None, levels=levels, profile=against)
    if csv is not None:
        write_text(csv, to_csv(result.gaps))
    if as_json:
        terminal.data(told(result))
    elif csv != STDOUT:
        _tell(terminal, result)
    if csv is not None and csv != STDOUT:
        terminal.say(f"Written to {csv}.")


def told(result: GapsResult) -> dict[str, object]:
    """The fix lists as JSON."""
    return {
        "head": result.head,
        "providers": [
            {
                "provider": each.provider,
                "name": each.name,
                "things": len(each.things),
                "complete": each.complete,
                "fixes": [
                    {"level": fix.level, "property": fix.term, "label": fix.label, "lack": fix.lack, "completes": fix.completes}
                    for fix in each.fixes
                ],
            }
            for each in result.gaps.providers
        ],
    }


def _tell(terminal: Terminal, result: GapsResult) -> None:
    if result.provider is None:
        rows = [
            (each.provider or "", each.name or (NOBODY if each.provider is None else ""), len(each.things), each.complete, _first(each))
            for each in result.gaps.providers
        ]
        title = f"{len(rows):,} providers, those with the most incomplete descriptions first"
        terminal.line(title)
        terminal.table("", ("CTID", "provider", "descriptions", "complete", "what helps most"), rows)
        terminal.say("One provider's whole list: openler gaps --provider CTID --csv FILE")
        return
    for each in result.gaps.providers:
        fixes = [(fix.label, fix.level, len(fix.lack), len(fix.completes)) for fix in each.fixes]
        title = f"{each.name or each.provider}: {each.complete:,} of {len(each.things):,} descriptions have all required data"
        terminal.line(title)
        terminal.table("", ("add", "level", "missing in", "completes"), fixes)
        if not fixes:
            terminal.line("Nothing is missing at the levels asked for.")
    for name in LEVELS:
        if any(fix.level == name for each in result.gaps.providers for fix in each.fixes):
            terminal.say(terminal.sentence(definitions.LEVELS[name]))
    terminal.say(terminal.sentence(definitions.EFFECT))
    terminal.say("Which descriptions lack what: --csv FILE, or --json.")


def _first(each: ProviderGaps) -> str:
    return f"{each.fixes[0].label} ({len(each.fixes[0].lack):,})" if each.fixes else ""
