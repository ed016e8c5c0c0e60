"""A secret that does not show itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final, NoReturn, final

SECRET_BYTES: Final = 32
"""Length of every token we make: 256 bits, so that a plain hash of it cannot be searched."""


@final
class Secret:
    """A token shown once to its owner. ``repr``, ``str``, formatting and pickling hide or refuse it; ``reveal`` is the one way out."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself: for the response that hands it to its owner, nothing else."""
        return self._text

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return "<secret>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        message = "a secret is not written down"
        raise TypeError(message)


def encode(data: bytes) -> str:
    """Base64url without padding (RFC 4648 section 5): 43 characters for 32 bytes, fit for a link, a header and a cookie."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def fingerprint(text: str) -> bytes:
    """SHA-256 of a token, which is all that is stored of it. Only fit for tokens of 256 random bits, never for passphrases."""
    return hashlib.sha256(text.encode()).digest()


def same(one: bytes, other: bytes) -> bool:
    """Compare without telling by the time it takes where they differ."""
    return hmac.compare_digest(one, other)
