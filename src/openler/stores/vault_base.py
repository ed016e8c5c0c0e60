"""What the parts of the vault stand on: sealing for a holder, keyed hashes, the limit on guessing."""

from __future__ import annotations

from datetime import datetime

from openler.access.attempts import FORGET_AFTER, Attempts, begin
from openler.access.sealing import KEY_BYTES, NONCE_BYTES, SealBroken, associated, blind, box, derive, open_box, open_sealed, seal
from openler.actions.ports import Entropy
from openler.actions.private_ports import HolderKey
from openler.errors import Internal, NotFound, declare
from openler.stores.rows import Row, Rows, Writing
from openler.stores.sql.private_tables import ATTEMPT, HOLDER

HOLDER_UNKNOWN = declare("vault.holder_unknown", by=__name__)
VAULT_DAMAGED = declare("vault.damaged", by=__name__)


def lock_of(holder_id: str) -> str:
    """The lock under which one holder's things change."""
    return f"holder {holder_id}"


class VaultBase:
    """Shared by the parts of the vault."""

    attempts_kept = FORGET_AFTER

    def __init__(self, rows: Rows, *, key: bytes, entropy: Entropy) -> None:
        self._rows = rows
        self._entropy = entropy
        self._hash_key = derive(key, "vault hashes")
        self._release_key = derive(key, "vault releases")

    def begin_attempt(self, subject: str, *, at: datetime) -> None:
        """See the port."""
        name = self._hash("attempt", subject)
        with self._rows.writing(f"attempt {name}") as transaction:
            row = transaction.one(ATTEMPT, {"subject": name})
            counted = begin(None if row is None else Attempts(row["count"], row["last"]), at)
            values: Row = {"count": counted.count, "last": counted.last}
            if row is None:
                transaction.insert(ATTEMPT, [{"subject": name} | values])
            else:
                transaction.update(ATTEMPT, {"subject": name}, values)

    def clear_attempts(self, subject: str) -> None:
        """See the port."""
        name = self._hash("attempt", subject)
        with self._rows.writing(f"attempt {name}") as transaction:
            transaction.delete(ATTEMPT, {"subject": name})

    def _hash(self, kind: str, *parts: str | bytes) -> str:
        return blind(self._hash_key, kind, *parts).hex()

    def _owner_hash(self, key: HolderKey) -> str:
        """By which a holder, and nobody without her key, finds what she released."""
        return blind(derive(key.data_key, "release owner"), "owner").hex()

    def _seal(self, key: HolderKey, content: bytes, *place: str) -> bytes:
        nonce = self._entropy.token(NONCE_BYTES)
        return seal(_item_key(key), content, nonce=nonce, place=associated("vault", key.holder_id, *place))

    def _open(self, key: HolderKey, sealed: bytes, *place: str) -> bytes:
        try:
            return open_sealed(_item_key(key), sealed, place=associated("vault", key.holder_id, *place))
        except SealBroken as error:
            raise Internal(VAULT_DAMAGED, place=" ".join(place)) from error

    def _box(self, holder: Row, content: bytes, *place: str) -> bytes:
        ephemeral = self._entropy.token(KEY_BYTES)
        return box(holder["box_key"], content, ephemeral=ephemeral, place=associated("vault", holder["holder_id"], *place))

    def _box_key(self, key: HolderKey, holder: Row) -> bytes:
        return self._open(key, holder["wrapped_box_key"], "box key")

    def _unbox(self, private: bytes, holder_id: str, boxed: bytes, *place: str) -> bytes:
        try:
            return open_box(private, boxed, place=associated("vault", holder_id, *place))
        except SealBroken as error:
            raise Internal(VAULT_DAMAGED, place=" ".join(place)) from error


def known_holder(transaction: Writing, holder_id: str) -> Row:
    """The holder's row. :raises NotFound: ``vault.holder_unknown``"""
    row = transaction.one(HOLDER, {"holder_id": holder_id})
    if row is None:
        raise NotFound(HOLDER_UNKNOWN)
    return row


def _item_key(key: HolderKey) -> bytes:
    return derive(key.data_key, "holder items")
