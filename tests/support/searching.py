"""A search index over documents of a test's own, without a registry's disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.ports import Change, Found, Query
from openler.ctdl.document import Document
from openler.ids import Ctid
from openler.stores.memory import MemoryStore
from openler.stores.projections import projections
from tests.support.ctdl import BASE, OWNER, complete, document

AT = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


class Searched:
    """Documents put into an index; more can follow."""

    def __init__(self, place: Path, documents: Sequence[Document] = ()) -> None:
        self.store = MemoryStore()
        self.made = projections(place, self.store, BASE)
        if documents:
            self.put(*documents)

    def put(self, *documents: Document) -> None:
        changes = [
            Change(
                ctid=one.ctid, ctdl_type=one.type, owner=one.owner, publisher=OWNER, normalised=one.normalised,
                received=one.normalised, digest=one.digest, resources=one.resources,
            )
            for one in documents
        ]  # fmt: skip
        self.store.append(changes, at=AT, event=AuditEvent("tests:document:publish", "tests", AT, {}))
        self.made.projector.catch_up()

    def withdraw(self, ctid: Ctid) -> None:
        gone = Change(ctid=ctid, ctdl_type="", owner=None, publisher=OWNER, normalised=None, received=b"", digest=None)
        self.store.append([gone], at=AT, event=AuditEvent("tests:document:delete", "tests", AT, {}))
        self.made.projector.catch_up()

    def find(self, query: Query) -> Found:
        return self.made.search.find(query)

    def names(self, words: str = "", **asked: Any) -> list[str]:
        return [hit.name for hit in self.find(Query(words, **asked)).hits]


def offer(name: str | dict[str, str], key: str = "", **more: Any) -> Document:
    """A learning program of a name; ``ceterms__description`` is ``ceterms:description``."""
    told = {"en-US": name} if isinstance(name, str) else name
    node = {**complete("ceterms:LearningProgram", key or str(sorted(told.items()))), "ceterms:name": told}
    node["ceterms:description"] = {"en-US": "Offered by a college."}
    node |= {prop.replace("__", ":"): value for prop, value in more.items()}
    return document(node)


def address(town: str = "", postal: str = "", at: tuple[float, float] | None = None, region: str = "") -> dict[str, Any]:
    """An address node."""
    place: dict[str, Any] = {"@type": "ceterms:Place"}
    if town:
        place["ceterms:addressLocality"] = {"en-US": town}
    if region:
        place["ceterms:addressRegion"] = {"en-US": region}
    if postal:
        place["ceterms:postalCode"] = postal
    if at:
        place |= {"ceterms:latitude": at[0], "ceterms:longitude": at[1]}
    return place
