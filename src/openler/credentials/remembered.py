"""Work that many verdicts share, done once: a status list judged and unpacked, a schema compiled.

A verdict stays a function of its arguments: what is kept here is found again only by everything that it depends on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from operator import is_
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Values by key, the least recently used forgotten first once their sizes add up to more than ``limit``. Safe for threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._size = 0
        self._turn = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], tuple[Value, int]]) -> Value:
        """The value for a key, made with its size where it is not held. An error in making it is not remembered."""
        with self._turn:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
                return found[0]
        made = make()
        with self._turn:
            if key not in self._held:
                self._held[key] = made
                self._size += made[1]
            while self._size > self._limit and self._held:
                self._size -= self._held.popitem(last=False)[1][1]
        return made[0]


class Same:
    """A key by identity, for what cannot be hashed; it keeps the things alive, so that no others take their place."""

    __slots__ = ("_hash", "things")

    def __init__(self, *things: object) -> None:
        self.things = things
        self._hash = hash(tuple(map(id, things)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and len(other.things) == len(self.things) and all(map(is_, other.things, self.things))

    def __hash__(self) -> int:
        return self._hash
