"""What is published, as rows ready to be counted: read once, then kept in step with the journal.

Reading a whole registry takes seconds, and a page is asked for often. The rows of each document are kept beside the store that
they were read from; at the next call only the documents that the journal names since then are read again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from openler.actions.get import all_documents
from openler.actions.ports import Ports, Store
from openler.ctdl.document import parse
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
    with _turn:
        kept = _kept.setdefault(ports.store, _Kept())
    with kept.lock:
        if kept.seq is None:
            head = ports.store.head()
            kept.rows = {document.ctid: facts(document) for document in all_documents(ports)}
            kept.seq = head
        elif changed := _changed(ports, kept):
            for ctid in changed:
                _reread(ports, kept, ctid)
            kept.region = None
        if kept.region is None:
            kept.region = Region(row for ctid in sorted(kept.rows) for row in kept.rows[ctid])
        return kept.region


def _changed(ports: Ports, kept: _Kept) -> tuple[Ctid, ...]:
    found: dict[Ctid, None] = {}
    while entries := ports.store.entries(after=kept.seq or 0, limit=BATCH):
        found |= dict.fromkeys(entry.ctid for entry in entries)
        kept.seq = entries[-1].seq
    return tuple(found)


def _reread(ports: Ports, kept: _Kept, ctid: Ctid) -> None:
    stored = ports.store.get(ctid)
    kept.rows.pop(ctid, None)
    if stored is not None and stored.ctid == ctid and not stored.deleted and not stored.provisional:
        kept.rows[ctid] = facts(parse(stored.normalised))
