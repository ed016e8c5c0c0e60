"""Registries that answer what no registry should: nothing of it is taken, nothing is read for ever, and the failure is noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from openler.actions.federating.follow_read import MAX_PAGE
from openler.actions.ports import Fetched
from openler.errors import Malformed, OpenlerError, TooLarge
from tests.support.federation import Net, Registry, registry

EVENTS = "/envelopes/events"


def events(change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[str, Any], Any]:
    return lambda url, answer: change(answer) if EVENTS in url else answer


def head(**members: Any) -> Callable[[str, Any], Any]:
    return lambda url, answer: {**answer, **members} if "/journal/head" in url else answer


def set_in(answer: list[dict[str, Any]], name: str, value: Any) -> list[dict[str, Any]]:
    answer[0][name] = value
    return answer


FEEDS: dict[str, Callable[[str, Any], Any]] = {
    "no list": events(lambda answer: {"events": answer}),
    "an empty page before the end": events(lambda _: []),
    "more than was asked for": events(lambda answer: answer * 200),
    "the same page again": events(lambda answer: [answer[0], answer[0]]),
    "an entry that is text": events(lambda _: ["x"]),
    "an entry that is null": events(lambda _: [None]),
    "a number that is text": events(lambda answer: set_in(answer, "id", "1; DROP TABLE")),
    "a number beyond all": events(lambda answer: set_in(answer, "id", 10**300)),
    "a CTID that is none": events(lambda answer: set_in(answer, "envelope_ceterms_ctid", "../../etc")),
    "an action nobody knows": events(lambda answer: set_in(answer, "event", "overwrite")),
    "a time that is none": events(lambda answer: set_in(answer, "created_at", "yesterday")),
    "an origin slipped in": events(lambda answer: set_in(answer, "origin", "did:web:owner.example")),
    "a head without end": head(size=10**18),
    "a head below nothing": head(size=-1),
    "a head of another": head(registry="did:web:owner.example"),
    "a head that is a list": lambda url, answer: [answer] if "/journal/head" in url else answer,
    "an identity that is text": lambda url, answer: "x" if "did.json" in url else answer,
    "an identity without keys": lambda url, answer: {"id": "did:web:there.example"} if "did.json" in url else answer,
}


@pytest.fixture
def pair() -> tuple[Net, Registry, Registry]:
    net = Net()
    here, there = registry(net, "here"), registry(net, "there")
    there.publish("a")
    there.publish("b")
    here.follow(there)
    return net, here, there


@pytest.mark.parametrize("spoil", FEEDS.values(), ids=FEEDS.keys())
def test_nothing_of_a_spoilt_feed_is_taken(pair: tuple[Net, Registry, Registry], spoil: Callable[[str, Any], Any]) -> None:
    net, here, there = pair
    net.spoil = spoil
    with pytest.raises(OpenlerError) as failed:
        here.pull(there)
    assert not isinstance(failed.value, RecursionError)
    assert here.standing() == set()
    [follow] = here.store.follows()
    assert (follow.seq, follow.failures, follow.trouble) == (0, 1, failed.value.code)
    assert len(net.asked) < 20
    if not follow.halted:
        net.spoil = None
        assert here.pull(there).published == 2, "once it answers as it should, all is well"


def test_a_page_larger_than_any_may_be_is_not_read_to_its_end(pair: tuple[Net, Registry, Registry]) -> None:
    net, here, there = pair
    asked: list[int | None] = []

    def get(url: str, *, accept: str = "*/*", limit: int | None = None) -> Fetched:
        if EVENTS in url:
            asked.append(limit)
            raise TooLarge(Malformed("net.too_large").code, url=url, size=10**12, limit=limit)  # type: ignore[arg-type]
        return Net.get(net, url, accept=accept, limit=limit)

    net.get = get  # type: ignore[method-assign]
    with pytest.raises(TooLarge):
        here.pull(there)
    assert asked == [MAX_PAGE]
