"""The registry on the national Registry's paths, for everyone to read. Writing is in :mod:`~openler.api.publishing`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Path as PathParameter

from openler.actions.finding.envelopes import MAX_PER_PAGE, envelope_ctid, list_envelopes, list_revisions, signed_envelope
from openler.actions.finding.events import events_since
from openler.actions.finding.get import DELETED, get_document, get_rdf, get_resource
from openler.actions.finding.included import MAX_INCLUDED_DEPTH, with_included
from openler.actions.finding.search import MAX_VALUES, likenesses, next_cursor, search
from openler.actions.ports import EnvelopeFilter, Ports
from openler.actions.ports import Query as Search
from openler.actions.registry.duplicates import same_as
from openler.actions.sparql_ports import RdfType
from openler.actions.verifying.reading import revision
from openler.api.models import SearchAnswer, search_answer
from openler.api.paging import Page, tell_pages
from openler.ctdl.summary import FACETS
from openler.errors import NotFound, declare
from openler.ids import Ctid
from openler.linkeddata.sparql import chosen

SUFFIX_UNKNOWN = declare("http.suffix_unknown", by=__name__)

router = APIRouter(tags=["registry"])

JSON_LD = "application/ld+json"
_RDF: Final[Mapping[str, RdfType]] = {"ttl": "text/turtle", "nq": "application/n-quads", "nt": "application/n-triples"}
FORMS: Final[Mapping[str, str]] = {"jsonld": JSON_LD, **_RDF}
"""Forms of a resource by the suffix of its address; the first is what who says nothing gets."""
SAME_AS: Final = "http://www.w3.org/2002/07/owl#sameAs"


@router.get("/resources/{ctid}", responses={200: {"content": {**{form: {} for form in FORMS.values()}, "text/html": {}}}})
def resource(
    request: Request,
    ctid: str,
    accept: Annotated[str, Header()] = "*/*",
    if_none_match: Annotated[str, Header()] = "",
    depth: Annotated[int, Query(ge=0, le=MAX_INCLUDED_DEPTH)] = 0,
) -> Response:
    """One resource: JSON-LD, Turtle, N-Quads, N-Triples or, for browsers, a page.

    A suffix (.jsonld, .ttl, .nq, .nt) chooses the form, else Accept does. ``depth`` includes the blank nodes that it refers to, and
    they to others, in JSON-LD.
    """
    if depth:
        return Response(orjson.dumps(with_included(request.app.state.ports, Ctid.parse(ctid, place="ctid"), depth)), media_type=JSON_LD)
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
        raise NotFound(SUFFIX_UNKNOWN, known=", ".join(FORMS))
    # The digest is the strong tag of the document's bytes; other forms of it are other bytes and have tags of their own.
    tag = f'"{stored.digest}"' if whole and form == "jsonld" else f'"{stored.digest}-{"node" if form == "jsonld" else form}"'
    headers = {"etag": tag, "vary": "accept", "cache-control": "no-cache"}
    if not stored.deleted and tag in {part.strip() for part in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    others = [f"{ports.base_url}/resources/{one}" for one in same_as(ports, stored.ctid)]
    if others:
        headers["link"] = ", ".join(f'<{one}>; rel="{SAME_AS}"' for one in others[:20])
    if form != "jsonld":
        own = f"{ports.base_url}/resources/{stored.ctid}"
        # A statement that is valid Turtle, N-Triples and N-Quads alike.
        said = "".join(f"<{own}> <{SAME_AS}> <{one}> .\n" for one in others)
        return Response(get_rdf(ports, ctid, _RDF[form]) + said.encode(), media_type=FORMS[form], headers=headers)
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
    page: Page = 1,
    after: str | None = None,
    envelope_ctdl_type: str | None = None,
    owned_by: str | None = None,
    published_by: str | None = None,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: datetime | None = None,
    provisional: Literal["exclude", "include", "only"] = "exclude",
) -> list[dict[str, Any]]:
    """Current documents in their envelopes, in order of CTID; X-Total counts them, X-After starts the next page as ``after``.

    By ``page`` too, with the other pages in Link.
    """
    ports: Ports = request.app.state.ports
    where = EnvelopeFilter(
        ctdl_type=envelope_ctdl_type,
        owner=Ctid.parse(owned_by, place="owned_by") if owned_by else None,
        publisher=Ctid.parse(published_by, place="published_by") if published_by else None,
        since=since,
        until=until,
        provisional={"exclude": False, "include": None, "only": True}[provisional],
    )
    begin = Ctid.parse(after, place="after") if after else None
    found = list_envelopes(ports, where, after=begin, page=page, per_page=per_page, metadata_only=metadata_only)
    response.headers["x-total"] = str(found.total)
    if begin is None:
        tell_pages(request, response, page=page, per_page=per_page, total=found.total)
    if found.after:
        response.headers["x-after"] = found.after
    return [dict(one) for one in found.envelopes]


@router.get("/envelopes/events")
def events(
    request: Request,
    after: Annotated[str, Query(max_length=40)] = "0",
    ctid: str | None = None,
    event: Literal["create", "publish", "update", "destroy", "delete", "offer", "transfer"] | None = None,
    page: Page = 1,
    per_page: Annotated[int, Query(ge=1, le=MAX_PER_PAGE)] = MAX_PER_PAGE,
    documents: bool = False,
) -> list[dict[str, Any]]:
    """Journal entries after a sequence number or from a moment on, oldest first, for whoever follows this registry.

    With ``documents`` each comes with what it is about.
    """
    ports: Ports = request.app.state.ports
    one = Ctid.parse(ctid, place="ctid") if ctid else None
    found = events_since(ports, after, ctid=one, event=event, page=page, limit=per_page, documents=documents)
    return [dict(told) for told in found]


@router.get("/envelopes/{ctid}")
def one_envelope(request: Request, ctid: str, metadata_only: bool = False) -> dict[str, Any]:
    """One document in its envelope, a withdrawn one with the time it was withdrawn. ``envelope_id`` names it as well."""
    ports: Ports = request.app.state.ports
    return signed_envelope(ports, get_document(ports, envelope_ctid(ctid)), metadata_only=metadata_only)


@router.get("/envelopes/{ctid}/revisions")
def revisions(request: Request, ctid: str) -> list[dict[str, Any]]:
    """Every version of a document, a withdrawn one's too, oldest first."""
    ports: Ports = request.app.state.ports
    return [dict(one) for one in list_revisions(ports, envelope_ctid(ctid))]


