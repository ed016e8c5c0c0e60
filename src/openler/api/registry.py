"""The registry on the national Registry's paths: reading for everyone, writing with a publisher's token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.concurrency import run_in_threadpool

from openler.access.organisation import Role
from openler.actions.envelopes import MAX_PER_PAGE, envelope, list_envelopes, list_events
from openler.actions.gather import revision
from openler.actions.get import get_document, get_rdf, get_resource, parsed
from openler.actions.ports import EnvelopeFilter, Ports, RdfType
from openler.actions.ports import Query as Search
from openler.actions.publish import publish_bytes
from openler.actions.search import likenesses, next_cursor, search
from openler.actions.tokens import authenticate
from openler.api.models import SearchAnswer, search_answer
from openler.ctdl.document import parse
from openler.ctdl.summary import FACETS
from openler.errors import Conflict, Malformed, NotFound, Unauthenticated, declare
from openler.ids import Ctid, Digest
from openler.linkeddata.sparql import chosen

TOKEN_MISSING = declare("http.token_missing", by=__name__)
DOCUMENT_REFUSED = declare("http.document_refused", by=__name__)
FORM_UNKNOWN = declare("http.form_unknown", by=__name__)

router = APIRouter(tags=["registry"])

JSON_LD = "application/ld+json"
_RDF: Final[Mapping[str, RdfType]] = {"ttl": "text/turtle", "nq": "application/n-quads", "nt": "application/n-triples"}
FORMS: Final[Mapping[str, str]] = {"jsonld": JSON_LD, **_RDF}
"""Forms of a resource by the suffix of its address; the first is what who says nothing gets."""


@router.get("/resources/{ctid}", responses={200: {"content": {**{form: {} for form in FORMS.values()}, "text/html": {}}}})
def resource(
    request: Request, ctid: str, accept: Annotated[str, Header()] = "*/*", if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """One resource: JSON-LD, Turtle, N-Quads, N-Triples or, for browsers, a page.

    A suffix (.jsonld, .ttl, .nq, .nt) chooses the form, else Accept does.
    """
    return _document(request, ctid, accept, if_none_match, whole=False)


@router.get("/graph/{ctid}", responses={200: {"content": {form: {} for form in FORMS.values()}}})
def graph(request: Request, ctid: str, accept: Annotated[str, Header()] = "*/*", if_none_match: Annotated[str, Header()] = "") -> Response:
    """The whole document whose graph describes a resource, in the same forms."""
    return _document(request, ctid, accept, if_none_match, whole=True)


def _document(request: Request, text: str, accept: str, if_none_match: str, *, whole: bool) -> Response:
    ports: Ports = request.app.state.ports
    name, _, suffix = text.partition(".")
    ctid = Ctid.parse(name, place="ctid")
    stored = get_document(ports, ctid)
    form = chosen(accept, FORMS, short=suffix) or ("" if suffix else "jsonld")  # whoever takes none of them gets JSON-LD (RFC 9110, 12.5.1)
    if not form:
        raise NotFound(FORM_UNKNOWN, known=", ".join(FORMS))
    # The digest is the strong tag of the document's bytes; other forms of it are other bytes and have tags of their own.
    tag = f'"{stored.digest}"' if whole and form == "jsonld" else f'"{stored.digest}-{"node" if form == "jsonld" else form}"'
    headers = {"etag": tag, "vary": "accept", "cache-control": "no-cache"}
    if not stored.deleted and tag in {part.strip() for part in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    if form != "jsonld":
        return Response(get_rdf(ports, ctid, _RDF[form]), media_type=FORMS[form], headers=headers)
    parsed(ports, ctid)  # a withdrawn document is not found
    content = stored.normalised if whole else orjson.dumps(get_resource(ports, ctid))
    return Response(content, media_type=JSON_LD, headers=headers)


@router.post("/resources/organizations/{organization}/documents", status_code=201)
async def publish(
    request: Request,
    organization: str,
    authorization: Annotated[str, Header()] = "",
    if_match: Annotated[str, Header()] = "",
) -> Response:
    """Publish one document for an organization: 201 when new, 200 when updated or unchanged, 422 with findings when refused."""
    ports: Ports = request.app.state.ports
    owner, body = Ctid.parse(organization, place="organization"), await request.body()
    return await run_in_threadpool(_publish, ports, owner, body, authorization, if_match)


def _publish(ports: Ports, organization: Ctid, body: bytes, authorization: str, if_match: str) -> Response:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in {"bearer", "token"} or not token:
        raise Unauthenticated(TOKEN_MISSING)
    shown = authenticate(ports, token.strip(), role=Role.PUBLISHER, organisation=organization)
    document = parse(body)
    expected = {document.ctid: Digest.parse(if_match.strip().strip('"'), place="If-Match")} if if_match else {}
    report = publish_bytes(ports, [("request", body)], publisher=organization, actor=f"token:{shown.public_id}", expected=expected)
    if report.refused:
        refusal = report.refused[0]
        if not refusal.findings:
            raise Conflict(refusal.code, place=refusal.place, **dict(refusal.parameters))
        findings = "; ".join(f"{finding.code} at {finding.place or '/'}" for finding in refusal.findings[:20])
        raise Malformed(DOCUMENT_REFUSED, place=refusal.place, count=len(refusal.findings), findings=findings)
    stored = get_document(ports, document.ctid)
    content = orjson.dumps(envelope(stored, metadata_only=True))
    headers = {"etag": f'"{stored.digest}"', "location": f"{ports.base_url}/resources/{document.ctid}"}
    return Response(content, status_code=201 if report.published else 200, media_type="application/json", headers=headers)


@router.get("/envelopes")
def envelopes(
    request: Request,
    response: Response,
    metadata_only: bool = False,
    per_page: Annotated[int, Query(ge=1, le=MAX_PER_PAGE)] = 50,
    after: str | None = None,
    envelope_ctdl_type: str | None = None,
    owned_by: str | None = None,
    published_by: str | None = None,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: datetime | None = None,
) -> list[dict[str, Any]]:
    """Current documents in their envelopes, in order of CTID; X-Total counts them, X-After starts the next page."""
    ports: Ports = request.app.state.ports
    where = EnvelopeFilter(
        ctdl_type=envelope_ctdl_type,
        owner=Ctid.parse(owned_by, place="owned_by") if owned_by else None,
        publisher=Ctid.parse(published_by, place="published_by") if published_by else None,
        since=since,
        until=until,
    )
    page = list_envelopes(
        ports, where, after=Ctid.parse(after, place="after") if after else None, per_page=per_page, metadata_only=metadata_only
    )
    response.headers["x-total"] = str(page.total)
    if page.after:
        response.headers["x-after"] = page.after
    return [dict(one) for one in page.envelopes]


@router.get("/envelopes/events")
def events(
    request: Request, after: Annotated[int, Query(ge=0)] = 0, per_page: Annotated[int, Query(ge=1, le=MAX_PER_PAGE)] = MAX_PER_PAGE
) -> list[dict[str, Any]]:
    """Journal entries after a sequence number, for whoever follows this registry."""
    ports: Ports = request.app.state.ports
    return [dict(one) for one in list_events(ports, after=after, limit=per_page)]


@router.get("/envelopes/{ctid}")
def one_envelope(request: Request, ctid: str, metadata_only: bool = False) -> dict[str, Any]:
    """One document in its envelope, a withdrawn one with the time it was withdrawn."""
    ports: Ports = request.app.state.ports
    return envelope(get_document(ports, Ctid.parse(ctid, place="ctid")), metadata_only=metadata_only)


@router.get("/envelopes/{ctid}/revisions/{seq}")
def one_revision(request: Request, ctid: str, seq: Annotated[int, PathParameter(ge=1)]) -> Response:
    """A document as it stood at a journal entry, byte for byte: what a record pins as its meaning at the time."""
    ports: Ports = request.app.state.ports
    return Response(revision(ports, Ctid.parse(ctid, place="ctid"), seq), media_type=JSON_LD)


@router.get("/search")
def find(
    request: Request,
    q: Annotated[str, Query(max_length=500)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    after: Annotated[str, Query(max_length=1_000)] = "",
    near: Annotated[str, Query(max_length=100)] = "",
    within: Annotated[str, Query(max_length=20)] = "",
    similar: Annotated[str, Query(max_length=100)] = "",
) -> SearchAnswer:
    """Search by words; every facet is a parameter of its own name and may be repeated.

    ``near`` is a postal code, a town or ``latitude,longitude``, ``within`` a distance such as ``25`` or ``25mi`` (miles) or ``40km``;
    ``similar`` a CTID. ``after`` is an answer's ``next``: it goes on behind the last hit, whatever was published since.
    """
    ports: Ports = request.app.state.ports
    facets = {name: tuple(values) for name in FACETS if (values := request.query_params.getlist(name))}
    like = Ctid.parse(similar, place="similar") if similar else None
    return _found(ports, Search(words=q, facets=facets, limit=limit, offset=offset, near=near, similar=like), after, within)


@router.get("/resources/{ctid}/similar")
def similar_to(request: Request, ctid: str, limit: Annotated[int, Query(ge=1, le=200)] = 10) -> SearchAnswer:
    """Resources of the same kind that are like this one: by skills, occupations, subjects and words of the name in common."""
    return _found(request.app.state.ports, Search(limit=limit, similar=Ctid.parse(ctid, place="ctid")), "", "")


def _found(ports: Ports, query: Search, after: str, within: str) -> SearchAnswer:
    found = search(ports, query, cursor=after, within=within)
    return search_answer(found, after=next_cursor(query, found), alike=likenesses(ports, found))
