"""The VC-API: issue, verify, derive, status; and what verifiers elsewhere read from an issuer here."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from openler.access.organisation import Role
from openler.access.token import StoredToken
from openler.actions.holding.derive import derive
from openler.actions.issuing import identity, status
from openler.actions.issuing.issue import issue_one
from openler.actions.issuing.issued_list import issued_list
from openler.actions.ports import Ports
from openler.actions.registry.tokens import authenticate
from openler.actions.verifying.verify import MAX_BYTES, verify
from openler.api import vc_answers, vc_options
from openler.credentials.envelopes import is_token
from openler.credentials.policy import Policy
from openler.errors import Malformed, Unauthenticated, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json
from openler.problems import MEDIA_TYPE, problem

BODY_INCOMPLETE = declare("http.body_incomplete", by=__name__)
ISSUE_TOKEN_MISSING = declare("http.issue_token_missing", by=__name__)


class VcRoute(APIRoute):
    """Answers input that is not what it claims to be with 400, as the VC-API says; the rest of our interface says 422."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, its Malformed told as 400."""
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handler(request)
            except Malformed as error:
                return JSONResponse(problem(error, status=_BAD_REQUEST), status_code=_BAD_REQUEST, media_type=MEDIA_TYPE)

        return answered


router = APIRouter(tags=["credentials"], route_class=VcRoute)

VC = "application/vc+ld+json"
_BAD_REQUEST = 400


@router.post("/credentials/issue", status_code=201)
async def issue(request: Request, authorization: Annotated[str, Header()] = "") -> JSONResponse:
    """Sign a credential as the organization whose token is shown."""
    return await run_in_threadpool(_issue, request.app.state.ports, authorization, await request.body())


def _issue(ports: Ports, authorization: str, content: bytes) -> JSONResponse:
    shown = _issuer(ports, authorization)
    body = _body(content)
    options = vc_options.issuing(body)
    signed = issue_one(
        ports,
        _member(body, "credential"),
        issuer=shown.organisation,
        actor=f"token:{shown.public_id}",
        with_status=True,
        secured=options.form,
        cryptosuite=options.cryptosuite,
        minimum=options.minimum,
        named=options.named,
        always=options.always,
    )
    return JSONResponse(signed.credential, status_code=201, headers={"x-openler-credential": signed.credential_id})


@router.post("/credentials/verify")
async def verify_credential(request: Request) -> JSONResponse:
    """Verify a credential, given bare or as ``verifiableCredential``: 200 when valid, 400 when not, the report in both."""
    return await run_in_threadpool(_verdict, request.app.state.ports, await request.body(), "verifiableCredential")


@router.post("/presentations/verify")
async def verify_presentation(request: Request) -> JSONResponse:
    """Verify a presentation, given bare or as ``verifiablePresentation``."""
    return await run_in_threadpool(_verdict, request.app.state.ports, await request.body(), "verifiablePresentation")


@router.post("/credentials/derive", status_code=201)
async def derive_credential(request: Request) -> JSONResponse:
    """What a holder shows of a record signed by ecdsa-sd-2023: ``{verifiableCredential, options: {selectivePointers}}``."""
    return await run_in_threadpool(_derived, await request.body())


def _derived(content: bytes) -> JSONResponse:
    body = _body(content)
    pointers = vc_options.deriving(body)
    return JSONResponse(derive(_member(body, "verifiableCredential"), pointers), status_code=201, headers={"cache-control": "no-store"})


@router.post("/credentials/status")
async def change_status(request: Request, authorization: Annotated[str, Header()] = "") -> JSONResponse:
    """Change a credential's status: ``{credentialId, credentialStatus: {type, statusPurpose, reason}, status}``.

    ``credentialId`` is the credential's own id or the name it was issued under; ``statusPurpose`` is ``revocation`` or
    ``suspension``, and may stand as ``type``; ``status`` may stand inside, true (or ``"1"``) where it is left out.
    """
    return await run_in_threadpool(_change_status, request.app.state.ports, authorization, await request.body())


def _change_status(ports: Ports, authorization: str, content: bytes) -> JSONResponse:
    shown = _issuer(ports, authorization)
    body = _body(content)
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
    body = _body(content)
    wrapped = member in body and "@context" not in body  # a presentation has a member verifiableCredential of its own
    policy = vc_options.verifying(body) if wrapped else Policy()
    data = _judged(body[member], member) if wrapped else jcs(body)
    report = verify(ports, data, source="request", policy=policy, serving=True).report
    return JSONResponse(vc_answers.verdict(report), status_code=200 if report.verdict == "valid" else 400)


def _judged(inner: Any, member: str) -> bytes:
    """An object, or a token as a text; JSON written as a text is neither."""
    if isinstance(inner, str) and is_token(inner.encode()):
        return inner.encode()
    if not isinstance(inner, dict):
        raise Malformed(BODY_INCOMPLETE, place=f"/{member}", member=member)
    return jcs(inner)


def _body(content: bytes) -> dict[str, Any]:
    return _object(parse_json(content, max_bytes=MAX_BYTES))


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(BODY_INCOMPLETE, member="{}")
    return value


def _member(body: dict[str, Any], name: str) -> Any:
    if name not in body:
        raise Malformed(BODY_INCOMPLETE, place=f"/{name}", member=name)
    return body[name]
