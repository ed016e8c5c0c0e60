"""Issuing very many: the rows of a table in chunks, by as many workers as there are, each row once whatever is killed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from openler.actions.batches import job_results
from openler.actions.issuing.identity import DidForm, identity
from openler.actions.issuing.issue import IssueReport, RowRefused, Run
from openler.actions.issuing.issue_achievements import Achievements
from openler.actions.issuing.issue_policy import Minimum
from openler.actions.issuing.issue_rows import read_rows
from openler.actions.issuing.signing import Form
from openler.actions.issuing.signing_in_parts import Always, check_key
from openler.actions.job_ports import ChunkResult, Claim, Job, NewJob, Task
from openler.actions.ports import Ports
from openler.ids import Ctid, Digest
from openler.linkeddata.canonical import jcs

CHUNK = 500
"""Rows of a chunk: about a second's work, and what a kill can cost."""
SMALL = 2_000
"""Up to so many rows are issued in the process that was asked; more are a job."""
MAX_TOLD = 1_000
"""Most refused rows that a report tells one by one; it counts all."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A description that the issuer's policy has something to say about, and how many rows name it."""

    ctid: str
    code: str
    rows: int
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BatchReport:
    """Every row accounted for: ``rows == issued + existing + refused_count``. ``refused`` are the first :data:`MAX_TOLD` of those.

    ``issued`` counts what the job issued, in however many runs; ``existing`` what had been issued before it began.
    """

    job: str
    rows: int
    issued: int
    existing: int
    delivered: int
    refused_count: int
    refused_by_code: Mapping[str, int]
    refused: tuple[RowRefused, ...]
    warned: tuple[Warned, ...]


def prepare(
    ports: Ports,
    location: str,
    *,
    issuer: Ctid,
    key: str | None = None,
    form: DidForm | None = None,
    secured: Form = "di",
    minimum: Minimum = "off",
    always: Always | None = None,
    actor: str,
) -> tuple[Job, bool]:
    """The job for a table, and whether an earlier run began it: the same bytes, issuer and settings are one job until it is finished.

    The whole table is read before anything is issued, one row at a time.

    :raises Malformed: a row that cannot be read at all; nothing was issued
    :raises NotFound: the issuer or the key is not known
    :raises Refused: the organization may not issue, or the key is retired
    :raises Misused: ``issue.key_cannot_part``: the form asks for a P-256 key
    """
    by = identity(ports, issuer, key=key, form=form)
    if secured == "di-sd":
        check_key(by)
    total = sum(1 for _ in read_rows(ports, location))
    settings: dict[str, Any] = {"issuer": str(issuer), "key": key, "form": form, "secured": secured, "minimum": minimum, "actor": actor}
    if always is not None:
        settings |= {"always": list(always.pointers), "instead": always.instead}
    same = Digest.of(jcs(["issue", str(ports.tables.fingerprint(location)), settings]))
    begun = ports.jobs.unfinished(same)
    if begun is not None:
        return begun, True
    new = NewJob("issue", location.replace("\\", "/").rsplit("/", 1)[-1], settings, same, total, CHUNK)
    return ports.jobs.begin(new, at=ports.clock.now()), False


def chunk(ports: Ports, task: Task, claim: Claim, memory: MutableMapping[str, Any]) -> None:
    """Issue the rows of a task. Raises as :func:`openler.actions.issuing.issue.issue_batch`; ``jobs.lease_lost``."""
    settings, rows = task.settings, list(task.items)
    by = identity(ports, Ctid(settings["issuer"]), key=settings["key"], form=settings["form"])
    known = memory.setdefault(f"descriptions of {task.job_id}", Achievements(ports))
    always = Always(tuple(settings["always"]), instead=settings["instead"]) if "always" in settings else None
    run = Run(ports, by, settings["actor"], settings["secured"], settings["minimum"], always, known=known)

    unfinished: list[ChunkResult] = []

    def keep(report: IssueReport, complete: bool) -> ChunkResult:
        # What an earlier try of this chunk issued counts as issued by this job, although it existed when this try began.
        result = ChunkResult(claim, len(rows), claim.kept or job_results.packed(_told(report)), final=complete)
        unfinished.extend([] if complete else [result])
        return result

    run.batch(rows, keep)
    for result in unfinished:
        ports.jobs.keep(replace(result, final=True))


def _told(report: IssueReport) -> dict[str, Any]:
    warned: dict[str, dict[str, Any]] = {}
    for each in report.warned:
        ctid = str(each.parameters.get("ctid"))
        told = warned.setdefault(ctid, {"ctid": ctid, "code": each.code, "rows": 0, "parameters": dict(each.parameters)})
        told["rows"] += 1
    return {
        "issued": report.issued,
        "existing": report.existing,
        "delivered": report.delivered,
        "refused": [asdict(each) for each in report.refused],
        "warned": list(warned.values()),
        "records": [(each.number, each.credential_id) for each in report.records],
    }


def report(ports: Ports, job: Job) -> BatchReport:
    """What came of a job whose chunks are all done."""
    issued = existing = delivered = refused_count = 0
    by_code: dict[str, int] = {}
    refused: list[RowRefused] = []
    warned: dict[str, Warned] = {}
    for result in job_results.results(ports, job):
        issued += result["issued"]
        existing += result["existing"]
        delivered += result["delivered"]
        refused_count += len(result["refused"])
        for each in result["refused"]:
            by_code[each["code"]] = by_code.get(each["code"], 0) + 1
            if len(refused) < MAX_TOLD:
                refused.append(RowRefused(each["number"], each["code"], each["place"], each["parameters"]))
        for each in result["warned"]:
            before = warned.get(each["ctid"])
            rows = each["rows"] + (before.rows if before is not None else 0)
            warned[each["ctid"]] = Warned(each["ctid"], each["code"], rows, each["parameters"])
    return BatchReport(
        job.job_id, job.total, issued, existing, delivered, refused_count, dict(sorted(by_code.items())), tuple(refused),
        tuple(warned.values()),
    )  # fmt: skip


def signed(ports: Ports, job: Job) -> Iterator[tuple[int, str, bytes]]:
    """What stands for each row that has its record, in order: the row's number, the record's id, the record."""
    for result in job_results.results(ports, job):
        kept = ports.ledger.signed_all([name for _, name in result["records"]])
        for number, name in result["records"]:
            yield number, name, kept[name]


def refusals(ports: Ports, job: Job) -> Iterator[RowRefused]:
    """Every row that got no record, in order of chunks."""
    for result in job_results.results(ports, job):
        for each in result["refused"]:
            yield RowRefused(each["number"], each["code"], each["place"], each["parameters"])


def finish(ports: Ports, job: Job, found: BatchReport) -> None:
    """Close a job; the same table again is a new one, which finds everything issued."""
    summary = {name: getattr(found, name) for name in ("rows", "issued", "existing", "delivered", "refused_count", "refused_by_code")}
    ports.jobs.finish(job.job_id, summary, at=ports.clock.now())
