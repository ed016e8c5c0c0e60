"""The VC-API: issue, verify, status; and what verifiers elsewhere read from an issuer here."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from openler.access.organisation import Role
from openler.access.token import StoredToken
from openler.actions import identity, status
from openler.actions.issue import issue_one
from openler.actions.issue_policy import Minimum
from openler.actions.issued_list import issued_list
from openler.actions.ports import Ports
from openler.actions.signing import MEDIA_TYPES, Form
from openler.actions.signing_in_parts import Always
from openler.actions.tokens import authenticate
from openler.actions.verify import MAX_BYTES, verify
from openler.credentials.policy import Policy
from openler.credentials.proofs.ecdsa_sd_2023 import NAME as IN_PARTS
from openler.credentials.proofs.sd_holder import copied
from openler.errors import Malformed, Unauthenticated, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

BODY_INCOMPLETE = declare("http.body_incomplete", by=__name__)
ISSUE_TOKEN_MISSING = declare("http.issue_token_missing", by=__name__)

router = APIRouter(tags=["credentials"])

VC = "application/vc+ld+json"
MAX_NAME = 1000
"""Longest ``credentialId``, in characters."""


@router.post("/credentials/issue", status_code=201)
async def issue(request: Request, authorization: Annotated[str, Header()] = "") -> JSONResponse:
    """Sign a credential as the organization whose token is shown."""
    return await run_in_threadpool(_issue, request.app.state.ports, authorization, await request.body())


def _issue(ports: Ports, authorization: str, content: bytes) -> JSONResponse:
    shown = _issuer(ports, authorization)
    body = _object(parse_json(content, max_bytes=MAX_BYTES))
    signed = issue_one(
        ports,
        _member(body, "credential"),
        issuer=shown.organisation,
        actor=f"token:{shown.public_id}",
        with_status=True,
        secured=_form(body.get("options")),
        minimum=_minimum(body.get("options")),
        named=_named(body.get("options")),
        always=_always(body.get("options")),
    )
    return JSONResponse(signed.credential, status_code=201, headers={"x-openler-credential": signed.credential_id})


def _form(options: Any) -> Form:
    """``options.format`` asks for an envelope; the VC-API leaves room for such options and for an enveloped answer."""
    if not isinstance(options, dict):
        return "di"
    parts = options.get("cryptosuite") == IN_PARTS or "mandatoryPointers" in options
    stated = options.get("format", "di-sd" if parts else "di")
    for form in MEDIA_TYPES:
        if stated == form:
            return form
    raise Malformed(BODY_INCOMPLETE, place="/options/format", member="format")


def _minimum(options: Any) -> Minimum:
    """``options.requireMinimum``: refuse a record whose achievement is not described here, or not well enough."""
    stated = options.get("requireMinimum", False) if isinstance(options, dict) else False
    if not isinstance(stated, bool):
        raise Malformed(BODY_INCOMPLETE, place="/options/requireMinimum", member="requireMinimum")
    return "refuse" if stated else "off"


def _named(options: Any) -> str | None:
    """``options.credentialId`` (VC-API): the name under which the record's status is changed, in place of its own id."""
    stated = options.get("credentialId") if isinstance(options, dict) else None
    if not (stated is None or (isinstance(stated, str) and 0 < len(stated) <= MAX_NAME)):
        raise Malformed(BODY_INCOMPLETE, place="/options/credentialId", member="credentialId")
    return stated


def _always(options: Any) -> Always | None:
    """``options.mandatoryPointers``: what every copy shows, in place of what is usual here (VC-API for ecdsa-sd-2023)."""
    if not isinstance(options, dict) or "mandatoryPointers" not in options:
        return None
    return Always(_pointers(options, "mandatoryPointers"), instead=True)


def _pointers(options: dict[str, Any], name: str) -> tuple[str, ...]:
    stated = options.get(name)
    if not isinstance(stated, list) or not all(isinstance(each, str) for each in stated):
        raise Malformed(BODY_INCOMPLETE, place=f"/options/{name}", member=name)
    return tuple(stated)


@router.post("/credentials/derive", status_code=201)
async def derive(request: Request) -> JSONResponse:
    """Make a copy that shows parts: ``{verifiableCredential, options: {selectivePointers: [...]}}``. Nothing of it is kept."""
    return await run_in_threadpool(_derive, await request.body())


def _derive(content: bytes) -> JSONResponse:
    body = _object(parse_json(content, max_bytes=MAX_BYTES))
    options = _object(body.get("options", {}))
    chosen = _pointers(options, "selectivePointers") if "selectivePointers" in options else ()
    derived = copied(_object(_member(body, "verifiableCredential")), chosen)
    return JSONResponse(derived, status_code=201, headers={"cache-control": "no-store"})


