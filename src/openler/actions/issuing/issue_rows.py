"""Rows of achievements on their way to become credentials: what a registrar's table holds, checked cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from openler.actions.issuing import issue_details
from openler.actions.issuing.issue_details import ResultCell
from openler.actions.ports import Ports
from openler.credentials.shapes import is_url
from openler.credentials.times import parse_time
from openler.errors import Malformed, declare
from openler.ids import Ctid, Digest
from openler.linkeddata.canonical import jcs

CELL_MISSING = declare("issue.cell_missing", by=__name__)
CELL_TOO_LONG = declare("issue.cell_too_long", by=__name__)
DATE_MALFORMED = declare("issue.date_malformed", by=__name__)
ENDS_BEFORE = declare("issue.ends_before_it_begins", by=__name__)
TOO_MANY_COMPETENCIES = declare("issue.too_many_competencies", by=__name__)

COLUMNS = ("learner_name", "learner_id", "achievement", "date")
"""Columns that a table of achievements must have; ``competencies``, ``valid_until`` and ``holder`` are optional, and so are
:data:`openler.actions.issuing.issue_details.COLUMNS`."""
MAX_CELL = 500
"""Longest cell, in characters."""
MAX_LONG_CELL = 4000
"""Longest cell of results, evidence or a narrative, in characters."""
MAX_COMPETENCIES = 100
"""Most competencies named by one row."""


@dataclass(frozen=True, slots=True)
class AchievementRow:
    """One achievement as a table tells it, unchecked.

    ``learner_id`` is an e-mail address or the issuer's own number for the learner; it stands in the credential only as a
    hash. ``holder`` is the handle or id of a wallet, or a DID; empty for none. ``competencies`` are those assessed: CTIDs,
    addresses or names as the description has them.
    """

    number: int
    learner_name: str
    learner_id: str
    achievement: str
    date: str
    competencies: tuple[str, ...] = ()
    valid_until: str = ""
    holder: str = ""
    results: str = ""
    evidence: str = ""
    evidence_narrative: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A checked row. ``awarded`` is the day's beginning in UTC, ``ends`` the last moment of its last day."""

    number: int
    learner_name: str
    learner_id: str = field(repr=False)
    achievement: Ctid = field()
    awarded: datetime = field()
    ends: datetime | None = None
    competencies: tuple[str, ...] = ()
    holder: str = ""
    results: tuple[ResultCell, ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()

    @property
    def key(self) -> str:
        """What makes issuing idempotent: the same learner, achievement and date are one credential, however often asked for."""
        return Digest.of(jcs(["openler-row-1", self.learner_id.casefold(), self.achievement, self.awarded.date().isoformat()]))

    @property
    def kind(self) -> str:
        """The OB 3.0 IdentifierType of the learner's id."""
        return "emailAddress" if "@" in self.learner_id else "sourcedId"


def read_rows(ports: Ports, location: str) -> Iterator[AchievementRow]:
    """The rows of a CSV, TSV or XLSX table; competencies in one cell are parted by semicolons.

    :raises Misused: the file is missing or lacks one of :data:`COLUMNS`
    :raises Malformed: a row that cannot be read at all
    """
    for number, cells in ports.tables.rows(location, columns=COLUMNS):
        yield row(number, cells)


def row(number: int, cells: Mapping[str, str]) -> AchievementRow:
    """One row from its cells by column."""
    named = tuple(part.strip() for part in cells.get("competencies", "").split(";") if part.strip())
    return AchievementRow(
        number,
        cells.get("learner_name", ""),
        cells.get("learner_id", ""),
        cells.get("achievement", ""),
        cells.get("date", ""),
        named,
        cells.get("valid_until", ""),
        cells.get("holder", ""),
        **{name: cells.get(name, "") for name in issue_details.COLUMNS},
    )


def claim(given: AchievementRow) -> Claim:
    """Check a row by itself.

    :raises Malformed: a cell is missing, too long or not what its column holds; ``place`` is ``row N, COLUMN``
    """
    where = f"row {given.number}, "
    cells = {name: str(getattr(given, name)).strip() for name in (*COLUMNS, "valid_until", "holder", *issue_details.COLUMNS)}
    for name, text in cells.items():
        if name in COLUMNS and not text:
            raise Malformed(CELL_MISSING, place=where + name, column=name)
        limit = MAX_LONG_CELL if name in issue_details.COLUMNS else MAX_CELL
        if len(text) > limit:
            raise Malformed(CELL_TOO_LONG, place=where + name, column=name, limit=limit)
    if len(given.competencies) > MAX_COMPETENCIES:
        raise Malformed(TOO_MANY_COMPETENCIES, place=where + "competencies", count=len(given.competencies), limit=MAX_COMPETENCIES)
    ctid = Ctid.within(cells["achievement"]) if is_url(cells["achievement"]) else None
    awarded = _day(cells["date"], where + "date")
    ends = None
    if cells["valid_until"]:
        ends = _day(cells["valid_until"], where + "valid_until") + timedelta(days=1, seconds=-1)
        if ends < awarded:
            raise Malformed(ENDS_BEFORE, place=where + "valid_until", seen=cells["valid_until"])
    return Claim(
        number=given.number,
        learner_name=cells["learner_name"],
        learner_id=cells["learner_id"],
        achievement=ctid or Ctid.parse(cells["achievement"], place=where + "achievement"),
        awarded=awarded,
        ends=ends,
        competencies=given.competencies,
        holder=cells["holder"],
        results=issue_details.results(cells["results"], where + "results"),
        evidence=issue_details.evidence(cells["evidence"], cells["evidence_narrative"], where + "evidence"),
    )


def _day(text: str, place: str) -> datetime:
    try:
        moment = parse_time(f"{text}T00:00:00Z")
    except Malformed:
        raise Malformed(DATE_MALFORMED, place=place, seen=text[:40]) from None
    return datetime.combine(moment.date(), time(), UTC)
