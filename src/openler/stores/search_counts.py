"""How many are found, and how many of them have each value of each facet. Every count told is exact.

A facet with as many values as a registry has providers takes longer to count than everything else of a search together: for
every provider of every segment its name is looked up. Where very many are found it is counted for who asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tantivy
from tantivy import Occur

from openler.actions.search_ports import Query
from openler.ctdl.summary import FACETS

LARGE = ("provider",)
"""The facets whose values grow with the registry."""
COUNTED_TO = 20_000
"""Of more resources than that the large facets are counted only where that is asked for."""
SORTED = 10_000
"""Most values of one facet that are sorted; behind them none is told."""
IN_SEGMENT = 1_000_000
"""Values that a segment may have for its counts to be whole, and so exact in the sum."""

Values = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """See :class:`~openler.actions.search_ports.Found`, whose fields of these names they are."""

    total: int
    facets: Mapping[str, Values]
    others: Mapping[str, int] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()


def count(searcher: tantivy.Searcher, base: tantivy.Query, chosen: Mapping[str, tantivy.Query], query: Query) -> Counts:
    """What ``base`` and the chosen facets find, by facet; of a chosen facet what else could be chosen beside it."""
    selected = all_of(base, chosen.values())
    total, by_facet = _counted(searcher, selected, [facet for facet in FACETS if facet not in chosen and facet not in LARGE])
    if not total and not chosen:  # to count nothing takes nearly as long as to count something
        return Counts(total, dict.fromkeys(FACETS, ()))
    uncounted = []
    for facet in (one for one in LARGE if one not in chosen):
        if total <= COUNTED_TO or facet in query.counted:
            by_facet |= _counted(searcher, selected, [facet])[1]
        else:
            by_facet[facet] = _Told((), 0)
            uncounted.append(facet)
    for facet in chosen:
        beside = all_of(base, [one for name, one in chosen.items() if name != facet])
        keep = query.facets[facet]
        if facet in LARGE and facet not in query.counted and _counted(searcher, beside, [])[0] > COUNTED_TO:
            by_facet[facet] = _Told(_exactly(searcher, beside, facet, keep), 0)
            uncounted.append(facet)
            continue
        found = _counted(searcher, beside, [facet])[1][facet]
        lacking = [value for value in keep if value not in {name for name, _ in found.values}] if found.others else []
        by_facet[facet] = _Told((*found.values, *_exactly(searcher, beside, facet, lacking)), found.others) if lacking else found
    return _cut(total, by_facet, query, tuple(uncounted))


@dataclass(frozen=True, slots=True)
class _Told:
    values: Values
    others: int


def _counted(searcher: tantivy.Searcher, query: tantivy.Query, facets: Sequence[str]) -> tuple[int, dict[str, _Told]]:
    """How many a query finds, each of which is in one group; and by each of some facets the values, the most frequent first."""
    asked = {facet: _terms(facet, size=SORTED, segment_size=IN_SEGMENT) for facet in dict.fromkeys((*facets, "group"))}
    found = searcher.aggregate(query, asked)
    total = sum(int(one["doc_count"]) for one in found["group"]["buckets"])
    return total, {facet: _Told(_sorted(found[facet]), int(found[facet].get("sum_other_doc_count") or 0)) for facet in facets}


def _exactly(searcher: tantivy.Searcher, query: tantivy.Query, facet: str, values: Sequence[str]) -> Values:
    """The counts of these values alone."""
    if not values:
        return ()
    asked = _terms(facet, size=len(values), segment_size=len(values), include=[told(value) for value in values])
    return _sorted(searcher.aggregate(query, {facet: asked})[facet])


def _terms(facet: str, **more: Any) -> dict[str, Any]:
    return {"terms": {"field": f"facet_{facet}", **more}}


def _sorted(counted: Mapping[str, Any]) -> Values:
    found = ((str(one["key"]), int(one["doc_count"])) for one in counted["buckets"])
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def _cut(total: int, counted: Mapping[str, _Told], query: Query, uncounted: tuple[str, ...]) -> Counts:
    """No more values of each facet than asked for, and those that are chosen."""
    facets, others = {}, {}
    for facet in FACETS:
        values, keep = counted[facet].values, query.facets.get(facet, ())
        facets[facet] = (*values[: query.values], *(one for one in values[query.values :] if one[0] in keep))
        left = counted[facet].others + sum(number for _, number in values) - sum(number for _, number in facets[facet])
        if left:
            others[facet] = left
    return Counts(total, facets, others, uncounted)


def told(value: str) -> str:
    """A value as an index can hold it: what no text can hold is left out."""
    return value.encode("utf-8", "ignore").decode()


def all_of(first: tantivy.Query, others: Any) -> tantivy.Query:
    """What the first and all of the others find."""
    return tantivy.Query.boolean_query([(Occur.Must, first), *((Occur.Must, one) for one in others)])
