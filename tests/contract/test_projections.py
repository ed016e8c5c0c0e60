"""Projections follow the journal, can be rebuilt from it, and answer hostile questions calmly."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler.actions.ports import Query, Store
from openler.stores.projections import Projections, projections
from tests.contract.test_store import append, change, deletion
from tests.support.ctdl import BASE, ctid


@pytest.fixture
def projected(store: Store, tmp_path: Path) -> Projections:
    return projections(tmp_path / "data", store, BASE)


def names(projected: Projections, query: Query) -> list[str]:
    return [hit.name for hit in projected.search.find(query).hits]


def test_search_follows_what_is_published_changed_and_deleted(store: Store, projected: Projections) -> None:
    append(store, change("a", "Pipefitting"), change("b", "Carpentry"))
    projected.projector.catch_up()
    assert names(projected, Query("pipefitting")) == ["Pipefitting"]
    append(store, change("a", "Plumbing"))
    append(store, deletion("b"))
    projected.projector.catch_up()
    assert names(projected, Query("pipefitting")) == []
    assert names(projected, Query("plumbing")) == ["Plumbing"]
    assert projected.search.find(Query()).total == 1
    assert all(lag.seq == lag.head == 4 for lag in projected.projector.lags())


def test_rebuilding_gives_the_same_answers_as_following(store: Store, projected: Projections) -> None:
    append(store, *(change(f"k{number}", f"Program {number}") for number in range(20)))
    projected.projector.catch_up()
    before = projected.search.find(Query("program", limit=50))
    graph = projected.graph.describe(ctid("k3"), media_type="application/n-quads")
    projected.projector.rebuild()
    projected.projector.catch_up()
    after = projected.search.find(Query("program", limit=50))
    assert sorted(hit.ctid for hit in before.hits) == sorted(hit.ctid for hit in after.hits)
    assert before.facets == after.facets
    assert sorted(projected.graph.describe(ctid("k3"), media_type="application/n-quads").splitlines()) == sorted(graph.splitlines())


def test_a_facet_is_counted_over_what_the_other_facets_select(store: Store, projected: Projections) -> None:
    append(store, change("a"), change("b"))
    projected.projector.catch_up()
    found = projected.search.find(Query(facets={"group": ("learning",)}))
    assert found.total == 2
    assert ("learning", 2) in found.facets["group"]
    assert projected.search.find(Query(facets={"group": ("job",)})).total == 0
    assert ("learning", 2) in projected.search.find(Query(facets={"group": ("job",)})).facets["group"], "what else could be chosen"


@pytest.mark.parametrize("words", ["", "program"])
def test_hits_come_in_pages_no_longer_than_asked_for(store: Store, projected: Projections, words: str) -> None:
    append(store, *(change(f"k{number}", f"Program {number:02}") for number in range(11)))
    projected.projector.catch_up()
    pages = [projected.search.find(Query(words, limit=4, offset=offset)) for offset in range(0, 16, 4)]
    assert [len(page.hits) for page in pages] == [4, 4, 3, 0]
    assert {page.total for page in pages} == {11}
    assert len({hit.ctid for page in pages for hit in page.hits}) == 11
    assert projected.search.find(Query(words, limit=0)).hits == ()


@pytest.mark.parametrize(
    "words", ['"', "((((", "AND OR NOT", "name:*", "\\", "a" * 5000, "\x00", "[* TO *]", "~99", "^", "é" * 300, "/regex.*/", "+-+-", "🙂"]
)
def test_no_words_make_a_search_fail(store: Store, projected: Projections, words: str) -> None:
    append(store, change("a"))
    projected.projector.catch_up()
    assert projected.search.find(Query(words)).total in {0, 1}
