"""What a search without words finds, in the order of the names: a window of the names is looked at, however many are found.

To sort a million names for the first twenty takes a hundred times longer than to look at those that can be among them. Where
they end is guessed from a sample, and a window that proves too narrow is made wider: what is found is exact.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import tantivy
from tantivy import FieldType, Order

from openler.actions.search_ports import Cursor
from openler.stores.search_counts import all_of
from openler.stores.search_schema import ONE_IN, ORDER_NUMBERS, order_numbers, schema

MARGINS = (3.0, 40.0)
"""How many times the names that should do are looked at, first and, where they did not, then; in the end all are."""
DEEP = 40
"""From this position on a page's start is found by numbers, because to tell a name takes longer than to compare it."""

MOST = 2**64 - 1

Named = tuple[str, tantivy.DocAddress]


class Names:
    """How names are spread in one state of the index, by a sample of them."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    @cached_property
    def sample(self) -> list[int]:
        """The beginnings of sampled names, in order."""
        query = tantivy.Query.term_query(schema(), "kind", "sample")
        found = self._searcher.search(query, max(1, self._searcher.num_docs), count=False).hits
        return sorted(int(one) for one in self._searcher.fast_field_values(ORDER_NUMBERS[0], [at for _, at in found]) if one is not None)

    def after(self, low: int, count: float) -> int | None:
        """The beginning of a name that about ``count`` names from ``low`` on come before; None where that may be all."""
        place = bisect_right(self.sample, low) + int(count / ONE_IN) + 1
        return self.sample[place] if place < len(self.sample) else None


@dataclass(frozen=True, slots=True)
class ByName:
    """What a query finds, in the order of the names. ``share`` is about which part of everything that is."""

    searcher: tantivy.Searcher
    query: tantivy.Query
    names: Names
    share: float

    def slice(self, start: int, limit: int) -> list[Named]:
        """``limit`` hits from a position on."""
        low: tuple[int, ...] = ()
        for field in ORDER_NUMBERS:
            if start < DEEP:
                break
            among = all_of(self.query, _equal(low))
            found = self.searcher.search(among, 1, offset=start, count=False, order_by_field=field, order=Order.Asc).hits
            if not found:
                return []
            here = int(found[0][0])
            start -= self._count(all_of(among, [_range(field, high=here - 1)])) if here else 0
            low = (*low, here)
        return self._from(low, start, limit)

    def behind(self, order: str, limit: int) -> list[Named]:
        """``limit`` hits behind the name of another, whether that is still there or not."""
        low = order_numbers(order)
        alike = self._count(all_of(self.query, _equal(low)))
        return [one for one in self._from(low, 0, limit + alike) if one[0] > order][:limit]

    def position(self, cursor: Cursor) -> int:
        """How many come before a cursor's name, whether that is still there or not."""
        order = str(cursor.key)
        low = order_numbers(order)
        before = sum(
            self._count(all_of(self.query, [*_equal(low[:place]), _range(field, high=low[place] - 1)]))
            for place, field in enumerate(ORDER_NUMBERS)
            if low[place]
        )
        alike = all_of(self.query, _equal(low))
        return before + sum(one[0] < order for one in self._sorted(alike, 0, max(1, self._count(alike))))

    def _from(self, low: tuple[int, ...], start: int, limit: int) -> list[Named]:
        """Hits from a beginning of names on: those alike in all numbers but the last, in all but the last two, and so on."""
        if not low:
            return self._window(self.query, 0, start, limit)
        found: list[Named] = []
        for depth in range(len(low), 0, -1):
            least = low[depth - 1] if depth == len(low) else low[depth - 1] + 1
            if least > MOST:
                continue
            within = all_of(self.query, [*_equal(low[: depth - 1]), _range(ORDER_NUMBERS[depth - 1], low=least)])
            wanted = limit - len(found)
            found += self._sorted(within, start, wanted) if depth > 1 else self._window(within, least, start, wanted)
            if len(found) >= limit:
                break
            start = 0
        return found

    def _window(self, within: tantivy.Query, low: int, start: int, limit: int) -> list[Named]:
        for margin in MARGINS:
            high = self.names.after(low, margin * (start + limit) / self.share)
            if high is None:
                break
            found = self._sorted(all_of(within, [_range(ORDER_NUMBERS[0], high=high)]), start, limit)
            if len(found) == limit:
                return found
        return self._sorted(within, start, limit)

    def _sorted(self, query: tantivy.Query, start: int, limit: int) -> list[Named]:
        return self.searcher.search(query, limit, offset=start, count=False, order_by_field="order", order=Order.Asc).hits

    def _count(self, query: tantivy.Query) -> int:
        return int(self.searcher.search(query, 1).count)  # type: ignore[attr-defined]  # the stubs lack it


def _equal(low: tuple[int, ...]) -> list[tantivy.Query]:
    return [_range(field, low=one, high=one) for field, one in zip(ORDER_NUMBERS, low, strict=False)]


def _range(field: str, *, low: int | None = None, high: int | None = None) -> tantivy.Query:
    return tantivy.Query.range_query(schema(), field, FieldType.Unsigned, low, high)
