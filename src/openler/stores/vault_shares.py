"""The part of the vault that lets others see: shares, the log of disclosures, profiles released for matching."""

from __future__ import annotations

from datetime import datetime

from openler.access.audit import AuditEvent
from openler.access.sealing import NONCE_BYTES, SealBroken, associated, open_sealed, seal
from openler.actions.private_ports import HolderKey, ReleasedProfile, StoredDisclosure, StoredShare
from openler.errors import Internal, NotFound
from openler.holding.share import UNKNOWN
from openler.stores.private_audit import note
from openler.stores.rows import Above, Row
from openler.stores.sql.private_tables import DISCLOSURE, HOLDER, ITEM, RELEASE, SHARE
from openler.stores.vault_base import HOLDER_UNKNOWN, VAULT_DAMAGED, VaultBase, known_holder, lock_of


class Shares(VaultBase):
    """Shares open with their link; disclosures and releases of a holder are found by her key only."""

    def add_share(self, key: HolderKey, share: StoredShare, content: bytes, *, event: AuditEvent) -> None:
        """See the port."""
        row: Row = {
            "share_id": share.share_id,
            "holder_id": key.holder_id,
            "token_hash": share.token_hash.hex(),
            "sealed": share.sealed,
            "salt": share.salt,
            "needs_code": share.needs_code,
            "created": share.created,
            "expires": share.expires,
        }
        item: Row = {
            "holder_id": key.holder_id,
            "kind": "share",
            "item_id": share.share_id,
            "sealed": self._seal(key, content, "share", share.share_id),
            "changed": share.created,
        }
        with self._rows.writing(lock_of(key.holder_id)) as transaction:
            known_holder(transaction, key.holder_id)
            transaction.insert(SHARE, [row])
            transaction.insert(ITEM, [item])
            note(transaction, event)

    def share_by_token(self, token_hash: bytes) -> StoredShare | None:
        """See the port."""
        with self._rows.reading() as view:
            row = view.one(SHARE, {"token_hash": token_hash.hex()})
        return None if row is None else _share(row)

    def shares(self, key: HolderKey) -> tuple[StoredShare, ...]:
        """See the port."""
        with self._rows.reading() as view:
            return tuple(_share(row) for row in view.many(SHARE, {"holder_id": key.holder_id}, order=["position"]))

    def withdraw_share(self, key: HolderKey, share_id: str, *, at: datetime, event: AuditEvent) -> bool:
        """See the port."""
        where: Row = {"share_id": share_id, "holder_id": key.holder_id}
        with self._rows.writing(lock_of(key.holder_id)) as transaction:
            row = transaction.one(SHARE, where)
            if row is None:
                raise NotFound(UNKNOWN)
            if row["withdrawn"] is not None:
                return False
            transaction.update(SHARE, where, {"withdrawn": at, "sealed": None})
            note(transaction, event)
            return bool(at < row["expires"])

    def disclose(self, share_id: str, content: bytes, *, at: datetime, event: AuditEvent) -> bool:
        """See the port."""
        with self._rows.reading() as view:
            found = view.one(SHARE, {"share_id": share_id})
        if found is None:
            return False
        with self._rows.writing(lock_of(found["holder_id"])) as transaction:
            # Read again under the lock: the holder may have withdrawn it in between, and then nothing is disclosed.
            row = transaction.one(SHARE, {"share_id": share_id})
            if row is None or row["withdrawn"] is not None or at >= row["expires"]:
                return False
            holder = known_holder(transaction, row["holder_id"])
            disclosure_id = self._entropy.token(16).hex()
            boxed = self._box(holder, content, "disclosure", disclosure_id)
            transaction.insert(DISCLOSURE, [{"disclosure_id": disclosure_id, "holder_id": row["holder_id"], "boxed": boxed, "time": at}])
            note(transaction, event)
            return True

    def disclosures(self, key: HolderKey) -> tuple[StoredDisclosure, ...]:
        """See the port."""
        with self._rows.reading() as view:
            holder = view.one(HOLDER, {"holder_id": key.holder_id})
            rows = view.many(DISCLOSURE, {"holder_id": key.holder_id}, order=["position"])
        if holder is None:
            raise NotFound(HOLDER_UNKNOWN)
        private = self._box_key(key, holder)
        return tuple(
            StoredDisclosure(
                row["disclosure_id"],
                self._unbox(private, key.holder_id, row["boxed"], "disclosure", row["disclosure_id"]),
                row["time"],
            )
            for row in rows
        )

    def release(
        self,
        key: HolderKey,
        *,
        release_id: str,
        scope: str,
        profile: bytes,
        consent: bytes,
        at: datetime,
        expires: datetime,
        event: AuditEvent,
    ) -> None:
        """See the port."""
        row: Row = {
            "release_id": release_id,
            "owner_hash": self._owner_hash(key),
            "scope": scope,
            "sealed_profile": self._seal_release(profile, release_id, "profile"),
            "sealed_consent": self._seal_release(consent, release_id, "consent"),
            "released": at,
            "expires": expires,
        }
        with self._rows.writing(lock_of(key.holder_id)) as transaction:
            known_holder(transaction, key.holder_id)
            transaction.insert(RELEASE, [row])
            note(transaction, event)

    def released(self, scope: str, *, at: datetime, after: str = "", limit: int = 1000) -> tuple[ReleasedProfile, ...]:
        """See the port."""
        where: Row = {"scope": scope, "expires": Above(at), "release_id": Above(after)}
        with self._rows.reading() as view:
            rows = view.many(RELEASE, where, order=["release_id"], limit=limit)
        return tuple(
            ReleasedProfile(
                row["release_id"],
                row["scope"],
                self._open_release(row, "profile"),
                self._open_release(row, "consent"),
                row["released"],
                row["expires"],
            )
            for row in rows
        )

    def withdraw_release(self, key: HolderKey, release_id: str, *, event: AuditEvent) -> bool:
        """See the port."""
        with self._rows.writing(lock_of(key.holder_id)) as transaction:
            gone = transaction.delete(RELEASE, {"release_id": release_id, "owner_hash": self._owner_hash(key)}) > 0
            if gone:
                note(transaction, event)
            return gone

    def _seal_release(self, content: bytes, release_id: str, part: str) -> bytes:
        nonce = self._entropy.token(NONCE_BYTES)
        return seal(self._release_key, content, nonce=nonce, place=associated("release", release_id, part))

    def _open_release(self, row: Row, part: str) -> bytes:
        try:
            return open_sealed(self._release_key, row[f"sealed_{part}"], place=associated("release", row["release_id"], part))
        except SealBroken as error:
            raise Internal(VAULT_DAMAGED, place=f"release {row['release_id']} {part}") from error


def _share(row: Row) -> StoredShare:
    return StoredShare(
        share_id=row["share_id"],
        holder_id=row["holder_id"],
        token_hash=bytes.fromhex(row["token_hash"]),
        sealed=row["sealed"],
        salt=row["salt"],
        needs_code=row["needs_code"],
        created=row["created"],
        expires=row["expires"],
        withdrawn=row["withdrawn"],
    )
