"""Learners matched to occupations, pairs a second, every point of each score explained."""

from __future__ import annotations

import json

from bench import timing, world
from openler.actions.interchange.importing import import_onet
from openler.actions.matching.landscape import landscape
from openler.actions.ports import Ports
from openler.skills.evidence import profile_of
from openler.skills.match import match as score
from openler.skills.profile import Held

SIZE = 10
TINY = 2


def run(size: int) -> dict[str, object]:
    """``size`` learners against every occupation and job: the sample's, and O*NET's where it is at hand."""
    with world.issuer() as made:
        records = [json.loads(content) for content in made.issued(size * 2, "match")]
        ports, onet = _registry(made.ports)
    ground = landscape(ports)
    targets = ground.entries.targets
    learners = [
        tuple(Held(str(record["id"]), record, "valid") for record in records[start : start + 2]) for start in range(0, len(records), 2)
    ]

    def matched() -> int:
        return sum(len(score(profile_of(held, ground.entries, ()), targets, ground.background)) for held in learners)

    found = timing.rates({timing.OURS: matched}, rounds=3)
    return {"learners": len(learners), "targets": len(targets), "onet": onet, "pairs_per_second": timing.spread(found[timing.OURS])}


def _registry(source: Ports) -> tuple[Ports, bool]:
    """The sample in memory, with the whole of O*NET in place of the sample's extract of it where it is at hand."""
    ports = world.memory_ports()
    world.put(ports, world.region())
    place = world.shared("data", "onet-29.2")
    if place is not None and source.base_url == ports.base_url:
        world.put(ports, import_onet(ports, str(place), dry_run=True).documents)
    return ports, place is not None
