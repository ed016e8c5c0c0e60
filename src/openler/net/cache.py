"""What was fetched a moment ago: few answers, little memory, short lives."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from openler.actions.ports import Fetched

MAX_ENTRIES = 256
MAX_BYTES = 32 * 1024 * 1024


class Cache:
    """Answers by (address, accept), each good for ``seconds``; 0 keeps nothing. Safe for threads."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, str], tuple[float, Fetched]] = OrderedDict()
        self._bytes = 0

    def get(self, url: str, accept: str) -> Fetched | None:
        """The answer, if it is still good."""
        with self._lock:
            held = self._held.get((url, accept))
            if held is None:
                return None
            if held[0] <= self._clock():
                self._remove((url, accept))
                return None
            return held[1]

    def put(self, url: str, accept: str, answer: Fetched) -> None:
        """Keep an answer; the oldest make room."""
        if self._seconds <= 0 or len(answer.body) > MAX_BYTES:
            return
        key = (url, accept)
        with self._lock:
            if key in self._held:
                self._remove(key)
            self._held[key] = (self._clock() + self._seconds, answer)
            self._bytes += len(answer.body)
            while len(self._held) > MAX_ENTRIES or self._bytes > MAX_BYTES:
                self._remove(next(iter(self._held)))

    def _remove(self, key: tuple[str, str]) -> None:
        self._bytes -= len(self._held.pop(key)[1].body)
