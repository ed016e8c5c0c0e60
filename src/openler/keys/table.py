"""Where keys live, by the scheme of their URI: a table that a deployment may add to (PKCS #11, a cloud's key service)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from openler.actions.ports import KeyInfo, KeyStore, KeyType, Signer
from openler.errors import Misused
from openler.keys import names

Opener = Callable[[str], Signer]
"""Takes a whole key URI; raises NotFound, Refused or Malformed."""


class KeyTable:
    """The KeyStore port over many places: keys are made and kept in ``store``, and opened from wherever their URI says.

    ``openers`` maps a scheme to its opener; ``with_scheme`` gives a table with one more.
    """

    def __init__(self, store: KeyStore, openers: Mapping[str, Opener]) -> None:
        self._store = store
        self._openers = dict(openers)

    def with_scheme(self, scheme: str, opener: Opener) -> KeyTable:
        """The same table with one more scheme, or another opener for one it has."""
        return KeyTable(self._store, {**self._openers, scheme: opener})

    def create(self, name: str, key_type: KeyType, *, at: datetime) -> KeyInfo:
        """Make a key in the store."""
        return self._store.create(name, key_type, at=at)

    def keys(self) -> tuple[KeyInfo, ...]:
        """The keys in the store."""
        return self._store.keys()

    def retire(self, name: str, *, at: datetime) -> KeyInfo:
        """Retire a key of the store."""
        return self._store.retire(name, at=at)

    def signer(self, uri: str) -> Signer:
        """A signer for a key's URI.

        :raises Misused: ``keys.scheme_unknown``
        """
        scheme, _ = names.split(uri)
        opener = self._openers.get(scheme)
        if opener is None:
            raise Misused(names.SCHEME_UNKNOWN, scheme=scheme[:20], known=", ".join(sorted(self._openers)))
        return opener(uri)
