"""The ledger's writes, many at a time: what a million records take is a few statements a chunk, and no search row by row.

Everything that needs no lock (sealing above all) is done before one is taken: on SQLite all writers share it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from openler.access.audit import AuditEvent
from openler.access.sealing import NONCE_BYTES, SealBroken, associated, blind, derive, open_sealed, seal
from openler.actions.job_ports import ChunkResult
from openler.actions.ports import Entropy
from openler.actions.private_ports import STATUS_LIST_LENGTH, Request, Reservation
from openler.errors import Conflict, Internal, NotFound, declare
from openler.ids import Ctid
from openler.stores.jobs import StoredJobs
from openler.stores.private_audit import note
from openler.stores.rows import OneOf, Reading, Row, Rows, Writing
from openler.stores.sql.private_tables import ISSUED, STATUS_LIST
from openler.stores.status_index import index

KEY_REUSED = declare("ledger.key_reused", by=__name__)
CREDENTIAL_UNKNOWN = declare("ledger.credential_unknown", by=__name__)
NOTHING_UNSIGNED = declare("ledger.nothing_unsigned", by=__name__)
LEDGER_DAMAGED = declare("ledger.damaged", by=__name__)

LOCK = "ledger"
_RESERVED = ("credential_id", "key_hash", "achievement", "sealed_holder", "state", "status_list", "status_index")


class LedgerBatches:
    """What writing many at once stands on. ``length`` is how many places a status list has; tests use short ones."""

    def __init__(self, rows: Rows, *, key: bytes, entropy: Entropy, jobs: StoredJobs, length: int = STATUS_LIST_LENGTH) -> None:
        self._rows = rows
        self._entropy = entropy
        self._length = length
        self._jobs = jobs
        self._key = derive(key, "ledger records")
        self._hash_key = derive(key, "ledger hashes")
        self._index_key = derive(key, "ledger status indexes")

    def reserve_all(self, requests: Sequence[Request], *, at: datetime) -> tuple[Reservation, ...]:
        """See the port."""
        hashed = [(request, self._new(request, blind(self._hash_key, request.issuer, request.key).hex(), at)) for request in requests]
        with self._rows.writing(LOCK) as transaction:
            known = self._known_keys(transaction, [(request.issuer, new["key_hash"]) for request, new in hashed])
            places: dict[Ctid, _Places] = {}
            fresh: list[Row] = []
            found = []
            for request, new in hashed:
                row = known.get((request.issuer, new["key_hash"]))
                if row is None:
                    if request.issuer not in places:
                        places[request.issuer] = _Places(transaction, request.issuer, self._index_key, self._entropy, self._length, at)
                    new["status_list"], new["status_index"] = places[request.issuer].take()
                    row = known[request.issuer, new["key_hash"]] = new
                    fresh.append(row)
                    found.append(_reservation(row, existing=False))
                    continue
                if row["achievement"] != request.achievement or self._opened(row, "holder") != _bytes(request.holder):
                    raise Conflict(KEY_REUSED, credential=row["credential_id"])
                found.append(_reservation(row, existing=True))
            for each in places.values():
                each.store()
            transaction.insert(ISSUED, fresh)
        return tuple(found)

    def _known_keys(self, transaction: Reading, hashed: Sequence[tuple[Ctid, str]]) -> dict[tuple[Ctid, str], Row]:
        by_issuer: dict[Ctid, set[str]] = {}
        for issuer, key_hash in hashed:
            by_issuer.setdefault(issuer, set()).add(key_hash)
        found = {}
        for issuer, hashes in by_issuer.items():
            where = {"issuer": issuer, "key_hash": OneOf(tuple(hashes))}
            for row in transaction.many(ISSUED, where, order=["seq"], columns=_RESERVED):
                found[issuer, row["key_hash"]] = row
        return found

    def _new(self, request: Request, key_hash: str, at: datetime) -> Row:
        """A row that has no place in a status list yet; it is thrown away where the credential is there already."""
        credential_id = uuid.UUID(bytes=self._entropy.token(16), version=4).urn
        return {
            "credential_id": credential_id,
            "issuer": request.issuer,
            "key_hash": key_hash,
            "achievement": request.achievement,
            "state": "reserved",
            "sealed_holder": self._seal(credential_id, "holder", _bytes(request.holder)),
            "reserved_at": at,
            "revoked": False,
            "suspended": False,
        }

    def put_unsigned_all(self, documents: Mapping[str, bytes]) -> frozenset[str]:
        """See the port."""
        sealed = {name: self._seal(name, "unsigned", document) for name, document in documents.items()}
        with self._rows.writing(LOCK) as transaction:
            open_names = [name for name, state in _states(transaction, sealed).items() if state != "issued"]
            rows = [{"credential_id": name, "state": "unsigned", "sealed_unsigned": sealed[name]} for name in open_names]
            transaction.update_each(ISSUED, "credential_id", rows)
        return frozenset(open_names)

    def finish_all(
        self,
        documents: Mapping[str, bytes],
        *,
        at: datetime,
        event: AuditEvent | None = None,
        settle: Callable[[frozenset[str]], ChunkResult | None] | None = None,
    ) -> frozenset[str]:
        """See the port."""
        sealed = {name: self._seal(name, "signed", signed) for name, signed in documents.items()}
        with self._rows.writing(LOCK) as transaction:
            new = []
            for name, state in _states(transaction, sealed).items():
                if state == "reserved":
                    raise Conflict(NOTHING_UNSIGNED, credential=name)
                if state == "unsigned":
                    new.append(name)
            # The signed record holds all that the unsigned one did; keeping both would only be one more copy to protect.
            fixed: Row = {"state": "issued", "sealed_unsigned": None, "issued_at": at}
            transaction.update_each(
                ISSUED, "credential_id", [{"credential_id": name, "sealed_signed": sealed[name]} | fixed for name in new]
            )
            if new and event is not None:
                counted = {"count": len(new)} if "count" in event.details else {}
                note(transaction, replace(event, details={**event.details, **counted}))
            result = None if settle is None else settle(frozenset(new))
            if result is not None:
                self._jobs.mark(transaction, result)
        return frozenset(new)

    # --- sealing ---

    def _seal(self, credential_id: str, part: str, content: bytes | None) -> bytes | None:
        if content is None:
            return None
        return seal(self._key, content, nonce=self._entropy.token(NONCE_BYTES), place=associated("ledger", part, credential_id))

    def _opened(self, row: Row, part: str) -> bytes | None:
        sealed = row[f"sealed_{part}"]
        if sealed is None:
            return None
        try:
            return open_sealed(self._key, sealed, place=associated("ledger", part, row["credential_id"]))
        except SealBroken as error:
            raise Internal(LEDGER_DAMAGED, place=row["credential_id"], part=part) from error


class _Places:
    """The next places of an issuer's status lists, as a transaction goes through them."""

    def __init__(self, transaction: Writing, issuer: Ctid, key: bytes, entropy: Entropy, length: int, at: datetime) -> None:
        self._transaction = transaction
        self._issuer = issuer
        self._key = key
        self._entropy = entropy
        self._length = length
        self._at = at
        lists = transaction.many(STATUS_LIST, {"issuer": issuer}, order=["number"])
        self._count = len(lists)
        self._current: Row | None = lists[-1] if lists else None

    def take(self) -> tuple[str, int]:
        """One place: a list's id, and an index that nobody had."""
        if self._current is None or self._current["taken"] >= self._current["length"]:
            self._begin()
        current = self._current
        assert current is not None  # noqa: S101 - one was begun just now
        taken = current["taken"]
        current["taken"] = taken + 1
        return current["list_id"], index(blind(self._key, current["list_id"]), taken, current["length"])

    def _begin(self) -> None:
        self.store()
        self._count += 1
        self._current = {
            "list_id": self._entropy.token(16).hex(), "issuer": self._issuer, "number": self._count, "length": self._length, "taken": 0,
            "changed": self._at,
        }  # fmt: skip
        self._transaction.insert(STATUS_LIST, [self._current])

    def store(self) -> None:
        """Write how many are taken."""
        if self._current is not None:
            self._transaction.update(STATUS_LIST, {"list_id": self._current["list_id"]}, {"taken": self._current["taken"]})


def _states(transaction: Reading, names: Mapping[str, object]) -> dict[str, str]:
    """How far each credential came, in the order asked. :raises NotFound: ``ledger.credential_unknown``"""
    rows = transaction.many(ISSUED, {"credential_id": OneOf(tuple(names))}, order=["seq"], columns=["credential_id", "state"])
    found = {row["credential_id"]: row["state"] for row in rows}
    for name in names:
        if name not in found:
            raise NotFound(CREDENTIAL_UNKNOWN, credential=name[:100])
    return {name: found[name] for name in names}


def _reservation(row: Row, *, existing: bool) -> Reservation:
    return Reservation(row["credential_id"], row["status_list"], row["status_index"], row["state"], existing=existing)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
