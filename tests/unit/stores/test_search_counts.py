"""Counting by facet: exact, told as far as asked for, and left out rather than guessed where it would take long."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler.actions.ports import Query
from openler.stores import search_counts
from tests.support.ctdl import BASE, complete, ctid, document
from tests.support.searching import Searched, offer

SCHOOLS = {"Ash College": 3, "Birch College": 2, "Cedar College": 1}


@pytest.fixture
def index(tmp_path: Path) -> Searched:
    published = []
    for school, many in SCHOOLS.items():
        kind = "ceterms:CredentialOrganization"
        published.append(
            document({**complete(kind, school), "ceterms:name": {"en-US": school}, "ceterms:description": {"en-US": "A college."}})
        )
        owner = [f"{BASE}/resources/{ctid(school, kind)}"]
        published += [
            offer(f"Welding {number} at {school}", f"{school}{number}", ceterms__ownedBy=owner, ceterms__offeredBy=owner)
            for number in range(many)
        ]
    return Searched(tmp_path, published)


def test_every_value_is_counted_and_the_most_frequent_come_first(index: Searched) -> None:
    found = index.find(Query("welding"))
    assert found.facets["provider"] == tuple(SCHOOLS.items())
    assert (found.total, found.facets["group"]) == (6, (("learning", 6),))
    assert (found.others, found.uncounted) == ({}, ())


def test_of_values_that_are_not_told_is_told_how_often_there_are_such(index: Searched) -> None:
    found = index.find(Query("welding", values=1))
    assert found.facets["provider"] == (("Ash College", 3),)
    assert found.others == {"provider": 3}


def test_a_chosen_value_is_told_whatever_its_rank(index: Searched) -> None:
    found = index.find(Query("welding", {"provider": ("Cedar College",)}, values=1))
    assert found.total == 1
    assert found.facets["provider"] == (("Ash College", 3), ("Cedar College", 1))


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_counts, "COUNTED_TO", 3)


@pytest.mark.usefixtures("_few")
def test_where_very_many_are_found_a_large_facet_is_counted_for_who_asks(index: Searched) -> None:
    found = index.find(Query("welding"))
    assert (found.uncounted, found.facets["provider"]) == (("provider",), ())
    assert found.facets["group"] == (("learning", 6),)
    asked = index.find(Query("welding", counted=("provider",)))
    assert (asked.uncounted, asked.facets["provider"]) == ((), tuple(SCHOOLS.items()))


@pytest.mark.usefixtures("_few")
def test_what_is_chosen_can_be_taken_back_where_its_facet_is_not_counted(index: Searched) -> None:
    found = index.find(Query("welding", {"provider": ("Birch College",)}))
    assert (found.total, found.uncounted, found.facets["provider"]) == (2, ("provider",), (("Birch College", 2),))
    assert index.find(Query("birch", {"provider": ("Birch College",)})).uncounted == ()


def test_counts_do_not_depend_on_the_page_nor_on_who_asked_before(index: Searched) -> None:
    first = index.find(Query("welding", limit=2))
    onward = index.find(Query("welding", limit=2, after=first.next))
    assert (onward.total, onward.facets) == (first.total, first.facets)
    assert index.find(Query("welding", values=2)).facets["provider"] == tuple(SCHOOLS.items())[:2]
    assert index.find(Query("weldng")).facets == index.find(Query("welding")).facets
