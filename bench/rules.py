"""What ingest costs before the database: reading, rules and digest, each alone and all together, on documents of usual size."""

from __future__ import annotations

from statistics import median

from bench import timing, world
from openler.ctdl.document import parse
from openler.ctdl.rules import check
from openler.ids import Digest

SIZE = 2_000
TINY = 20
SMALLEST, LARGEST = 2_400, 6_000
"""The usual size of a published document, in bytes of its normal form."""


def run(size: int) -> dict[str, object]:
    """``size`` documents of the sample region of 2.4 to 6 kB; ``microseconds`` is of one document, all three together."""
    usual = [content for content in world.grown(4 * size) if SMALLEST <= len(content) <= LARGEST][:size]
    documents = [parse(content) for content in usual]

    def read() -> int:
        return sum(1 for content in usual if parse(content).ctid)

    def judged() -> int:
        return sum(1 for document in documents if check(document) is not None)

    def digested() -> int:
        return sum(1 for document in documents if Digest.of(document.normalised))

    def together() -> int:
        return sum(1 for content in usual if check(parse(content)) is not None)

    found = timing.rates({"parse": read, "rules": judged, "digest": digested, "together": together}, rounds=3)
    return {
        **world.counts(usual),
        "docs_per_s": {name: timing.spread(values) for name, values in found.items()},
        "microseconds": round(1e6 / median(found["together"]), 1),
    }
