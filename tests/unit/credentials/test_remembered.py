"""What is remembered is made once, forgotten in order, and never found under another key."""

from __future__ import annotations

import pytest

from openler.credentials.remembered import Remembered, Same


class Making:
    """Values that say how often each was made; all of one size."""

    def __init__(self, *, room: int, size: int = 1) -> None:
        self.made: list[str] = []
        self._size = size
        self._kept: Remembered[str] = Remembered(room)

    def get(self, name: str) -> str:
        def make() -> tuple[str, int]:
            self.made.append(name)
            return name, self._size

        return self._kept.get(name, make)


def test_a_value_is_made_once_for_its_key() -> None:
    making = Making(room=100)
    assert [making.get(name) for name in "aabab"] == list("aabab")
    assert making.made == ["a", "b"]


def test_the_least_recently_used_is_forgotten_first_once_there_is_too_much() -> None:
    making = Making(room=2)
    for name in "abacab":
        making.get(name)
    # "b" had to make room for "c", and "c" for "b" again; "a" was asked for in between and stayed.
    assert making.made == ["a", "b", "c", "b"]


def test_what_is_larger_than_all_the_room_is_given_out_and_not_kept() -> None:
    making = Making(room=10, size=11)
    assert [making.get("a"), making.get("a")] == ["a", "a"]
    assert making.made == ["a", "a"]


def test_an_error_is_not_remembered() -> None:
    kept: Remembered[int] = Remembered(10)

    def fail() -> tuple[int, int]:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - raised two lines above
        kept.get("key", fail)
    assert kept.get("key", lambda: (7, 1)) == 7


def test_things_that_cannot_be_hashed_are_keys_by_identity() -> None:
    one: dict[str, int] = {}
    other: dict[str, int] = {}
    assert Same(one) == Same(one)
    assert Same(one) != Same(other)
    assert len({Same(one), Same(one), Same(other)}) == 2
