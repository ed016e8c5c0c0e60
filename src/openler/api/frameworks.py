"""Competency frameworks on the path of CASE: the package that school systems ask for (CASE 1.1 REST binding, getCFPackage)."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from openler.actions.interchange.export_case import FRAMEWORK_UNKNOWN, export_case, find_case
from openler.actions.ports import Ports
from openler.errors import NotFound

router = APIRouter(tags=["frameworks"])


@router.get("/ims/case/v1p1/CFPackages/{identifier}", responses={200: {"content": {"application/json": {}}}})
def package(request: Request, identifier: str) -> Response:
    """A framework with all its items and associations, by its CASE identifier or by the UUID in its CTID."""
    ports: Ports = request.app.state.ports
    ctid = find_case(ports, identifier)
    if ctid is None:
        raise NotFound(FRAMEWORK_UNKNOWN, ctid=identifier[:80])
    made = export_case(ports, ctid)
    return Response(orjson.dumps(made.package), media_type="application/json", headers={"cache-control": "no-cache"})
