"""What issuers issued: :class:`openler.actions.private_ports.Ledger` on rows, sealed under the ledger's data key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openler.access.audit import AuditEvent
from openler.access.sealing import NONCE_BYTES, SealBroken, associated, blind, derive, open_sealed, seal
from openler.actions.ports import Entropy
from openler.actions.private_ports import (
    STATUS_LIST_LENGTH,
    Issued,
    IssueState,
    LedgerCounts,
    Request,
    Reservation,
    StatusList,
    StatusPurpose,
)
from openler.errors import Conflict, Internal, NotFound, Refused, declare
from openler.ids import Ctid
from openler.stores.private_audit import note
from openler.stores.rows import Above, Row, Rows, Writing
from openler.stores.sql.private_tables import ISSUED, STATUS_LIST
from openler.stores.status_index import index

KEY_REUSED = declare("ledger.key_reused", by=__name__)
CREDENTIAL_UNKNOWN = declare("ledger.credential_unknown", by=__name__)
ALREADY_ISSUED = declare("ledger.already_issued", by=__name__)
NOTHING_UNSIGNED = declare("ledger.nothing_unsigned", by=__name__)
NOT_ISSUED = declare("ledger.not_issued", by=__name__)
REVOCATION_FINAL = declare("ledger.revocation_final", by=__name__)
LEDGER_DAMAGED = declare("ledger.damaged", by=__name__)

_LOCK = "ledger"
_COLUMN: Mapping[StatusPurpose, str] = {"revocation": "revoked", "suspension": "suspended"}


class SealedLedger:
    """The ledger. ``length`` is how many places a status list has; tests use short ones."""

    def __init__(self, rows: Rows, *, key: bytes, entropy: Entropy, length: int = STATUS_LIST_LENGTH) -> None:
        self._rows = rows
        self._entropy = entropy
        self._length = length
        self._key = derive(key, "ledger records")
        self._hash_key = derive(key, "ledger hashes")
        self._index_key = derive(key, "ledger status indexes")

    # --- issuing ---

    def reserve(self, *, key: str, issuer: Ctid, achievement: Ctid | None, holder: str | None, at: datetime) -> Reservation:
        """See the port."""
        return self.reserve_all([Request(key, issuer, achievement, holder)], at=at)[0]

    def reserve_all(self, requests: Sequence[Request], *, at: datetime) -> tuple[Reservation, ...]:
        """See the port."""
        with self._rows.writing(_LOCK) as transaction:
            return tuple(self._reserve(transaction, request, at) for request in requests)

    def _reserve(self, transaction: Writing, request: Request, at: datetime) -> Reservation:
        key_hash = blind(self._hash_key, request.issuer, request.key).hex()
        row = transaction.one(ISSUED, {"issuer": request.issuer, "key_hash": key_hash})
        if row is not None:
            if row["achievement"] != request.achievement or self._opened(row, "holder") != _bytes(request.holder):
                raise Conflict(KEY_REUSED, credential=row["credential_id"])
            return Reservation(row["credential_id"], row["status_list"], row["status_index"], row["state"], existing=True)
        credential_id = uuid.UUID(bytes=self._entropy.token(16), version=4).urn
        list_id, status_index = self._place(transaction, request.issuer, at)
        new: Row = {
            "credential_id": credential_id,
            "issuer": request.issuer,
            "key_hash": key_hash,
            "achievement": request.achievement,
            "state": "reserved",
            "status_list": list_id,
            "status_index": status_index,
            "sealed_holder": self._seal(credential_id, "holder", _bytes(request.holder)),
            "reserved_at": at,
            "revoked": False,
            "suspended": False,
        }
        transaction.insert(ISSUED, [new])
        return Reservation(credential_id, list_id, status_index, "reserved", existing=False)

    def _place(self, transaction: Writing, issuer: Ctid, at: datetime) -> tuple[str, int]:
        lists = transaction.many(STATUS_LIST, {"issuer": issuer}, order=["number"])
        if not lists or lists[-1]["taken"] >= lists[-1]["length"]:
            fresh: Row = {
                "list_id": self._entropy.token(16).hex(),
                "issuer": issuer,
                "number": len(lists) + 1,
                "length": self._length,
                "taken": 0,
                "changed": at,
            }
            transaction.insert(STATUS_LIST, [fresh])
            lists.append(fresh)
        current = lists[-1]
        transaction.update(STATUS_LIST, {"list_id": current["list_id"]}, {"taken": current["taken"] + 1})
        key = blind(self._index_key, current["list_id"])
        return current["list_id"], index(key, current["taken"], current["length"])

    def put_unsigned(self, credential_id: str, document: bytes) -> None:
        """See the port."""
        self.put_unsigned_all({credential_id: document})

    def put_unsigned_all(self, documents: Mapping[str, bytes]) -> None:
        """See the port."""
        with self._rows.writing(_LOCK) as transaction:
            for credential_id, document in documents.items():
                row = _known(transaction, credential_id)
                if row["state"] == "issued":
                    raise Conflict(ALREADY_ISSUED, credential=credential_id)
                values: Row = {"state": "unsigned", "sealed_unsigned": self._seal(credential_id, "unsigned", document)}
                transaction.update(ISSUED, {"credential_id": credential_id}, values)

    def finish(self, credential_id: str, signed: bytes, *, at: datetime, event: AuditEvent | None = None) -> None:
        """See the port."""
        self.finish_all({credential_id: signed}, at=at, event=event)

    def finish_all(self, documents: Mapping[str, bytes], *, at: datetime, event: AuditEvent | None = None) -> None:
        """See the port."""
        with self._rows.writing(_LOCK) as transaction:
            changed = [self._finish(transaction, credential_id, signed, at) for credential_id, signed in documents.items()]
            if any(changed):
                note(transaction, event)

    def _finish(self, transaction: Writing, credential_id: str, signed: bytes, at: datetime) -> bool:
        row = _known(transaction, credential_id)
        if row["state"] == "issued":
            if self._opened(row, "signed") != signed:
                raise Conflict(ALREADY_ISSUED, credential=credential_id)
            return False
        if row["state"] != "unsigned":
            raise Conflict(NOTHING_UNSIGNED, credential=credential_id)
        # The signed record holds all that the unsigned one did; keeping both would only be one more copy to protect.
        values: Row = {
            "state": "issued",
            "sealed_unsigned": None,
            "sealed_signed": self._seal(credential_id, "signed", signed),
            "issued_at": at,
        }
        transaction.update(ISSUED, {"credential_id": credential_id}, values)
        return True

    # --- reading ---

    def issued(self, credential_id: str) -> Issued | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(ISSUED, {"credential_id": credential_id})
        return None if row is None else self._issued(row)

    def by_key(self, issuer: Ctid, key: str) -> Issued | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(ISSUED, {"issuer": issuer, "key_hash": blind(self._hash_key, issuer, key).hex()})
        return None if row is None else self._issued(row)

    def listing(
        self, issuer: Ctid | None = None, *, after: int = 0, limit: int = 1000, state: IssueState | None = None
    ) -> tuple[Issued, ...]:
        """See the port."""
        where: dict[str, Any] = {"seq": Above(after)} | _of(issuer)
        if state is not None:
            where["state"] = state
        with self._rows.reading() as view:
            rows = view.many(ISSUED, where, order=["seq"], limit=limit)
        return tuple(self._issued(row) for row in rows)

    def counts(self, issuer: Ctid | None = None) -> LedgerCounts:
        """See the port."""
        where = _of(issuer)
        with self._rows.reading() as view:
            return LedgerCounts(
                reserved=view.count(ISSUED, where | {"state": "reserved"}),
                unsigned=view.count(ISSUED, where | {"state": "unsigned"}),
                issued=view.count(ISSUED, where | {"state": "issued"}),
                revoked=view.count(ISSUED, where | {"revoked": True}),
                suspended=view.count(ISSUED, where | {"suspended": True}),
            )

    # --- status ---

    def set_status(self, credential_id: str, purpose: StatusPurpose, value: bool, *, reason: str, at: datetime, event: AuditEvent) -> bool:
        """See the port."""
        column = _COLUMN[purpose]
        with self._rows.writing(_LOCK) as transaction:
            row = _known(transaction, credential_id)
            if row["state"] != "issued":
                raise Conflict(NOT_ISSUED, credential=credential_id)
            if row[column] == value:
                return False
            if purpose == "revocation" and not value:
                raise Refused(REVOCATION_FINAL, credential=credential_id)
            values: Row = {column: value, "sealed_reason": self._seal(credential_id, "reason", reason.encode()), "status_changed": at}
            transaction.update(ISSUED, {"credential_id": credential_id}, values)
            transaction.update(STATUS_LIST, {"list_id": row["status_list"]}, {"changed": at})
            note(transaction, event)
        return True

    def set_bits(self, status_list: str, purpose: StatusPurpose) -> tuple[int, ...]:
        """See the port."""
        with self._rows.reading() as view:
            rows = view.many(ISSUED, {"status_list": status_list, _COLUMN[purpose]: True}, order=["status_index"])
        return tuple(row["status_index"] for row in rows)

    def status_lists(self, issuer: Ctid | None = None) -> tuple[StatusList, ...]:
        """See the port."""
        with self._rows.reading() as view:
            return tuple(_status_list(row) for row in view.many(STATUS_LIST, _of(issuer), order=["position"]))

    def status_list(self, list_id: str) -> StatusList | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(STATUS_LIST, {"list_id": list_id})
        return None if row is None else _status_list(row)

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

    def _issued(self, row: Row) -> Issued:
        holder, reason = self._opened(row, "holder"), self._opened(row, "reason")
        return Issued(
            seq=row["seq"],
            credential_id=row["credential_id"],
            issuer=Ctid(row["issuer"]),
            achievement=None if row["achievement"] is None else Ctid(row["achievement"]),
            holder=None if holder is None else holder.decode(),
            state=row["state"],
            status_list=row["status_list"],
            status_index=row["status_index"],
            reserved_at=row["reserved_at"],
            issued_at=row["issued_at"],
            unsigned=self._opened(row, "unsigned"),
            signed=self._opened(row, "signed"),
            revoked=row["revoked"],
            suspended=row["suspended"],
            reason=None if reason is None else reason.decode(),
            status_changed=row["status_changed"],
        )


def _known(transaction: Writing, credential_id: str) -> Row:
    row = transaction.one(ISSUED, {"credential_id": credential_id})
    if row is None:
        raise NotFound(CREDENTIAL_UNKNOWN, credential=credential_id[:100])
    return row


def _of(issuer: Ctid | None) -> dict[str, Any]:
    return {} if issuer is None else {"issuer": issuer}


def _status_list(row: Row) -> StatusList:
    return StatusList(row["list_id"], Ctid(row["issuer"]), row["length"], row["taken"], row["changed"])


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
