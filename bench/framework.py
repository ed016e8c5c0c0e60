"""A framework of very many competencies as one document: published with its projections, read back whole, told apart by a proof."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import timing, world
from openler.actions.finding.get import get_document, get_resource
from openler.actions.registry.head import prove
from openler.actions.registry.publish import publish_bytes
from openler.ctdl.document import build
from openler.ids import Ctid

SIZE = 10_000
TINY = 50
ROUNDS = 3
LEVELS = 50
"""Competencies under each one that has any."""


def run(size: int) -> dict[str, object]:
    """One framework of ``size`` competencies; each round a changed one, so that every round writes all of it."""
    with world.data_ports() as (ports, _):
        publishing, worked, projecting, reading, single, proving = [], [], [], [], [], []
        for number in range(ROUNDS + 1):
            content = framework(size, number)
            started, busy = time.perf_counter(), time.process_time()
            report = publish_bytes(ports, [("framework.json", content)], publisher=world.PUBLISHER, actor="bench", catch_up=False)
            stored = time.perf_counter()
            ports.projector.catch_up()
            seconds = (stored - started, time.perf_counter() - stored)
            busy = time.process_time() - busy
            if report.refused:
                return {"refused": report.refused[0].code, "place": report.refused[0].place}
            if number:  # the first round does not count
                publishing.append(sum(seconds))
                worked.append(busy)
                projecting.append(seconds[1])
                reading.append(_seconds(lambda: get_document(ports, _ctid(0)).normalised))
                single.append(_seconds(lambda: get_resource(ports, _ctid(size // 2))))
                proving.append(_seconds(lambda: prove(ports, _ctid(0))))
        return {
            "competencies": size,
            "bytes": len(content),
            "framework_publish_s": timing.spread(publishing),
            "framework_publish_cpu_s": timing.spread(worked),
            "of_that_projections_s": timing.spread(projecting),
            "framework_read_s": timing.spread(reading),
            "one_competency_read_s": timing.spread(single),
            "proof_s": timing.spread(proving),
        }


def framework(size: int, version: int) -> bytes:
    """The document: competencies in three levels, each with what such frameworks have."""
    base = f"{world.BASE}/resources/"
    own = base + _ctid(0)
    tops = [number for number in range(1, size + 1) if number % LEVELS == 1]
    nodes: list[dict[str, object]] = [
        {
            "@type": "ceasn:CompetencyFramework",
            "@id": own,
            "ceterms:ctid": _ctid(0),
            "ceasn:name": {"en-US": f"Skills of a large trade, version {version}"},
            "ceasn:description": {"en-US": "Everything that the trade asks for."},
            "ceasn:inLanguage": ["en-US"],
            "ceasn:publisher": [base + world.PUBLISHER],
            "ceasn:hasTopChild": [base + _ctid(number) for number in tops],
        }
    ]
    for number in range(1, size + 1):
        top = number - (number - 1) % LEVELS
        node: dict[str, object] = {
            "@type": "ceasn:Competency",
            "@id": base + _ctid(number),
            "ceterms:ctid": _ctid(number),
            "ceasn:competencyText": {"en-US": f"Apply procedure {number} to materials of kind {number % 37} within the tolerance given."},
            "ceasn:competencyLabel": {"en-US": f"Procedure {number}"},
            "ceasn:codedNotation": f"P.{top}.{number}",
            "ceasn:isPartOf": [own],
            "ceasn:inLanguage": ["en-US"],
        }
        if number == top:
            node["ceasn:isTopChildOf"] = [own]
            node["ceasn:hasChild"] = [base + _ctid(child) for child in range(number + 1, min(number + LEVELS, size + 1))]
        else:
            node["ceasn:isChildOf"] = [base + _ctid(top)]
        nodes.append(node)
    return build(world.BASE, nodes).received


def _ctid(number: int) -> Ctid:
    return Ctid.derive("bench", "ceasn:Competency", str(number))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
