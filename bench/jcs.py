"""Documents written in their canonical JSON form (RFC 8785), a second."""

from __future__ import annotations

import json

from bench import timing, world
from bench.peers import rfc8785_dumps
from openler.linkeddata.jcs import jcs

SIZE = 4_000
TINY = 20


def run(size: int) -> dict[str, object]:
    """``size`` documents of the sample region; ``json`` sorts keys and drops spaces, which is not yet RFC 8785."""
    contents = world.grown(size)
    values = [json.loads(content) for content in contents]
    works: dict[str, timing.Work] = {
        timing.OURS: lambda: sum(1 for value in values if jcs(value)),
        "json": lambda: sum(1 for value in values if json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)),
    }
    agree = [jcs(value) == content for value, content in zip(values, contents, strict=True)]
    if (peer := rfc8785_dumps()) is not None:
        works["rfc8785"] = lambda: sum(1 for value in values if peer(value))
        agree += [jcs(value) == peer(value) for value in values]
    return {**world.counts(contents), "agree": all(agree), **timing.compared(timing.rates(works))}
