"""The part of the vault that keeps items and takes deposits."""

from __future__ import annotations

from datetime import datetime

from openler.access.audit import AuditEvent
from openler.actions.private_ports import Deposit, HolderKey, Item, ItemKind
from openler.errors import Internal, NotFound
from openler.stores.private_audit import note
from openler.stores.rows import Row, Writing
from openler.stores.sql.private_tables import DEPOSIT, HOLDER, ITEM
from openler.stores.vault_base import HOLDER_UNKNOWN, VaultBase, known_holder, lock_of


class Items(VaultBase):
    """Items under the holder's key; deposits under her public key until she takes them in."""

    def put(self, key: HolderKey, kind: ItemKind, item_id: str, content: bytes, *, at: datetime) -> None:
        """See the port."""
        with self._rows.writing(lock_of(key.holder_id)) as transaction:
            known_holder(transaction, key.holder_id)
            self._put(transaction, key, kind, item_id, content, at)

    def items(self, key: HolderKey, kind: ItemKind) -> tuple[Item, ...]:
        """See the port."""
        with self._rows.reading() as view:
            rows = view.many(ITEM, {"holder_id": key.holder_id, "kind": kind}, order=["position"])
        return tuple(self._item(key, row) for row in rows)

    def item(self, key: HolderKey, kind: ItemKind, item_id: str) -> Item | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(ITEM, {"holder_id": key.holder_id, "kind": kind, "item_id": item_id})
        return None if row is None else self._item(key, row)

    def remove(self, key: HolderKey, kind: ItemKind, item_id: str) -> bool:
        """See the port."""
        with self._rows.writing(lock_of(key.holder_id)) as transaction:
            return transaction.delete(ITEM, {"holder_id": key.holder_id, "kind": kind, "item_id": item_id}) > 0

    def deposit(self, holder_id: str, content: bytes, *, at: datetime, event: AuditEvent | None = None) -> str:
        """See the port."""
        deposit_id = self._hash("deposit", holder_id, content)
        with self._rows.writing(lock_of(holder_id)) as transaction:
            holder = known_holder(transaction, holder_id)
            if transaction.one(DEPOSIT, {"holder_id": holder_id, "deposit_id": deposit_id}) is None:
                boxed = self._box(holder, content, "deposit", deposit_id)
                transaction.insert(DEPOSIT, [{"holder_id": holder_id, "deposit_id": deposit_id, "boxed": boxed, "deposited": at}])
                note(transaction, event)
        return deposit_id

    def deposits(self, key: HolderKey) -> tuple[Deposit, ...]:
        """See the port."""
        with self._rows.reading() as view:
            holder = view.one(HOLDER, {"holder_id": key.holder_id})
            rows = view.many(DEPOSIT, {"holder_id": key.holder_id}, order=["position"])
        if holder is None:
            raise NotFound(HOLDER_UNKNOWN)
        private = self._box_key(key, holder)
        return tuple(
            Deposit(row["deposit_id"], self._deposited(private, row), row["deposited"]) for row in rows if row["boxed"] is not None
        )

    def _deposited(self, private: bytes, row: Row) -> bytes | None:
        try:
            return self._unbox(private, row["holder_id"], row["boxed"], "deposit", row["deposit_id"])
        except Internal:
            return None

    def settle(self, key: HolderKey, deposit_id: str, *, item_id: str | None, content: bytes, at: datetime) -> None:
        """See the port."""
        with self._rows.writing(lock_of(key.holder_id)) as transaction:
            if item_id is not None:
                self._put(transaction, key, "record", item_id, content, at)
            transaction.update(DEPOSIT, {"holder_id": key.holder_id, "deposit_id": deposit_id}, {"boxed": None})

    def _put(self, transaction: Writing, key: HolderKey, kind: ItemKind, item_id: str, content: bytes, at: datetime) -> None:
        where: Row = {"holder_id": key.holder_id, "kind": kind, "item_id": item_id}
        values: Row = {"sealed": self._seal(key, content, kind, item_id), "changed": at}
        if not transaction.update(ITEM, where, values):
            transaction.insert(ITEM, [where | values])

    def _item(self, key: HolderKey, row: Row) -> Item:
        return Item(row["item_id"], self._open(key, row["sealed"], row["kind"], row["item_id"]), row["changed"])
