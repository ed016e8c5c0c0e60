"""The KeyStore port over a directory: one sealed file a key (:mod:`openler.keys.keyfile`)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from openler.access.sealing import NONCE_BYTES, STANDARD_COST, Cost
from openler.actions.ports import Entropy, KeyInfo, KeyType, Signer
from openler.errors import Conflict, NotFound, Refused, declare
from openler.keys import atomic, keyfile, names
from openler.keys.keyfile import SCHEME, KeyFile
from openler.keys.signers import KeySigner, generate

__all__ = ["PASSPHRASE_EMPTY", "SCHEME", "FileKeys", "Passphrase"]

PASSPHRASE_EMPTY = declare("keys.passphrase_empty", by=__name__)

Passphrase = Callable[[], str]
"""Asked when a key is first opened; every key of a store has the same one."""

_SUFFIX = ".json"


class FileKeys:
    """Keys in ``directory`` (mode 0700, files 0600), under one passphrase.

    A key once opened stays open in this process, so that a batch pays for the passphrase once. Safe for threads; two
    processes may share a directory.
    """

    def __init__(self, directory: Path, passphrase: Passphrase, entropy: Entropy, *, cost: Cost = STANDARD_COST) -> None:
        self._directory = directory
        self._passphrase = passphrase
        self._entropy = entropy
        self._cost = cost
        self._lock = threading.RLock()
        self._open: dict[str, tuple[bytes, bytes, KeySigner]] = {}

    def create(self, name: str, key_type: KeyType, *, at: datetime) -> KeyInfo:
        """Make a key and keep it, sealed under the passphrase of the keys that are there already.

        :raises Malformed: ``keys.name_malformed``
        :raises Conflict: ``keys.name_taken``
        :raises Refused: ``keys.passphrase_wrong``, ``keys.passphrase_empty``
        :raises Unavailable: ``keys.store_unavailable``
        """
        path = self._path(name)
        with self._lock:
            atomic.own_directory(self._directory)
            if path.exists():
                raise Conflict(names.NAME_TAKEN, name=name)
            passphrase = self._ask()
            for other in self.keys()[:1]:  # a slip of the finger must not make a key that no passphrase of ours opens
                self._read(other.name).stretched(passphrase)
            signer = generate(key_type)
            chance = self._entropy.token(keyfile.CHANCE_BYTES)
            file, stretched = keyfile.make(name, signer, passphrase, at=at, cost=self._cost, chance=chance)
            try:
                atomic.write(path, file.write(), replace=False)
            except FileExistsError:
                raise Conflict(names.NAME_TAKEN, name=name) from None
            self._open[name] = (file.sealed, stretched, signer)
        return file.info

    def keys(self) -> tuple[KeyInfo, ...]:
        """All keys, retired ones included, oldest first. Needs no passphrase.

        :raises Malformed: ``keys.file_damaged``
        :raises Refused: ``keys.file_exposed``
        """
        found = sorted(self._directory.glob(f"[!.]*{_SUFFIX}")) if self._directory.is_dir() else []
        listed = (self._read(path.name.removesuffix(_SUFFIX)).info for path in found)
        return tuple(sorted(listed, key=lambda info: (info.created, info.name)))

    def retire(self, name: str, *, at: datetime) -> KeyInfo:
        """Stop signing with a key; its file stays. Retiring it again changes nothing.

        :raises NotFound: ``keys.not_found``
        :raises Refused: ``keys.passphrase_wrong``: the date is sealed too
        """
        with self._lock:
            file = self._read(name)
            if file.retired is None:
                stretched, _ = self._opened(file)
                file = file.retire(stretched, at=at, nonce=self._entropy.token(NONCE_BYTES))
                atomic.write(self._path(name), file.write(), replace=True)
                self._open.pop(name, None)
        return file.info

    def signer(self, uri: str) -> Signer:
        """A signer for ``file:NAME``.

        :raises NotFound: ``keys.not_found``
        :raises Refused: ``keys.retired``, ``keys.passphrase_wrong``, ``keys.file_exposed``
        :raises Malformed: ``keys.file_damaged``
        """
        with self._lock:
            file = self._read(names.split(uri)[1])
            if file.retired is not None:
                raise Refused(names.RETIRED, name=file.name)
            return self._opened(file)[1]

    def _ask(self) -> str:
        passphrase = self._passphrase()
        if not passphrase:
            raise Refused(PASSPHRASE_EMPTY)
        return passphrase

    def _opened(self, file: KeyFile) -> tuple[bytes, KeySigner]:
        held = self._open.get(file.name)
        if held is None or held[0] != file.sealed:
            stretched = file.stretched(self._ask())
            held = self._open[file.name] = (file.sealed, stretched, file.open(stretched))
        return held[1], held[2]

    def _path(self, name: str) -> Path:
        return self._directory / f"{names.check_name(name)}{_SUFFIX}"

    def _read(self, name: str) -> KeyFile:
        try:
            data = atomic.read_owned(self._path(name), limit=keyfile.MAX_FILE)
        except FileNotFoundError:
            raise NotFound(names.NOT_FOUND, name=name[:80]) from None
        return keyfile.read(data, name=name)
