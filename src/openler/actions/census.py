"""Take the census of everything published here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from openler.actions.importing import ImportReport
from openler.actions.ports import Ports
from openler.actions.region import region
from openler.initiative import codec
from openler.insight.census import Census, SourceNote, count
from openler.insight.definitions import NOTES
from openler.insight.equity import NeedCoverage, equity
from openler.insight.outcomes import Outcomes, outcomes
from openler.messages import render


@dataclass(frozen=True, slots=True)
class CensusResult:
    """The census, the outcomes and the supports of one moment: ``head`` is the journal's sequence number then."""

    census: Census
    outcomes: Outcomes
    equity: tuple[NeedCoverage, ...]
    head: int


def census(ports: Ports, *, notes: Iterable[SourceNote] = ()) -> CensusResult:
    """Count. What sources do not cover is told by ``notes`` and by those that imports left in the initiative's workspace.

    :raises Unavailable: the store or the workspace does not answer
    :raises Malformed: the workspace cannot be understood
    """
    head = ports.store.head()
    rows = region(ports)
    kept = ports.workspace.current()
    remembered = codec.load(kept.content).notes if kept is not None else ()
    return CensusResult(census=count(rows, notes=(*remembered, *notes)), outcomes=outcomes(rows), equity=equity(rows), head=head)


def notes_of(report: ImportReport, *, sample: bool = False) -> tuple[SourceNote, ...]:
    """What an import's report says of its source: the rows refused, and what the rows lacked.

    ``sample`` tells that the list does not hold all there is, which no reader can see from the list.
    """
    found = [SourceNote(report.source, NOTES["sample"], {"source": report.source})] if sample else []
    if report.rows_read:
        parameters: dict[str, str | int] = {"source": report.source, "read": report.rows_read, "refused": len(report.refused)}
        found.append(SourceNote(report.source, NOTES["rows"], parameters))
    lacking = Counter(str(remark.code) for remark in report.remarks if remark.weight == "gap")
    first = {str(remark.code): remark for remark in reversed(report.remarks)}
    for code in sorted(lacking):
        about = render(code, first[code].parameters).text
        found.append(SourceNote(report.source, NOTES["remark"], {"source": report.source, "rows": lacking[code], "example": about}))
    return tuple(found)
