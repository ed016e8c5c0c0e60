"""The registry on the national Registry's paths, for everyone to read. Writing is in :mod:`~openler.api.publishing`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Path as PathParameter

from openler.actions.duplicates import same_as
from openler.actions.envelopes import MAX_PER_PAGE, list_envelopes, list_events, list_revisions, signed_envelope
from openler.actions.gather import revision
from openler.actions.get import DELETED, get_document, get_rdf, get_resource
from openler.actions.ports import EnvelopeFilter, Ports
from openler.actions.ports import Query as Search
from openler.actions.search import search
from openler.api.models import SearchAnswer, search_answer
from openler.ctdl.summary import FACETS
from openler.errors import NotFound
from openler.ids import Ctid

router = APIRouter(tags=["registry"])

JSON_LD = "application/ld+json"
TURTLE: Final = "text/turtle"
SAME_AS: Final = "http://www.w3.org/2002/07/owl#sameAs"


@router.get("/resources/{ctid}", responses={200: {"content": {JSON_LD: {}, TURTLE: {}, "text/html": {}}}})
def resource(
    request: Request, ctid: str, accept: Annotated[str, Header()] = "*/*", if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """One resource: JSON-LD, Turtle or, for browsers, a page."""
    return _document(request, ctid, accept, if_none_match, whole=False)


@router.get("/graph/{ctid}", responses={200: {"content": {JSON_LD: {}, TURTLE: {}}}})
def graph(request: Request, ctid: str, accept: Annotated[str, Header()] = "*/*", if_none_match: Annotated[str, Header()] = "") -> Response:
    """The whole document whose graph describes a resource."""
    return _document(request, ctid, accept, if_none_match, whole=True)


def _document(request: Request, text: str, accept: str, if_none_match: str, *, whole: bool) -> Response:
    ports: Ports = request.app.state.ports
    ctid = Ctid.parse(text, place="ctid")
    stored = get_document(ports, ctid)
    turtle = TURTLE in accept and JSON_LD not in accept
    # The digest is the strong tag of the document's bytes; other forms of it are other bytes and have tags of their own.
    tag = f'"{stored.digest}"' if whole and not turtle else f'"{stored.digest}{"-turtle" if turtle else "-node"}"'
    headers = {"etag": tag, "vary": "accept", "cache-control": "no-cache"}
    if not stored.deleted and tag in {part.strip() for part in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    others = [f"{ports.base_url}/resources/{one}" for one in same_as(ports, stored.ctid)]
    if others:
        headers["link"] = ", ".join(f'<{one}>; rel="{SAME_AS}"' for one in others[:20])
    if turtle:
        own = f"{ports.base_url}/resources/{stored.ctid}"
        said = "".join(f"\n<{own}> <{SAME_AS}> <{one}> .\n" for one in others)
        return Response(get_rdf(ports, ctid, TURTLE) + said.encode(), media_type=TURTLE, headers=headers)
    if stored.deleted:
        raise NotFound(DELETED, ctid=ctid)
    content = stored.normalised if whole else orjson.dumps(get_resource(ports, ctid))
    return Response(content, media_type=JSON_LD, headers=headers)


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
    provisional: Literal["exclude", "include", "only"] = "exclude",
) -> list[dict[str, Any]]:
    """Current documents in their envelopes, in order of CTID; X-Total counts them, X-After starts the next page."""
    ports: Ports = request.app.state.ports
    where = EnvelopeFilter(
        ctdl_type=envelope_ctdl_type,
        owner=Ctid.parse(owned_by, place="owned_by") if owned_by else None,
        publisher=Ctid.parse(published_by, place="published_by") if published_by else None,
        since=since,
        until=until,
        provisional={"exclude": False, "include": None, "only": True}[provisional],
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
    request: Request,
    after: Annotated[int, Query(ge=0)] = 0,
    per_page: Annotated[int, Query(ge=1, le=MAX_PER_PAGE)] = MAX_PER_PAGE,
    documents: bool = False,
) -> list[dict[str, Any]]:
    """Journal entries after a sequence number, for whoever follows this registry; with ``documents``, what they are about."""
    ports: Ports = request.app.state.ports
    return [dict(one) for one in list_events(ports, after=after, limit=per_page, documents=documents)]


@router.get("/envelopes/{ctid}")
def one_envelope(request: Request, ctid: str, metadata_only: bool = False) -> dict[str, Any]:
    """One document in its envelope, a withdrawn one with the time it was withdrawn."""
    ports: Ports = request.app.state.ports
    return signed_envelope(ports, get_document(ports, Ctid.parse(ctid, place="ctid")), metadata_only=metadata_only)


@router.get("/envelopes/{ctid}/revisions")
def revisions(request: Request, ctid: str) -> list[dict[str, Any]]:
    """Every version of a document, a withdrawn one's too, oldest first."""
    ports: Ports = request.app.state.ports
    return [dict(one) for one in list_revisions(ports, Ctid.parse(ctid, place="ctid"))]


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
) -> SearchAnswer:
    """Search by words; every facet is a parameter of its own name and may be repeated."""
    ports: Ports = request.app.state.ports
    facets = {name: tuple(values) for name in FACETS if (values := request.query_params.getlist(name))}
    return search_answer(search(ports, Search(words=q, facets=facets, limit=limit, offset=offset)))
