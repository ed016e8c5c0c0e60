"""The journal for whoever checks it: the signed head, proofs from its tree, and the registry's identity."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from openler.actions.ports import Ports
from openler.actions.registry.head import consistency, inclusion, signed_head
from openler.actions.registry.registry_key import registry_document
from openler.linkeddata.canonical import jcs

router = APIRouter(tags=["journal"])

Size = Annotated[int | None, Query(ge=0)]
DID_JSON = "application/did+json"


@router.get("/journal/head")
def head(request: Request, response: Response, size: Size = None) -> dict[str, Any]:
    """How many entries the journal has, the root of their tree (RFC 9162) and the last one's hash, signed by the registry."""
    ports: Ports = request.app.state.ports
    response.headers["cache-control"] = "no-cache"
    return signed_head(ports, size)


@router.get("/journal/proofs/inclusion")
def inclusion_proof(request: Request, seq: Annotated[int, Query(ge=1)], size: Size = None) -> dict[str, Any]:
    """The proof that an entry stands in the journal (RFC 9162, section 2.1.3), with the entry and the signed head."""
    ports: Ports = request.app.state.ports
    return inclusion(ports, seq, size)


@router.get("/journal/proofs/consistency")
def consistency_proof(
    request: Request, first: Annotated[int, Query(alias="from", ge=0)], second: Annotated[int | None, Query(alias="to", ge=0)] = None
) -> dict[str, Any]:
    """The proof that the journal only grew between two sizes (RFC 9162, section 2.1.4), with the signed head of the larger one."""
    ports: Ports = request.app.state.ports
    return consistency(ports, first, second)


@router.get("/.well-known/did.json")
@router.get("/did.json")
def identity(request: Request) -> Response:
    """The registry's DID document: the keys by which it signs and signed."""
    ports: Ports = request.app.state.ports
    return Response(jcs(registry_document(ports)), media_type=DID_JSON)
