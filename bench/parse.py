"""Documents parsed and judged by every rule, a second."""

from __future__ import annotations

import json

from bench import timing, world
from openler.ctdl.document import parse
from openler.ctdl.rules import check

SIZE = 2_000
TINY = 20


def run(size: int) -> dict[str, object]:
    """``size`` documents of the sample region; ``json`` only reads the same bytes, and understands nothing of them."""
    contents = world.grown(size)

    def parsed() -> int:
        return sum(1 for content in contents if parse(content).ctid)

    def judged() -> int:
        return sum(1 for content in contents if check(parse(content)) is not None)

    def read() -> int:
        return sum(1 for content in contents if json.loads(content))

    found = timing.rates({timing.OURS: judged, "openler_parse_only": parsed, "json": read}, rounds=3)
    return {**world.counts(contents), **timing.compared(found)}
