"""How long a search takes, facets and their counts included."""

from __future__ import annotations

import time

from bench import relevance, timing, world
from openler.actions.finding.search import search
from openler.actions.ports import Query

SIZE = 2_000
TINY = 20
ASKED = (
    Query(),
    Query("welding"),
    Query("nurs"),
    Query("helth car"),
    Query("certificate", {"group": ("credential",)}),
    Query("", {"group": ("learning",), "cost": ("0", "1-500")}),
    Query("community college", {"group": ("organization",)}),
    Query("zzz qqq"),
    Query("CNA"),
    Query("welding", near="10101"),
)
"""What people type: nothing, a word, a beginning, slips of the pen, words with facets, facets alone, words that nothing has, a short
form, a place."""
TIMES = 25


def run(size: int) -> dict[str, object]:
    """``size`` documents; each of the searches of ``ASKED`` is made as often, one after the other."""
    with world.data_ports() as (ports, _):
        world.put(ports, world.documents(size))
        ports.projector.catch_up()
        times = TIMES if size >= SIZE else 2
        seconds: list[float] = []
        relevant = relevance.mean(relevance.ranks(ports.search.find, relevance.SAMPLE))
        found, first = set[int](), list[float]()
        for query in ASKED:
            started = time.perf_counter()
            found.add(search(ports, query).total)
            first.append(time.perf_counter() - started)
        for _ in range(times):
            for query in ASKED:
                started = time.perf_counter()
                search(ports, query)
                seconds.append(time.perf_counter() - started)
    return {
        "documents": size,
        "searches": len(seconds),
        "most_found": max(found),
        "milliseconds": timing.milliseconds(seconds),
        "first_time_milliseconds": timing.milliseconds(first),
        "mean_reciprocal_rank": relevant,
    }
