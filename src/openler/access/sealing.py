"""Sealing: how private bytes are kept. AES-256-GCM, HKDF-SHA256, X25519 and Argon2id, with chance handed in.

Every sealed value names, as associated data, the place it belongs to (kind, holder, item): moved elsewhere it does not
open. Sealed values begin with a version byte, so that a later suite can stand beside this one.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from openler.access.turns import GUESSES

KEY_BYTES = 32
NONCE_BYTES = 12
"""96 bits (NIST SP 800-38D section 8.2.2): random nonces are safe for 2**32 messages under one key."""
SALT_BYTES = 16

_SEALED = b"\x01"
_BOXED = b"\x02"
_PUBLIC_BYTES = 32


class SealBroken(Exception):
    """Wrong key, wrong place, or tampered bytes; which of them cannot be told. Callers turn it into an error with a code."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: Argon2id (RFC 9106), memory in KiB."""

    time: int = 3
    memory: int = 65_536
    lanes: int = 4

    def __str__(self) -> str:
        return f"argon2id:{self.time}:{self.memory}:{self.lanes}"

    @classmethod
    def parse(cls, text: str) -> Cost:
        """Read what ``str`` wrote."""
        _, time, memory, lanes = text.split(":")
        return cls(int(time), int(memory), int(lanes))


STANDARD_COST = Cost()
"""The second recommended option of RFC 9106 section 4: 64 MiB, three passes, four lanes."""


def associated(*parts: str) -> bytes:
    """Parts as one unambiguous byte string: each with its length before it."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def derive(secret: bytes, label: str, salt: bytes = b"") -> bytes:
    """A 32-byte key for one use, from a secret of full entropy (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt or None, info=b"openler 1 " + label.encode()).derive(secret)


def stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """A 32-byte key from something a person remembers (Argon2id), in turn with others that do the same.

    :raises Unavailable: ``access.busy``
    """
    with GUESSES.turn():
        return hash_secret_raw(
            passphrase.encode(),
            salt,
            time_cost=cost.time,
            memory_cost=cost.memory,
            parallelism=cost.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )


def blind(key: bytes, *parts: str | bytes) -> bytes:
    """A keyed hash by which equal things are found again without saying what they are."""
    mixed = b"".join([len(data).to_bytes(8, "big") + data for data in (part.encode() if isinstance(part, str) else part for part in parts)])
    return hmac.digest(key, mixed, "sha256")


def seal(key: bytes, content: bytes, *, nonce: bytes, place: bytes) -> bytes:
    """Encrypt ``content`` for ``place``; ``nonce`` is 12 fresh random bytes."""
    return _SEALED + nonce + AESGCM(key).encrypt(nonce, content, _SEALED + place)


def open_sealed(key: bytes, sealed: bytes, *, place: bytes) -> bytes:
    """Decrypt. :raises SealBroken:"""
    if sealed[:1] != _SEALED:
        raise SealBroken
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, _SEALED + place)
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def public_box_key(private: bytes) -> bytes:
    """The public half of an X25519 key, both raw."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def box(recipient: bytes, content: bytes, *, ephemeral: bytes, place: bytes) -> bytes:
    """Encrypt for who holds the private half of ``recipient``; the sender can open it no more.

    ``ephemeral`` is 32 fresh random bytes. The key is used once, hence the constant nonce.
    """
    private = X25519PrivateKey.from_private_bytes(ephemeral)
    public = private.public_key().public_bytes_raw()
    key = derive(private.exchange(X25519PublicKey.from_public_bytes(recipient)), "box", salt=public + recipient)
    return _BOXED + public + AESGCM(key).encrypt(bytes(NONCE_BYTES), content, _BOXED + place)


def open_box(private: bytes, boxed: bytes, *, place: bytes) -> bytes:
    """Decrypt with the private half. :raises SealBroken:"""
    if boxed[:1] != _BOXED:
        raise SealBroken
    public, body = boxed[1 : 1 + _PUBLIC_BYTES], boxed[1 + _PUBLIC_BYTES :]
    try:
        own = X25519PrivateKey.from_private_bytes(private)
        key = derive(own.exchange(X25519PublicKey.from_public_bytes(public)), "box", salt=public + own.public_key().public_bytes_raw())
        return AESGCM(key).decrypt(bytes(NONCE_BYTES), body, _BOXED + place)
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error
