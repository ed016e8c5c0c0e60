"""Exit codes: what a script can rely on. They are documented in docs/reference/command-line.md."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from openler.errors import (
    Conflict,
    Internal,
    Malformed,
    Misused,
    NotFound,
    OpenlerError,
    RateLimited,
    Refused,
    TooLarge,
    Unauthenticated,
    Unavailable,
)


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    NEGATIVE = 1
    USAGE = 2
    UNDETERMINED = 3
    UNAVAILABLE = 4
    INTERNAL = 5
    INTERRUPTED = 130


_BY_CLASS: tuple[tuple[type[OpenlerError], Exit], ...] = (
    (Misused, Exit.USAGE),
    (NotFound, Exit.USAGE),
    (Unauthenticated, Exit.USAGE),
    (Malformed, Exit.NEGATIVE),
    (TooLarge, Exit.NEGATIVE),
    (Refused, Exit.NEGATIVE),
    (Conflict, Exit.NEGATIVE),
    (Unavailable, Exit.UNAVAILABLE),
    (RateLimited, Exit.UNAVAILABLE),
    (Internal, Exit.INTERNAL),
)

_BY_VERDICT = {"valid": Exit.DONE, "invalid": Exit.NEGATIVE, "undetermined": Exit.UNDETERMINED}
_WORST_FIRST = (Exit.INTERRUPTED, Exit.INTERNAL, Exit.UNAVAILABLE, Exit.NEGATIVE, Exit.USAGE, Exit.UNDETERMINED, Exit.DONE)


def of_error(error: OpenlerError) -> Exit:
    """The exit code of a failure."""
    return next((code for kind, code in _BY_CLASS if isinstance(error, kind)), Exit.INTERNAL)


def of_verdict(verdict: str) -> Exit:
    """The exit code of a verdict: ``valid``, ``invalid`` or ``undetermined``."""
    return _BY_VERDICT[verdict]


def of_batch(codes: Iterable[Exit]) -> Exit:
    """The exit code of many: 5 > 4 > 1 > 2 > 3 > 0."""
    seen = set(codes)
    return next((code for code in _WORST_FIRST if code in seen), Exit.DONE)