@router.post("/credentials/verify")
async def verify_credential(request: Request) -> JSONResponse:
    """Verify a credential, given bare or as ``verifiableCredential``: 200 when valid, 400 when not, the report in both."""
    return await run_in_threadpool(_verdict, request.app.state.ports, await request.body(), "verifiableCredential")


@router.post("/presentations/verify")
async def verify_presentation(request: Request) -> JSONResponse:
    """Verify a presentation, given bare or as ``verifiablePresentation``."""
    return await run_in_threadpool(_verdict, request.app.state.ports, await request.body(), "verifiablePresentation")


@router.post("/credentials/status")
async def change_status(request: Request, authorization: Annotated[str, Header()] = "") -> JSONResponse:
    """Change a credential's status: ``{credentialId, credentialStatus: {type, statusPurpose, reason}, status}``.

    ``credentialId`` is the credential's own id or the name it was issued under; ``statusPurpose`` is ``revocation`` or
    ``suspension``, and may stand as ``type``; ``status`` may stand inside, true (or ``"1"``) where it is left out.
    """
    return await run_in_threadpool(_change_status, request.app.state.ports, authorization, await request.body())


def _change_status(ports: Ports, authorization: str, content: bytes) -> JSONResponse:
    shown = _issuer(ports, authorization)
    body = _object(parse_json(content, max_bytes=MAX_BYTES))
    entries = _member(body, "credentialStatus")
    asked = _object(entries[0] if isinstance(entries, list) and len(entries) == 1 else entries)
    wanted = body.get("status", asked.get("status", True)) not in (False, "0", "false")
    verb = {("revocation", True): status.revoke, ("suspension", True): status.suspend, ("suspension", False): status.reinstate}.get(
        (str(asked.get("statusPurpose", asked.get("type"))), wanted)
    )
    if verb is None:
        raise Malformed(BODY_INCOMPLETE, place="/credentialStatus", member="credentialStatus")
    change = verb(
        ports,
        str(_member(body, "credentialId")),
        reason=str(asked.get("reason", "")) or "not stated",
        actor=f"token:{shown.public_id}",
        issuer=shown.organisation,
    )
    return JSONResponse({"credentialId": change.credential_id, "revoked": change.revoked, "suspended": change.suspended})


@router.get("/status/{name}")
def status_list(request: Request, name: str) -> Response:
    """A status list as a signed credential."""
    return _document(status.status_list(request.app.state.ports, name))


@router.get("/issuers/{ctid}/did.json")
def did_document(request: Request, ctid: str) -> Response:
    """The DID document of an issuer that signs as did:web."""
    document = identity.did_document(request.app.state.ports, Ctid.parse(ctid, place="ctid"))
    return Response(jcs(document), media_type="application/did+json", headers={"cache-control": "no-cache"})


@router.get("/issuers/{ctid}/issued/{fragment}")
def issued_before(request: Request, ctid: str, fragment: str) -> Response:
    """Digests of what an issuer had issued before one of its keys was stolen, for whoever judges a record signed with it."""
    content = issued_list(request.app.state.ports, Ctid.parse(ctid, place="ctid"), fragment[:120])
    return Response(content, media_type="application/json", headers={"cache-control": "no-cache"})


def _document(credential: dict[str, Any]) -> Response:
    return Response(jcs(credential), media_type=VC, headers={"cache-control": "no-cache"})


def _issuer(ports: Ports, authorization: str) -> StoredToken:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in {"bearer", "token"} or not token:
        raise Unauthenticated(ISSUE_TOKEN_MISSING)
    return authenticate(ports, token.strip(), role=Role.ISSUER)


def _verdict(ports: Ports, content: bytes, member: str) -> JSONResponse:
    body = _object(parse_json(content, max_bytes=MAX_BYTES))
    options = body.get("options") if member in body else None
    wanted = _object(options) if options is not None else {}
    policy = Policy(
        challenge=wanted["challenge"] if isinstance(wanted.get("challenge"), str) else None,
        domain=wanted["domain"] if isinstance(wanted.get("domain"), str) else None,
    )
    inner = body.get(member, body)
    data = inner.encode() if isinstance(inner, str) else jcs(inner)
    report = verify(ports, data, source="request", policy=policy, serving=True).report
    told = {"verified": report.verdict == "valid", **report.told()}
    return JSONResponse(told, status_code=200 if report.verdict == "valid" else 400)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(BODY_INCOMPLETE, member="{}")
    return value


def _member(body: dict[str, Any], name: str) -> Any:
    if name not in body:
        raise Malformed(BODY_INCOMPLETE, place=f"/{name}", member=name)
    return body[name]
