"""Envelopes, with the national Registry's own field names, so that its clients find their way here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from openler.actions.finding.get import get_document
from openler.actions.follow_ports import Origin
from openler.actions.ports import Entry, EnvelopeFilter, Ports, StoredDocument
from openler.actions.registry.registry_key import registry_key
from openler.actions.registry.statements import MEMBER, registry_statement
from openler.errors import Unavailable
from openler.ids import Ctid

MAX_PER_PAGE = 200
COMMUNITY = "ce_registry"


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    """A page of envelopes, how many there are in all, and the CTID from which the next page starts (None at the end)."""

    envelopes: tuple[Mapping[str, Any], ...]
    total: int
    after: Ctid | None


def envelope_id(ctid: Ctid) -> str:
    """What the national Registry calls an envelope by: a UUID that stays through all versions. Here it is the CTID's own."""
    return ctid.removeprefix("ce-")


def envelope_ctid(name: str) -> Ctid:
    """The CTID of an envelope from either of its names. :raises Malformed: ``ids.ctid_malformed``"""
    return Ctid.parse(name if name.lower().startswith("ce-") else f"ce-{name}", place="ctid")


def envelope(
    stored: StoredDocument,
    *,
    metadata_only: bool = False,
    registry: Mapping[str, Any] | None = None,
    publisher: bytes | None = None,
    origin: Origin | None = None,
) -> dict[str, Any]:
    """One document in its envelope; ``registry`` and ``publisher`` are what these signed about it (`statements`)."""
    told: dict[str, Any] = {
        "envelope_id": envelope_id(stored.ctid),
        "envelope_ceterms_ctid": str(stored.ctid),
        "envelope_ctdl_type": stored.ctdl_type,
        "envelope_type": "resource_data",
        "envelope_version": "1.0.0",
        "envelope_community": COMMUNITY,
        "resource_format": "json",
        "resource_encoding": "json",
        "node_headers": {
            "resource_digest": str(stored.digest),
            "created_at": stored.created.isoformat(),
            "updated_at": stored.updated.isoformat(),
            "deleted_at": stored.updated.isoformat() if stored.deleted else None,
        },
        "owned_by": stored.owner,
        "published_by": str(stored.publisher),
        "updated_at": stored.updated.isoformat(),
        "last_verified_on": stored.updated.date().isoformat(),
        "changed": True,
        "provisional": stored.provisional,
        "seq": stored.seq,
    }
    if stored.offered is not None:
        told["offered_to"] = str(stored.offered)
    if not metadata_only:
        told["decoded_resource"] = orjson.loads(stored.normalised)
    if registry is not None:
        told["registry_statement"] = registry
    if publisher is not None:
        told[MEMBER] = orjson.loads(publisher)
    if origin is not None:
        told["origin"] = {
            "registry": origin.registry,
            "followed": origin.url,
            "seq": origin.seq,
            "first_published": origin.first.isoformat(),
        }
        if origin.statement is not None:
            told["origin_statement"] = orjson.loads(origin.statement)
    return told


def signed_envelope(ports: Ports, stored: StoredDocument, *, metadata_only: bool = False) -> dict[str, Any]:
    """One document in its envelope, with what the registry and its publisher sign about it."""
    return _signed(ports, [stored], metadata_only=metadata_only)[0]


def _signed(ports: Ports, stored: Sequence[StoredDocument], *, metadata_only: bool) -> list[dict[str, Any]]:
    """Where the registry's key is closed here its statement is left out: what is public is read without any passphrase."""
    at, key = ports.clock.now(), None
    with suppress(Unavailable):
        key = registry_key(ports) if stored else None
    origins = ports.store.origins([one.ctid for one in stored])
    return [
        envelope(
            one,
            metadata_only=metadata_only,
            registry=None if key is None else registry_statement(key, one, at=at),
            publisher=None if one.statement is None else ports.store.statement(one.statement),
            origin=origins.get(one.ctid),
        )
        for one in stored
    ]


def list_envelopes(
    ports: Ports, where: EnvelopeFilter, *, after: Ctid | None = None, page: int = 1, per_page: int = 50, metadata_only: bool = False
) -> EnvelopePage:
    """Current documents in their envelopes, in order of CTID; at most :data:`MAX_PER_PAGE` at once.

    ``page`` counts from 1, from what comes after ``after``. Who reads everything does better with ``after``: it passes nothing over
    when something is published or withdrawn meanwhile.
    """
    limit = min(max(per_page, 1), MAX_PER_PAGE)
    stored = ports.store.documents(where, after=after, skip=(page - 1) * limit, limit=limit)
    envelopes = tuple(_signed(ports, stored, metadata_only=metadata_only))
    return EnvelopePage(envelopes, ports.store.count(where), stored[-1].ctid if len(stored) == limit else None)


def more(entry: Entry) -> dict[str, object]:
    """What only some entries tell: with it, whoever follows can compute each entry's hash."""
    more: dict[str, object] = {}
    if entry.owner is not None:
        more["owner"] = str(entry.owner)
    if entry.provisional:
        more["provisional"] = True
    if entry.statement is not None:
        more["statement"] = str(entry.statement)
    if entry.origin is not None:
        more["origin"] = entry.origin
    return more


def list_revisions(ports: Ports, ctid: Ctid) -> tuple[Mapping[str, Any], ...]:
    """All versions of a document, oldest first: what each entry of the journal did to it, and where its bytes are read.

    :raises NotFound: ``registry.not_found``
    """
    stored = get_document(ports, ctid)
    return tuple(
        {
            "seq": entry.seq,
            "event": entry.action.value,
            "resource_digest": entry.digest,
            "published_by": str(entry.publisher),
            "created_at": entry.time.isoformat(),
            "revision": None if entry.digest is None else f"{ports.base_url}/envelopes/{stored.ctid}/revisions/{entry.seq}",
        }
        | more(entry)
        for entry in ports.store.versions(stored.ctid)
    )


def tombstone(ports: Ports, ctid: Ctid) -> dict[str, Any]:
    """What is left to tell of a withdrawn document. :raises NotFound: ``registry.not_found``"""
    stored = get_document(ports, ctid)
    return {
        "envelope_ceterms_ctid": str(stored.ctid),
        "envelope_ctdl_type": stored.ctdl_type,
        "resource_digest": str(stored.digest),
        "deleted_at": stored.updated.isoformat(),
        "owned_by": stored.owner,
        "published_by": str(stored.publisher),
        "envelope": f"{ports.base_url}/envelopes/{stored.ctid}",
        "revisions": f"{ports.base_url}/envelopes/{stored.ctid}/revisions",
    }
