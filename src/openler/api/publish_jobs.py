"""Very many documents at once: sent as one body, kept on the disk, published beside what the server answers (ADR 0029)."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from openler.access.organisation import Role
from openler.access.token import StoredToken
from openler.actions.job_ports import JOB_UNKNOWN
from openler.actions.ports import Ports
from openler.actions.publish_ports import Incoming, PublishJob, Spool
from openler.actions.registry import publish_job as jobs
from openler.actions.registry.publish_changes import Terms
from openler.api.publishing import Authorization, publishers_token
from openler.errors import NotFound, TooLarge, Unavailable, declare
from openler.ids import Ctid
from openler.messages import render

BODY_TOO_LARGE = declare("publish_job.body_too_large", by=__name__)
NO_SPOOL = declare("publish_job.no_spool", by=__name__)

MAX_BODY: Final = 2 * 1024 * 1024 * 1024
"""Most bytes of one job's documents."""
_AT_ONCE: Final = 1024 * 1024

router = APIRouter(tags=["registry"])


@router.post("/resources/organizations/{organization}/publish_jobs", status_code=202)
async def begin(
    request: Request, response: Response, organization: str, authorization: Authorization = "", provisional: bool = False
) -> dict[str, Any]:
    """Publish a body of NDJSON, a document a line: 202 and the address that tells how far it is."""
    ports: Ports = request.app.state.ports
    owner = Ctid.parse(organization, place="organization")
    token = await run_in_threadpool(publishers_token, ports, authorization, owner)
    if ports.spool is None:
        raise Unavailable(NO_SPOOL)
    arriving: Counter[Ctid] = request.app.state.arriving
    arriving[owner] += 1
    try:
        await run_in_threadpool(jobs.admit, ports, owner, arriving=arriving[owner])
        job = await _received(request, ports, ports.spool, Terms(owner, f"token:{token.public_id}", provisional=provisional))
    finally:
        arriving[owner] -= 1
    told = _told(ports, job)
    response.headers["location"] = told["url"]
    return told


async def _received(request: Request, ports: Ports, spool: Spool, terms: Terms) -> PublishJob:
    incoming: Incoming = await run_in_threadpool(spool.receive)
    try:
        waiting, size = [], 0
        async for part in request.stream():
            waiting.append(part)
            size += len(part)
            if incoming.size + size > MAX_BODY:
                raise TooLarge(BODY_TOO_LARGE, size=f"more than {MAX_BODY}", limit=MAX_BODY)
            if size >= _AT_ONCE:
                await run_in_threadpool(incoming.write, b"".join(waiting))
                waiting, size = [], 0
        await run_in_threadpool(incoming.write, b"".join(waiting))
        return await run_in_threadpool(jobs.accept, ports, incoming, terms)
    finally:
        await run_in_threadpool(incoming.abandon)


@router.get("/publish_jobs")
def listing(
    request: Request,
    authorization: Authorization = "",
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """The jobs that a token may see, oldest first: its organization's, all for an administrator's."""
    ports: Ports = request.app.state.ports
    token = publishers_token(ports, authorization, None)
    mine = [job for job in ports.store.publish_jobs() if _may_see(token, job)]
    start = next((place for place, job in enumerate(mine, start=1) if job.job_id == after), None if after else 0)
    if start is None:  # forgotten meanwhile, say: to begin again unasked would never end
        raise NotFound(JOB_UNKNOWN, job=after[:40])
    page = mine[start : start + limit]
    return {"jobs": [_told(ports, job) for job in page], "next": page[-1].job_id if start + limit < len(mine) else None}


@router.get("/publish_jobs/{job_id}")
def one(request: Request, job_id: str, authorization: Authorization = "") -> dict[str, Any]:
    """How far a job is."""
    ports: Ports = request.app.state.ports
    return _told(ports, _mine(ports, job_id, publishers_token(ports, authorization, None)))


@router.get("/publish_jobs/{job_id}/refusals")
def refused(
    request: Request,
    job_id: str,
    authorization: Authorization = "",
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """The documents that a job refused, in their order, each with what was wrong with it; ``next`` goes on from there."""
    ports: Ports = request.app.state.ports
    job = _mine(ports, job_id, publishers_token(ports, authorization, None))
    page = ports.store.publish_refusals(job.job_id, after=after, limit=limit)
    told = [{"number": number, **one, "message": render(one["code"], one["parameters"]).text} for number, one in page]
    return {"total": job.refused, "refusals": told, "next": page[-1][0] if page and page[-1][0] < job.refused else None}


@router.delete("/publish_jobs/{job_id}")
def forget(request: Request, job_id: str, authorization: Authorization = "") -> dict[str, Any]:
    """Forget a job; one that is not finished stops. What it published stays."""
    ports: Ports = request.app.state.ports
    token = publishers_token(ports, authorization, None)
    job = _mine(ports, job_id, token)
    return _told(ports, jobs.forget(ports, job.job_id, actor=f"token:{token.public_id}"))


def _mine(ports: Ports, job_id: str, token: StoredToken) -> PublishJob:
    """A job that a token may see; another's is as unknown as one that never was."""
    job = jobs.known(ports, job_id)
    if not _may_see(token, job):
        raise NotFound(JOB_UNKNOWN, job=job_id[:40])
    return job


def _may_see(token: StoredToken, job: PublishJob) -> bool:
    return Role.ADMIN in token.roles or token.organisation == job.publisher


def _told(ports: Ports, job: PublishJob) -> dict[str, Any]:
    url = f"{ports.base_url}/publish_jobs/{job.job_id}"
    return {
        "id": job.job_id,
        "url": url,
        "state": "finished" if job.finished else "working" if job.position else "waiting",
        "publisher": str(job.publisher),
        "source": job.source,
        "provisional": job.provisional,
        "total": job.total,
        "done": job.position,
        "published": job.published,
        "updated": job.updated,
        "unchanged": job.unchanged,
        "refused": job.refused,
        "findings": dict(job.findings),
        "documents_per_second": round(job.per_second, 1),
        "created": job.created.isoformat(),
        "finished": job.finished.isoformat() if job.finished else None,
        "refusals": f"{url}/refusals",
    }
