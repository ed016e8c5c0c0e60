"""One page of what a search finds, from a position or behind a hit.

A cursor names the last hits seen, so that what is published meanwhile neither shows a hit twice nor passes one over: the last is
looked for where it stood, then further around; where it is gone, the one before it; where all are, what it was sorted by decides.
"""

from __future__ import annotations

from typing import Any

import tantivy
from tantivy import Order

from openler.actions.ports import Query
from openler.actions.search_ports import Cursor
from openler.ids import Ctid

REMEMBERED = 3
"""Hits that a cursor names: of these at most all but one can be withdrawn before the next page without a trace of where it was."""
AROUND = 20
"""How far around its old position a cursor's hit is first looked for."""
MAX_POSITION = 10_000
"""How deep a search may be paged; who wants everything lists envelopes."""

Row = tuple[dict[str, Any], float]


def page(searcher: tantivy.Searcher, query: tantivy.Query, asked: Query, total: int, *, ranked: bool) -> tuple[list[Row], Cursor | None]:
    """The rows of a page, and where the next one goes on; None after the last."""
    found = _Ordered(searcher, query, ranked=ranked)
    start = asked.offset if asked.after is None else found.behind(asked.after, total)
    if asked.limit <= 0 or start >= total:
        return [], None
    addressed = found.slice(start, asked.limit)
    rows = [(searcher.doc(address).to_dict(), float(key) if ranked else 0.0) for key, address in addressed]
    end = start + len(rows)
    if not rows or end >= total or end >= MAX_POSITION:
        return rows, None
    last = tuple(Ctid(str(stored["ctid"][0])) for stored, _ in reversed(rows[-REMEMBERED:]))
    return rows, Cursor(last, addressed[-1][0], end - 1)


class _Ordered:
    """What a query finds, by score or by name, sliced as asked."""

    def __init__(self, searcher: tantivy.Searcher, query: tantivy.Query, *, ranked: bool) -> None:
        self._searcher = searcher
        self._query = query
        self._ranked = ranked

    def slice(self, start: int, limit: int) -> list[tuple[Any, tantivy.DocAddress]]:
        """``limit`` hits from ``start`` on, each with what it is sorted by."""
        if self._ranked:
            return self._searcher.search(self._query, limit, offset=start, count=False, weight_by_field="weight").hits
        return self._searcher.search(self._query, limit, offset=start, count=False, order_by_field="order", order=Order.Asc).hits

    def behind(self, cursor: Cursor, total: int) -> int:
        """The position behind a cursor's hit."""
        around, nearest = AROUND, cursor.position + 1
        while True:
            start = max(0, cursor.position - around)
            window = self.slice(start, cursor.position + around + 1 - start)
            places = {str(self._searcher.doc(address)["ctid"][0]): place for place, (_, address) in enumerate(window)}
            if cursor.hits[0] in places:
                return start + places[cursor.hits[0]] + 1
            whole = start == 0 and start + len(window) >= min(total, MAX_POSITION)
            if whole or around > MAX_POSITION or (window and self._holds(window, cursor)):
                before = next((start + places[one] + 1 for one in cursor.hits if one in places), None)
                if before is not None:
                    return before
                return next((start + place for place, (key, _) in enumerate(window) if self._comes_after(key, cursor)), nearest)
            around *= 8

    def _holds(self, window: list[tuple[Any, tantivy.DocAddress]], cursor: Cursor) -> bool:
        """Whether the place where the hit would stand lies inside a window, so that it is gone if it is not there."""
        return not self._comes_after(window[0][0], cursor) and self._comes_after(window[-1][0], cursor)

    def _comes_after(self, key: Any, cursor: Cursor) -> bool:
        if isinstance(key, str) and isinstance(cursor.key, str):
            return key > cursor.key
        if isinstance(key, str) or isinstance(cursor.key, str):
            return False
        return float(key) < cursor.key
