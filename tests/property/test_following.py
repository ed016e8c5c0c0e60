"""Registries that follow each other end in the same set, in whatever order they publish, withdraw and pull."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.federation import T0, Net, Registry, registry
from tests.support.issuing import SetClock

SOURCES = ("one", "two", "three")
KEYS = ("a", "b", "c")
publishing = st.tuples(st.sampled_from(SOURCES), st.sampled_from(KEYS), st.sampled_from(["First", "Second", None]))
pulling = st.tuples(st.just("pull"), st.sampled_from(SOURCES), st.none())


def build(net: Net) -> tuple[dict[str, Registry], SetClock]:
    clock = SetClock(T0)
    return {name: registry(net, name, clock=clock) for name in SOURCES}, clock


def follower(net: Net, name: str, sources: dict[str, Registry], clock: SetClock) -> Registry:
    made = registry(net, name, clock=clock)
    for source in sources.values():
        made.follow(source)
    return made


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.one_of(publishing, pulling), max_size=14), order=st.permutations(SOURCES))
def test_any_interleaving_of_pulls_ends_in_the_same_set(steps: list[tuple[str, str, str | None]], order: list[str]) -> None:
    net = Net()
    sources, clock = build(net)
    eager = follower(net, "eager", sources, clock)
    for who, what, name in steps:
        clock.at += timedelta(minutes=1)
        if who == "pull":
            eager.pull(sources[what])
        elif name is None:
            sources[who].withdraw(what)
        else:
            sources[who].publish(what, name)
    late = follower(net, "late", sources, clock)
    for name in order:
        late.pull(sources[name])
    for name in SOURCES:
        eager.pull(sources[name])
    assert eager.standing() == late.standing()
    for one in (eager, late):
        head = one.store.head()
        for name in reversed(order):
            one.pull(sources[name])
        assert one.store.head() == head, "once all is read, reading again changes nothing"
        assert one.store.verify_chain() == head


@settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["one", "two"]), st.sampled_from(["publish", "pull"]), st.sampled_from(KEYS)), min_size=1, max_size=12
    )
)
def test_two_that_follow_each_other_agree_about_what_each_alone_published(steps: list[tuple[str, str, str]]) -> None:
    net, clock = Net(), SetClock(T0)
    pair = {name: registry(net, name, clock=clock) for name in ("one", "two")}
    pair["one"].follow(pair["two"])
    pair["two"].follow(pair["one"])
    for number, (who, what, key) in enumerate(steps):
        clock.at += timedelta(minutes=1)
        other = pair["two" if who == "one" else "one"]
        if what == "pull":
            pair[who].pull(other)
        else:
            pair[who].publish(f"{who} {key}", f"Version {number}")
    for _ in range(2):
        pair["one"].pull(pair["two"])
        pair["two"].pull(pair["one"])
    assert pair["one"].standing() == pair["two"].standing()
    heads = [one.store.head() for one in pair.values()]
    pair["one"].pull(pair["two"])
    pair["two"].pull(pair["one"])
    assert [one.store.head() for one in pair.values()] == heads
