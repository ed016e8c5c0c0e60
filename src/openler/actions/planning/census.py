"""Take the census of everything published here."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from openler.actions.planning.region import region_at
from openler.actions.ports import Ports, Store
from openler.insight import notes as kept_notes
from openler.insight.census import Census, SourceNote, count, with_notes
from openler.insight.equity import NeedCoverage, equity
from openler.insight.outcomes import Outcomes, outcomes
from openler.insight.region import Region


@dataclass(frozen=True, slots=True)
class CensusResult:
    """The census, the outcomes and the supports of one moment: ``head`` is the journal's sequence number then.

    ``region`` is what was counted, so that a number can be followed to the names behind it.
    """

    census: Census
    outcomes: Outcomes
    equity: tuple[NeedCoverage, ...]
    head: int
    region: Region = field(repr=False, compare=False)


_counted: WeakKeyDictionary[Store, CensusResult] = WeakKeyDictionary()
_turn = threading.Lock()


def census(ports: Ports, *, notes: Iterable[SourceNote] = ()) -> CensusResult:
    """Count everything published. What sources do not cover is told by what their imports left, and by ``notes``.

    The counting is done once for each state of the journal; the notes are read at each call.

    :raises Unavailable: the store does not answer
    :raises Malformed: ``insight.notes_malformed``
    """
    rows, head = region_at(ports)
    with _turn:
        found = _counted.get(ports.store)
        if found is None or found.region is not rows:
            found = CensusResult(census=count(rows), outcomes=outcomes(rows), equity=equity(rows), head=head, region=rows)
            _counted[ports.store] = found
    told = (*(note for content in ports.store.notes().values() for note in kept_notes.load(content)), *notes)
    return replace(found, census=with_notes(found.census, told), head=head)
