"""The wall's own data keys: random, wrapped under a secret that the operator keeps outside the database.

They protect what no single holder owns: issuers' records, profiles released for matching, keyed hashes. The operator's
secret is changed by :func:`rewrap`, which touches a few rows and no record.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from openler.access.sealing import KEY_BYTES, NONCE_BYTES, SealBroken, associated, derive, open_sealed, seal
from openler.actions.ports import Entropy
from openler.errors import Misused, declare
from openler.stores.rows import Rows, Writing
from openler.stores.sql.private_tables import DATA_KEY

SECRET_SHORT = declare("vault.operator_secret_short", by=__name__)
SECRET_WRONG = declare("vault.operator_secret_wrong", by=__name__)

KeyName = Literal["ledger", "vault"]
KEY_NAMES: Final[tuple[KeyName, ...]] = ("ledger", "vault")
_SALT: Final = "operator salt"


def data_key(rows: Rows, name: KeyName, *, secret: bytes, entropy: Entropy, at: datetime) -> bytes:
    """The data key of that name, made at the first call.

    :raises Misused: ``vault.operator_secret_short`` (under 32 bytes), ``vault.operator_secret_wrong``
    """
    wrapping = _wrapping(secret)
    with rows.writing("data keys") as transaction:
        found = transaction.one(DATA_KEY, {"name": name})
        if found is not None:
            return _unwrap(wrapping, name, found["wrapped"])
        key = entropy.token(KEY_BYTES)
        transaction.insert(DATA_KEY, [{"name": name, "wrapped": _wrap(wrapping, name, key, entropy), "created": at}])
        return key


def operator_salt(rows: Rows, *, first: bytes, at: datetime) -> bytes:
    """The salt under which the operator's passphrase becomes the secret: ``first`` where the wall is new.

    It is no secret, and it stays with the database: every server that shares the database derives the same keys.
    """
    with rows.writing("data keys") as transaction:
        found = transaction.one(DATA_KEY, {"name": _SALT})
        if found is not None:
            return bytes(found["wrapped"])
        transaction.insert(DATA_KEY, [{"name": _SALT, "wrapped": first, "created": at}])
        return first


def rewrap(rows: Rows, *, old: bytes, new: bytes, entropy: Entropy) -> int:
    """Put every data key under a new operator's secret, in one transaction; how many. Raises as :func:`data_key`."""
    before, after = _wrapping(old), _wrapping(new)
    with rows.writing("data keys") as transaction:
        return sum(_rewrap_one(transaction, name, before, after, entropy) for name in KEY_NAMES)


def _rewrap_one(transaction: Writing, name: KeyName, before: bytes, after: bytes, entropy: Entropy) -> int:
    found = transaction.one(DATA_KEY, {"name": name})
    if found is None:
        return 0
    key = _unwrap(before, name, found["wrapped"])
    return transaction.update(DATA_KEY, {"name": name}, {"wrapped": _wrap(after, name, key, entropy)})


def _wrapping(secret: bytes) -> bytes:
    if len(secret) < KEY_BYTES:
        raise Misused(SECRET_SHORT, least=KEY_BYTES, seen=len(secret))
    return derive(secret, "data key wrapping")


def _wrap(wrapping: bytes, name: KeyName, key: bytes, entropy: Entropy) -> bytes:
    return seal(wrapping, key, nonce=entropy.token(NONCE_BYTES), place=associated("data key", name))


def _unwrap(wrapping: bytes, name: KeyName, wrapped: bytes) -> bytes:
    try:
        return open_sealed(wrapping, wrapped, place=associated("data key", name))
    except SealBroken as error:
        raise Misused(SECRET_WRONG) from error
