"""How long the national Registry's query language takes: nested, reverse, by words, any value; the records read from the store."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import orjson

from bench import timing, world
from openler.actions.finding.description_sets import sets_of
from openler.actions.finding.query import query
from openler.actions.finding.query_request import read_request
from openler.actions.ports import Ports
from openler.ctdl.document import Document
from openler.ids import Ctid
from openler.stores.columns.index import ColumnIndex
from openler.stores.position import Batch, Derived, Load, Position

SIZE = 5_000
TINY = 50
BATCH = 2_000

NESTED = {
    "@type": {"search:value": "ceterms:LearningOpportunityProfile", "search:matchType": "search:subClassOf"},
    "ceterms:offeredBy": {
        "ceterms:address": {"ceterms:addressRegion": ["New Jersey", "NJ", "Ridgeway"], "ceterms:addressLocality": "search:anyValue",
                            "search:operator": "search:orTerms"},
    },
    "ceterms:teaches": {"ceterms:targetNode": "search:anyValue"},
}  # fmt: skip
ASKED: dict[str, Any] = {
    "nested_any_value": NESTED,
    "nested_or": {
        "search:termGroup": [
            {"ceterms:name": "nursing", "ceterms:description": "nursing", "search:operator": "search:orTerms"},
            {"ceterms:offeredBy": {"ceterms:name": "college"}},
            {"ceterms:requires": "search:anyValue"},
        ]
    },
    "three_joins": {"ceterms:ownedBy": {"^ceterms:offeredBy": {"ceterms:occupationType": {"ceterms:codedNotation": "search:anyValue"}}}},
    "words": {"ceterms:name": "welding technology"},
    "letters": {"ceterms:name": {"search:value": "tech", "search:matchType": "search:contains"}},
    "no_value": {"@type": "ceterms:LearningProgram", "ceterms:isPreparationFor": "search:noValue"},
    "everything": {},
}
TIMES = 20


def run(size: int) -> dict[str, object]:
    """``size`` resources in the store and in the index; each of ``ASKED`` as often, answered with ten records."""
    with world.data_ports() as (ports, data):
        index = ColumnIndex(data / "query.sqlite")
        asking = replace(ports, queries=index)
        documents, seconds, some = _filled(ports, index, size)
        index_bytes = (data / "query.sqlite").stat().st_size
        asked = {name: read_request(orjson.dumps(one)) for name, one in ASKED.items()}
        times: dict[str, list[float]] = {name: [] for name in asked}
        busy: dict[str, list[float]] = {name: [] for name in asked}
        first: dict[str, float] = {}
        found = {}
        for _ in range(TIMES if size >= SIZE else 2):
            for name, one in asked.items():
                index.forget()  # each is answered anew
                started, working = time.perf_counter(), time.thread_time()
                found[name] = query(asking, one).total
                took = time.perf_counter() - started
                times[name].append(took)
                busy[name].append(time.thread_time() - working)
                first.setdefault(name, took)
        sets: list[float] = []
        for ctid in some * 2:
            started = time.perf_counter()
            sets_of(asking, ctid, limit=10)
            sets.append(time.perf_counter() - started)
    return {
        "documents": documents,
        "index_docs_per_processor_s": round(documents / seconds, 1),
        "index_mb": round(index_bytes / 1e6, 1),
        "found": found,
        "milliseconds": {name: {**timing.milliseconds(took), "first": round(first[name] * 1000, 2)} for name, took in times.items()},
        "processor_milliseconds": {name: timing.milliseconds(took) for name, took in busy.items()},
        "ctdl_nested_p95_ms": timing.milliseconds(times["nested_any_value"])["p95"],
        "description_sets_ms": timing.milliseconds(sets),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _filled(ports: Ports, index: ColumnIndex, size: int) -> tuple[int, float, list[Ctid]]:
    """The documents put in, the processor's seconds that the index took for them, and some of their CTIDs."""
    documents, seconds = 0, 0.0
    some: list[Ctid] = []
    for lot in _lots(world.copies(size)):
        world.put(ports, lot)
        documents += len(lot)
        some.extend(one.ctid for one in lot[:: max(len(lot) // 5, 1)][: 5 if len(some) < 50 else 0])  # noqa: PLR2004 - enough to time
        stored = ports.store.current([one.ctid for one in lot])
        last = ports.store.entries(after=ports.store.head() - 1, limit=1)[0]
        started = time.process_time()
        derived = index.derive(Batch({one.ctid: one for one in lot}, lambda _: None, dict(stored)))
        index.take(Load([Derived(tuple(one.ctid for one in lot), derived)], Position(last.seq, lot[-1].digest)))
        seconds += time.process_time() - started
    return documents, seconds, some


def _lots(made: Iterator[Document]) -> Iterator[list[Document]]:
    while lot := list(islice(made, BATCH)):
        yield lot
