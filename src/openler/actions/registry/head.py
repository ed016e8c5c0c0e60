"""The registry's signed head, and proofs from its journal's Merkle tree (RFC 9162), each made to be kept and checked elsewhere.

A head says how many entries the journal has, their tree's root, and the hash of the last one. Whoever keeps one can be shown
later that the journal still begins with exactly these entries; whoever has a document can be shown that its entry is among them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from openler.actions.finding.get import get_document
from openler.actions.ports import Entry, JournalAction, Ports
from openler.actions.registry.journal import entry_form, entry_hash
from openler.actions.registry.registry_key import registry_did, registry_key
from openler.errors import Malformed, Misused, NotFound, declare
from openler.ids import Ctid, Digest
from openler.merkle import tiles

SIZE_UNKNOWN = declare("registry.size_unknown", by=__name__)
ENTRY_UNKNOWN = declare("registry.entry_unknown", by=__name__)
ENTRY_MALFORMED = declare("registry.entry_malformed", by=__name__)

HEAD, INCLUSION, CONSISTENCY = "RegistryHead", "InclusionProof", "ConsistencyProof"
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


def head_content(ports: Ports, size: int | None = None) -> dict[str, Any]:
    """What a head says, before it is signed: the journal's first ``size`` entries, all of them by default.

    :raises Misused: ``registry.size_unknown``: the journal has fewer entries
    :raises Internal: ``registry.tree_broken``
    """
    wanted = _size(ports, size)
    last = ports.store.entries(after=wanted - 1, limit=1) if wanted else ()
    return {
        "type": HEAD,
        "registry": str(registry_did(ports)),
        "size": wanted,
        "root": tiles.root(wanted, ports.store.tiles).hex(),
        "chain": str(entry_hash(last[0])) if last else None,
        "time": ports.clock.now().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def signed_head(ports: Ports, size: int | None = None) -> dict[str, Any]:
    """The head, signed by the registry. Raises as :func:`head_content`.

    :raises Unavailable: ``registry.key_closed``
    """
    return registry_key(ports).seal(head_content(ports, size), at=ports.clock.now())


def inclusion(ports: Ports, seq: int, size: int | None = None) -> dict[str, Any]:
    """The proof that entry ``seq`` is one of the journal's first ``size``, with the entry itself and the signed head.

    :raises NotFound: ``registry.entry_unknown``
    :raises Misused: ``registry.size_unknown``
    :raises Unavailable: ``registry.key_closed``
    """
    wanted = _size(ports, size)
    found = ports.store.entries(after=seq - 1, limit=1) if 1 <= seq <= wanted else ()
    if not found or found[0].seq != seq:
        raise NotFound(ENTRY_UNKNOWN, seq=seq, size=wanted)
    path = tiles.inclusion_path(seq - 1, wanted, ports.store.tiles)
    return {
        "type": INCLUSION,
        "entry": orjson.loads(entry_form(found[0])),
        "size": wanted,
        "path": [one.hex() for one in path],
        "head": signed_head(ports, wanted),
    }


def consistency(ports: Ports, first: int, second: int | None = None) -> dict[str, Any]:
    """The proof that the journal's first ``second`` entries begin with its first ``first``, with both roots and the signed head.

    :raises Misused: ``registry.size_unknown``
    :raises Unavailable: ``registry.key_closed``
    """
    wanted = _size(ports, second)
    before = _size(ports, first, limit=wanted)
    head = signed_head(ports, wanted)
    return {
        "type": CONSISTENCY,
        "first": {"size": before, "root": tiles.root(before, ports.store.tiles).hex()},
        "second": {"size": wanted, "root": head["root"]},
        "path": [one.hex() for one in tiles.consistency_path(before, wanted, ports.store.tiles)],
        "head": head,
    }


def prove(ports: Ports, ctid: Ctid, *, seq: int | None = None) -> dict[str, Any]:
    """The proof for a document: for its last entry, or for ``seq`` of its entries.

    :raises NotFound: ``registry.not_found``, ``registry.entry_unknown``
    """
    stored = get_document(ports, ctid)
    entries = ports.store.versions(stored.ctid)
    chosen = entries[-1].seq if seq is None else seq
    if chosen not in {entry.seq for entry in entries}:
        raise NotFound(ENTRY_UNKNOWN, seq=chosen, size=ports.store.head())
    return inclusion(ports, chosen)


def read_entry(value: object) -> Entry:
    """An entry from the JSON of its form. :raises Malformed: ``registry.entry_malformed``: the entry that this would be is another"""
    if not isinstance(value, Mapping):
        raise Malformed(ENTRY_MALFORMED, place="/entry")
    try:
        entry = Entry(
            seq=int(value["seq"]),
            ctid=Ctid.parse(value["ctid"]),
            action=JournalAction(value["action"]),
            digest=_digest(value["digest"]),
            previous=_digest(value["previous"]),
            publisher=Ctid.parse(value["publisher"]),
            time=datetime.fromisoformat(value["time"]),
            owner=Ctid.parse(value["owner"]) if "owner" in value else None,
            provisional=value.get("provisional") is True,
            statement=_digest(value.get("statement")),
            origin=str(value["origin"]) if "origin" in value else None,
        )
        same = orjson.loads(entry_form(entry)) == dict(value)
    except (KeyError, TypeError, ValueError, OverflowError, Malformed) as error:
        raise Malformed(ENTRY_MALFORMED, place="/entry") from error
    if not same:
        raise Malformed(ENTRY_MALFORMED, place="/entry")
    return entry


def size_of(value: object) -> int:
    """The size that a head which was kept says. :raises Malformed: ``registry.entry_malformed``: it is no head"""
    size = value.get("size") if isinstance(value, Mapping) and value.get("type") == HEAD else None
    if type(size) is not int or size < 0:
        raise Malformed(ENTRY_MALFORMED, place="/size")
    return size


def hash_of(value: object, place: str) -> bytes:
    """A hash of the tree from its hexadecimal form. :raises Malformed: ``registry.entry_malformed``"""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise Malformed(ENTRY_MALFORMED, place=place)
    return bytes.fromhex(value)


def _digest(value: object) -> Digest | None:
    return None if value is None else Digest.parse(value)


def _size(ports: Ports, size: int | None, *, limit: int | None = None) -> int:
    there = ports.store.head() if limit is None else limit
    if size is None:
        return there
    if not 0 <= size <= there:
        raise Misused(SIZE_UNKNOWN, place="size", seen=size, size=there)
    return size
