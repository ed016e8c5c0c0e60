"""What is published, as rows ready to be counted: read once, then kept in step with the journal.

Reading a whole registry takes seconds, and a page is asked for often. The rows of each document are kept beside the store that
they were read from; at the next call only the documents that the journal names since then are read again.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from openler.actions.finding.get import all_documents
from openler.actions.ports import Ports, Store
from openler.ctdl.document import restored
from openler.ctdl.profile import Profile
from openler.ids import Ctid
from openler.insight.facts import Fact, facts
from openler.insight.region import Region

BATCH = 1000


@dataclass(slots=True)
class _Kept:
    """The rows as of a sequence number, and their region once somebody asked for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seq: int | None = None
    rows: dict[Ctid, tuple[Fact, ...]] = field(default_factory=dict)
    region: Region | None = None


_kept: WeakKeyDictionary[Store, _Kept] = WeakKeyDictionary()
_turn = threading.Lock()


def region(ports: Ports) -> Region:
    """The rows of everything current, joined. Provisional documents are left out.

    :raises Unavailable: the store does not answer
    """
    return region_at(ports)[0]


def region_at(ports: Ports) -> tuple[Region, int]:
    """The same with the journal's sequence number it is of. The same object is given while nothing changes. Raises as :func:`region`."""
    with _turn:
        kept = _kept.setdefault(ports.store, _Kept())
    with kept.lock:
        if kept.seq is None:
            head = ports.store.head()
            kept.rows = {document.ctid: facts(document) for document in all_documents(ports)}
            kept.seq = head
        else:
            changed, seq = _changed(ports, kept.seq)
            for start in range(0, len(changed), BATCH):
                _reread(ports, kept, changed[start : start + BATCH])
            # Only now: where the store fails in between, the next call reads the same entries again.
            kept.seq = seq
        if kept.region is None:
            kept.region = Region(row for ctid in sorted(kept.rows) for row in kept.rows[ctid])
        return kept.region, kept.seq


def region_against(ports: Ports, profile: Profile) -> tuple[Region, int]:
    """The same against a profile of somebody's own: read anew each time, since few ask with one profile. Raises as :func:`region`."""
    head = ports.store.head()
    rows = {document.ctid: facts(document, profile) for document in all_documents(ports)}
    return Region(row for ctid in sorted(rows) for row in rows[ctid]), head


def _changed(ports: Ports, seq: int) -> tuple[list[Ctid], int]:
    found: dict[Ctid, None] = {}
    while entries := ports.store.entries(after=seq, limit=BATCH):
        found |= dict.fromkeys(entry.ctid for entry in entries)
        seq = entries[-1].seq
    return list(found), seq


def _reread(ports: Ports, kept: _Kept, ctids: Sequence[Ctid]) -> None:
    stored = ports.store.current(ctids)
    kept.region = None
    for ctid in ctids:
        kept.rows.pop(ctid, None)
        found = stored.get(ctid)
        if found is not None and found.ctid == ctid and not found.deleted and not found.provisional:
            kept.rows[ctid] = facts(restored(found.normalised, found.digest))
