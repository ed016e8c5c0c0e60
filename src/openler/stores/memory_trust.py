"""The reference for :class:`~openler.actions.trust_ports.Trust`: dictionaries, as plain as they can be."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime

from openler.access.audit import AuditEvent
from openler.actions.trust_ports import Snapshot, TrustSource
from openler.ids import Digest


class MemoryTrust:
    """Lives as long as the process. ``events`` is its audit."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._sources: dict[str, TrustSource] = {}
        self._snapshots: list[Snapshot] = []
        self._bodies: dict[Digest, bytes] = {}
        self.events: list[AuditEvent] = []

    def put_source(self, source: TrustSource, *, event: AuditEvent) -> None:
        """See :meth:`~openler.actions.trust_ports.Trust.put_source`."""
        with self._lock:
            self._sources[source.name] = source
            self.events.append(event)

    def remove_source(self, name: str, *, event: AuditEvent) -> bool:
        """See :meth:`~openler.actions.trust_ports.Trust.remove_source`."""
        with self._lock:
            if self._sources.pop(name, None) is None:
                return False
            self.events.append(event)
            return True

    def sources(self) -> tuple[TrustSource, ...]:
        """See :meth:`~openler.actions.trust_ports.Trust.sources`."""
        return tuple(self._sources[name] for name in sorted(self._sources))

    def keep(self, snapshot: Snapshot, body: bytes, *, event: AuditEvent) -> Snapshot:
        """See :meth:`~openler.actions.trust_ports.Trust.keep`."""
        with self._lock:
            kept = replace(snapshot, seq=len(self._snapshots) + 1)
            self._snapshots.append(kept)
            self._bodies.setdefault(snapshot.digest, body)
            self.events.append(event)
            return kept

    def snapshot(self, address: str, *, at: datetime | None = None) -> Snapshot | None:
        """See :meth:`~openler.actions.trust_ports.Trust.snapshot`."""
        return next((each for each in reversed(self.snapshots(address)) if at is None or each.taken <= at), None)

    def snapshots(self, address: str) -> tuple[Snapshot, ...]:
        """See :meth:`~openler.actions.trust_ports.Trust.snapshots`."""
        return tuple(each for each in self._snapshots if each.address == address)

    def held(self) -> tuple[Snapshot, ...]:
        """See :meth:`~openler.actions.trust_ports.Trust.held`."""
        newest = {each.address: each for each in self._snapshots}
        return tuple(newest[address] for address in sorted(newest))

    def body(self, digest: Digest) -> bytes | None:
        """See :meth:`~openler.actions.trust_ports.Trust.body`."""
        return self._bodies.get(digest)
