"""Fix lists: what each provider should add to what it published, what helps most first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openler.ctdl.score import label as label_of
from openler.ids import Ctid
from openler.insight import tables
from openler.insight.coverage import LEVELS, Level, checklist
from openler.insight.facts import Checklist, Fact
from openler.insight.region import Region

COLUMNS: Final = ("provider_ctid", "provider_name", "ctid", "type", "name", "level", "property", "property_label", "completes")
"""The columns of :func:`table`."""

_NOTHING: Final = Checklist()


@dataclass(frozen=True, slots=True)
class Fix:
    """One property to add. ``lack`` are the things without it, ``completes`` those whose required data it would complete."""

    level: Level
    term: str
    label: str
    lack: tuple[str, ...]
    completes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProviderGaps:
    """One provider's list. ``provider`` is None for what names no provider. ``complete`` counts things with all required data."""

    provider: Ctid | None
    name: str
    things: tuple[str, ...]
    complete: int
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class GapRow:
    """One cell of work: this thing lacks this property."""

    provider: Ctid | None
    provider_name: str
    ctid: str
    ctdl_type: str
    name: str
    level: Level
    term: str
    label: str
    completes: bool


@dataclass(frozen=True, slots=True)
class Gaps:
    """All fix lists, the provider with the most incomplete things first; ``rows`` are the same, a thing and a property a row."""

    providers: tuple[ProviderGaps, ...]
    rows: tuple[GapRow, ...]


def gaps(region: Region, *, provider: Ctid | None = None, levels: tuple[Level, ...] = LEVELS) -> Gaps:
    """The fix lists of all providers, or of one, at the levels asked for. A thing of two providers stands on both lists."""
    owned: dict[Ctid | None, list[Fact]] = defaultdict(list)
    for row in _catalogued(region):
        for name in row.providers or (None,):
            if provider is None or name == provider:
                owned[name].append(row)
    lists = [_list(region, name, rows, levels) for name, rows in owned.items()]
    lists.sort(key=lambda each: (each.complete - len(each.things), each.name, each.provider or ""))
    return Gaps(providers=tuple(lists), rows=tuple(row for each in lists for row in _rows(region, each)))


def table(found: Gaps) -> Iterator[tuple[str, ...]]:
    """The header, then one row a missing property, in order of effect: what a spreadsheet shows."""
    yield COLUMNS
    for row in found.rows:
        told = (row.provider or "", row.provider_name, row.ctid, row.ctdl_type, row.name, row.level, row.term, row.label)
        yield (*told, "yes" if row.completes else "no")


def to_csv(found: Gaps) -> str:
    """The table as CSV, safe to open in a spreadsheet."""
    return tables.to_csv(table(found))


def _catalogued(region: Region) -> Iterator[Fact]:
    for row in region.rows():
        if row.ctid is not None and any(checklist(row, level) != _NOTHING for level in LEVELS):
            yield row


def _list(region: Region, provider: Ctid | None, rows: list[Fact], levels: tuple[Level, ...]) -> ProviderGaps:
    fixes = []
    for order, level in enumerate(levels):
        lack: dict[str, list[str]] = defaultdict(list)
        completes: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            missing = checklist(row, level).missing
            for name in missing:
                lack[name].append(row.id)
                if level == "required" and len(missing) == 1:
                    completes[name].append(row.id)
        fixes += [
            (order, Fix(level, name, label(name), tuple(sorted(names)), tuple(sorted(completes.get(name, ())))))
            for name, names in lack.items()
        ]
    fixes.sort(key=lambda each: (each[0], -len(each[1].completes), -len(each[1].lack), each[1].term))
    return ProviderGaps(
        provider=provider,
        name=region.name(provider) if provider is not None else "",
        things=tuple(sorted(row.id for row in rows)),
        complete=sum(1 for row in rows if not row.required.missing),
        fixes=tuple(fix for _, fix in fixes),
    )


def label(name: str) -> str:
    """The label of a property, or of several of which one is enough (joined by ``|``)."""
    return label_of(tuple(name.split("|")))


def _rows(region: Region, each: ProviderGaps) -> Iterator[GapRow]:
    for fix in each.fixes:
        completed = frozenset(fix.completes)
        for name in fix.lack:
            row = region.get(name)
            if row is not None:
                yield GapRow(
                    provider=each.provider,
                    provider_name=each.name,
                    ctid=name,
                    ctdl_type=row.ctdl_type,
                    name=row.name,
                    level=fix.level,
                    term=fix.term,
                    label=fix.label,
                    completes=name in completed,
                )
