"""The cache is small."""

from __future__ import annotations

from openler.actions.ports import Fetched
from openler.net.cache import MAX_BYTES, MAX_ENTRIES, Cache


def answer(size: int = 1) -> Fetched:
    return Fetched("https://a.example/", 200, "text/plain", b"x" * size)


def test_the_oldest_make_room() -> None:
    cache = Cache(60)
    for number in range(MAX_ENTRIES + 1):
        cache.put(str(number), "*/*", answer())
    assert cache.get("0", "*/*") is None
    assert cache.get("1", "*/*") is not None


def test_memory_is_bounded_too() -> None:
    cache = Cache(60)
    cache.put("a", "*/*", answer(MAX_BYTES // 2))
    cache.put("b", "*/*", answer(MAX_BYTES // 2))
    cache.put("c", "*/*", answer(1))
    cache.put("d", "*/*", answer(MAX_BYTES + 1))
    assert [cache.get(url, "*/*") is not None for url in "abcd"] == [False, True, True, False]


def test_answers_die_on_time() -> None:
    now = [0.0]
    cache = Cache(10, clock=lambda: now[0])
    cache.put("a", "*/*", answer())
    now[0] = 9.9
    assert cache.get("a", "*/*")
    now[0] = 10
    assert cache.get("a", "*/*") is None
