"""Along what the census counts: a thing's type, provider, type of provider, sector, county, status, standing, kind of support."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from openler.ctdl.terms import terms
from openler.insight.facts import Fact
from openler.insight.region import Region

NOT_STATED: Final = ""
"""The key of what the sources leave out: no provider named, no county in the address."""

_READERS: Final[Mapping[str, Callable[[Region, Fact], tuple[str, ...]]]] = {
    "type": lambda _, row: (row.ctdl_type,),
    "provider": lambda _, row: row.providers,
    "provider_type": lambda region, row: region.agent_types(row),
    "sector": lambda region, row: region.sectors(row),
    "county": lambda region, row: region.counties(row),
    "status": lambda _, row: (row.life_cycle,) if row.life_cycle else (),
    "standing": lambda region, row: region.standings(row),
    "support": lambda _, row: row.concepts,
}

_SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "provider_type": ("orgType",),
    "sector": ("agentSector",),
    "support": ("support", "accommodation", "scheduleTiming"),
    "status": ("lifeCycle", "credentialStat"),
}


def values(region: Region, row: Fact, dimension: str) -> tuple[str, ...]:
    """A thing's values along a dimension; :data:`NOT_STATED` alone where there is none. :raises KeyError: no such dimension."""
    return _READERS[dimension](region, row) or (NOT_STATED,)


def label(region: Region, dimension: str, value: str) -> str:
    """A value for people: a provider's name, a class's or concept's label. Empty for what is not stated or not known here."""
    if value == NOT_STATED or dimension in {"county", "standing"}:
        return value
    if dimension == "provider":
        return region.name(value)
    if dimension == "type":
        return terms().label(value)
    named = (terms().label(f"{prefix}:{value}") for prefix in _SCHEMES[dimension])
    return next((found for found in named if found != value), value)
