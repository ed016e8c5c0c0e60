"""Ports for counting and planning: a registry in memory, a workspace, a ledger, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

from openler.access.audit import AuditEvent
from openler.access.sealing import Cost
from openler.actions.job_ports import Here
from openler.actions.ports import Change, Ports
from openler.ctdl.document import Document
from openler.ids import Ctid
from openler.stores.memory import MemoryStore
from openler.stores.memory_private import MemoryRows
from openler.stores.memory_workspace import MemoryWorkspace
from openler.stores.private import open_private
from openler.stores.tables import FileTables
from tests.support.issuing import CountedEntropy, SetClock
from tests.support.small_region import BASE

START = datetime(2026, 6, 15, 12, tzinfo=UTC)
PUBLISHER = Ctid.derive("planning", "ceterms:Organization", "publisher")


def planning_ports(documents: Iterable[Document] = ()) -> tuple[Ports, SetClock]:
    """The ports, with documents published."""
    clock, entropy = SetClock(START), CountedEntropy()
    wall = open_private(MemoryRows(), secret=bytes(range(32)), entropy=entropy, clock=clock, cost=Cost(memory=64, time=1, lanes=1))
    given = SimpleNamespace(
        spread=Here(), base_url=BASE, clock=clock, tables=FileTables(), store=MemoryStore(), ledger=wall.ledger, workspace=MemoryWorkspace()
    )
    ports = cast("Ports", given)
    for document in documents:
        put(ports, document)
    return ports, clock


def put(ports: Ports, document: Document) -> None:
    """Publish a document, or its next version."""
    _append(ports, Change(
        ctid=document.ctid, ctdl_type=document.type, owner=document.owner, publisher=PUBLISHER, normalised=document.normalised,
        received=document.received, digest=document.digest, resources=document.resources,
    ))  # fmt: skip


def remove(ports: Ports, document: Document) -> None:
    """Delete a document."""
    _append(ports, Change(
        ctid=document.ctid, ctdl_type=document.type, owner=document.owner, publisher=PUBLISHER, normalised=None, received=b"", digest=None,
    ))  # fmt: skip


def _append(ports: Ports, change: Change) -> None:
    now = ports.clock.now()
    ports.store.append([change], at=now, event=AuditEvent("tests:document:publish", "tests", now))
