"""``openler score``: how complete descriptions are, published ones or files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openler import bootstrap
from openler.actions.registry.score import WORST, Scored, Scores, score_published, score_registry
from openler.actions.registry.validate import ValidationResult, validate_all
from openler.cli.exits import Exit
from openler.cli.options import AsJson, Data, Database, opened
from openler.cli.profiles import Asked, chosen, told, told_score
from openler.cli.publishing import sources
from openler.cli.terminal import Terminal
from openler.ctdl.profile import LEVELS, STANDARD, Profile
from openler.ctdl.score import ResourceScore, label
from openler.ids import Ctid

_MOST = 3
"""How many of the properties that a class lacks most are named in its row."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("score")(score)


def score(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CTID|PATH...]", help="Published resources by CTID, or files; without any, everything published."),
    ] = None,
    profile: Asked = None,
    kind: Annotated[
        list[str] | None, typer.Option("--type", metavar="CLASS", help="Of everything published, only this class; may be repeated.")
    ] = None,
    worst: Annotated[int, typer.Option("--worst", metavar="N", min=0, max=10_000, help="How many of the least complete to name.")] = WORST,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Score how complete descriptions are: of what a profile asks for, what is said and what is not."""
    terminal = Terminal(as_json=as_json)
    bootstrap.use_vocabulary(data)
    against = chosen(profile or STANDARD)
    if not wanted:
        with opened(data, database) as ports:
            _tell_all(terminal, score_registry(ports, against, worst=worst, types=tuple(kind or ())))
        return Exit.DONE
    files = [Path(one) for one in wanted if Ctid.within(one) is None or Path(one).exists()]
    ctids = [found for one in wanted if Path(one) not in files and (found := Ctid.within(one)) is not None]
    results = [result for source, content in sources(files) for result in validate_all(None, content, source, profile=against)]
    scored: list[Scored] = []
    if ctids:
        with opened(data, database) as ports:
            scored = [score_published(ports, one, against) for one in ctids]
    _tell(terminal, against, results, scored)
    return Exit.NEGATIVE if any(result.score is None for result in results) else Exit.DONE


def _tell(terminal: Terminal, profile: Profile, results: list[ValidationResult], scored: list[Scored]) -> None:
    if terminal.as_json:
        terminal.data(
            {
                "profile": profile.name,
                "files": [{"source": one.source, "score": told_score(one.score) if one.score is not None else None} for one in results],
                "published": [{"name": one.name, **told(one.score)} for one in scored],
            }
        )
        return
    for result in results:
        if result.score is None:
            finding = result.findings[0]
            terminal.line(f"{result.source}: no score, {terminal.sentence(finding.code, finding.parameters)} [{finding.code}]")
        elif result.score.main is None:
            terminal.line(f"{result.source}: the profile asks nothing of {result.type}")
        else:
            _one(terminal, result.source, result.score.main)
            for child in result.score.children:
                _one(terminal, f"{result.source} {child.ctid or child.place}", child)
    for one in scored:
        _one(terminal, one.name, one.score)


def _one(terminal: Terminal, name: str, each: ResourceScore) -> None:
    told_levels = ", ".join(f"{level} {held} of {asked}" for level in LEVELS for held, asked in (each.counts(level),) if asked)
    terminal.line(f"{name}: {each.points} of 100 ({each.type}; {told_levels})")
    for item in each.missing:
        terminal.line(f"  add {item.label} ({item.property}), {item.level}")


def _tell_all(terminal: Terminal, found: Scores) -> None:
    if terminal.as_json:
        terminal.data(
            {
                "profile": found.profile,
                "head": found.head,
                "count": found.count,
                "classes": [
                    {"type": each.type, "count": each.count, "whole": each.whole, "mean": each.mean, "missing": dict(each.missing)}
                    for each in found.classes
                ],
                "worst": [{"name": one.name, **told(one.score)} for one in found.worst],
            }
        )
        return
    terminal.line(f"{found.count:,} descriptions against the profile “{found.profile}”")
    rows = [
        (each.type, each.count, each.whole, each.mean, ", ".join(f"{_label(name)} ({lack:,})" for name, lack in each.missing[:_MOST]))
        for each in found.classes
    ]
    terminal.table("", ("class", "descriptions", "with everything", "mean score", "missing most"), rows)
    if found.worst:
        terminal.table(
            "The least complete",
            ("CTID", "name", "class", "score", "missing"),
            [(one.ctid, one.name, one.score.type, one.score.points, len(one.score.lowering)) for one in found.worst],
        )
    terminal.say("What one of them lacks: openler score CTID. A provider's whole list: openler gaps --provider CTID.")


def _label(name: str) -> str:
    return label(tuple(name.split("|")))
