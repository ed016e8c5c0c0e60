"""The shapes of answers, so that the OpenAPI description tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from openler.actions.finding.search import Likeness
from openler.actions.ports import Found
from openler.ids import Ctid


class InCommon(BaseModel):
    """What a similar resource has in common: ``kind`` is skill, occupation, subject or word; ``more`` counts those not named."""

    kind: str
    names: list[str]
    more: int


class SearchHit(BaseModel):
    """One found resource. ``score`` compares hits of one answer only; ``distance_km`` is null where no address has coordinates."""

    ctid: str
    type: str
    name: str
    description: str
    owner: str
    score: float
    facets: dict[str, list[str]]
    distance_km: float | None = None
    in_common: list[InCommon] = []


class FacetValue(BaseModel):
    """A value of a facet, and how many of the found have it."""

    value: str
    count: int


class Corrected(BaseModel):
    """A word that nothing has, and the one searched for instead."""

    typed: str
    used: str


class AlsoCalled(BaseModel):
    """What was typed, and what else that is called and was searched for."""

    typed: str
    names: list[str]


class SearchReading(BaseModel):
    """How the search was read. ``any_word``: nothing has all of the words, what has some is shown.

    ``place_known`` is false where no published address has the place asked for; ``distance_known`` where none there has coordinates.
    """

    corrected: list[Corrected]
    also: list[AlsoCalled]
    any_word: bool
    place_known: bool
    distance_known: bool


class SearchAnswer(BaseModel):
    """A page of hits. Facet counts are over what the words and the other facets select. ``next`` is the next page's ``after``, or null.

    ``facet_others`` tells of a facet with more values than ``values`` asks for how often the found have those that are not told.
    ``facets_uncounted`` names facets that were not counted because very many are found; ``count`` asks for one. No count is an estimate.
    """

    total: int
    hits: list[SearchHit]
    facets: dict[str, list[FacetValue]]
    facet_others: dict[str, int]
    facets_uncounted: list[str]
    reading: SearchReading
    next: str | None = None


def search_answer(found: Found, *, after: str = "", alike: Mapping[Ctid, Sequence[Likeness]] | None = None) -> SearchAnswer:
    """What was found, as the API tells it."""
    common = alike or {}
    reading = found.reading
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
                distance_km=hit.kilometers,
                in_common=[InCommon(kind=one.kind, names=list(one.names), more=one.more) for one in common.get(hit.ctid, ())],
            )
            for hit in found.hits
        ],
        facets={name: [FacetValue(value=value, count=count) for value, count in values] for name, values in found.facets.items()},
        facet_others=dict(found.others),
        facets_uncounted=list(found.uncounted),
        reading=SearchReading(
            corrected=[Corrected(typed=typed, used=used) for typed, used in reading.corrected],
            also=[AlsoCalled(typed=typed, names=list(names)) for typed, names in reading.also],
            any_word=reading.any_word,
            place_known=reading.place,
            distance_known=reading.measured,
        ),
        next=after or None,
    )
