"""Documents published, a second, rules and journal included: into SQLite on this disk, and into memory."""

from __future__ import annotations

from bench import timing, world
from openler.actions.ports import Ports
from openler.actions.registry.publish import publish_bytes

SIZE = 500
TINY = 10
ROUNDS = 3


def run(size: int) -> dict[str, object]:
    """``size`` documents as bytes a round, each round other ones; projections are another benchmark."""
    grown = world.grown(size * (ROUNDS + 1))
    lots = [
        [(f"{number}.json", content) for number, content in enumerate(grown[start : start + size])] for start in range(0, len(grown), size)
    ]
    refused: list[int] = []

    def into(ports: Ports) -> timing.Work:
        waiting = iter(lots)

        def published() -> int:
            report = publish_bytes(ports, next(waiting), publisher=world.PUBLISHER, actor="bench", catch_up=False)
            refused.append(len(report.refused))
            return report.total

        return published

    with world.data_ports() as (ports, _):
        found = timing.rates({timing.OURS: into(ports), "memory": into(world.memory_ports())}, rounds=ROUNDS)
    return {
        **world.counts(grown[:size]),
        "refused": max(refused),
        "per_second": {name: timing.spread(values) for name, values in found.items()},
    }
