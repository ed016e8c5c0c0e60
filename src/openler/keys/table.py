"""Where keys live, by the scheme of their URI: a table that a deployment may add to (PKCS #11, a cloud's key service)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from openler.actions.ports import KeyInfo, KeyStore, KeyType, Signer
from openler.errors import Misused, Refused
from openler.keys import names

Opener = Callable[[str], Signer]
"""Takes a whole key URI; raises NotFound, Refused, Malformed or Unavailable."""
Maker = Callable[[str, KeyType], None]
"""Makes a key at a URI; raises Conflict where there is one."""


def by_scheme(openers: Mapping[str, Opener]) -> Opener:
    """One opener of many, by the scheme of what it is asked for. It raises Misused: ``keys.scheme_unknown``."""

    def signer(uri: str) -> Signer:
        scheme, _ = names.split(uri)
        opener = openers.get(scheme)
        if opener is None:
            raise Misused(names.SCHEME_UNKNOWN, scheme=scheme[:20], known=", ".join(sorted(openers)))
        return opener(uri)

    return signer


class KeyTable:
    """The KeyStore port over many places: keys are made and kept in ``store``, and opened from wherever their URI says.

    ``openers`` maps a scheme to its opener, ``makers`` to what makes a key there; ``with_scheme`` gives a table with one more.
    """

    def __init__(self, store: KeyStore, openers: Mapping[str, Opener], makers: Mapping[str, Maker] | None = None) -> None:
        self._store = store
        self._openers = dict(openers)
        self._makers = dict(makers or {})

    def with_scheme(self, scheme: str, opener: Opener) -> KeyTable:
        """The same table with one more scheme, or another opener for one it has."""
        return KeyTable(self._store, {**self._openers, scheme: opener}, self._makers)

    def create(self, name: str, key_type: KeyType, *, at: datetime) -> KeyInfo:
        """Make a key in the store."""
        return self._store.create(name, key_type, at=at)

    def add(self, name: str, uri: str, *, at: datetime) -> KeyInfo:
        """List a key that is held elsewhere in the store."""
        return self._store.add(name, uri, at=at)

    def generate(self, uri: str, key_type: KeyType) -> None:
        """Make a key where its URI says. :raises Misused: ``keys.made_elsewhere``: nothing is made there by us"""
        scheme, _ = names.split(uri)
        maker = self._makers.get(scheme)
        if maker is None:
            raise Misused(names.MADE_ELSEWHERE, scheme=scheme[:20])
        maker(uri, key_type)

    def keys(self) -> tuple[KeyInfo, ...]:
        """The keys in the store."""
        return self._store.keys()

    def retire(self, name: str, *, at: datetime, compromised: datetime | None = None) -> KeyInfo:
        """Retire a key of the store."""
        return self._store.retire(name, at=at, compromised=compromised)

    def signer(self, uri: str) -> Signer:
        """A signer for a key's URI. A key that is listed here as retired signs no more, by whatever name it is called.

        :raises Misused: ``keys.scheme_unknown``
        :raises Refused: ``keys.retired``
        """
        signer = by_scheme(self._openers)(uri)
        for known in self.keys():
            if known.retired is not None and known.public_key == signer.public_key:
                raise Refused(names.RETIRED, name=known.name)
        return signer
