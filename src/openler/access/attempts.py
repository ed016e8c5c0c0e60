"""How often somebody may guess at a passphrase or a code."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from openler.errors import RateLimited, declare

TOO_MANY_ATTEMPTS = declare("access.too_many_attempts", by=__name__)

FREE_ATTEMPTS: Final = 5
"""Mistakes anybody makes; from then on each attempt must wait."""
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(minutes=15)
"""Waits double up to this: about a hundred guesses a day, and a holder whom somebody else locked out is back within the hour."""
FORGET_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts begun in a row, none of which is known to have succeeded, and when the last one was."""

    count: int
    last: datetime


def wait_after(count: int) -> timedelta:
    """How long the next attempt must wait after so many."""
    if count < FREE_ATTEMPTS:
        return timedelta()
    doublings = min(count - FREE_ATTEMPTS, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def begin(previous: Attempts | None, now: datetime) -> Attempts:
    """Count one more attempt, to be stored before it is judged.

    An attempt made while waiting is refused unjudged and does not lengthen the wait.

    :raises RateLimited: ``access.too_many_attempts`` with ``retry_after`` in seconds
    """
    if previous is None or now - previous.last >= FORGET_AFTER:
        return Attempts(1, now)
    free = previous.last + wait_after(previous.count)
    if now < free:
        raise RateLimited(TOO_MANY_ATTEMPTS, retry_after=math.ceil((free - now).total_seconds()))
    return Attempts(previous.count + 1, now)