@router.get("/envelopes/{ctid}/revisions/{seq}")
def one_revision(request: Request, ctid: str, seq: Annotated[int, PathParameter(ge=1)]) -> Response:
    """A document as it stood at a journal entry, byte for byte: what a record pins as its meaning at the time."""
    ports: Ports = request.app.state.ports
    return Response(revision(ports, envelope_ctid(ctid), seq), media_type=JSON_LD)


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
    values: Annotated[int, Query(ge=0, le=MAX_VALUES)] = 100,
    count: Annotated[list[str], Query(max_length=len(FACETS))] = [],  # noqa: B006 - FastAPI copies it
) -> SearchAnswer:
    """Search by words; every facet is a parameter of its own name and may be repeated.

    ``near`` is a postal code, a town or ``latitude,longitude``, ``within`` a distance such as ``25`` or ``25mi`` (miles) or ``40km``;
    ``similar`` a CTID. ``after`` is an answer's ``next``: it goes on behind the last hit, whatever was published since. Of each facet
    the most frequent ``values`` are told; ``count`` names a facet to be counted however many are found, which takes longer.
    """
    ports: Ports = request.app.state.ports
    facets = {name: tuple(wanted) for name in FACETS if (wanted := request.query_params.getlist(name))}
    like = Ctid.parse(similar, place="similar") if similar else None
    query = Search(
        words=q, facets=facets, limit=limit, offset=offset, near=near, similar=like, values=values, counted=tuple(sorted(set(count)))
    )
    return _found(ports, query, after, within)


@router.get("/resources/{ctid}/similar")
def similar_to(request: Request, ctid: str, limit: Annotated[int, Query(ge=1, le=200)] = 10) -> SearchAnswer:
    """Resources of the same kind that are like this one: by skills, occupations, subjects and words of the name in common."""
    return _found(request.app.state.ports, Search(limit=limit, similar=Ctid.parse(ctid, place="ctid")), "", "")


def _found(ports: Ports, query: Search, after: str, within: str) -> SearchAnswer:
    found = search(ports, query, cursor=after, within=within)
    return search_answer(found, after=next_cursor(query, found), alike=likenesses(ports, found))
