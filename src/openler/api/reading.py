"""Reading in the national Registry's own ways: ``POST /ctdl``, description sets, many resources at once, downloads."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from openler.actions.finding.description_sets import DescriptionSet, sets_of
from openler.actions.finding.description_sets_many import Described, sets_of_many
from openler.actions.finding.many import existing, graphs_of, nodes_of, read_ctids
from openler.actions.finding.query import QueryAnswer, query
from openler.actions.finding.query_request import MAX_BRANCH, MAX_TAKE, TAKE, Asked, read_request
from openler.actions.ports import Ports
from openler.ids import Ctid

router = APIRouter(tags=["registry"])

JSON = "application/json"


@router.post("/ctdl", responses={200: {"content": {JSON: {}}}})
@router.post("/assistant/search/ctdl", include_in_schema=False)
async def ctdl(
    request: Request,
    skip: Annotated[int, Query(ge=0)] = 0,
    take: Annotated[int, Query(ge=0, le=MAX_TAKE)] = TAKE,
    order_by: Annotated[str, Query(max_length=200)] = "",
    include_description_sets: bool = False,
    include_description_set_resources: bool = False,
    include_graph_data: bool = False,
    include_results_metadata: bool = False,
    per_branch_limit: int | None = None,
) -> Response:
    """Find resources by a query in CTDL JSON, as the national Registry takes it, also in its search service's wrapper."""
    ports: Ports = request.app.state.ports
    options = {
        "skip": skip, "take": take, "order_by": order_by, "include_description_sets": include_description_sets,
        "include_description_set_resources": include_description_set_resources, "include_graph_data": include_graph_data,
        "include_results_metadata": include_results_metadata, "per_branch_limit": per_branch_limit,
    }  # fmt: skip
    body = await request.body()
    return await run_in_threadpool(_answer, ports, body, options)


def _answer(ports: Ports, body: bytes, options: dict[str, Any]) -> Response:
    asked = read_request(body, options)
    found = query(ports, asked)
    told = wrapped(asked, found) if asked.wrapped else plain(asked, found)
    return Response(orjson.dumps(told), media_type=JSON, headers={"x-total": str(found.total), "x-entries-behind": str(found.behind)})


def plain(asked: Asked, found: QueryAnswer) -> dict[str, Any]:
    """The Registry's own answer."""
    told: dict[str, Any] = {"data": [record.node for record in found.records], "total": found.total}
    if found.sets is not None:
        told["description_sets"] = [{"ctid": ctid, "description_set": [_set(one) for one in sets]} for ctid, sets in found.sets.items()]
    if found.related is not None:
        told["description_set_resources"] = list(found.related)
    if asked.metadata:
        told["results_metadata"] = [
            {
                "resource_uri": record.uri,
                "search:recordCreated": record.stored.created.isoformat(),
                "search:recordUpdated": record.stored.updated.isoformat(),
                "search:recordOwnedBy": record.stored.owner,
                "search:recordPublishedBy": record.stored.publisher,
                "search:resourcePublishType": "primary",
            }
            for record in found.records
        ]
    return told


def wrapped(asked: Asked, found: QueryAnswer) -> dict[str, Any]:
    """The search service's answer."""
    extra: dict[str, Any] = {"TotalResults": found.total}
    if found.related is not None:
        extra["RelatedItems"] = list(found.related)
    if found.sets is not None:
        extra["RelatedItemsMap"] = [
            {
                "ResourceURI": record.uri,
                "RelatedItems": [{"Path": one.path, "URIs": list(one.uris), "TotalURIs": one.total} for one in found.sets[record.ctid]],
            }
            for record in found.records
        ]
    if asked.metadata:
        extra["ResultsMetadata"] = [
            {
                "ResourceURI": record.uri,
                "RecordCreated": record.stored.created.isoformat(),
                "RecordUpdated": record.stored.updated.isoformat(),
                "RecordOwnedBy": record.stored.owner,
                "RecordPublishedBy": record.stored.publisher,
            }
            for record in found.records
        ]
    return {"data": [record.node for record in found.records], "extra": extra, "valid": True, "status": "OK"}


def _set(one: DescriptionSet) -> dict[str, Any]:
    return {"path": one.path, "total": one.total, "uris": list(one.uris)}


@router.get("/description_sets/{ctid}")
def description_sets(
    request: Request,
    ctid: str,
    limit: Annotated[int | None, Query(ge=0)] = None,
    path_contains: Annotated[str | None, Query(max_length=500)] = None,
    path_exact: Annotated[str | None, Query(max_length=500)] = None,
) -> list[dict[str, Any]]:
    """What belongs to a resource's description beyond itself, path by path."""
    ports: Ports = request.app.state.ports
    found = sets_of(
        ports, Ctid.parse(ctid, place="ctid"), limit=min(MAX_BRANCH, MAX_BRANCH if limit is None else limit), exact=path_exact,
        contains=path_contains,
    )  # fmt: skip
    return [_set(one) for one in found]


@router.post("/description_sets")
async def many_description_sets(request: Request) -> dict[str, Any]:
    """The same of many CTIDs at once.

    ``{"ctids": [...]}``, with ``path_contains``, ``path_exact``, ``per_branch_limit``, ``include_resources``, ``include_graph_data``
    and ``include_results_metadata`` if you like.
    """
    ports: Ports = request.app.state.ports
    return _described(await run_in_threadpool(sets_of_many, ports, await request.body()))


def _described(found: Described) -> dict[str, Any]:
    told: dict[str, Any] = {
        "data": [node for _, node, _, _ in found.records],
        "description_sets": [{"ctid": ctid, "description_set": [_set(one) for one in sets]} for ctid, _, _, sets in found.records],
    }
    if found.related is not None:
        told["description_set_resources"] = list(found.related)
    if found.metadata:
        told["results_metadata"] = [
            {
                "resource_uri": ctid,
                "created_at": stored.created.isoformat(),
                "updated_at": stored.updated.isoformat(),
                "owned_by": stored.owner,
                "published_by": stored.publisher,
            }
            for ctid, _, stored, _ in found.records
        ]
    return told


@router.post("/resources/search")
async def resources(request: Request) -> list[dict[str, Any]]:
    """The resources of many CTIDs at once, ``{"ctids": [...]}``; those that are not published are left out."""
    ports: Ports = request.app.state.ports
    ctids, _ = read_ctids(await request.body())
    return [dict(one) for one in await run_in_threadpool(nodes_of, ports, ctids)]


@router.post("/resources/check_existence")
async def check_existence(request: Request) -> list[str]:
    """Which of many CTIDs are published, of a class or any below it where ``@type`` names one."""
    ports: Ports = request.app.state.ports
    ctids, kind = read_ctids(await request.body())
    return [str(one) for one in await run_in_threadpool(existing, ports, ctids, kind)]


@router.post("/graph/search")
async def graphs(request: Request) -> Response:
    """The whole documents of many CTIDs at once, ``{"ctids": [...]}``."""
    ports: Ports = request.app.state.ports
    ctids, _ = read_ctids(await request.body())
    found = await run_in_threadpool(graphs_of, ports, ctids)
    return Response(b"[" + b",".join(found) + b"]", media_type=JSON)
