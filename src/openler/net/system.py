"""The machine's own clock and randomness."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The Clock port."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)


class SystemEntropy:
    """The Entropy port."""

    def token(self, length: int) -> bytes:
        """``length`` bytes from the operating system's generator."""
        return secrets.token_bytes(length)
