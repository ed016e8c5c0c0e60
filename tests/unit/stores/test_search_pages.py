"""Pages by cursor: whatever is published meanwhile, nothing is shown twice and nothing passed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openler.actions.finding.search import next_cursor, previous_cursor, search
from openler.actions.ports import Found, Ports, Query
from openler.errors import Misused
from openler.stores.memory import MemoryStore
from tests.support.searching import Searched, offer

OLD = [f"Program {number:02}" for number in range(30)]


@pytest.fixture
def index(tmp_path: Path) -> Searched:
    return Searched(tmp_path, [offer(name) for name in OLD])


def ports(index: Searched) -> Ports:
    return cast("Ports", SimpleNamespace(search=index.made.search, store=MemoryStore()))


def through(index: Searched, words: str, between: Any = None) -> list[str]:
    """All names, page by page; ``between`` runs after the second page."""
    query, names, cursor = Query(words, limit=4), [], ""
    for number in range(100):
        found = search(ports(index), query, cursor=cursor)
        names += [hit.name for hit in found.hits]
        cursor = next_cursor(query, found)
        if not cursor:
            return names
        if number == 1 and between is not None:
            between()
    raise AssertionError(names)


@pytest.mark.parametrize("words", ["", "program"])
def test_pages_follow_each_other_without_a_gap(index: Searched, words: str) -> None:
    assert sorted(through(index, words)) == OLD


@pytest.mark.parametrize("words", ["", "program"])
def test_what_is_published_meanwhile_neither_repeats_nor_hides_anything(index: Searched, words: str) -> None:
    names = through(index, words, between=lambda: index.put(*(offer(f"A Program {number}") for number in range(40))))
    assert sorted(name for name in names if name in OLD) == OLD
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("words", ["", "program"])
def test_a_cursor_whose_hit_was_withdrawn_goes_on_where_it_stood(index: Searched, words: str) -> None:
    first = search(ports(index), Query(words, limit=8))
    index.withdraw(first.hits[-1].ctid)
    after = search(ports(index), Query(words, limit=100, after=first.next))
    seen = [hit.name for hit in (*first.hits, *after.hits)]
    assert sorted(seen) == OLD


def test_the_last_page_has_no_next(index: Searched) -> None:
    assert search(ports(index), Query(limit=30)).next is None
    assert search(ports(index), Query(limit=0)).next is None


def test_a_cursor_is_good_for_its_own_search_only(index: Searched) -> None:
    query = Query("program", limit=4)
    cursor = next_cursor(query, search(ports(index), query))
    for other in (Query("welding"), replace(query, facets={"group": ("job",)}), replace(query, near="08901")):
        with pytest.raises(Misused, match=r"search\.cursor_malformed"):
            search(ports(index), other, cursor=cursor)
    assert search(ports(index), replace(query, limit=9), cursor=cursor).hits


@given(st.text(max_size=200) | st.binary(max_size=80).map(lambda raw: raw.hex()))
def test_no_text_is_taken_for_a_cursor(text: str) -> None:
    given = cast("Ports", SimpleNamespace(search=SimpleNamespace(find=lambda _: Found(0, (), {})), store=MemoryStore()))
    if text:
        with pytest.raises(Misused, match=r"search\.cursor_malformed"):
            search(given, Query(), cursor=text)


@pytest.mark.parametrize("words", ["", "program"])
def test_pages_lead_back_the_way_they_came(index: Searched, words: str) -> None:
    query, pages, cursor = Query(words, limit=8), [], ""
    for _ in range(4):
        found = search(ports(index), query, cursor=cursor)
        pages.append([hit.name for hit in found.hits])
        cursor = next_cursor(query, found)
    assert (found.start, cursor) == (24, "")
    for before in reversed(pages[:-1]):
        found = search(ports(index), query, cursor=previous_cursor(query, found))
        assert [hit.name for hit in found.hits] == before
    assert (found.start, previous_cursor(query, found)) == (0, "")


@pytest.mark.parametrize("words", ["", "program"])
def test_the_page_before_is_what_stands_before_now(index: Searched, words: str) -> None:
    query = Query(words, limit=8)
    second = search(ports(index), replace(query, offset=8))
    before = {hit.name for hit in search(ports(index), query).hits}
    index.withdraw(second.hits[0].ctid)
    index.put(offer("Zebra Keeping"))
    assert {hit.name for hit in search(ports(index), query, cursor=previous_cursor(query, second)).hits} == before
