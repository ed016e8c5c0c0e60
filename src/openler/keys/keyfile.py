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
from openler.actions.ports import KeyInfo, KeyType, Signer
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
    compromised: datetime | None = None
    held: str | None = None

    @property
    def info(self) -> KeyInfo:
        """What may be listed."""
        uri = f"{SCHEME}:{self.name}"
        return KeyInfo(self.name, uri, self.key_type, self.public_key, self.created, self.retired, self.compromised, self.held)

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
        signer = from_pkcs8(self._unsealed(stretched))
        if signer.key_type != self.key_type or signer.public_key != self.public_key:
            raise Malformed(FILE_DAMAGED, name=self.name)
        return signer

    def verify(self, stretched: bytes) -> None:
        """Check that nobody changed what stands in clear, of a key that is held elsewhere.

        :raises Malformed: ``keys.file_damaged``
        """
        if self._unsealed(stretched) != (self.held or "").encode():
            raise Malformed(FILE_DAMAGED, name=self.name)

    def retire(self, stretched: bytes, *, at: datetime, compromised: datetime | None, nonce: bytes) -> KeyFile:
        """The same key, no longer for signing; sealed anew, so that nobody takes the dates back unnoticed."""
        return _sealed(replace(self, retired=at, compromised=compromised), self._unsealed(stretched), stretched, nonce)

    def _unsealed(self, stretched: bytes) -> bytes:
        try:
            return open_sealed(derive(stretched, "key file"), self.sealed, place=self._place())
        except SealBroken:
            raise Malformed(FILE_DAMAGED, name=self.name) from None

    def _place(self) -> bytes:
        retired = self.retired.isoformat() if self.retired else ""
        # What most keys lack is left out where it lacks, so that files of before these existed still open.
        more = [f"compromised {self.compromised.isoformat()}"] if self.compromised else []
        more += [f"held {self.held}"] if self.held is not None else []
        return associated(FORMAT, self.name, self.key_type, self.public_key.hex(), self.created.isoformat(), retired, *more)

    def write(self) -> bytes:
        """The file's bytes."""
        more = {"compromised": self.compromised.isoformat()} if self.compromised else {}
        return jcs(more | ({"held": self.held} if self.held is not None else {}) | {
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
    return _sealed(bare, signer.pkcs8(), stretched, nonce), stretched


def make_held(name: str, signer: Signer, uri: str, passphrase: str, *, at: datetime, cost: Cost, chance: bytes) -> tuple[KeyFile, bytes]:
    """The same for a key that is held elsewhere, at ``uri``: the file seals no secret, only what it says."""
    salt, nonce = chance[:SALT_BYTES], chance[SALT_BYTES:]
    stretched = stretch(passphrase, salt, cost)
    bare = KeyFile(name, signer.key_type, signer.public_key, at, None, cost, salt, _check(stretched), b"", held=uri)
    return _sealed(bare, uri.encode(), stretched, nonce), stretched


CHANCE_BYTES = SALT_BYTES + 12


def _check(stretched: bytes) -> bytes:
    return blind(derive(stretched, "key file check"), FORMAT)[:16]


def _sealed(file: KeyFile, content: bytes, stretched: bytes, nonce: bytes) -> KeyFile:
    return replace(file, sealed=seal(derive(stretched, "key file"), content, nonce=nonce, place=file._place()))  # noqa: SLF001 - its own module


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
    compromised = datetime.fromisoformat(content["compromised"]) if "compromised" in content else None
    held = content.get("held")
    cost, salt = Cost.parse(content["cost"]), bytes.fromhex(content["salt"])
    if key_type not in get_args(KeyType) or any(each is not None and each.tzinfo is None for each in (created, retired, compromised)):
        raise ValueError(key_type)
    if not (held is None or isinstance(held, str)) or (compromised is not None and retired is None):
        raise ValueError(held)
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
        compromised=compromised,
        held=held,
    )


def _bearable(cost: Cost) -> bool:
    return (
        1 <= cost.time <= HIGHEST_COST.time
        and 1 <= cost.lanes <= HIGHEST_COST.lanes
        and 8 * cost.lanes <= cost.memory <= HIGHEST_COST.memory  # Argon2 needs 8 KiB a lane
    )
