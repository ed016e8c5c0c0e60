"""Envelopes, with the national Registry's own field names, so that its clients find their way here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from openler.actions.ports import EnvelopeFilter, Ports, StoredDocument
from openler.ids import Ctid

MAX_PER_PAGE = 200
COMMUNITY = "ce_registry"


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    """A page of envelopes, how many there are in all, and the CTID from which the next page starts (None at the end)."""

    envelopes: tuple[Mapping[str, Any], ...]
    total: int
    after: Ctid | None


def envelope(stored: StoredDocument, *, metadata_only: bool = False) -> dict[str, Any]:
    """One document in its envelope."""
    told: dict[str, Any] = {
        "envelope_id": str(stored.digest),
        "envelope_ceterms_ctid": str(stored.ctid),
        "envelope_ctdl_type": stored.ctdl_type,
        "envelope_type": "resource_data",
        "envelope_version": "1.0.0",
        "envelope_community": COMMUNITY,
        "resource_encoding": "json",
        "node_headers": {
            "resource_digest": str(stored.digest),
            "created_at": stored.created.isoformat(),
            "updated_at": stored.updated.isoformat(),
            "deleted_at": stored.updated.isoformat() if stored.deleted else None,
        },
        "owned_by": stored.owner,
        "published_by": str(stored.publisher),
        "last_verified_on": stored.updated.date().isoformat(),
        "changed": True,
    }
    if not metadata_only:
        told["decoded_resource"] = orjson.loads(stored.normalised)
    return told


def list_envelopes(
    ports: Ports, where: EnvelopeFilter, *, after: Ctid | None = None, per_page: int = 50, metadata_only: bool = False
) -> EnvelopePage:
    """Current documents in their envelopes, in order of CTID; at most :data:`MAX_PER_PAGE` at once."""
    limit = min(max(per_page, 1), MAX_PER_PAGE)
    stored = ports.store.documents(where, after=after, limit=limit)
    envelopes = tuple(envelope(one, metadata_only=metadata_only) for one in stored)
    return EnvelopePage(envelopes, ports.store.count(where), stored[-1].ctid if len(stored) == limit else None)
