"""All that a holder holds, read with her key."""

from __future__ import annotations

from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.errors import NotFound
from openler.holding.collection import RECORD_UNKNOWN, Collection
from openler.holding.record import Record, read


def collection(ports: Ports, key: HolderKey) -> Collection:
    """Her records in the order she got them. :raises Internal: ``vault.damaged``"""
    return Collection(tuple(read(item.content) for item in ports.vault.items(key, "record")))


def record(ports: Ports, key: HolderKey, record_id: str) -> Record:
    """One record. :raises NotFound: ``holding.record_unknown``. :raises Internal: ``vault.damaged``"""
    item = ports.vault.item(key, "record", record_id)
    if item is None:
        raise NotFound(RECORD_UNKNOWN, place="record", record=record_id[:100])
    return read(item.content)
