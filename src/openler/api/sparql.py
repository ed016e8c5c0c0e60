"""``/sparql``: the SPARQL 1.1 Protocol, for queries."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool

from openler.actions.finding.sparql import UPDATE_REFUSED, ask, media_type, service_description
from openler.actions.ports import Ports
from openler.errors import Malformed, Misused, Refused, declare

CONTENT_UNKNOWN = declare("sparql.content_unknown", by=__name__)
NOT_TEXT = declare("sparql.not_text", by=__name__)
ONE_QUERY = declare("sparql.one_query", by=__name__)

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 200

router = APIRouter(tags=["sparql"])


@router.get("/sparql", responses={200: {"content": {"application/sparql-results+json": {}, "text/turtle": {}}}})
def query_in_address(request: Request, accept: Annotated[str, Header()] = "*/*") -> Response:
    """Answer ``?query=``; without one, describe this service. ``format`` (json, xml, csv, tsv, ttl, nt, jsonld) goes before Accept."""
    if "query" not in request.query_params and "update" not in request.query_params:
        return Response(service_description(request.app.state.ports), media_type="text/turtle")
    fields = {name: request.query_params.getlist(name) for name in request.query_params}
    return _answer(request.app.state.ports, fields, None, accept)


@router.post("/sparql", responses={200: {"content": {"application/sparql-results+json": {}, "text/turtle": {}}}})
async def query_in_body(
    request: Request, accept: Annotated[str, Header()] = "*/*", content_type: Annotated[str, Header()] = FORM
) -> Response:
    """Answer a query given as a form's field ``query`` or as the body itself (``application/sparql-query``)."""
    kind = content_type.partition(";")[0].strip().lower()
    body = await request.body()
    if kind == UPDATE:
        raise Refused(UPDATE_REFUSED, place="Content-Type")
    try:
        text = body.decode()
        in_form = parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict") if kind == FORM else {}
    except ValueError as error:
        raise Malformed(NOT_TEXT, place="body") from error
    if kind not in {FORM, QUERY}:
        raise Misused(CONTENT_UNKNOWN, place="Content-Type", seen=kind[:60])
    in_address = {name: request.query_params.getlist(name) for name in request.query_params}
    fields = in_form or in_address
    return await run_in_threadpool(_answer, request.app.state.ports, fields, text if kind == QUERY else None, accept)


def _answer(ports: Ports, fields: dict[str, list[str]], text: str | None, accept: str) -> Response:
    if "update" in fields:
        raise Refused(UPDATE_REFUSED, place="update")
    queries = [text] if text is not None else fields.get("query", [])
    if len(queries) != 1:
        raise Misused(ONE_QUERY, place="query", seen=len(queries))
    answer = ask(
        ports,
        queries[0],
        accept=accept,
        form=next(iter(fields.get("format", [])), ""),
        default_graphs=fields.get("default-graph-uri", []),
        named_graphs=fields.get("named-graph-uri", []),
    )
    # How far the copy that was asked is behind the journal, in entries.
    headers = {"x-openler-sequence": str(answer.seq), "x-openler-lag": str(max(0, answer.head - answer.seq)), "vary": "accept"}
    return Response(answer.body, media_type=media_type(answer), headers=headers)
