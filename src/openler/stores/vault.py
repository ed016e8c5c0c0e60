"""What holders hold: :class:`openler.actions.private_ports.Vault` on rows.

A holder's data key is random. It is wrapped under a key stretched from her passphrase (Argon2id), which is never
stored; lose the passphrase and nobody opens the wallet again. From the data key follow the key of her items, and her
signing key. Her box key (X25519) is wrapped under it too: its public half lets others leave things for her.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openler.access.audit import AuditEvent
from openler.access.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    SALT_BYTES,
    STANDARD_COST,
    Cost,
    SealBroken,
    associated,
    derive,
    open_sealed,
    public_box_key,
    seal,
    stretch,
)
from openler.access.turns import GUESSES
from openler.actions.ports import Entropy
from openler.actions.private_ports import Holder, HolderKey
from openler.errors import Conflict, Malformed, NotFound, Refused, declare
from openler.stores.private_audit import note
from openler.stores.rows import AtMost, Row, Rows, RowTaken
from openler.stores.sql.private_tables import ATTEMPT, DEPOSIT, DISCLOSURE, HOLDER, ITEM, RELEASE, SESSION, SHARE
from openler.stores.vault_base import HOLDER_UNKNOWN, VaultBase, lock_of
from openler.stores.vault_items import Items
from openler.stores.vault_shares import Shares

HANDLE_MALFORMED = declare("vault.handle_malformed", by=__name__)
HANDLE_TAKEN = declare("vault.handle_taken", by=__name__)
PASSPHRASE_SHORT = declare("vault.passphrase_short", by=__name__)
WRONG_PASSPHRASE = declare("vault.wrong_passphrase", by=__name__)

LEAST_PASSPHRASE: Final = 12
"""Characters. NIST SP 800-63B asks for 8 beside a second factor and 15 without; a limit on guessing stands beside these 12."""
LONGEST_PASSPHRASE: Final = 1024
LONGEST_HANDLE: Final = 200


class SealedVault(Items, Shares, VaultBase):
    """The vault. ``key`` is the wall's data key named ``vault``; ``cost`` is that of one guess, for holders made from now on."""

    def __init__(self, rows: Rows, *, key: bytes, entropy: Entropy, cost: Cost = STANDARD_COST) -> None:
        super().__init__(rows, key=key, entropy=entropy)
        self._cost = cost

    def create_holder(self, *, handle: str, passphrase: str, at: datetime, event: AuditEvent | None = None) -> Holder:
        """See the port."""
        handle_hash, secret = self._handle_hash(_handle(handle)), _passphrase(passphrase)
        holder_id, data_key, private_box = self._entropy.token(16).hex(), self._entropy.token(KEY_BYTES), self._entropy.token(KEY_BYTES)
        key = HolderKey(holder_id, data_key)
        row: Row = {
            "holder_id": holder_id,
            "handle_hash": handle_hash,
            "box_key": public_box_key(private_box),
            "wrapped_box_key": self._seal(key, private_box, "box key"),
            "signing_key": _signing_key(key).public_key().public_bytes_raw(),
            "created": at,
        } | self._wrap(key, secret)
        with self._rows.writing("handles") as transaction:
            try:
                transaction.insert(HOLDER, [row])
            except RowTaken as error:
                raise Conflict(HANDLE_TAKEN) from error
            note(transaction, event)
        return _holder(row)

    def find_holder(self, handle: str) -> str | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(HOLDER, {"handle_hash": self._handle_hash(_fold(handle))})
        return None if row is None else str(row["holder_id"])

    def holder(self, holder_id: str) -> Holder | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(HOLDER, {"holder_id": holder_id})
        return None if row is None else _holder(row)

    def unlock(self, holder_id: str, passphrase: str, *, at: datetime) -> HolderKey:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(HOLDER, {"holder_id": holder_id})
        if row is None:
            raise NotFound(HOLDER_UNKNOWN)
        subject = f"holder {holder_id}"
        with GUESSES.turn():  # before it counts as an attempt: who found no turn has guessed nothing
            self.begin_attempt(subject, at=at)
            key = _unwrap(row, passphrase)
            self.clear_attempts(subject)
        return key

    def sign_in(self, handle: str, passphrase: str, *, at: datetime) -> HolderKey:
        """See the port."""
        subject = f"handle {_fold(handle)}"
        with GUESSES.turn():
            self.begin_attempt(subject, at=at)
            holder_id = self.find_holder(handle)
            if holder_id is None:
                stretch(_normal(passphrase), bytes(SALT_BYTES), self._cost)
                raise Refused(WRONG_PASSPHRASE)
            key = self.unlock(holder_id, passphrase, at=at)
            self.clear_attempts(subject)
        return key

    def change_passphrase(self, holder_id: str, old: str, new: str, *, at: datetime, event: AuditEvent | None = None) -> None:
        """See the port."""
        secret = _passphrase(new)
        key = self.unlock(holder_id, old, at=at)
        wrapped = self._wrap(key, secret)
        with self._rows.writing(lock_of(holder_id)) as transaction:
            transaction.update(HOLDER, {"holder_id": holder_id}, wrapped)
            note(transaction, event)

    def delete_holder(self, key: HolderKey, *, event: AuditEvent) -> None:
        """See the port."""
        with self._rows.writing(lock_of(key.holder_id)) as transaction:
            transaction.delete(RELEASE, {"owner_hash": self._owner_hash(key)})
            for table in (SESSION, DISCLOSURE, SHARE, DEPOSIT, ITEM, HOLDER):
                transaction.delete(table, {"holder_id": key.holder_id})
            note(transaction, event)

    def sign(self, key: HolderKey, data: bytes) -> bytes:
        """See the port."""
        return _signing_key(key).sign(data)

    def purge(self, *, at: datetime) -> int:
        """See the port."""
        stale = at - self.attempts_kept
        with self._rows.writing("purge") as transaction:
            gone = sum(transaction.delete(table, {"expires": AtMost(at)}) for table in (RELEASE, SESSION))
            gone += transaction.delete(ATTEMPT, {"last": AtMost(stale)})
            for share in transaction.many(SHARE, {"expires": AtMost(at)}, order=["position"]):
                if share["sealed"] is not None:
                    gone += transaction.update(SHARE, {"share_id": share["share_id"]}, {"sealed": None})
            return gone

    def _handle_hash(self, folded: str) -> str:
        return self._hash("handle", folded)

    def _wrap(self, key: HolderKey, secret: str) -> Row:
        salt = self._entropy.token(SALT_BYTES)
        wrapping = stretch(secret, salt, self._cost)
        wrapped = seal(wrapping, key.data_key, nonce=self._entropy.token(NONCE_BYTES), place=_key_place(key.holder_id))
        return {"salt": salt, "cost": str(self._cost), "wrapped_key": wrapped}


