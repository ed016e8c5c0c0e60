"""What issuers issued: :class:`openler.actions.private_ports.Ledger` on rows, sealed under the ledger's data key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openler.access.audit import AuditEvent
from openler.access.sealing import blind
from openler.actions.private_ports import (
    Issued,
    IssueState,
    LedgerCounts,
    Request,
    Reservation,
    StatusList,
    StatusPurpose,
)
from openler.errors import Conflict, NotFound, Refused, declare
from openler.ids import Ctid
from openler.stores.ledger_batches import CREDENTIAL_UNKNOWN, LOCK, LedgerBatches
from openler.stores.private_audit import note
from openler.stores.rows import Above, OneOf, Row, Writing
from openler.stores.sql.private_tables import ISSUED, STATUS_BITS, STATUS_LIST
from openler.stores.status_bits import flipped, unpacked

ALREADY_ISSUED = declare("ledger.already_issued", by=__name__)
NOT_ISSUED = declare("ledger.not_issued", by=__name__)
REVOCATION_FINAL = declare("ledger.revocation_final", by=__name__)

_COLUMN: Mapping[StatusPurpose, str] = {"revocation": "revoked", "suspension": "suspended"}


class SealedLedger(LedgerBatches):
    """The ledger."""

    # --- issuing ---

    def reserve(self, *, key: str, issuer: Ctid, achievement: Ctid | None, holder: str | None, at: datetime) -> Reservation:
        """See the port."""
        return self.reserve_all([Request(key, issuer, achievement, holder)], at=at)[0]

    def put_unsigned(self, credential_id: str, document: bytes) -> None:
        """See the port."""
        if not self.put_unsigned_all({credential_id: document}):
            raise Conflict(ALREADY_ISSUED, credential=credential_id)

    def finish(self, credential_id: str, signed: bytes, *, at: datetime, event: AuditEvent | None = None) -> None:
        """See the port."""
        if self.finish_all({credential_id: signed}, at=at, event=event):
            return
        if self.signed_all([credential_id])[credential_id] != signed:
            raise Conflict(ALREADY_ISSUED, credential=credential_id)

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

    def signed_all(self, credential_ids: Sequence[str]) -> Mapping[str, bytes]:
        """See the port."""
        where = {"credential_id": OneOf(tuple(credential_ids)), "state": "issued"}
        with self._rows.reading() as view:
            rows = view.many(ISSUED, where, order=["seq"], columns=["credential_id", "sealed_signed"])
        return {row["credential_id"]: self._opened(row, "signed") or b"" for row in rows}

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
        with self._rows.writing(LOCK) as transaction:
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
            _flip(transaction, row["status_list"], purpose, row["status_index"], value)
            note(transaction, event)
        return True

    def status_bits(self, status_list: str, purpose: StatusPurpose) -> bytes:
        """See the port."""
        with self._rows.reading() as view:
            found = view.one(STATUS_LIST, {"list_id": status_list})
            kept = view.one(STATUS_BITS, {"list_id": status_list, "purpose": purpose})
        return b"" if found is None else unpacked(None if kept is None else kept["packed"], found["length"])

    def status_lists(self, issuer: Ctid | None = None) -> tuple[StatusList, ...]:
        """See the port."""
        with self._rows.reading() as view:
            return tuple(_status_list(row) for row in view.many(STATUS_LIST, _of(issuer), order=["position"]))

    def status_list(self, list_id: str) -> StatusList | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(STATUS_LIST, {"list_id": list_id})
        return None if row is None else _status_list(row)

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


def _flip(transaction: Writing, list_id: str, purpose: StatusPurpose, index: int, value: bool) -> None:
    """Set or clear one bit of what a status list shows."""
    found = transaction.one(STATUS_LIST, {"list_id": list_id}) or {}
    where = {"list_id": list_id, "purpose": purpose}
    kept = transaction.one(STATUS_BITS, where)
    if kept is None:
        transaction.insert(STATUS_BITS, [where | {"packed": flipped(None, found["length"], {index: value})}])
    else:
        transaction.update(STATUS_BITS, where, {"packed": flipped(kept["packed"], found["length"], {index: value})})


def _known(transaction: Writing, credential_id: str) -> Row:
    row = transaction.one(ISSUED, {"credential_id": credential_id})
    if row is None:
        raise NotFound(CREDENTIAL_UNKNOWN, credential=credential_id[:100])
    return row


def _of(issuer: Ctid | None) -> dict[str, Any]:
    return {} if issuer is None else {"issuer": issuer}


def _status_list(row: Row) -> StatusList:
    return StatusList(row["list_id"], Ctid(row["issuer"]), row["length"], row["taken"], row["changed"])
