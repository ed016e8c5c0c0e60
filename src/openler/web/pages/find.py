"""Search with facets, and the page of one resource."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from openler.actions.describe import Description, describe
from openler.actions.duplicates import same_as
from openler.actions.ports import Ports
from openler.actions.ports import Query as Search
from openler.actions.search import search
from openler.ctdl.summary import FACETS
from openler.ctdl.terms import terms
from openler.errors import NotFound
from openler.ids import Ctid
from openler.messages import Language
from openler.web.rendering import language_of, page

router = APIRouter()

PER_PAGE = 20
GROUP_LABELS = {
    "credential": "Credentials", "learning": "Programs and courses", "occupation": "Occupations", "job": "Jobs",
    "competency": "Skills", "organization": "Organizations", "support": "Support services", "outcomes": "Outcomes",
    "assessment": "Assessments", "pathway": "Pathways", "transfer": "Credit transfer", "other": "Other",
}  # fmt: skip
"""What people call the groups, in the order in which they ask for them."""
_LABELS = {
    "group": "What", "type": "Kind", "provider": "Provider", "county": "County", "occupation": "Occupation", "cost": "Cost (US dollars)",
    "delivery": "How it is taught", "learning_method": "Learning method", "schedule": "When", "support": "Support", "demand": "In demand",
    "status": "Status", "organization_type": "Kind of organization",
}  # fmt: skip


@router.get("/search", response_class=HTMLResponse)
def find(request: Request, q: str = "", number: Annotated[int, Query(alias="page", ge=1, le=1000)] = 1) -> HTMLResponse:
    """Results with facets; a plain form, so that it works without JavaScript."""
    ports: Ports = request.app.state.ports
    chosen = {name: tuple(wanted) for name in FACETS if (wanted := [value for value in request.query_params.getlist(name) if value])}
    found = search(ports, Search(words=q[:500], facets=chosen, limit=PER_PAGE, offset=(number - 1) * PER_PAGE))
    facets = [
        (name, _LABELS.get(name, name), [(value, _label(value), count, value in chosen.get(name, ())) for value, count in values[:12]])
        for name in FACETS
        if (values := found.facets.get(name, ()))
    ]
    pages = max(1, -(-found.total // PER_PAGE))
    kept = [("q", q), *((name, value) for name, wanted in chosen.items() for value in wanted)]
    return page(
        request,
        "search.html",
        q=q,
        found=found,
        facets=facets,
        number=number,
        pages=pages,
        address=lambda to: "/search?" + urlencode([*kept, ("page", to)]),
        chosen=bool(chosen),
        label=_label,
    )


@router.get("/resources/{ctid}", response_class=HTMLResponse)
def resource(request: Request, ctid: str) -> HTMLResponse:
    """One resource, as a person reads it."""
    ports: Ports = request.app.state.ports
    told = describe(ports, Ctid.parse(ctid), language=language_of(request))
    return page(
        request,
        "resource.html",
        headers={"etag": f'W/"{told.digest}"'},
        told=told,
        address=f"{ports.base_url}/resources/{told.ctid}",
        same=[
            (one, found.name or one, found.kind)
            for one in same_as(ports, told.graph)
            if (found := described(ports, one, language_of(request)))
        ],
        origin=ports.store.origins([told.graph]).get(told.graph),
    )


def described(ports: Ports, ctid: Ctid, language: Language) -> Description | None:
    """Another description, or None where it was withdrawn."""
    try:
        return describe(ports, ctid, language=language)
    except NotFound:
        return None


def _label(value: str) -> str:
    """Codes by their label, everything else as it stands."""
    if value in GROUP_LABELS:
        return GROUP_LABELS[value]
    return terms().label(value) if ":" in value and " " not in value else value
