"""Search with facets, and the page of one resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from openler.actions.finding.describe import Description, describe
from openler.actions.finding.search import (
    DISTANCE_MALFORMED,
    MAX_OFFSET,
    likenesses,
    next_cursor,
    previous_cursor,
    search,
)
from openler.actions.ports import Ports
from openler.actions.ports import Query as Search
from openler.actions.registry.duplicates import same_as
from openler.ctdl.places import KM_PER_MILE
from openler.ctdl.score import Item, ResourceScore
from openler.ctdl.summary import COST_BANDS, FACETS, TOP_BAND
from openler.ctdl.terms import terms
from openler.errors import Misused, NotFound
from openler.ids import Ctid
from openler.messages import Language
from openler.web.rendering import language_of, page

router = APIRouter()

PER_PAGE = 20
SHOWN = 12
"""Values of a facet that a person chooses from."""
MILES = ("5", "10", "25", "50", "100")
"""How near, as a person chooses it."""
NEAR_MILES = "25"
ALIKE = {"skill": "Same skills", "occupation": "Same occupations", "subject": "Same subjects", "word": "Same words in the name"}
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

_GOOD_FOR = (
    ("required", "Every description should say"),
    ("benchmark", "People compare by"),
    ("recommended", "It also helps to say"),
)


_PLAIN = {
    "ceterms:subjectWebpage": "the address of its web page",
    "ceterms:inLanguage": "the language it is in",
    "ceterms:description": "what it is, in a few sentences",
    "ceterms:ownedBy|ceterms:offeredBy": "who owns or offers it",
    "ceterms:email|ceterms:address": "an e-mail or postal address",
    "ceterms:agentPurpose|ceterms:agentPurposeDescription": "what the organization is for",
    "ceterms:accreditedBy": "who accredited it",
    "ceterms:approvedBy": "who approved it",
    "ceterms:estimatedCost": "what it costs",
    "ceterms:estimatedDuration": "how long it takes",
    "ceterms:creditValue": "how much credit it gives",
    "ceterms:learningMethodType|ceterms:learningMethodDescription": "how people learn in it",
    "ceterms:deliveryType|ceterms:deliveryTypeDescription": "whether it is online, in person or both",
    "ceterms:deliveryType": "whether it is online, in person or both",
    "ceterms:inCatalog": "the catalog it stands in",
    "ceterms:availableAt": "where it is offered",
    "ceterms:occupationType": "the work it leads to",
    "ceterms:credentialStatusType": "whether it is still awarded",
    "ceterms:lifeCycleStatusType": "whether it is still offered",
}  # fmt: skip
"""What is asked for most often, in the words of who answers; for the rest the vocabulary's label stands."""


@router.get("/search", response_class=HTMLResponse)
def find(
    request: Request,
    q: str = "",
    near: str = "",
    within: str = NEAR_MILES,
    similar: str = "",
    after: Annotated[str, Query(max_length=1_000)] = "",
    count: Annotated[list[str], Query(max_length=len(FACETS))] = [],  # noqa: B006 - FastAPI copies it
    number: Annotated[int, Query(alias="page", ge=1, le=MAX_OFFSET // PER_PAGE)] = 1,
) -> HTMLResponse:
    """Results with facets; a plain form, so that it works without JavaScript.

    Its links go on by cursor (``after``); a ``page`` that somebody kept is found by its number.
    """
    ports: Ports = request.app.state.ports
    chosen = {name: tuple(wanted) for name in FACETS if (wanted := [value for value in request.query_params.getlist(name) if value])}
    like = Ctid.parse(similar, place="similar") if similar else None
    counted = tuple(name for name in FACETS if name in count)
    query = Search(
        words=q[:500], facets=chosen, limit=PER_PAGE, offset=(number - 1) * PER_PAGE, near=near, similar=like, values=SHOWN, counted=counted
    )
    try:
        found = search(ports, query, cursor=after, within=f"{within}mi" if near.strip() else "")
    except Misused as error:  # a distance that is none: the form has a list to choose from, an address may say anything
        if error.code != DISTANCE_MALFORMED:
            raise
        within = NEAR_MILES
        found = search(ports, query, cursor=after, within=f"{within}mi")
    facets = [
        (
            name,
            _LABELS.get(name, name),
            _values(name, found.facets.get(name, ()), chosen.get(name, ())),
        )
        for name in FACETS
        if found.facets.get(name) or name in found.uncounted
    ]
    around = [("near", near), ("within", within)] if near else []
    whole = [("q", q), *around, *([("similar", similar)] if similar else [])]
    kept = [*whole, *((name, value) for name, wanted in chosen.items() for value in wanted), *(("count", name) for name in counted)]
    further = {"after": next_cursor(query, found), "before": previous_cursor(query, found)}
    return page(
        request,
        "search.html",
        q=q,
        near=near,
        within=within,
        distances=dict.fromkeys((*MILES, within)),
        like=like,
        like_name=ports.graph.named([like])[like].name if like is not None else "",
        found=found,
        alike=likenesses(ports, found),
        facets=facets,
        counted=counted,
        deepest=MAX_OFFSET,
        first=found.start + 1,
        last=found.start + len(found.hits),
        address={way: "/search?" + urlencode([*kept, ("after", cursor)]) for way, cursor in further.items() if cursor},
        start="/search?" + urlencode(kept),
        counting=lambda name: "/search?" + urlencode([*kept, ("count", name)]) + "#facets",
        cleared="/search?" + urlencode(whole),
        chosen=bool(chosen),
        label=_label,
        common=ALIKE,
        miles=_miles,
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
        lacking=_lacking(told.score),
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


def _lacking(score: ResourceScore | None) -> list[tuple[str, list[str]]]:
    """What the page could still say, by what it is good for; what the clerk of a provider reads."""
    if score is None:
        return []
    groups = ((words, [_plain(item) for item in score.lowering if item.level == level]) for level, words in _GOOD_FOR)
    return [(words, labels) for words, labels in groups if labels]


def _plain(item: Item) -> str:
    return _PLAIN.get(item.property, item.label)


def _values(name: str, counted: Sequence[tuple[str, int]], chosen: Sequence[str]) -> list[tuple[str, str, int, bool]]:
    """A facet's values as they are ticked: what is meant, its words, how many, whether it is chosen. Costs stand by their amount."""
    if name != "cost":
        return [(value, _label(value), times, value in chosen) for value, times in counted]
    told = [(value, _COSTS.get(value, value), times, value in chosen) for value, times in counted]
    return sorted(told, key=lambda one: _BANDS.index(one[0]) if one[0] in _BANDS else len(_BANDS))


def _cost(band: str) -> str:
    low, _, high = band.rstrip("+").partition("-")
    if high:
        return f"{int(low):,} to {int(high):,}"
    return "Free" if band == "0" else f"More than {int(low) - 1:,}"


_BANDS = (*(band for _, band in COST_BANDS), TOP_BAND)
_COSTS = {band: _cost(band) for band in _BANDS}


def _label(value: str) -> str:
    """Codes by their label, everything else as it stands."""
    if value in GROUP_LABELS:
        return GROUP_LABELS[value]
    return terms().label(value) if ":" in value and " " not in value else value


def _miles(kilometers: float) -> str:
    miles = round(kilometers / KM_PER_MILE)
    return "less than a mile" if kilometers < KM_PER_MILE else ("1 mile" if miles == 1 else f"{miles} miles")
