"""The KeyStore port over a directory: one sealed file a key (:mod:`openler.keys.keyfile`)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from openler.access.sealing import NONCE_BYTES, STANDARD_COST, Cost
from openler.actions.ports import Entropy, KeyInfo, KeyType, Signer
from openler.errors import Conflict, Malformed, Misused, NotFound, Refused, declare
from openler.keys import atomic, keyfile, names
from openler.keys.keyfile import SCHEME, KeyFile
from openler.keys.signers import KeySigner, generate

__all__ = ["PASSPHRASE_EMPTY", "SCHEME", "FileKeys", "Passphrase"]

PASSPHRASE_EMPTY = declare("keys.passphrase_empty", by=__name__)

Passphrase = Callable[[], str]
"""Asked when a key is first opened; every key of a store has the same one."""

_SUFFIX = ".json"


def _nowhere(uri: str) -> Signer:
    raise Misused(names.SCHEME_UNKNOWN, scheme=names.split(uri)[0][:20], known=SCHEME)


class FileKeys:
    """Keys in ``directory`` (mode 0700, files 0600), under one passphrase.

    A key once opened stays open in this process, so that a batch pays for the passphrase once. Safe for threads; two
    processes may share a directory.
    """

    def __init__(
        self,
        directory: Path,
        passphrase: Passphrase,
        entropy: Entropy,
        *,
        cost: Cost = STANDARD_COST,
        elsewhere: Callable[[str], Signer] = _nowhere,
    ) -> None:
        self._directory = directory
        self._passphrase = passphrase
        self._entropy = entropy
        self._cost = cost
        self._elsewhere = elsewhere
        self._lock = threading.RLock()
        self._open: dict[str, tuple[bytes, bytes, KeySigner | None]] = {}

    def create(self, name: str, key_type: KeyType, *, at: datetime) -> KeyInfo:
        """Make a key and keep it, sealed under the passphrase of the keys that are there already.

        :raises Malformed: ``keys.name_malformed``
        :raises Conflict: ``keys.name_taken``
        :raises Refused: ``keys.passphrase_wrong``, ``keys.passphrase_empty``
        :raises Unavailable: ``keys.store_unavailable``
        """
        with self._lock:
            passphrase = self._ready_for(name)
            signer = generate(key_type)
            chance = self._entropy.token(keyfile.CHANCE_BYTES)
            file, stretched = keyfile.make(name, signer, passphrase, at=at, cost=self._cost, chance=chance)
            self._keep(file)
            self._open[name] = (file.sealed, stretched, signer)
        return file.info

    def add(self, name: str, uri: str, *, at: datetime) -> KeyInfo:
        """List a key that is held elsewhere: its public half, its dates and where it is; these are sealed against changes.

        :raises Malformed: ``keys.name_malformed``
        :raises Conflict: ``keys.name_taken``; ``keys.listed_already``: the same key has another name
        :raises Refused: ``keys.passphrase_wrong``, ``keys.passphrase_empty``
        :raises Unavailable: ``keys.store_unavailable``
        """
        with self._lock:
            names.check_name(name)
            signer = self._elsewhere(uri)
            for known in self.keys():
                if known.public_key == signer.public_key:
                    raise Conflict(names.LISTED_ALREADY, name=known.name)
            passphrase = self._ready_for(name)
            chance = self._entropy.token(keyfile.CHANCE_BYTES)
            file, stretched = keyfile.make_held(name, signer, uri, passphrase, at=at, cost=self._cost, chance=chance)
            self._keep(file)
            self._open[name] = (file.sealed, stretched, None)
        return file.info

    def generate(self, uri: str, key_type: KeyType) -> None:  # noqa: ARG002 - the port's signature
        """Nothing can be made at an address here. :raises Misused: ``keys.made_elsewhere``"""
        raise Misused(names.MADE_ELSEWHERE, scheme=names.split(uri)[0][:20])

    def _ready_for(self, name: str) -> str:
        """The passphrase, once it is sure that a key of that name can be kept under it."""
        path = self._path(name)
        atomic.own_directory(self._directory)
        if path.exists():
            raise Conflict(names.NAME_TAKEN, name=name)
        passphrase = self._ask()
        for other in self.keys()[:1]:  # a slip of the finger must not make a key that no passphrase of ours opens
            self._read(other.name).stretched(passphrase)
        return passphrase

    def _keep(self, file: KeyFile) -> None:
        try:
            atomic.write(self._path(file.name), file.write(), replace=False)
        except FileExistsError:
            raise Conflict(names.NAME_TAKEN, name=file.name) from None

    def keys(self) -> tuple[KeyInfo, ...]:
        """All keys, retired ones included, oldest first. Needs no passphrase.

        :raises Malformed: ``keys.file_damaged``
        :raises Refused: ``keys.file_exposed``
        """
        found = sorted(self._directory.glob(f"[!.]*{_SUFFIX}")) if self._directory.is_dir() else []
        listed = (self._read(path.name.removesuffix(_SUFFIX)).info for path in found)
        return tuple(sorted(listed, key=lambda info: (info.created, info.name)))

    def retire(self, name: str, *, at: datetime, compromised: datetime | None = None) -> KeyInfo:
        """Stop signing with a key; its file stays. Retiring it again changes nothing but, where that is told, since when it is compromised.

        :raises NotFound: ``keys.not_found``
        :raises Refused: ``keys.passphrase_wrong``: the date is sealed too
        """
        with self._lock:
            file = self._read(name)
            since = names.earlier(file.compromised, compromised)
            if file.retired is None or since != file.compromised:
                stretched, _ = self._opened(file)
                file = file.retire(stretched, at=file.retired or at, compromised=since, nonce=self._entropy.token(NONCE_BYTES))
                atomic.write(self._path(name), file.write(), replace=True)
                self._open.pop(name, None)
        return file.info

    def signer(self, uri: str) -> Signer:
        """A signer for ``file:NAME``.

        :raises NotFound: ``keys.not_found``
        :raises Refused: ``keys.retired``, ``keys.passphrase_wrong``, ``keys.file_exposed``
        :raises Malformed: ``keys.file_damaged``; ``keys.other_key_there``: where it was held there is another key now
        :raises Unavailable: where it is held nobody answers
        """
        with self._lock:
            file = self._read(names.split(uri)[1])
            if file.retired is not None:
                raise Refused(names.RETIRED, name=file.name)
            signer: Signer | None = self._opened(file)[1]
        if signer is None:
            signer = self._elsewhere(file.held or "")
            if (signer.key_type, signer.public_key) != (file.key_type, file.public_key):
                raise Malformed(names.OTHER_KEY_THERE, name=file.name)
        return signer

    def _ask(self) -> str:
        passphrase = self._passphrase()
        if not passphrase:
            raise Refused(PASSPHRASE_EMPTY)
        return passphrase

    def _opened(self, file: KeyFile) -> tuple[bytes, KeySigner | None]:
        """The stretched passphrase and the signer, None for one that is held elsewhere; what stands in clear is checked."""
        held = self._open.get(file.name)
        if held is None or held[0] != file.sealed:
            stretched = file.stretched(self._ask())
            if file.held is not None:
                file.verify(stretched)
            held = self._open[file.name] = (file.sealed, stretched, file.open(stretched) if file.held is None else None)
        return held[1], held[2]

    def _path(self, name: str) -> Path:
        return self._directory / f"{names.check_name(name)}{_SUFFIX}"

    def _read(self, name: str) -> KeyFile:
        try:
            data = atomic.read_owned(self._path(name), limit=keyfile.MAX_FILE)
        except FileNotFoundError:
            raise NotFound(names.NOT_FOUND, name=name[:80]) from None
        return keyfile.read(data, name=name)
