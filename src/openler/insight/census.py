"""The census: everything published here, identified, catalogued and counted by type, provider and type of provider.

No number stands alone. Each names the sentences that define it (codes, told by :mod:`openler.messages`) and holds the
CTIDs behind it, so that anybody can count again. What is only mentioned, and what the sources leave out, is told beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import Final

from openler.errors import Code
from openler.insight import definitions
from openler.insight.coverage import PropertyCoverage, property_coverage
from openler.insight.dimensions import label, values
from openler.insight.facts import Fact, Kind
from openler.insight.region import Quality, Region


@dataclass(frozen=True, slots=True)
class CensusCell:
    """One number. ``key`` has one value a dimension of its table; ``labels`` are the same for people, empty where unknown."""

    key: tuple[str, ...]
    count: int
    ctids: tuple[str, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CensusTable:
    """Things of one kind counted along ``dimensions``, the largest cell first.

    A thing with two values (a provider of two types) stands in both cells, so cells may add up to more than ``total``,
    which counts each thing once. ``definitions`` are message codes.
    """

    name: str
    kind: Kind
    dimensions: tuple[str, ...]
    cells: tuple[CensusCell, ...]
    total: CensusCell
    definitions: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a kind have a quality. ``value`` is None where there is nothing to take a share of."""

    name: str
    kind: Kind
    have: tuple[str, ...]
    lack: tuple[str, ...]
    definition: Code

    @property
    def of(self) -> int:
        """How many could have it."""
        return len(self.have) + len(self.lack)

    @property
    def value(self) -> Fraction | None:
        """The share, or None."""
        return Fraction(len(self.have), self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What a source does not cover, as the import that read it found.

    ``code`` is one of :data:`openler.insight.definitions.NOTES` with its parameters, or empty where ``text`` says it in words.
    """

    source: str
    code: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Census:
    """The whole census. ``totals`` has one cell a kind, in the order of :class:`Kind`; its key is the kind."""

    totals: tuple[CensusCell, ...]
    mentioned: tuple[CensusCell, ...]
    tables: tuple[CensusTable, ...]
    shares: tuple[Share, ...]
    coverage: tuple[PropertyCoverage, ...]
    notes: tuple[SourceNote, ...]
    definitions: Mapping[str, Code]

    @property
    def absent(self) -> tuple[Kind, ...]:
        """The kinds of which nothing is catalogued: what the sources do not cover at all."""
        return tuple(kind for kind in Kind if not self.total(kind))

    def total(self, kind: Kind) -> int:
        """How many of a kind are catalogued."""
        return next(cell.count for cell in self.totals if cell.key == (kind.value,))

    def table(self, name: str) -> CensusTable:
        """The table of a name such as ``credential_by_provider``. :raises KeyError:"""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def share(self, name: str) -> Share:
        """The share of a name such as ``learning_opportunity_cost``. :raises KeyError:"""
        for share in self.shares:
            if share.name == name:
                return share
        raise KeyError(name)


_OFFERED: Final = (("type",), ("provider",), ("provider_type",), ("sector",), ("county",), ("status",), ("standing",))
_ALL: Final = ("type", "provider", "provider_type", "county")

TABLES: Final[Mapping[Kind, tuple[tuple[str, ...], ...]]] = {
    Kind.CREDENTIAL: (*_OFFERED, _ALL),
    Kind.LEARNING_OPPORTUNITY: (*_OFFERED, _ALL),
    Kind.ORGANIZATION: (("type",), ("provider_type",), ("sector",), ("county",), ("status",), ("standing",)),
    Kind.SUPPORT_SERVICE: (("support",), ("provider",), ("county",)),
    Kind.OCCUPATION: (("provider",),),
    Kind.JOB: (("provider",), ("county",)),
    Kind.COMPETENCY: (("provider",),),
    Kind.OUTCOMES: (("provider",),),
}
"""Which tables are made of each kind."""

_LEARNING: Final = (
    Quality.TAUGHT, Quality.COST, Quality.OUTCOMES, Quality.OCCUPATION, Quality.OCCUPATION_GIVEN, Quality.SUPPORTS,
)  # fmt: skip

SHARES: Final[Mapping[Kind, tuple[Quality, ...]]] = {
    Kind.CREDENTIAL: (Quality.OWNED, Quality.MINIMUM, Quality.BENCHMARK, *_LEARNING),
    Kind.LEARNING_OPPORTUNITY: (Quality.OWNED, Quality.MINIMUM, Quality.BENCHMARK, *_LEARNING),
    Kind.ORGANIZATION: (Quality.MINIMUM, Quality.BENCHMARK),
    Kind.SUPPORT_SERVICE: (Quality.OWNED, Quality.MINIMUM),
    Kind.OCCUPATION: (Quality.MINIMUM, Quality.DESCRIBED),
    Kind.JOB: (Quality.OWNED, Quality.MINIMUM, Quality.DESCRIBED),
    Kind.OUTCOMES: (Quality.OWNED, Quality.MINIMUM),
}
"""Which shares are taken of each kind."""


def census(rows: Iterable[Fact], *, notes: Iterable[SourceNote] = ()) -> Census:
    """Count the rows. The same rows in any order give the same census."""
    return count(Region(rows), notes=notes)


def count(region: Region, *, notes: Iterable[SourceNote] = ()) -> Census:
    """The same over rows already joined."""
    shares = [_with_ctid(region)]
    shares += [_share(region, kind, quality) for kind, qualities in SHARES.items() for quality in qualities]
    return Census(
        totals=tuple(_cell((kind.value,), (kind.value,), (row.id for row in region.of(kind))) for kind in Kind),
        mentioned=tuple(_cell((kind.value,), (kind.value,), (row.id for row in region.mentioned(kind))) for kind in Kind),
        tables=tuple(_table(region, kind, dimensions) for kind, wanted in TABLES.items() for dimensions in wanted),
        shares=tuple(shares),
        coverage=property_coverage(region),
        notes=_once(notes),
        definitions=definitions.COUNTED,
    )


def with_notes(found: Census, notes: Iterable[SourceNote]) -> Census:
    """The same census told with other notes."""
    return replace(found, notes=_once(notes))


def _once(notes: Iterable[SourceNote]) -> tuple[SourceNote, ...]:
    """Each note once: by source, and for each source in the order first met, which is from the weightiest down."""
    found: list[SourceNote] = []
    for note in notes:
        if note not in found:
            found.append(note)
    return tuple(sorted(found, key=lambda note: note.source))


def _table(region: Region, kind: Kind, dimensions: tuple[str, ...]) -> CensusTable:
    cells: dict[tuple[str, ...], list[str]] = defaultdict(list)
    rows = region.of(kind)
    for row in rows:
        for key in product(*(values(region, row, dimension) for dimension in dimensions)):
            cells[key].append(row.id)
    found = [_cell(key, tuple(label(region, d, v) for d, v in zip(dimensions, key, strict=True)), names) for key, names in cells.items()]
    name = f"{kind.value}_by_{dimensions[0]}" if len(dimensions) == 1 else f"{kind.value}_by_all"
    return CensusTable(
        name=name,
        kind=kind,
        dimensions=dimensions,
        cells=tuple(sorted(found, key=lambda cell: (-cell.count, cell.labels, cell.key))),
        total=_cell((), (), (row.id for row in rows)),
        definitions=(definitions.COUNTED[kind.value], *(definitions.BY[dimension] for dimension in dimensions)),
    )


def _cell(key: tuple[str, ...], labels: tuple[str, ...], names: Iterable[str]) -> CensusCell:
    ordered = tuple(sorted(names))
    return CensusCell(key=key, count=len(ordered), ctids=ordered, labels=labels)


def _share(region: Region, kind: Kind, quality: Quality) -> Share:
    rows = region.of(kind)
    have = tuple(row.id for row in rows if region.has(row, quality))
    held = frozenset(have)
    return Share(
        name=f"{kind.value}_{quality.value}",
        kind=kind,
        have=have,
        lack=tuple(row.id for row in rows if row.id not in held),
        definition=definitions.QUALITY[quality.value],
    )


def _with_ctid(region: Region) -> Share:
    have = tuple(row.id for row in region.of(Kind.CREDENTIAL))
    lack = tuple(row.id for row in region.mentioned(Kind.CREDENTIAL))
    return Share(name="credential_ctid", kind=Kind.CREDENTIAL, have=have, lack=lack, definition=definitions.WITH_CTID)
