"""Near a place: which of the published places lie within a circle, and how that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import tantivy

from openler.ctdl.places import Point, coordinates, key_of
from openler.stores.search_schema import read_point, schema

NEARNESS = 6.0
"""What being at the very place adds to a score; at the circle's edge nothing. Less than a word in a name counts."""
AREA_DIGITS = 3
"""The first digits of a ZIP code name the area around one mail center: where no address there has coordinates, that much is known."""
MAX_PLACES = 200_000
FAR_APART_KM = 80.0
"""Towns of one name, in different states, are no one place: from this distance on their addresses are not averaged."""


class Gazetteer:
    """The places that published addresses tell, as one state of the index has them."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    @cached_property
    def points(self) -> Mapping[str, Point]:
        """Every place with coordinates, by its term."""
        return {told: read_point(told) for told, _ in self._searcher.terms_with_prefix("point", "", limit=MAX_PLACES)}

    @cached_property
    def centers(self) -> Mapping[str, Point]:
        """The middle of the addresses of each postal code and town that have coordinates."""
        gathered: dict[str, list[Point]] = {}
        for told, _ in self._searcher.terms_with_prefix("gazetteer", "", limit=MAX_PLACES):
            key, _, point = told.rpartition("\t")
            gathered.setdefault(key, []).append(read_point(point))
        return {key: middle for key, points in gathered.items() if (middle := _middle(points)) is not None}


def _middle(points: Sequence[Point]) -> Point | None:
    middle = Point(sum(one.latitude for one in points) / len(points), sum(one.longitude for one in points) / len(points))
    return middle if all(one.km_to(middle) <= FAR_APART_KM for one in points) else None


@dataclass(frozen=True, slots=True)
class Near:
    """A circle around a place, or the place and its postal area where nothing tells where on earth it is."""

    center: Point | None
    known: bool
    within: float
    key: str
    points: Mapping[str, float]
    """Places with coordinates inside the circle, by their terms, with their distance in kilometers."""
    keys: Mapping[str, float]
    """Postal codes and towns whose middle is inside; for addresses that state no coordinates."""

    @classmethod
    def of(cls, searcher: tantivy.Searcher, gazetteer: Gazetteer, asked: str, within: float) -> Near:
        """Read what a person typed for a place."""
        center, key = coordinates(asked), ""
        known = center is not None
        if center is None:
            key = key_of(asked)[:100]
            center = gazetteer.centers.get(key) if key else None
            known = center is not None or bool(key and searcher.doc_freq("locality", key))
        if center is None:
            return cls(None, known, within, key, {}, {})
        points = {told: km for told, point in gazetteer.points.items() if (km := point.km_to(center)) <= within}
        keys = {one: km for one, point in gazetteer.centers.items() if (km := point.km_to(center)) <= within}
        return cls(center, known, within, key, points, keys)

    def query(self) -> tantivy.Query:
        """What is within; the nearer, the higher its score."""
        ways = []
        for field, found in (("point", self.points), ("unlocated", self.keys)):
            bands: dict[int, list[str]] = {}
            for value, km in found.items():
                bands.setdefault(round(km), []).append(value)
            ways += [_scored(field, values, NEARNESS * max(0.0, 1 - km / max(self.within, 1.0))) for km, values in bands.items()]
        if self.key:
            ways.append(_scored("locality", [self.key], NEARNESS))
        if self.center is None and self.key.isdigit():
            area = tantivy.Query.fuzzy_term_query(schema(), "locality", self.key[:AREA_DIGITS], 0, prefix=True)
            ways.append(tantivy.Query.const_score_query(area, NEARNESS / 2))
        if not ways:
            return tantivy.Query.empty_query()
        return tantivy.Query.disjunction_max_query(ways)

    def kilometers(self, stored: Mapping[str, Any]) -> float | None:
        """How far a found resource is: by the nearest of its places that tells."""
        found = [km for told in map(str, stored.get("point", ())) if (km := self._km(told)) is not None]
        found += [self.keys[key] for key in map(str, stored.get("unlocated", ())) if key in self.keys]
        return round(min(found), 1) if found else None

    def _km(self, told: str) -> float | None:
        if told in self.points:
            return self.points[told]
        return read_point(told).km_to(self.center) if self.center is not None else None


def _scored(field: str, values: Sequence[str], score: float) -> tantivy.Query:
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema(), field, list(values)), score)