def _unwrap(row: Row, passphrase: str) -> HolderKey:
    wrapping = stretch(_normal(passphrase), row["salt"], Cost.parse(row["cost"]))
    try:
        return HolderKey(row["holder_id"], open_sealed(wrapping, row["wrapped_key"], place=_key_place(row["holder_id"])))
    except SealBroken as error:
        raise Refused(WRONG_PASSPHRASE) from error


def _key_place(holder_id: str) -> bytes:
    return associated("vault", holder_id, "data key")


def _signing_key(key: HolderKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(key.data_key, "holder signing key"))


def _holder(row: Row) -> Holder:
    return Holder(row["holder_id"], row["box_key"], row["signing_key"], row["created"])


def _fold(handle: str) -> str:
    return unicodedata.normalize("NFKC", handle).strip().casefold()


def _handle(handle: str) -> str:
    folded = _fold(handle)
    if not folded or len(folded) > LONGEST_HANDLE or not folded.isprintable():
        raise Malformed(HANDLE_MALFORMED, place="handle", limit=LONGEST_HANDLE)
    return folded


def _normal(passphrase: str) -> str:
    """The same passphrase from every keyboard (NIST SP 800-63B section 3.1.1.2 asks for NFKC or NFKD)."""
    return unicodedata.normalize("NFKC", passphrase)[:LONGEST_PASSPHRASE]


def _passphrase(passphrase: str) -> str:
    if not LEAST_PASSPHRASE <= len(passphrase) <= LONGEST_PASSPHRASE:
        raise Refused(PASSPHRASE_SHORT, place="passphrase", least=LEAST_PASSPHRASE, most=LONGEST_PASSPHRASE)
    return _normal(passphrase)
