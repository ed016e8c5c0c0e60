"""All rows together, joined: whose a thing is, where it is, and what other documents say about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from openler.insight.facts import Fact, Kind, Trait


class Quality(StrEnum):
    """What can be asked of a thing once everything is joined."""

    OWNED = "owned"
    MINIMUM = "minimum"
    BENCHMARK = "benchmark"
    TAUGHT = "taught"
    COST = "cost"
    OUTCOMES = "outcomes"
    OCCUPATION = "occupation"
    OCCUPATION_GIVEN = "occupation_given"
    SUPPORTS = "supports"
    DESCRIBED = "described"


_TRAITS: Mapping[Quality, Trait] = {
    Quality.TAUGHT: Trait.TAUGHT,
    Quality.COST: Trait.COST,
    Quality.OCCUPATION: Trait.OCCUPATION,
    Quality.OCCUPATION_GIVEN: Trait.OCCUPATION_GIVEN,
    Quality.SUPPORTS: Trait.SUPPORTS,
    Quality.DESCRIBED: Trait.DESCRIBED,
}


class Region:
    """Rows in order of their id, each thing once: where two documents describe one CTID, its own document is believed."""

    __slots__ = ("_by_id", "_by_kind", "_outcomes", "_paths", "_supported")

    def __init__(self, rows: Iterable[Fact]) -> None:
        by_id: dict[str, Fact] = {}
        for row in rows:
            known = by_id.get(row.id)
            if known is None or _rank(row) < _rank(known):
                by_id[row.id] = row
        self._by_id = {name: by_id[name] for name in sorted(by_id)}
        by_kind: dict[Kind, list[Fact]] = defaultdict(list)
        paths: dict[str, set[str]] = defaultdict(set)
        outcomes: dict[str, set[str]] = defaultdict(set)
        supported: dict[str, set[str]] = defaultdict(set)
        for row in self._by_id.values():
            by_kind[row.kind].append(row)
            for credential in row.leads_to:
                paths[credential].add(row.id)
            if row.kind is Kind.CREDENTIAL:
                paths[row.id].update(row.through)
            for data_set in row.data_sets:
                outcomes[row.id].add(data_set)
            for subject in row.about:
                (outcomes if row.kind is Kind.OUTCOMES else supported)[subject].add(row.id)
            for service in row.supports:
                supported[row.id].add(service)
        self._by_kind = {kind: tuple(found) for kind, found in by_kind.items()}
        self._paths = _sorted(paths)
        self._outcomes = _sorted(outcomes)
        self._supported = _sorted(supported)

    def rows(self) -> tuple[Fact, ...]:
        """Every row, mentioned things included, in order of id."""
        return tuple(self._by_id.values())

    def get(self, name: str) -> Fact | None:
        """The row of a CTID, or None."""
        return self._by_id.get(name)

    def name(self, name: str) -> str:
        """What a CTID is called here; empty where nothing is known of it."""
        row = self._by_id.get(name)
        return row.name if row is not None else ""

    def of(self, kind: Kind) -> tuple[Fact, ...]:
        """What is catalogued: the things of a kind that have a CTID, in order of it."""
        return tuple(row for row in self._by_kind.get(kind, ()) if row.ctid is not None)

    def mentioned(self, kind: Kind) -> tuple[Fact, ...]:
        """What is only mentioned: the things of a kind without a CTID."""
        return tuple(row for row in self._by_kind.get(kind, ()) if row.ctid is None)

    def agent_types(self, row: Fact) -> tuple[str, ...]:
        """The types of its providers; none where no provider's type is known."""
        return self._of_providers(row, lambda provider: provider.agent_types)

    def sectors(self, row: Fact) -> tuple[str, ...]:
        """The sectors of its providers."""
        return self._of_providers(row, lambda provider: provider.sectors)

    def standings(self, row: Fact) -> tuple[str, ...]:
        """How its providers stand on the lists they are on; an organisation's own."""
        return self._of_providers(row, lambda provider: provider.standings)

    def counties(self, row: Fact) -> tuple[str, ...]:
        """Where it is offered: the counties of its own addresses, else of its providers'."""
        return row.counties or self._of_providers(row, lambda provider: provider.counties)

    def learning_for(self, row: Fact) -> tuple[Fact, ...]:
        """The learning opportunities that lead to a credential."""
        return self._rows(self._paths.get(row.id, ()), Kind.LEARNING_OPPORTUNITY)

    def data_sets(self, row: Fact) -> tuple[Fact, ...]:
        """The outcome data sets about it."""
        return self._rows(self._outcomes.get(row.id, ()), Kind.OUTCOMES)

    def services(self, row: Fact) -> tuple[Fact, ...]:
        """The support services that it names or that name it."""
        return self._rows(self._supported.get(row.id, ()), Kind.SUPPORT_SERVICE)

    def has(self, row: Fact, quality: Quality) -> bool:
        """Does it have the quality? A credential has what leads to it has, save its own required and benchmark data."""
        if quality is Quality.OWNED:
            return bool(row.providers)
        if quality is Quality.MINIMUM:
            return not row.required.missing
        if quality is Quality.BENCHMARK:
            return not row.required.missing and not row.benchmark.missing
        return any(self._states(each, quality) for each in (row, *(self.learning_for(row) if row.kind is Kind.CREDENTIAL else ())))

    def _states(self, row: Fact, quality: Quality) -> bool:
        if quality is Quality.OUTCOMES:
            return any(each.value is not None for data_set in self.data_sets(row) for each in data_set.observations)
        if quality is Quality.SUPPORTS and row.id in self._supported:
            return True
        return _TRAITS[quality] in row.traits

    def _rows(self, names: Iterable[str], kind: Kind) -> tuple[Fact, ...]:
        found = (self._by_id.get(name) for name in names)
        return tuple(row for row in found if row is not None and row.kind is kind)

    def _of_providers(self, row: Fact, read: Callable[[Fact], tuple[str, ...]]) -> tuple[str, ...]:
        found = {value for name in row.providers if (provider := self._by_id.get(name)) is not None for value in read(provider)}
        return tuple(sorted(found))


def _rank(row: Fact) -> tuple[bool, str]:
    return (row.id != row.document, row.document)


def _sorted(found: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(names)) for name, names in found.items()}
