"""The machine's clock and randomness."""

from __future__ import annotations

from datetime import UTC

from openler.net.system import SystemClock, SystemEntropy


def test_the_clock_is_utc_and_goes_on() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert second >= first


def test_entropy_has_the_length_asked_for_and_does_not_repeat() -> None:
    entropy = SystemEntropy()
    assert len(entropy.token(32)) == 32
    assert entropy.token(16) != entropy.token(16)
