"""The front page: what one can do here, with the figures of this very registry."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from openler.actions.finding.search import search
from openler.actions.ports import Ports, Query
from openler.web.pages.find import GROUP_LABELS
from openler.web.rendering import page

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def start(request: Request) -> HTMLResponse:
    """The front page."""
    ports: Ports = request.app.state.ports
    found = search(ports, Query(limit=1))
    counts = dict(found.facets.get("group", ()))
    groups = [(group, label, counts[group]) for group, label in GROUP_LABELS.items() if group in counts]
    return page(request, "start.html", total=found.total, groups=groups)
