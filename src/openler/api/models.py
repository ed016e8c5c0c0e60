"""The shapes of answers, so that the OpenAPI description tells them."""

from __future__ import annotations

from pydantic import BaseModel

from openler.actions.ports import Found


class SearchHit(BaseModel):
    """One found resource. ``score`` compares hits of one answer only."""

    ctid: str
    type: str
    name: str
    description: str
    owner: str
    score: float
    facets: dict[str, list[str]]


class FacetValue(BaseModel):
    """A value of a facet, and how many of the found have it."""

    value: str
    count: int


class SearchAnswer(BaseModel):
    """A page of hits. Facet counts are over what the words and the other facets select."""

    total: int
    hits: list[SearchHit]
    facets: dict[str, list[FacetValue]]


def search_answer(found: Found) -> SearchAnswer:
    """What was found, as the API tells it."""
    return SearchAnswer(
        total=found.total,
        hits=[
            SearchHit(
                ctid=str(hit.ctid),
                type=hit.ctdl_type,
                name=hit.name,
                description=hit.description,
                owner=hit.owner_name,
                score=hit.score,
                facets={name: list(values) for name, values in hit.facets.items()},
            )
            for hit in found.hits
        ],
        facets={name: [FacetValue(value=value, count=count) for value, count in values] for name, values in found.facets.items()},
    )
