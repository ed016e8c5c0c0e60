"""One page of what a search finds, from a position or behind a hit.

A cursor names the last hits seen, so that what is published meanwhile neither shows a hit twice nor passes one over; one that leads
back names the first. By name it goes on behind that name. By score the hit is looked for where it stood, then further around; where it
is gone, the one next to it; where all are, what it was sorted by decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import tantivy

from openler.actions.ports import Query
from openler.actions.search_ports import Cursor
from openler.ids import Ctid
from openler.stores.search_names import ByName

REMEMBERED = 3
"""Hits that a cursor names: of these at most all but one can be withdrawn before the next page without a trace of where it was."""
AROUND = 20
"""How far around its old position a cursor's hit is first looked for."""
MAX_POSITION = 10_000
"""How deep a search may be paged; who wants everything lists envelopes."""

Row = tuple[dict[str, Any], float]
Place = tuple[Any, tantivy.DocAddress]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, the position of the first, and where the next and the previous page go on; None where there is none."""

    rows: tuple[Row, ...] = ()
    start: int = 0
    next: Cursor | None = None
    previous: Cursor | None = None


def page(found: ByScore | ByName, asked: Query) -> Page:
    """The page that is asked for: from a position, behind a hit, or before one."""
    if asked.limit <= 0:
        return Page()
    more = asked.limit + 1  # the one more tells whether there is a next page
    start, cursor = asked.offset, asked.after
    if isinstance(found, ByName) and cursor is not None and not cursor.back:
        start, places = cursor.position + 1, found.behind(str(cursor.key), more)
    else:
        if cursor is not None:
            start = max(0, found.position(cursor) - asked.limit) if cursor.back else found.position(cursor)
        places = found.slice(start, more)
    ranked = isinstance(found, ByScore)
    rows = tuple((found.searcher.doc(address).to_dict(), float(key) if ranked else 0.0) for key, address in places[: asked.limit])
    end = start + len(rows)
    onward = back = None
    if len(places) == more and end < MAX_POSITION:
        onward = Cursor(_named(rows[: -REMEMBERED - 1 : -1]), places[asked.limit - 1][0], end - 1)
    if rows and start > 0:
        back = Cursor(_named(rows[:REMEMBERED]), places[0][0], start, back=True)
    return Page(rows, start, onward, back)


def _named(rows: tuple[Row, ...]) -> tuple[Ctid, ...]:
    return tuple(Ctid(str(stored["ctid"][0])) for stored, _ in rows)


@dataclass(frozen=True, slots=True)
class ByScore:
    """What a query finds, the best first, sliced as asked."""

    searcher: tantivy.Searcher
    query: tantivy.Query

    def slice(self, start: int, limit: int) -> list[Place]:
        """``limit`` hits from a position on, each with its score."""
        return self.searcher.search(self.query, limit, offset=start, count=False, weight_by_field="weight").hits

    def position(self, cursor: Cursor) -> int:
        """Where a page goes on: behind a cursor's hit, or, for the page before, at it."""
        behind = 0 if cursor.back else 1
        around, nearest = AROUND, cursor.position + behind
        while True:
            start = max(0, cursor.position - around)
            end = cursor.position + around + 1
            window = self.slice(start, end - start)
            places = {str(self.searcher.doc(address)["ctid"][0]): place for place, (_, address) in enumerate(window)}
            if cursor.hits[0] in places:
                return start + places[cursor.hits[0]] + behind
            whole = start == 0 and (start + len(window) < end or end >= MAX_POSITION)
            if whole or around > MAX_POSITION or (window and _holds(window, cursor)):
                near = next((start + places[one] + behind for one in cursor.hits if one in places), None)
                if near is not None:
                    return near
                return next((start + place for place, (key, _) in enumerate(window) if _comes_after(key, cursor)), nearest)
            around *= 8


def _holds(window: list[Place], cursor: Cursor) -> bool:
    """Whether the place where the hit would stand lies inside a window, so that it is gone if it is not there."""
    return not _comes_after(window[0][0], cursor) and _comes_after(window[-1][0], cursor)


def _comes_after(score: float, cursor: Cursor) -> bool:
    return not isinstance(cursor.key, str) and float(score) < cursor.key
