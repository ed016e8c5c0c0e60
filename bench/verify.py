"""Whole verdicts on records, a second, with the evidence in memory: proof, issuer's key, status list, period, meaning."""

from __future__ import annotations

import json

from bench import timing, world
from openler.actions.verifying.verify import verify as judge
from openler.credentials.policy import Policy
from openler.credentials.verify import verify
from openler.meaning import resolve

SIZE = 200
TINY = 3


def run(size: int) -> dict[str, object]:
    """``size`` records of one issuer (did:web); their evidence was gathered before."""
    with world.issuer() as made:
        contents = made.issued(size, "verify")
        now = made.ports.clock.now()
        held = [judge(made.ports, content, serving=True) for content in contents]
    documents = [json.loads(content) for content in contents]
    policy = Policy()
    verdicts = sorted({result.report.verdict for result in held})

    def judged() -> int:
        pairs = zip(documents, held, strict=True)
        return len([verify(document, known.evidence, policy, now, checks=(resolve.check,)).verdict for document, known in pairs])

    found = timing.rates({timing.OURS: judged}, rounds=3)
    return {"records": len(documents), "verdicts": verdicts, "per_second": timing.spread(found[timing.OURS])}
