"""Where something is, as addresses tell it: coordinates where they are stated, a postal code and a town to be found by.

No gazetteer stands behind this: a place is known by the addresses that are published, and by nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from openler.ctdl.values import items, text

EARTH_KM = 6371.0088
"""The mean radius of the earth (IUGG); a distance on that sphere errs by half a percent at most."""
KM_PER_MILE = 1.609344
POLE, ANTIMERIDIAN = 90, 180
"""Degrees, north and east, beyond which there is nothing."""
MAX_KM = 800.0
"""The widest circle that is searched, about 500 miles."""

_POSTAL = re.compile(r"(\d{5})(?:-?\d{4})?")
_DISTANCE = re.compile(r"\s*(\d{1,4}(?:\.\d{1,3})?)\s*(km|mi|miles?)?\s*", re.IGNORECASE)
_COORDINATES = re.compile(r"\s*([+-]?\d{1,2}(?:\.\d{1,8})?)\s*,\s*([+-]?\d{1,3}(?:\.\d{1,8})?)\s*")


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees north and east (WGS 84)."""

    latitude: float
    longitude: float

    def km_to(self, other: Point) -> float:
        """The great-circle distance in kilometers."""
        north, south = radians(self.latitude), radians(other.latitude)
        half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(other.longitude - self.longitude) / 2) ** 2
        return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


@dataclass(frozen=True, slots=True)
class Place:
    """An address in short: its coordinates where it states them, and the keys by which people name it."""

    point: Point | None
    keys: tuple[str, ...]


def place_of(address: Mapping[str, Any], language: str = "en") -> Place | None:
    """The place of a ``ceterms:Place`` node; None where it states neither coordinates, postal code nor town."""
    point = point_at(_number(address, "ceterms:latitude"), _number(address, "ceterms:longitude"))
    postal = _POSTAL.fullmatch(text(address, "ceterms:postalCode").strip())
    town, region = (folded(text(address, prop, language)) for prop in ("ceterms:addressLocality", "ceterms:addressRegion"))
    keys = (postal[1] if postal else "", town, f"{town} {region}" if town and region else "")
    found = tuple(dict.fromkeys(key for key in keys if key))
    return Place(point, found) if found or point else None


def point_at(latitude: float | None, longitude: float | None) -> Point | None:
    """A point on the earth; None for what is none. 0, 0 is what software writes for "not known", and no place of learning."""
    if latitude is None or longitude is None or not (abs(latitude) <= POLE and abs(longitude) <= ANTIMERIDIAN):
        return None
    return None if latitude == 0 == longitude else Point(round(latitude, 4), round(longitude, 4))


def key_of(asked: str) -> str:
    """What a person typed for a place, as the key that a published address has: ``New Brunswick, NJ`` is ``new brunswick nj``."""
    postal = _POSTAL.fullmatch(asked.strip())
    return postal[1] if postal else folded(asked)


def coordinates(asked: str) -> Point | None:
    """``40.49, -74.45`` as a point; None for other text."""
    found = _COORDINATES.fullmatch(asked)
    return point_at(float(found[1]), float(found[2])) if found else None


def kilometers(asked: str) -> float | None:
    """A distance as people write it: ``25`` and ``25mi`` are miles, ``40km`` kilometers; None for other text, nothing, and too much."""
    found = _DISTANCE.fullmatch(asked)
    if found is None:
        return None
    km = float(found[1]) * (1.0 if (found[2] or "").lower() == "km" else KM_PER_MILE)
    return km if 0 < km <= MAX_KM else None


def folded(text: str) -> str:
    """Text for comparing: no accents, no case, words with one space between them."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


def _number(address: Mapping[str, Any], prop: str) -> float | None:
    value = next(iter(items(address, prop)), None)
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
