"""A registry of national size on this machine: filled, read, searched, asked nested questions, and its projections made anew.

``bench/nation.py`` makes the documents; making them is not counted. Documents go in as they would from a file, a lot at a
time; what reads is a service of its own, asked over HTTP on loopback.
"""

from __future__ import annotations

import json
import resource
import statistics
import time
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx

from bench import nation, world
from bench.serve import serving
from openler.actions.ports import Ports
from openler.actions.registry.publish import publish_bytes
from openler.ctdl.terms import CONTEXT_IRI
from openler.ids import Ctid

SIZE = 5_000
TINY = 200
LOT = 100_000
"""Documents handed in at once, for which other processes are started once: a file of them, as it were."""
ASKED = 200
"""How often each way of reading is tried."""
COMPETENCIES = 10_000

SEARCHES = (
    {"q": "welding"}, {"q": "applied nursing"}, {"q": "certificate in robot"}, {"q": "solr"}, {"q": "", "group": "credential"},
    {"q": "community college", "group": "organization"}, {"q": "aviation", "group": "learning"}, {"q": "zzz"},
)  # fmt: skip
"""What people type: words, beginnings, a slip of the pen, a facet, words that nothing has."""


def first_time(chance: Random, times: int) -> list[dict[str, str]]:
    """Searches that nobody made before: nothing of their counts is remembered. A field alone, with a word, among offers, as it is begun."""
    told = [
        way
        for field in chance.sample(nation.FIELDS, len(nation.FIELDS))
        for way in (
            {"q": field},
            {"q": f"{chance.choice(nation.WORDS)} {field}"},
            {"q": field, "group": "credential"},
            {"q": f"certificate in {field}"[:-2]},
        )
    ]
    return told[:times]


def nested(field: str) -> dict[str, Any]:
    """Credentials of owners with an address, which require learning that teaches something of a field: joins, texts and any value."""
    return {
        "@type": ["ceterms:Certificate", "ceterms:AssociateDegree", "ceterms:BachelorDegree"],
        "ceterms:requires": {
            "ceterms:targetLearningOpportunity": {
                "ceterms:teaches": {"ceterms:targetNodeName": field},
                "ceterms:offeredBy": "search:anyValue",
            }
        },
        "ceterms:ownedBy": {"ceterms:address": {"ceterms:addressRegion": "search:anyValue"}},
    }


def run(size: int) -> dict[str, object]:
    """``size`` documents; figures in documents a second, milliseconds, seconds and mebibytes as the keys say."""
    with world.data_ports() as (ports, data):
        resources, seconds, refused = _fill(ports, size)
        started = time.perf_counter()
        ports.projector.catch_up()
        built = time.perf_counter() - started
        published, read_back = _framework(ports)
        asked, server = _asked(data, size)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "documents": size,
        "resources": resources,
        "refused": refused,
        "ingest_docs_per_s": round(size / seconds, 1),
        "rebuild_s": round(built, 2),
        **asked,
        "framework_10000_publish_s": round(published, 2),
        "framework_10000_read_s": round(read_back, 3),
        "rss_mb": round(max(own, server)),
        "rss_mb_of": {"filling": round(own), "serving": round(server)},
    }


def _fill(ports: Ports, size: int) -> tuple[int, float, int]:
    resources, seconds, refused = 0, 0.0, 0
    for start in range(0, size, LOT):
        lot = [
            (f"{number}.json", content) for number, content in enumerate(nation.documents(start, min(start + LOT, size), size=size), start)
        ]
        resources += sum(content.count(b'"ceterms:ctid"') for _, content in lot)
        began = time.perf_counter()
        report = publish_bytes(ports, lot, publisher=world.PUBLISHER, actor="bench", catch_up=False)
        seconds += time.perf_counter() - began
        refused += len(report.refused)
    return resources, seconds, refused


def _framework(ports: Ports) -> tuple[float, float]:
    """Seconds until a framework of ten thousand competencies is published, projections and all, and until it is read again."""
    own = Ctid.derive("bench nation", "framework", "large")
    children = [Ctid.derive("bench nation", "large", str(number)) for number in range(COMPETENCIES)]
    chance = Random(1)  # noqa: S311 - no secret
    main = {
        "@id": f"{world.BASE}/resources/{own}",
        "@type": "ceasn:CompetencyFramework",
        "ceterms:ctid": str(own),
        "ceasn:name": {"en": "Everything"},
        "ceasn:description": {"en": "All there is to be able to do."},
        "ceasn:inLanguage": ["en"],
        "ceasn:publisher": [nation.address(0)],
        "ceasn:hasTopChild": [f"{world.BASE}/resources/{child}" for child in children],
    }
    nodes = [
        {
            "@id": f"{world.BASE}/resources/{child}",
            "@type": "ceasn:Competency",
            "ceterms:ctid": str(child),
            "ceasn:isTopChildOf": main["@id"],
            "ceasn:isPartOf": main["@id"],
            "ceasn:competencyText": {"en": nation.skill(chance)},
            "ceasn:inLanguage": ["en"],
        }
        for child in children
    ]
    content = json.dumps({"@context": CONTEXT_IRI, "@id": f"{world.BASE}/graph/{own}", "@graph": [main, *nodes]}).encode()
    began = time.perf_counter()
    report = publish_bytes(ports, [("framework.json", content)], publisher=world.PUBLISHER, actor="bench")
    published = time.perf_counter() - began
    if report.published != 1:
        raise RuntimeError(str(report.refused))
    began = time.perf_counter()
    if ports.store.get(children[-1]) is None:
        raise RuntimeError(str(children[-1]))
    return published, time.perf_counter() - began


def _asked(data: Path, size: int) -> tuple[dict[str, object], float]:
    chance = Random(2)  # noqa: S311 - no secret
    times = ASKED if size >= SIZE else len(SEARCHES)
    reads = [("GET", f"/resources/{nation.ctid(chance.randrange(size))}", None, None) for _ in range(times)]
    searches = [("GET", "/search", SEARCHES[number % len(SEARCHES)], None) for number in range(times)]
    new = [("GET", "/search", query, None) for query in first_time(chance, times)]
    nesting = [("POST", "/ctdl", None, nested(chance.choice(nation.FIELDS))) for _ in range(times)]
    with serving(data) as server:
        server.settle()
        _times(server.address, [*reads[:20], *searches[:20], *nesting[:20]])  # what is opened once is opened
        found: dict[str, object] = {}
        for name, asked in (("read", reads), ("search", searches), ("search_first", new), ("ctdl_nested", nesting)):
            seconds = _times(server.address, asked)
            found[f"{name}_p95_ms"] = round(1000 * statistics.quantiles(seconds, n=20)[-1], 2)
            found[f"{name}_p50_ms"] = round(1000 * statistics.median(seconds), 2)
        return found, server.largest_mb()


def _times(address: str, asked: list[Any]) -> list[float]:
    seconds = []
    hosts = count(1)
    for start in range(0, len(asked), 40):  # other clients, so that what is measured is the service and not its limit of requests for one
        transport = httpx.HTTPTransport(local_address=f"127.2.0.{next(hosts)}")
        with httpx.Client(base_url=address, headers={"Accept": "application/json"}, timeout=300, transport=transport) as asking:
            for method, path, query, body in asked[start : start + 40]:
                began = time.perf_counter()
                answer = asking.request(method, path, params=query, json=body)
                seconds.append(time.perf_counter() - began)
                answer.raise_for_status()
    return seconds
