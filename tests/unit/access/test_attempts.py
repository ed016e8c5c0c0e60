"""Guessing gets slower with every guess, and nobody is locked out for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openler.access.attempts import FIRST_WAIT, FORGET_AFTER, FREE_ATTEMPTS, LONGEST_WAIT, Attempts, begin
from openler.errors import RateLimited

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)


def guesses(until: datetime) -> int:
    """How many guesses somebody gets in who tries again as soon as she may."""
    made: Attempts | None = None
    now, count = T0, 0
    while now < until:
        try:
            made, count = begin(made, now), count + 1
        except RateLimited as error:
            wait = error.parameters["retry_after"]
            assert isinstance(wait, int)
            assert wait > 0
            now += timedelta(seconds=wait)
    return count


def test_the_first_mistakes_are_free_and_the_next_ones_wait() -> None:
    made: Attempts | None = None
    for _ in range(FREE_ATTEMPTS):
        made = begin(made, T0)
    with pytest.raises(RateLimited, match=r"access\.too_many_attempts") as caught:
        begin(made, T0 + timedelta(seconds=1))
    assert caught.value.parameters["retry_after"] == FIRST_WAIT.total_seconds() - 1
    assert begin(made, T0 + FIRST_WAIT).count == FREE_ATTEMPTS + 1


def test_a_day_of_guessing_yields_about_a_hundred_guesses() -> None:
    assert guesses(T0 + timedelta(days=1)) <= 110
    assert guesses(T0 + timedelta(minutes=30)) <= FREE_ATTEMPTS + 5


def test_waits_end_and_are_forgotten() -> None:
    stubborn = Attempts(1000, T0)
    assert begin(stubborn, T0 + LONGEST_WAIT).count == 1001
    assert begin(stubborn, T0 + FORGET_AFTER) == Attempts(1, T0 + FORGET_AFTER)


def test_asking_while_waiting_does_not_make_the_wait_longer() -> None:
    waiting = Attempts(FREE_ATTEMPTS, T0)
    for second in range(1, 50):
        with pytest.raises(RateLimited):
            begin(waiting, T0 + timedelta(seconds=second))
    assert begin(waiting, T0 + FIRST_WAIT).count == FREE_ATTEMPTS + 1
