"""Coverage: for each property that a model asks for, how many of those asked state it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from openler.errors import Code
from openler.insight import definitions
from openler.insight.facts import Checklist, Fact, Kind
from openler.insight.region import Region

Level = Literal["required", "benchmark", "recommended"]
LEVELS: Final[tuple[Level, ...]] = ("required", "benchmark", "recommended")


@dataclass(frozen=True, slots=True)
class PropertyCoverage:
    """One property asked of one kind. A property that is asked of no published thing has no row, so ``share`` is always known."""

    kind: Kind
    level: Level
    term: str
    have: tuple[str, ...]
    lack: tuple[str, ...]
    definition: Code

    @property
    def of(self) -> int:
        """How many things it is asked of."""
        return len(self.have) + len(self.lack)

    @property
    def share(self) -> Fraction:
        """How many of them state it."""
        return Fraction(len(self.have), self.of)


def checklist(row: Fact, level: Level) -> Checklist:
    """What a level asks of a thing."""
    match level:
        case "required":
            return row.required
        case "benchmark":
            return row.benchmark
        case "recommended":
            return row.recommended


def property_coverage(region: Region) -> tuple[PropertyCoverage, ...]:
    """All properties of all kinds: by kind and level, then the least covered first, then by name."""
    found = []
    for kind in Kind:
        for level in LEVELS:
            have: dict[str, list[str]] = defaultdict(list)
            lack: dict[str, list[str]] = defaultdict(list)
            for row in region.of(kind):
                asked = checklist(row, level)
                for name in asked.held:
                    have[name].append(row.id)
                for name in asked.missing:
                    lack[name].append(row.id)
            rows = [
                PropertyCoverage(kind, level, name, tuple(have.get(name, ())), tuple(lack.get(name, ())), definitions.LEVELS[level])
                for name in sorted({*have, *lack})
            ]
            found.extend(sorted(rows, key=lambda row: row.share))
    return tuple(found)
