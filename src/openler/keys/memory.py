"""A KeyStore in memory: for tests, and for throwaway keys that lint a credential before it is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from openler.actions.ports import KeyInfo, KeyType, Signer
from openler.errors import Conflict, Misused, NotFound, Refused
from openler.keys import names
from openler.keys.signers import KeySigner, from_seed, generate

SCHEME = "memory"


class MemoryKeys:
    """Keys that live as long as this object. With a ``seed`` the same names give the same keys."""

    def __init__(self, *, seed: bytes | None = None) -> None:
        self._seed = seed
        self._held: dict[str, tuple[KeyInfo, KeySigner]] = {}

    def create(self, name: str, key_type: KeyType, *, at: datetime) -> KeyInfo:
        """Make a key. :raises Conflict: ``keys.name_taken``"""
        if names.check_name(name) in self._held:
            raise Conflict(names.NAME_TAKEN, name=name)
        signer = generate(key_type) if self._seed is None else from_seed(key_type, self._seed + name.encode())
        info = KeyInfo(name, f"{SCHEME}:{name}", key_type, signer.public_key, at)
        self._held[name] = (info, signer)
        return info

    def add(self, name: str, uri: str, *, at: datetime) -> KeyInfo:  # noqa: ARG002 - the port's signature
        """List a key of this store under another name. :raises Conflict: ``keys.name_taken``, ``keys.listed_already``"""
        if names.check_name(name) in self._held:
            raise Conflict(names.NAME_TAKEN, name=name)
        info, _ = self._find(names.split(uri)[1])
        raise Conflict(names.LISTED_ALREADY, name=info.name)

    def generate(self, uri: str, key_type: KeyType) -> None:  # noqa: ARG002 - the port's signature
        """Nothing can be made at an address here. :raises Misused: ``keys.made_elsewhere``"""
        raise Misused(names.MADE_ELSEWHERE, scheme=names.split(uri)[0][:20])

    def keys(self) -> tuple[KeyInfo, ...]:
        """All keys, oldest first."""
        return tuple(sorted((info for info, _ in self._held.values()), key=lambda info: (info.created, info.name)))

    def retire(self, name: str, *, at: datetime, compromised: datetime | None = None) -> KeyInfo:
        """Stop signing with a key; retiring it again changes nothing. :raises NotFound: ``keys.not_found``"""
        info, signer = self._find(name)
        info = replace(info, retired=info.retired or at, compromised=names.earlier(info.compromised, compromised))
        self._held[name] = (info, signer)
        return info

    def signer(self, uri: str) -> Signer:
        """A signer for ``memory:NAME``. :raises NotFound: ``keys.not_found`` :raises Refused: ``keys.retired``"""
        info, signer = self._find(names.split(uri)[1])
        if info.retired is not None:
            raise Refused(names.RETIRED, name=info.name)
        return signer

    def _find(self, name: str) -> tuple[KeyInfo, KeySigner]:
        found = self._held.get(name)
        if found is None:
            raise NotFound(names.NOT_FOUND, name=name[:80])
        return found
