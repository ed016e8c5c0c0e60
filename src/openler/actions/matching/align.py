"""Propose published competencies for what people say in their own words.

A text is cut into phrases, and each phrase gets ranked candidates. They are proposals: the right one is first in under half of all
cases, so a person confirms, and nothing is taken over. Statements in a language other than the framework's find little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openler.actions.matching.landscape import Landscape, landscape
from openler.actions.ports import Ports
from openler.errors import Misused, TooLarge, declare
from openler.ids import Ctid
from openler.skills.align import phrases

NOTHING_SAID = declare("align.nothing_said", by=__name__)
NO_COMPETENCIES = declare("align.no_competencies", by=__name__)
TOO_LONG = declare("align.too_long", by=__name__)
COLUMN_UNKNOWN = declare("align.column_unknown", by=__name__)

MAX_TEXT = 20_000
"""Longest text taken at once, in characters."""
MAX_LIMIT = 50
LEAST = 0.1
"""Candidates whose words are less alike than this are noise and are not proposed."""
COLUMN = "phrase"
"""The column of a table that holds the words, where none is named."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A competency that could be meant. ``score`` is the similarity of the words, 0 to 1: a measure of likeness, not of being right.

    ``asked_by`` is how many in a hundred of the published jobs or occupations (whichever is more) ask for it.
    """

    ctid: Ctid
    name: str
    text: str
    code: str
    framework: str
    score: float
    asked_by: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """One phrase and its candidates, best first; ``place`` is where it stood, such as ``row 3``, empty for a text."""

    phrase: str
    candidates: tuple[Proposal, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class AlignResult:
    """All phrases in order. ``competencies`` is how many were searched; ``empty`` the rows of a table that say nothing."""

    phrases: tuple[Aligned, ...]
    competencies: int
    empty: tuple[int, ...] = ()


def align(ports: Ports, words: str, *, limit: int = 5, ground: Landscape | None = None) -> AlignResult:
    """Candidates for each phrase of a text.

    :raises Misused: ``align.nothing_said``, ``align.no_competencies``
    :raises TooLarge: ``align.too_long``
    """
    if len(words) > MAX_TEXT:
        raise TooLarge(TOO_LONG, seen=len(words), limit=MAX_TEXT)
    found = phrases(words)
    if not found:
        raise Misused(NOTHING_SAID)
    known = _known(ports, ground)
    return AlignResult(tuple(Aligned(phrase, _proposals(known, phrase, limit)) for phrase in found), len(known.competencies))


def align_table(ports: Ports, location: str, *, column: str = "", limit: int = 5, ground: Landscape | None = None) -> AlignResult:
    """The same for each row of a table: the words stand in ``column``, else in one named ``phrase``, else in the first.

    :raises Misused: ``align.column_unknown``, ``align.nothing_said``, ``align.no_competencies``; the file is missing
    :raises Malformed: a row cannot be read
    """
    known = _known(ports, ground)
    found: list[Aligned] = []
    empty: list[int] = []
    for number, words in _cells(ports, location, column):
        said = phrases(words[:MAX_TEXT])
        if not said:
            empty.append(number)
        found.extend(Aligned(phrase, _proposals(known, phrase, limit), f"row {number}") for phrase in said)
    if not found:
        raise Misused(NOTHING_SAID, place=location)
    return AlignResult(tuple(found), len(known.competencies), tuple(empty))


def _known(ports: Ports, ground: Landscape | None) -> Landscape:
    known = ground or landscape(ports)
    if not known.competencies:
        raise Misused(NO_COMPETENCIES)
    return known


def _cells(ports: Ports, location: str, column: str) -> Iterator[tuple[int, str]]:
    chosen = column
    for number, row in ports.tables.rows(location):
        if not chosen:
            chosen = COLUMN if COLUMN in row else next(iter(row), "")
        if chosen not in row:
            raise Misused(COLUMN_UNKNOWN, place=location, column=chosen, columns=", ".join(row)[:300])
        yield number, row[chosen]


def _proposals(known: Landscape, phrase: str, limit: int) -> tuple[Proposal, ...]:
    found = []
    for candidate in known.index.candidates(phrase, limit=min(max(limit, 1), MAX_LIMIT)):
        if candidate.score < LEAST:
            break
        one = known.competencies[Ctid(candidate.key)]
        share = known.background.share(one.ctid)
        found.append(Proposal(one.ctid, one.name, one.text, one.code, one.framework, candidate.score, int(share * 100)))
    return tuple(found)
