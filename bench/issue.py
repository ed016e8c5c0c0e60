"""Open Badges issued with eddsa-rdfc-2022, a second: the whole action on SQLite, and signing alone."""

from __future__ import annotations

import json
from itertools import count

from bench import timing, world
from openler.actions.issuing.identity import identity
from openler.actions.issuing.issue import issue_batch
from openler.actions.issuing.signing import sign

SIZE = 200
TINY = 3


def run(size: int) -> dict[str, object]:
    """``size`` records a round. The action reserves, stores, lints by a throwaway key, signs and stores again."""
    with world.issuer() as made:
        lots = count()
        by = identity(made.ports, made.ctid)
        at = made.ports.clock.now()
        signed = [json.loads(content) for content in made.issued(size, "first")]
        unsigned = [{name: value for name, value in document.items() if name != "proof"} for document in signed]

        def issued() -> int:
            report = issue_batch(made.ports, made.more(size, f"lot-{next(lots)}"), issuer=made.ctid, actor="bench")
            return report.issued

        def signing() -> int:
            return sum(1 for document in unsigned if sign(made.ports, document, by, at=at))

        found = timing.rates({timing.OURS: issued, "signing_alone": signing}, rounds=3)
    return {"records": size, "per_second": {name: timing.spread(values) for name, values in found.items()}}
