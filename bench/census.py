"""Seconds that a census of everything published takes: read, made into rows, joined and counted."""

from __future__ import annotations

from bench import timing, world
from openler.actions.planning.census import census

SIZE = 2_000
TINY = 20


def run(size: int) -> dict[str, object]:
    """``size`` documents, each round counted from nothing; ``again`` is a census while nothing has changed."""
    published = world.documents(size)
    rounds = 3
    first: list[float] = []
    again: list[float] = []
    counted = 0
    for _ in range(rounds):
        ports = world.memory_ports()
        world.put(ports, published)
        seconds, counted = timing.timed(lambda: len(census(ports).region.rows()))  # noqa: B023 - called at once
        first.append(seconds)
        again.append(timing.timed(lambda: census(ports).head)[0])  # noqa: B023 - called at once
    return {"documents": len(published), "rows": counted, "seconds": timing.spread(first), "again_seconds": timing.spread(again)}
