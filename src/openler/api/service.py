"""How the service is doing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from openler.actions.health import health
from openler.actions.ports import Ports

router = APIRouter(tags=["service"])


@router.get("/health")
def state(request: Request) -> dict[str, Any]:
    """Whether the registry answers, and how many journal entries each projection is behind."""
    ports: Ports = request.app.state.ports
    told = health(ports)
    return {
        "status": "ok",
        "journal": told.head,
        "projections": [{"name": lag.projection, "holds": lag.seq, "behind": lag.head - lag.seq} for lag in told.projections],
    }
