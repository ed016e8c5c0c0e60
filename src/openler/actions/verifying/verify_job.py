"""Verifying very many: lines of a file or files of a folder, judged in chunks, evidence gathered once a chunk and shared.

Each record gets exactly the verdict that it would get alone: what is shared is only what was found at an address.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from openler.actions.batches import job_results
from openler.actions.job_ports import ChunkResult, Claim, Job, NewJob, Task
from openler.actions.ports import Ports
from openler.actions.verifying.gather import Shared
from openler.actions.verifying.trusting import judged_with
from openler.actions.verifying.verify import verify
from openler.credentials.baked import MAX_IMAGE
from openler.credentials.policy import Policy
from openler.errors import NotFound, OpenlerError, declare
from openler.ids import Digest
from openler.linkeddata.canonical import jcs
from openler.messages import explain

NOTHING_TO_RESUME = declare("jobs.nothing_to_resume", by=__name__)

CHUNK = 1_000
"""Records of a chunk: about a second's work, and how long evidence may be shared."""
SMALL = 2_000
"""Up to so many records are judged in the process that was asked; more are a job."""
MAX_TOLD = 20
"""Most records that are not valid which a report names; it counts all."""
UNREADABLE = "unreadable"
_PIECE = 100

Record = tuple[str, bytes]
"""A record's name and its bytes."""


@dataclass(frozen=True, slots=True)
class NotValid:
    """A record that is not valid: its name, its verdict or ``unreadable``, and the code of the first reason."""

    source: str
    verdict: str
    code: str


@dataclass(frozen=True, slots=True)
class BatchVerdicts:
    """Records counted by verdict (``valid``, ``invalid``, ``undetermined``, ``unreadable``), and what was behind those not valid by code.

    One record may have several reasons. ``not_valid`` names the first :data:`MAX_TOLD`. ``job`` is None where there was none.
    """

    job: str | None
    records: int
    verdicts: Mapping[str, int]
    reasons: Mapping[str, int]
    not_valid: tuple[NotValid, ...]


def prepare(ports: Ports, location: str, *, reports: bool, resume: bool) -> tuple[Job, Job | None]:
    """A new job for a file or folder, and the one that was begun for it and not finished; with ``resume`` that one, and none.

    A verdict is of its day: what was judged before is taken over only where that is asked for.

    :raises NotFound: ``jobs.nothing_to_resume``
    """
    digest, total = ports.tables.survey(location)
    settings = {"reports": reports}
    same = Digest.of(jcs(["verify", str(digest), settings]))
    begun = ports.jobs.unfinished(same)
    if resume:
        if begun is None:
            raise NotFound(NOTHING_TO_RESUME)
        return begun, None
    new = NewJob("verify", location.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1], settings, same, total, CHUNK)
    return ports.jobs.begin(new, at=ports.clock.now()), begun


def records(ports: Ports, location: str) -> Iterator[Record]:
    """The records of a file or folder, one at a time."""
    return ports.tables.records(location, limit=MAX_IMAGE)


def are_few(ports: Ports, location: str) -> bool:
    """Whether there are no more records than one process judges while somebody waits."""
    return sum(1 for _ in islice(records(ports, location), SMALL + 1)) <= SMALL


def pieces(given: Iterator[Record]) -> Iterator[tuple[Record, ...]]:
    """Records a few at a time."""
    while piece := tuple(islice(given, _PIECE)):
        yield piece


def results(ports: Ports, job: Job) -> Iterator[dict[str, Any]]:
    """What the chunks of a job found, in order."""
    return job_results.results(ports, job)


def chunk(ports: Ports, task: Task, claim: Claim, memory: MutableMapping[str, Any]) -> None:  # noqa: ARG001 - as every chunk
    """Judge the records of a task. Raises ``jobs.lease_lost``."""
    told = judge(ports, task.items, reports=bool(task.settings["reports"]))
    ports.jobs.keep(ChunkResult(claim, len(task.items), job_results.packed(told)))


def judge(ports: Ports, given: Sequence[Record], *, reports: bool) -> dict[str, Any]:
    """Judge some records: counts, the first that are not valid, and with ``reports`` a line of JSON for each."""
    shared: Shared = {}
    policy = judged_with(ports, Policy(), ports.clock.now())
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    not_valid: list[tuple[str, str, str]] = []
    lines: list[str] = []
    for source, content in given:
        verdict, codes, report = _judged(ports, source, content, shared, policy)
        verdicts[verdict] += 1
        reasons.update(codes)
        if codes and len(not_valid) < MAX_TOLD:
            not_valid.append((source, verdict, codes[0]))
        if reports:
            lines.append(json.dumps(report, ensure_ascii=False))
    return {"verdicts": verdicts, "reasons": reasons, "not_valid": not_valid, "lines": lines}


def _judged(ports: Ports, source: str, content: bytes, shared: Shared, policy: Policy) -> tuple[str, list[str], dict[str, Any]]:
    try:
        found = verify(ports, content, source=source, policy=policy, shared=shared, settled=True).report
    except OpenlerError as error:
        told = {"code": error.code, "message": explain(error).text, "place": error.place}
        return UNREADABLE, [error.code], {"source": source, "error": told}
    return found.verdict, list(dict.fromkeys(check.code for check in found.reasons)), {"source": source, **found.told()}


def report(found: Iterable[Mapping[str, Any]], job: Job | None = None) -> BatchVerdicts:
    """What chunks found, added up."""
    verdicts: Counter[str] = Counter(dict.fromkeys(("valid", "invalid", "undetermined", UNREADABLE), 0))
    reasons: Counter[str] = Counter()
    not_valid: list[NotValid] = []
    for result in found:
        verdicts.update(result["verdicts"])
        reasons.update(result["reasons"])
        not_valid += [NotValid(*each) for each in result["not_valid"][: MAX_TOLD - len(not_valid)]]
    by_code = dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    return BatchVerdicts(None if job is None else job.job_id, verdicts.total(), dict(verdicts), by_code, tuple(not_valid))


def lines(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The reports as lines of JSON, in the order of the records."""
    for result in found:
        yield from result["lines"]


def finish(ports: Ports, job: Job, found: BatchVerdicts) -> None:
    """Close a job, keeping its counts."""
    ports.jobs.finish(job.job_id, {"records": found.records, "verdicts": found.verdicts, "reasons": found.reasons}, at=ports.clock.now())
