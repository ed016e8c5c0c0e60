"""Long publishes as jobs: begun, worked at by the lot, taken up again where they stopped, told, forgotten (ADR 0029)."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, Final

from openler.access.audit import AuditEvent
from openler.actions.job_ports import JOB_UNKNOWN
from openler.actions.ports import Ports
from openler.actions.publish_ports import JOB_MOVED, Incoming, PublishJob, PublishStep
from openler.actions.registry.judging import Given, Refusal, judge, lots
from openler.actions.registry.publish import Progress, PublishReport
from openler.actions.registry.publish_changes import Ready, Terms, ready
from openler.ctdl.findings import Finding
from openler.errors import Code, Conflict, Malformed, NotFound, RateLimited, Refused, declare
from openler.ids import Ctid

INPUT_CHANGED = declare("publish_job.input_changed", by=__name__)
EMPTY = declare("publish_job.empty", by=__name__)
TOO_MANY = declare("publish_job.too_many", by=__name__)

JOB_FROM: Final = 1_000
"""From so many documents on a publish is a job."""
MAX_WAITING: Final = 10
"""Most jobs of one organization that arrive, wait or are worked at: what it sends lies on our disk until then."""
MAX_TOLD: Final = 20
"""Most findings of one refused document that are kept."""
PAGE: Final = 1_000


def survey(given: Iterable[Given]) -> tuple[int, str]:
    """How many documents there are, and what tells them from any others: a SHA-256 in hexadecimal."""
    count, digest = 0, hashlib.sha256()
    for _, content in given:
        digest.update(len(content).to_bytes(8) + content)
        count += 1
    return count, digest.hexdigest()


def begin(ports: Ports, terms: Terms, *, source: str, total: int, digest: str, job_id: str | None = None) -> tuple[PublishJob, bool]:
    """The job of publishing those documents on those terms, and whether it was begun before and is not finished.

    With ``job_id`` it is a new one whose documents are in the spool.
    """
    told = f"{digest} {terms.publisher} {terms.owner or ''} {int(terms.provisional)}"
    same = hashlib.sha256(told.encode()).hexdigest()
    if job_id is None:
        known = [job for job in ports.store.publish_jobs(unfinished=True) if job.same == same and not job.spooled]
        if known:
            return known[-1], True
    at = ports.clock.now()
    job = PublishJob(
        job_id or new_id(ports), source, terms.publisher, terms.actor, same, total, at,
        owner=terms.owner, provisional=terms.provisional, spooled=job_id is not None,
    )  # fmt: skip
    details: dict[str, str | int] = {"job": job.job_id, "documents": total}
    ports.store.begin_publish(job, event=AuditEvent("registry:publish_job:begin", terms.actor, at, details))
    return job, False


def accept(ports: Ports, incoming: Incoming, terms: Terms) -> PublishJob:
    """Make a job of what was received: it waits in the spool until :func:`work` is called.

    :raises Malformed: ``publish_job.empty``
    """
    job_id = new_id(ports)
    total, digest = incoming.keep(job_id)
    if not total:
        _drop(ports, job_id)
        raise Malformed(EMPTY)
    return begin(ports, terms, source="request", total=total, digest=digest, job_id=job_id)[0]


def admit(ports: Ports, publisher: Ctid, *, arriving: int) -> None:
    """Whether an organization may send one more, which is one of those ``arriving``.

    :raises RateLimited: ``publish_job.too_many``
    """
    waiting = sum(job.publisher == publisher and job.spooled for job in ports.store.publish_jobs(unfinished=True))
    if waiting + arriving > MAX_WAITING:
        raise RateLimited(TOO_MANY, limit=MAX_WAITING, retry_after=60)


def work(
    ports: Ports,
    job: PublishJob,
    documents: Iterable[Given],
    *,
    progress: Progress | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> PublishJob:
    """Handle a job's documents from where it stopped; ``documents`` are all of them, in the order that they always have.

    The caller sees to it that nobody else works at it; somebody who did would only be told so. ``stop`` is asked between two lots.

    :raises Conflict: ``publish_job.moved``, ``publish_job.input_changed``
    """
    terms = Terms(job.publisher, job.actor, job.owner, job.provisional)
    rest = islice(documents, job.position, job.total)
    started = time.perf_counter()
    for given, found in ports.spread.over(judge, lots(rest)):
        seconds = time.perf_counter() - started
        _write(ports, _Part(job.job_id, job.position, list(ready(ports, given, found, terms)), seconds), terms.actor)
        job = known(ports, job.job_id)
        started = time.perf_counter()
        if progress:
            progress(job.position, job.total)
        if stop():
            return job
    if job.position < job.total:
        raise Conflict(INPUT_CHANGED, place=job.source, job=job.job_id)
    return job


class _Part:
    """Some of a lot's documents, in order, and where the first stands."""

    def __init__(self, job_id: str, start: int, items: Sequence[Ready | Refusal], seconds: float) -> None:
        self.job_id, self.start, self.items, self.seconds = job_id, start, items, seconds

    def halves(self) -> tuple[_Part, _Part]:
        """Each with some of what is to be written."""
        writes = [place for place, one in enumerate(self.items) if isinstance(one, Ready)]
        middle = writes[len(writes) // 2]
        first = _Part(self.job_id, self.start, self.items[:middle], self.seconds)
        return first, _Part(self.job_id, self.start + middle, self.items[middle:], 0.0)


def _write(ports: Ports, part: _Part, actor: str) -> None:
    writes = [one for one in part.items if isinstance(one, Ready)]
    findings: Counter[str] = Counter()
    for one in writes:
        findings.update(one.findings)
    refusals = [_as_json(one) for one in part.items if isinstance(one, Refusal)]
    step = PublishStep(part.job_id, part.start, part.start + len(part.items), refusals, findings, part.seconds)
    at = ports.clock.now()
    event = AuditEvent("registry:document:publish", actor, at, {"documents": len(writes)})
    try:
        ports.store.step_publish(step, [one.change for one in writes], at=at, event=event)
    except (Conflict, Refused) as error:
        if error.code == JOB_MOVED:
            raise
        if len(writes) == 1:
            told = Refusal(writes[0].source, writes[0].change.ctid, error.code, error.place, error.parameters)
            items = [told if isinstance(one, Ready) else one for one in part.items]
            _write(ports, _Part(part.job_id, part.start, items, part.seconds), actor)
            return
        for half in part.halves():  # as in publishing: one document that may not be written does not keep the others
            _write(ports, half, actor)


def known(ports: Ports, job_id: str) -> PublishJob:
    """One job. :raises NotFound: ``jobs.unknown``"""
    job = ports.store.publish_job(job_id)
    if job is None:
        raise NotFound(JOB_UNKNOWN, job=job_id[:40])
    return job


def forget(ports: Ports, job_id: str, *, actor: str) -> PublishJob:
    """Forget a job, also one that is worked at: it stops. What it published stays. :raises NotFound: ``jobs.unknown``"""
    job, at = known(ports, job_id), ports.clock.now()
    ports.store.forget_publish(job_id, event=AuditEvent("registry:publish_job:forget", actor, at, {"job": job_id}))
    _drop(ports, job_id)
    return job


def refusals(ports: Ports, job_id: str) -> Iterator[Refusal]:
    """What a job refused, in the order of its documents."""
    after = 0
    while page := ports.store.publish_refusals(job_id, after=after, limit=PAGE):
        yield from (_from_json(one) for _, one in page)
        after = page[-1][0]


def report(ports: Ports, job: PublishJob) -> PublishReport:
    """What became of a job, as of any publish; ``seconds`` are those of work at it."""
    told = dict(sorted(job.findings.items()))
    refused = tuple(refusals(ports, job.job_id))
    return PublishReport(job.published, job.updated, job.unchanged, refused, told, job.worked, ports.store.head())


def new_id(ports: Ports) -> str:
    """A name for a job that nobody can guess."""
    return ports.entropy.token(8).hex()


def _drop(ports: Ports, job_id: str) -> None:
    if ports.spool is not None:
        ports.spool.drop(job_id)


def _as_json(one: Refusal) -> dict[str, Any]:
    findings = [
        {"code": found.code, "severity": found.severity, "place": found.place, "parameters": dict(found.parameters)}
        for found in one.findings[:MAX_TOLD]
    ]
    return asdict(one) | {"parameters": _plain(one.parameters), "findings": findings}


def _from_json(one: Mapping[str, Any]) -> Refusal:
    findings = tuple(Finding(Code(each["code"]), each["severity"], each["place"], each["parameters"]) for each in one["findings"])
    ctid = None if one["ctid"] is None else Ctid(one["ctid"])
    return Refusal(one["source"], ctid, Code(one["code"]), one["place"], one["parameters"], findings)


def _plain(parameters: Mapping[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int | float) else str(value) for name, value in parameters.items()}
