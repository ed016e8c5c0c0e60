"""What projections hold, made of documents by the lot: pure work, so that other processes can do it.

A :class:`Lot` carries everything that is needed: the documents, and what summaries read of documents elsewhere. Whoever
feeds the lots looks that up (:class:`Elsewhere`); whoever works at them reads nothing.
"""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from openler.actions.ports import Store, StoredDocument
from openler.ctdl.document import Document, refs, restored
from openler.ctdl.summary import told_elsewhere
from openler.ids import Ctid, Digest
from openler.stores.position import Batch, Derive, Position

KEPT_BYTES: Final = 128 * 1024 * 1024
"""How much of documents elsewhere is kept for the lots to come: the owners of a nation, cut to what is read of them."""
_ENTRY_BYTES: Final = 200
"""What is kept of one more CTID, whatever it refers to, and where it refers to nothing."""

_CUT: Final = Digest.of(b"")
"""Stands for the digest of what is only read for its names: nobody asks for it."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Documents to work at: ``stored`` are to be held, ``gone`` no longer.

    ``makers`` are the projections' by name; ``position`` is where they lead to.
    ``elsewhere`` tells what summaries read of other documents by the CTID that they are referred to by; None: not held.
    """

    position: Position
    stored: Sequence[StoredDocument] = field(repr=False)
    gone: Sequence[Ctid]
    elsewhere: Mapping[Ctid, bytes | None] = field(repr=False)
    makers: Mapping[str, Derive]


@dataclass(frozen=True, slots=True)
class Made:
    """What a lot came to: each projection's rows by its name, the documents taken in, and every CTID that they describe."""

    rows: Mapping[str, Any]
    documents: tuple[Ctid, ...]
    described: tuple[Ctid, ...]


def derived(lot: Lot) -> Made:
    """Read the documents once, and make what each projection holds of them."""
    # JSON is a tree and so is all that is made of it: looking for circles in a lot's hundred thousand objects is a fifth of the work.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _derived(lot)
    finally:
        if collecting:
            gc.enable()


def _derived(lot: Lot) -> Made:
    documents: dict[Ctid, Document | None] = dict.fromkeys(lot.gone)
    documents |= {one.ctid: restored(one.normalised, one.digest) for one in lot.stored}
    by_resource = {ctid: document for document in documents.values() if document for ctid in document.resources}
    read: dict[bytes, Document] = {}

    def resolve(ctid: Ctid) -> Document | None:
        if ctid in by_resource:
            return by_resource[ctid]
        told = lot.elsewhere.get(ctid)
        if told is None:
            return None
        if told not in read:
            read[told] = restored(told, _CUT)
        return read[told]

    batch = Batch(documents, resolve, {one.ctid: one for one in lot.stored})
    return Made({name: make(batch) for name, make in lot.makers.items()}, tuple(documents), (*documents, *by_resource))


class Elsewhere:
    """What summaries read of documents that are not in their lot, as the registry stood when this was made or later."""

    def __init__(self, store: Store, properties: Iterable[str]) -> None:
        self._store = store
        self._properties = frozenset(properties)
        self._kept: dict[Ctid, bytes | None] = {}
        self._size = 0
        self._turn = threading.Lock()

    def of(self, stored: Sequence[StoredDocument]) -> dict[Ctid, bytes | None]:
        """What is read for the summaries of some documents, looked up in one go."""
        asked = sorted({ctid for one in stored for ctid in self._named(one.normalised)}) if self._properties else []
        with self._turn:
            if self._size > KEPT_BYTES:
                self._kept, self._size = {}, 0
            missing = [ctid for ctid in asked if ctid not in self._kept]
            self._size += _ENTRY_BYTES * len(missing)
            current = self._store.current(missing)
            told: dict[Ctid, bytes] = {}
            for ctid in missing:
                one = current.get(ctid)
                if one is None or one.deleted:
                    self._kept[ctid] = None
                    continue
                if one.ctid not in told:
                    graph = told_elsewhere(restored(one.normalised, one.digest))
                    told[one.ctid] = json.dumps({"@graph": graph}, ensure_ascii=False, separators=(",", ":")).encode()
                    self._size += len(told[one.ctid])
                self._kept[ctid] = told[one.ctid]
            return {ctid: self._kept[ctid] for ctid in asked}

    def _named(self, normalised: bytes) -> Iterable[Ctid]:
        for node in orjson.loads(normalised)["@graph"]:
            for prop in self._properties & node.keys():
                for reference in refs(node, prop):
                    if (ctid := Ctid.within(reference)) is not None:
                        yield ctid
