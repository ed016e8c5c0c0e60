"""Who can take part: which learning opportunities come with the supports that people need, by county and by provider.

Only what is published counts. A place whose providers publish no supports may still have them, so a low number says
first of all that people cannot find them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from openler.errors import Code
from openler.insight import definitions
from openler.insight.facts import Fact, Kind
from openler.insight.region import Region

NEEDS: Final[Mapping[str, frozenset[str]]] = {
    "childcare": frozenset({"Childcare", "RespiteCare"}),
    "transit": frozenset({"Transportation"}),
    "evening": frozenset({"Evening", "Weekends", "FlexibleSchedule"}),
    "languages": frozenset({"MultipleLanguage", "Translation"}),
    "disability_access": frozenset(
        {
            "AccessibleHousing", "AccessibleParking", "AccessibleRestroom", "AdjustableLighting", "AdjustableWorkstations",
            "AlternativeFormats", "AssistiveTechnology", "AssistiveTechnologySupport", "AudioCaptioning", "CaptioningAndTranscripts",
            "ColorBlindness", "FacilityAccommodation", "HearingLoops", "NeurodivergenceService", "NoteTakingAssistance",
            "PhysicalAccessibility", "ReaderService", "ScreenReader", "Sensory", "ServiceAnimal", "SignLanguage", "TactileSignage",
            "VisionService",
        },
    ),
}  # fmt: skip
"""Which concepts of CTDL (kinds of support, accommodations, times of day) meet which need."""


@dataclass(frozen=True, slots=True)
class NeedCoverage:
    """One need in one place: ``dimension`` is ``all``, ``county`` or ``provider``; an empty ``key`` is what states none."""

    need: str
    dimension: Literal["all", "county", "provider"]
    key: str
    label: str
    have: tuple[str, ...]
    lack: tuple[str, ...]
    definition: Code

    @property
    def of(self) -> int:
        """How many learning opportunities there are."""
        return len(self.have) + len(self.lack)

    @property
    def share(self) -> Fraction | None:
        """How many of them meet the need."""
        return Fraction(len(self.have), self.of) if self.of else None


def meets(region: Region, row: Fact, need: str) -> bool:
    """Is the need met by the thing itself, by a support service linked with it, or by one that its provider names for all it offers?"""
    wanted = NEEDS[need]
    providers = (found for name in row.providers if (found := region.get(name)) is not None)
    services = (service for each in (row, *providers) for service in region.services(each))
    return not wanted.isdisjoint(row.concepts) or any(not wanted.isdisjoint(service.concepts) for service in services)


def equity(region: Region) -> tuple[NeedCoverage, ...]:
    """Each need over all, then by county, then by provider; the least covered place first."""
    rows = region.of(Kind.LEARNING_OPPORTUNITY)
    found: list[NeedCoverage] = []
    for need in NEEDS:
        met = frozenset(row.id for row in rows if meets(region, row, need))
        found.append(_coverage(need, ("all", "", ""), [row.id for row in rows], met))
        counties: dict[str, list[str]] = defaultdict(list)
        providers: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            for county in region.counties(row) or ("",):
                counties[county].append(row.id)
            for provider in row.providers or ("",):
                providers[provider].append(row.id)
        by_county = [_coverage(need, ("county", key, key), names, met) for key, names in counties.items()]
        by_provider = [_coverage(need, ("provider", key, region.name(key)), names, met) for key, names in providers.items()]
        found += [*sorted(by_county, key=_least), *sorted(by_provider, key=_least)]
    return tuple(found)


def _least(each: NeedCoverage) -> tuple[Fraction, int, str, str]:
    return (each.share or Fraction(0), -each.of, each.label, each.key)


def _coverage(
    need: str, place: tuple[Literal["all", "county", "provider"], str, str], names: list[str], met: frozenset[str]
) -> NeedCoverage:
    dimension, key, label = place
    return NeedCoverage(
        need=need,
        dimension=dimension,
        key=key,
        label=label,
        have=tuple(name for name in names if name in met),
        lack=tuple(name for name in names if name not in met),
        definition=definitions.NEEDS[need],
    )
