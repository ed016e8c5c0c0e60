"""What this custodian keeps, for verifiers elsewhere: signed statements with the bodies they are about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from openler.actions.ports import Ports
from openler.actions.verifying.custodian_trust import closed_here
from openler.actions.verifying.custodians import held, history

router = APIRouter(prefix="/custody", tags=["custody"])

Address = Annotated[str, Query(max_length=2048, description="The address, exactly as the record or the DID leads to it.")]


@router.get("/snapshots")
def newest(request: Request, address: Address, at: datetime | None = None) -> Response:
    """The newest snapshot of an address, or the newest until a moment: the statement, and the body in base64."""
    ports: Ports = request.app.state.ports
    return Response(held(ports, address, at=at), media_type="application/json", headers={"cache-control": "no-cache"})


@router.get("/history")
def every_one(request: Request, address: Address) -> list[dict[str, Any]]:
    """The statements of all snapshots of an address, oldest first."""
    ports: Ports = request.app.state.ports
    return history(ports, address)


@router.get("/addresses")
def addresses(request: Request) -> list[dict[str, Any]]:
    """Every address that is kept, with what its newest snapshot says; ``final`` where the issuer is closed."""
    ports: Ports = request.app.state.ports
    return closed_here(ports)
