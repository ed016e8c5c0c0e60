"""Writing to the registry on the national Registry's paths, each with a publisher's token."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from openler.access.organisation import Role
from openler.access.token import StoredToken
from openler.actions.finding.envelopes import signed_envelope, tombstone
from openler.actions.finding.get import DELETED, get_document
from openler.actions.ports import Ports
from openler.actions.registry.judging import Refusal
from openler.actions.registry.preconditions import expected
from openler.actions.registry.publish import publish_bytes
from openler.actions.registry.tokens import authenticate
from openler.actions.registry.transfer import TransferReport, accept, offer, transfer
from openler.actions.registry.withdraw import withdraw
from openler.ctdl.document import parse
from openler.errors import Conflict, Malformed, NotFound, OpenlerError, Refused, Unauthenticated, declare
from openler.ids import Ctid, Digest

TOKEN_MISSING = declare("http.token_missing", by=__name__)
DOCUMENT_REFUSED = declare("http.document_refused", by=__name__)
PUBLISHER_DIFFERS = declare("http.publisher_differs", by=__name__)

router = APIRouter(tags=["registry"])

Authorization = Annotated[str, Header()]
IfMatch = Annotated[str, Header()]


@router.post("/resources/organizations/{organization}/documents", status_code=201)
async def publish(
    request: Request,
    organization: str,
    authorization: Authorization = "",
    secondary_token: Annotated[str, Header()] = "",
    if_match: IfMatch = "",
    published_by: str | None = None,
    provisional: bool = False,
) -> Response:
    """Publish one document for an organization: 201 when new, 200 when updated or unchanged, 422 with findings when refused.

    Who publishes on behalf of the organization shows the organization's token and, as Secondary-Token, its own.
    """
    ports: Ports = request.app.state.ports
    owner, body = Ctid.parse(organization, place="organization"), await request.body()
    by = Ctid.parse(published_by, place="published_by") if published_by else None
    return await run_in_threadpool(_publish, ports, owner, body, (authorization, secondary_token), by, if_match, provisional=provisional)


def _publish(
    ports: Ports, owner: Ctid, body: bytes, shown: tuple[str, str], by: Ctid | None, if_match: str, *, provisional: bool
) -> Response:
    token = publishers_token(ports, shown[0], owner)
    publisher, actor = owner, f"token:{token.public_id}"
    if shown[1]:
        second = publishers_token(ports, shown[1], None)
        publisher = by or second.organisation
        if Role.ADMIN not in second.roles and publisher != second.organisation:
            raise Refused(PUBLISHER_DIFFERS, place="published_by", publisher=publisher)
        actor = f"token:{second.public_id} with token:{token.public_id}"
    elif by is not None and by != owner:
        if Role.ADMIN not in token.roles:
            raise Refused(PUBLISHER_DIFFERS, place="published_by", publisher=by)
        publisher = by
    document = parse(body)
    report = publish_bytes(
        ports,
        [("request", body)],
        publisher=publisher,
        actor=actor,
        owner=owner,
        provisional=provisional,
        expected=_expected(ports, document.ctid, if_match),
    )
    if report.refused:
        raise _refused(report.refused[0])
    stored = get_document(ports, document.ctid)
    headers = {"etag": f'"{stored.digest}"', "location": f"{ports.base_url}/resources/{document.ctid}"}
    content = orjson.dumps(signed_envelope(ports, stored, metadata_only=True))
    return Response(content, status_code=201 if report.published else 200, media_type="application/json", headers=headers)


@router.delete("/resources/documents/{ctid}")
def delete(request: Request, ctid: str, authorization: Authorization = "", if_match: IfMatch = "") -> dict[str, Any]:
    """Withdraw a document: its CTID answers 410 from now on, its versions stay readable. The answer is what is left to tell of it."""
    ports: Ports = request.app.state.ports
    wanted = Ctid.parse(ctid, place="ctid")
    token = publishers_token(ports, authorization, None)
    stored = get_document(ports, wanted)
    if stored.deleted:
        raise NotFound(DELETED, ctid=wanted)
    acting = _acting(token, stored.publisher, stored.owner)
    believed = _expected(ports, stored.ctid, if_match)
    report = withdraw(ports, [stored.ctid], publisher=acting, actor=f"token:{token.public_id}", expected=believed)
    if report.refused:
        raise _refused(report.refused[0])
    ports.projector.catch_up()
    return tombstone(ports, stored.ctid)


@router.patch("/resources/documents/{ctid}/transfer")
def hand_over(
    request: Request,
    response: Response,
    ctid: str,
    organization_id: Annotated[str, Query(description="The organization that is to own it.")],
    authorization: Authorization = "",
    secondary_token: Annotated[str, Header()] = "",
    if_match: IfMatch = "",
) -> dict[str, Any]:
    """Transfer a document to another organization: the owner's token offers it (202), the other's accepts it, both together do both."""
    ports: Ports = request.app.state.ports
    to = Ctid.parse(organization_id, place="organization_id")
    token = publishers_token(ports, authorization, None)
    stored = get_document(ports, Ctid.parse(ctid, place="ctid"))
    believed = expected(ports, stored.ctid, if_match)
    owner, actor = stored.owner or stored.publisher, f"token:{token.public_id}"
    if secondary_token:
        publishers_token(ports, secondary_token, to)
        done = transfer(ports, stored.ctid, owner=_acting(token, owner, None), to=to, actor=actor, expected=believed)
    elif token.organisation == to or (Role.ADMIN in token.roles and stored.offered == to):
        done = accept(ports, stored.ctid, organization=to, actor=actor, expected=believed)
    else:
        done = offer(ports, stored.ctid, owner=_acting(token, owner, None), to=to, actor=actor, expected=believed)
        response.status_code = 202
    if done.state == "transferred":
        ports.projector.catch_up()
    return _told(done)


def _told(done: TransferReport) -> dict[str, Any]:
    return {
        "envelope_ceterms_ctid": str(done.ctid),
        "state": done.state,
        "organization": str(done.organization),
        "seq": done.entry.seq,
        "created_at": done.entry.time.isoformat(),
    }


def publishers_token(ports: Ports, header: str, organization: Ctid | None) -> StoredToken:
    """The publisher's token that a header shows; without ``organization`` of whichever organization it is.

    :raises Unauthenticated: none is shown, or it is no longer good
    :raises Refused: as :func:`~openler.actions.registry.tokens.authenticate`
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() not in {"bearer", "token"} or not token:
        raise Unauthenticated(TOKEN_MISSING)
    return authenticate(ports, token.strip(), role=Role.PUBLISHER, organisation=organization)


def _acting(token: StoredToken, *may: Ctid | None) -> Ctid:
    """As whom a token acts on a document: as its own organization; an administrator's as the first of those who may."""
    if Role.ADMIN in token.roles and token.organisation not in may:
        return next(one for one in may if one is not None)
    return token.organisation


def _expected(ports: Ports, ctid: Ctid, if_match: str) -> dict[Ctid, Digest]:
    believed = expected(ports, ctid, if_match)
    return {} if believed is None else {ctid: believed}


def _refused(refusal: Refusal) -> OpenlerError:
    """What was refused, as the failure that it is."""
    if not refusal.findings:
        return _KINDS.get(refusal.code.partition(".")[0], Conflict)(refusal.code, place=refusal.place, **dict(refusal.parameters))
    findings = "; ".join(f"{finding.code} at {finding.place or '/'}" for finding in refusal.findings[:20])
    return Malformed(DOCUMENT_REFUSED, place=refusal.place, count=len(refusal.findings), findings=findings)


_KINDS: dict[str, type[OpenlerError]] = {"statement": Malformed, "sealed": Malformed, "credentials": Malformed}
"""Kinds of refusal that are the document's own fault; what else is refused conflicts with what is published."""
