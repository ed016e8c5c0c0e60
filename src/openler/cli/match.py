"""``openler match | align``: what records are worth for work, and which published skills somebody's words may mean."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

import typer

from openler.actions.holding import hold
from openler.actions.matching.align import AlignResult, align_table
from openler.actions.matching.align import align as align_words
from openler.actions.matching.match import Held, Limits, Statement, brought, held, landscape, match_one
from openler.actions.matching.match import match as match_all
from openler.actions.ports import Ports
from openler.cli.holder import PassphraseFile, key_of
from openler.cli.match_text import Speaker, told
from openler.cli.options import AsJson, Data, Database, ctid, existing, opened
from openler.cli.terminal import Terminal
from openler.errors import Misused, declare

NOTHING_GIVEN = declare("cli.match_nothing_given", by=__name__)
BOTH_GIVEN = declare("cli.match_both_given", by=__name__)
NO_WORDS = declare("cli.align_nothing_given", by=__name__)
WORDS_AND_TABLE = declare("cli.align_both_given", by=__name__)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("match")(match)
    app.command("align")(align)


def match(
    records: Annotated[list[Path] | None, typer.Argument(metavar="RECORD...", help="Files with records; each is verified first.")] = None,
    wallet: Annotated[
        str | None, typer.Option("--wallet", metavar="NAME", help="A wallet, by the name its holder signs in with, instead of files.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    against: Annotated[Literal["jobs", "occupations", "both"], typer.Option("--against", help="What to compare with.")] = "both",
    target: Annotated[str | None, typer.Option("--target", metavar="CTID", help="One job or occupation, told in full.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many jobs and how many occupations to tell.")] = 3,
    max_cost: Annotated[float | None, typer.Option("--max-cost", min=0, help="Leave out programs that cost more.")] = None,
    max_weeks: Annotated[float | None, typer.Option("--max-weeks", min=0, help="Leave out programs that take longer.")] = None,
    county: Annotated[list[str] | None, typer.Option("--county", help="Only programs there, or online; may be repeated.")] = None,
    support: Annotated[
        list[str] | None, typer.Option("--support", help="Only programs that offer this, such as a bus pass; may be repeated.")
    ] = None,
    delivery: Annotated[
        list[str] | None, typer.Option("--delivery", help="Only programs taught like this, such as Online Only; may be repeated.")
    ] = None,
    own: Annotated[str, typer.Option("--own", metavar="SOC", help="Tell the place of this occupation, such as 51-4121.")] = "",
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Match records to jobs and occupations: a score out of 100, what shows each point, what is missing, and what would close the gap.

    Only records that are real and current earn points. What a person says of herself, and what might be inferred, stand beside the
    score and are never added to it. Records issued by this very service are judged by its own books, whether or not it is running.
    """
    terminal = Terminal(as_json=as_json)
    limits = Limits(
        cost=None if max_cost is None else Fraction(repr(max_cost)),
        weeks=None if max_weeks is None else Fraction(repr(max_weeks)),
        counties=tuple(county or ()),
        supports=tuple(support or ()),
        delivery=tuple(delivery or ()),
    )
    with opened(data, database) as ports:
        credentials, statements, waiting = _brought(ports, records or (), wallet, passphrase_file)
        with terminal.progress("reading the registry") as progress:
            ground = landscape(ports, progress=progress)
        if target is not None:
            one = match_one(ports, credentials, statements, ctid(target), limits=limits, ground=ground)
            if as_json:
                terminal.data(told(one, terminal))
            else:
                Speaker(terminal).one(one, credentials)
        else:
            found = match_all(ports, credentials, statements, against=against, limit=limit, limits=limits, own=own, ground=ground)
            if as_json:
                terminal.data(told(found, terminal))
            else:
                Speaker(terminal).all(found, credentials, against=against, own=own)
    if waiting:
        terminal.say(f"{waiting} more wait to be taken in and were not counted: openler wallet take-in --wallet {wallet}")


def _brought(
    ports: Ports, records: Sequence[Path], wallet: str | None, passphrase_file: Path | None
) -> tuple[tuple[Held, ...], tuple[Statement, ...], int]:
    """What to match, and how many deposits wait in the wallet."""
    if wallet is not None and records:
        raise Misused(BOTH_GIVEN, place="--wallet")
    if wallet is not None:
        key = key_of(ports, wallet, passphrase_file)
        return *held(ports, hold.collection(ports, key).records, serving=True), len(hold.waiting(ports, key))
    if not records:
        raise Misused(NOTHING_GIVEN)
    read = [(str(path), existing(path).read_bytes()) for path in records]
    return tuple(one for source, content in read for one in brought(ports, content, source=source, serving=True)), (), 0


def align(
    words: Annotated[list[str] | None, typer.Argument(metavar="TEXT...", help="What somebody can do, in their own words.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE.csv", help="A table with words in each row, instead of TEXT.")
    ] = None,
    column: Annotated[str, typer.Option("--column", help="The column that holds the words [default: phrase, else the first].")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=50, help="How many candidates for each phrase.")] = 5,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet, with a column to confirm in.")] = False,
    data: Data = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Propose published skills for somebody's own words. They are proposals: a person chooses, and nothing is taken over.

    The words are cut into phrases, and each phrase gets the skills whose words are most alike, best first. Alike is not the same as
    right: the first is the right one in fewer than half of all cases.
    """
    terminal = Terminal(as_json=as_json)
    if words and file is not None:
        raise Misused(WORDS_AND_TABLE, place="--file")
    if not words and file is None:
        raise Misused(NO_WORDS)
    with opened(data, database) as ports:
        with terminal.progress("reading the registry") as progress:
            ground = landscape(ports, progress=progress)
        if file is not None:
            found = align_table(ports, str(existing(file)), column=column, limit=limit, ground=ground)
        else:
            found = align_words(ports, " ".join(words or ()), limit=limit, ground=ground)
    if as_json:
        terminal.data(found)
    elif as_csv:
        _table(found)
    else:
        _propose(terminal, found)


def _propose(terminal: Terminal, found: AlignResult) -> None:
    for one in found.phrases:
        terminal.line(f"{one.phrase}{f' ({one.place})' if one.place else ''}")
        for number, candidate in enumerate(one.candidates, 1):
            text = f": {candidate.text}" if candidate.text != candidate.name else ""
            terminal.line(f"  {number}. {candidate.name}{text} [{candidate.framework}, {candidate.score:.2f}, {candidate.ctid}]")
        if not one.candidates:
            terminal.line("  nothing close enough to propose; try other words")
    if found.empty:
        rows = "1 row says" if len(found.empty) == 1 else f"{len(found.empty)} rows say"
        terminal.say(f"{rows} nothing: {', '.join(map(str, found.empty[:20]))}")
    terminal.say(f"{found.competencies:,} skills were searched. These are proposals by likeness of words; a person decides.")


def _table(found: AlignResult) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("place", "phrase", "rank", "ctid", "name", "framework", "score", "confirmed"))
    for one in found.phrases:
        for rank, candidate in enumerate(one.candidates, 1):
            cells = (one.place, one.phrase, rank, candidate.ctid, candidate.name, candidate.framework, f"{candidate.score:.3f}", "")
            writer.writerow([_inert(cell) for cell in cells])


def _inert(cell: object) -> object:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
