"""One key in one file: what is public in clear, the secret sealed under a passphrase.

The passphrase is stretched by Argon2id; one half of what comes out seals the secret with AES-256-GCM, bound to
everything that stands in clear beside it, the other half makes the check value that tells a wrong passphrase from a
damaged file.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

from openler.access.sealing import SALT_BYTES, Cost, SealBroken, associated, blind, derive, open_sealed, seal, stretch
from openler.actions.ports import KeyInfo, KeyType
from openler.errors import Malformed, OpenlerError, Refused, declare
from openler.keys.signers import KeySigner, from_pkcs8
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import parse_json

FILE_DAMAGED = declare("keys.file_damaged", by=__name__)
PASSPHRASE_WRONG = declare("keys.passphrase_wrong", by=__name__)

FORMAT = "openler-key-1"
SCHEME = "file"
MAX_FILE = 16 * 1024
"""Largest key file read, in bytes: written ones have under 1,000."""
HIGHEST_COST = Cost(time=16, memory=1024 * 1024, lanes=16)
"""A file may ask for no more work than this (1 GiB), or opening it would be an attack on the machine."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key file's content."""

    name: str
    key_type: KeyType
    public_key: bytes
    created: datetime
    retired: datetime | None
    cost: Cost
    salt: bytes
    check: bytes
    sealed: bytes

    @property
    def info(self) -> KeyInfo:
        """What may be listed."""
        return KeyInfo(self.name, f"{SCHEME}:{self.name}", self.key_type, self.public_key, self.created, self.retired)

    def stretched(self, passphrase: str) -> bytes:
        """The key that the passphrase gives; takes about a tenth of a second.

        :raises Refused: ``keys.passphrase_wrong``
        """
        stretched = stretch(passphrase, self.salt, self.cost)
        if not hmac.compare_digest(_check(stretched), self.check):
            raise Refused(PASSPHRASE_WRONG, name=self.name)
        return stretched

    def open(self, stretched: bytes) -> KeySigner:
        """The signer inside.

        :raises Malformed: ``keys.file_damaged``: something in the file was changed
        """
        try:
            signer = from_pkcs8(open_sealed(derive(stretched, "key file"), self.sealed, place=self._place()))
        except SealBroken:
            raise Malformed(FILE_DAMAGED, name=self.name) from None
        if signer.key_type != self.key_type or signer.public_key != self.public_key:
            raise Malformed(FILE_DAMAGED, name=self.name)
        return signer

    def retire(self, stretched: bytes, *, at: datetime, nonce: bytes) -> KeyFile:
        """The same key, no longer for signing; sealed anew, so that nobody takes the date back unnoticed."""
        return _sealed(replace(self, retired=at), self.open(stretched), stretched, nonce)

    def _place(self) -> bytes:
        retired = self.retired.isoformat() if self.retired else ""
        return associated(FORMAT, self.name, self.key_type, self.public_key.hex(), self.created.isoformat(), retired)

    def write(self) -> bytes:
        """The file's bytes."""
        return jcs({
            "format": FORMAT,
            "name": self.name,
            "keyType": self.key_type,
            "publicKey": self.public_key.hex(),
            "created": self.created.isoformat(),
            "retired": self.retired.isoformat() if self.retired else None,
            "cost": str(self.cost),
            "salt": self.salt.hex(),
            "check": self.check.hex(),
            "sealed": self.sealed.hex(),
        })  # fmt: skip


def make(name: str, signer: KeySigner, passphrase: str, *, at: datetime, cost: Cost, chance: bytes) -> tuple[KeyFile, bytes]:
    """A new key file, and the stretched passphrase. ``chance`` is ``CHANCE_BYTES`` fresh random bytes."""
    salt, nonce = chance[:SALT_BYTES], chance[SALT_BYTES:]
    stretched = stretch(passphrase, salt, cost)
    bare = KeyFile(name, signer.key_type, signer.public_key, at, None, cost, salt, _check(stretched), b"")
    return _sealed(bare, signer, stretched, nonce), stretched


CHANCE_BYTES = SALT_BYTES + 12


def _check(stretched: bytes) -> bytes:
    return blind(derive(stretched, "key file check"), FORMAT)[:16]


def _sealed(file: KeyFile, signer: KeySigner, stretched: bytes, nonce: bytes) -> KeyFile:
    return replace(file, sealed=seal(derive(stretched, "key file"), signer.pkcs8(), nonce=nonce, place=file._place()))  # noqa: SLF001 - its own module


def read(data: bytes, *, name: str) -> KeyFile:
    """Parse a key file that is expected to hold the key ``name``.

    :raises Malformed: ``keys.file_damaged``
    """
    try:
        content: Any = parse_json(data, max_bytes=MAX_FILE)
        file = _parsed(content)
    except (OpenlerError, KeyError, TypeError, ValueError, AttributeError):
        raise Malformed(FILE_DAMAGED, name=name) from None
    if file.name != name or content["format"] != FORMAT or not _bearable(file.cost):
        raise Malformed(FILE_DAMAGED, name=name)
    return file


def _parsed(content: dict[str, Any]) -> KeyFile:
    key_type = content["keyType"]
    created = datetime.fromisoformat(content["created"])
    retired = None if content["retired"] is None else datetime.fromisoformat(content["retired"])
    cost, salt = Cost.parse(content["cost"]), bytes.fromhex(content["salt"])
    if key_type not in get_args(KeyType) or created.tzinfo is None or (retired and retired.tzinfo is None):
        raise ValueError(key_type)
    if str(cost) != content["cost"] or len(salt) != SALT_BYTES:
        raise ValueError(content["cost"])
    return KeyFile(
        name=content["name"],
        key_type=key_type,
        public_key=bytes.fromhex(content["publicKey"]),
        created=created,
        retired=retired,
        cost=cost,
        salt=salt,
        check=bytes.fromhex(content["check"]),
        sealed=bytes.fromhex(content["sealed"]),
    )


def _bearable(cost: Cost) -> bool:
    return (
        1 <= cost.time <= HIGHEST_COST.time
        and 1 <= cost.lanes <= HIGHEST_COST.lanes
        and 8 * cost.lanes <= cost.memory <= HIGHEST_COST.memory  # Argon2 needs 8 KiB a lane
    )
