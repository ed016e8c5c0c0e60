"""Near a place: by the coordinates that addresses state, and by nothing made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler.actions.ports import Query
from tests.support.searching import Searched, address, offer

BRUNSWICK, PRINCETON, CAMDEN = (40.4862, -74.4518), (40.3573, -74.6672), (39.9259, -75.1196)


@pytest.fixture
def index(tmp_path: Path) -> Searched:
    return Searched(
        tmp_path,
        [
            offer("Welding Here", ceterms__availableAt=[address("New Brunswick", "08901", BRUNSWICK, "NJ")]),
            offer("Welding There", ceterms__availableAt=[address("Princeton", "08540-1234", PRINCETON, "NJ")]),
            offer("Welding Far", ceterms__availableAt=[address("Camden", "08102", CAMDEN, "NJ")]),
            offer("Welding Unmapped", ceterms__availableAt=[address("Princeton", "08540", None, "NJ")]),
            offer("Welding Elsewhere", ceterms__availableAt=[address("Nowhere", "99999")]),
            offer("Welding Anywhere"),
        ],
    )


def near(index: Searched, place: str, within: float) -> dict[str, float | None]:
    return {hit.name: hit.kilometers for hit in index.find(Query("welding", near=place, within=within)).hits}


@pytest.mark.parametrize("place", ["08901", "08901-0042", "New Brunswick", "new brunswick, NJ", "40.4862,-74.4518", " 40.4862 , -74.4518 "])
def test_a_place_is_known_by_postal_code_town_and_coordinates(index: Searched, place: str) -> None:
    assert near(index, place, 10) == {"Welding Here": 0.0}


def test_within_tells_how_far_and_each_hit_how_far_it_is(index: Searched) -> None:
    found = near(index, "08901", 40)
    assert found.keys() == {"Welding Here", "Welding There", "Welding Unmapped"}
    assert found["Welding There"] == pytest.approx(23.2, abs=0.2), "the great-circle distance of New Brunswick and Princeton"


def test_an_address_without_coordinates_stands_at_the_middle_of_its_postal_code(index: Searched) -> None:
    found = near(index, "08901", 40)
    assert found["Welding Unmapped"] == found["Welding There"]


def test_nearer_comes_before_farther(index: Searched) -> None:
    assert index.names(near="08901", within=200) == ["Welding Here", *index.names(near="08901", within=200)[1:3], "Welding Far"]


def test_a_place_without_coordinates_finds_what_is_right_there_and_says_so(index: Searched) -> None:
    found = index.find(Query(near="Nowhere"))
    assert [hit.name for hit in found.hits] == ["Welding Elsewhere"]
    assert (found.reading.place, found.reading.measured) == (True, False)


def test_a_postal_code_without_coordinates_finds_its_postal_area_behind_it(index: Searched) -> None:
    index.put(offer("Welding Beside", ceterms__availableAt=[address("Beside", "98901")]))
    assert index.names(near="99999") == ["Welding Elsewhere"]
    index.put(offer("Welding In The Area", ceterms__availableAt=[address("Outskirts", "99988")]))
    assert index.names(near="99999") == ["Welding Elsewhere", "Welding In The Area"]


def test_a_place_that_no_address_has_finds_nothing_and_says_so(index: Searched) -> None:
    found = index.find(Query(near="Atlantis"))
    assert (found.total, found.reading.place) == (0, False)


def test_towns_of_one_name_far_apart_are_no_one_place(index: Searched) -> None:
    index.put(offer("Welding in the West", ceterms__availableAt=[address("Princeton", "62466", (38.9, -87.7), "IL")]))
    assert not index.find(Query(near="Princeton")).reading.measured
    assert index.find(Query(near="Princeton, IL")).reading.measured


def test_facets_are_counted_within_the_circle(index: Searched) -> None:
    assert index.find(Query(near="08901", within=10)).facets["group"] == (("learning", 1),)


@pytest.mark.parametrize("coordinates", [(0.0, 0.0), (91.0, 10.0), ("x", "y"), (10.0, 181.0)])
def test_coordinates_that_are_none_are_not_believed(tmp_path: Path, coordinates: tuple[float, float]) -> None:
    index = Searched(tmp_path, [offer("Welding", ceterms__availableAt=[address("Lost", "12345", coordinates)])])
    assert not index.find(Query(near="12345")).reading.measured
