"""Search over HTTP and as a page: it says how it read what was typed, goes on behind a hit, and never fails on a mistake."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from openler import bootstrap
from openler.actions.registry.publish import publish
from tests.support.ctdl import OWNER, complete, ctid, document

HTML = {"accept": "text/html"}
NAMES = ("Nursing Assistant", "Nursing Basics", "Welding Basics", "Welding Technology")


@pytest.fixture
def found(client: TestClient) -> TestClient:
    """The service with a few more programs, each at a place on the map."""
    place = {
        "@type": "ceterms:Place", "ceterms:addressLocality": {"en-US": "New Brunswick"}, "ceterms:postalCode": "08901",
        "ceterms:latitude": 40.4862, "ceterms:longitude": -74.4518,
    }  # fmt: skip
    added = [
        {**complete("ceterms:LearningProgram", name), "ceterms:name": {"en-US": name}, "ceterms:availableAt": [place]} for name in NAMES[:3]
    ]
    with bootstrap.open_ports() as ports:
        publish(ports, [document(one) for one in added], publisher=OWNER, actor="tests:setup")
        ports.projector.catch_up()
    return client


def names(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [hit["name"] for hit in answer["hits"]]


def test_the_answer_tells_how_it_was_read(found: TestClient) -> None:
    answer = found.get("/search", params={"q": "weldng"}).json()
    assert answer["reading"]["corrected"] == [{"typed": "weldng", "used": "welding"}]
    answer = found.get("/search", params={"q": "CNA"}).json()
    assert (names(answer)[0], answer["reading"]["also"][0]["names"]) == ("Nursing Assistant", ["nursing assistant"])


def test_pages_go_on_behind_a_hit(found: TestClient) -> None:
    first = found.get("/search", params={"group": "learning", "limit": 3}).json()
    rest = found.get("/search", params={"group": "learning", "limit": 3, "after": first["next"]}).json()
    assert [*names(first), *names(rest)] == [*NAMES]
    assert rest["next"] is None


def test_near_a_place_tells_the_distance(found: TestClient) -> None:
    answer = found.get("/search", params={"near": "08901", "within": "5km"}).json()
    assert sorted(names(answer)) == sorted(NAMES[:3])
    assert {hit["distance_km"] for hit in answer["hits"]} == {0.0}
    assert found.get("/search", params={"near": "Atlantis"}).json()["reading"]["place_known"] is False


def test_similar_tells_what_is_in_common(found: TestClient) -> None:
    answer = found.get(f"/resources/{ctid(NAMES[2])}/similar").json()
    assert "Welding Technology" in names(answer)
    assert answer["hits"][0]["in_common"]
    assert names(found.get("/search", params={"similar": ctid(NAMES[2])}).json()) == names(answer)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"after": "xyz"}, 400, "search.cursor_malformed"),
        ({"near": "08901", "within": "far"}, 400, "search.distance_malformed"),
        ({"near": "08901", "within": "0"}, 400, "search.distance_malformed"),
        ({"near": "08901", "within": "9999"}, 400, "search.distance_malformed"),
        ({"similar": str(ctid("no such"))}, 404, "search.similar_to_nothing"),
        ({"similar": "x"}, 422, "ids.ctid_malformed"),
    ],
)
def test_what_cannot_be_asked_says_why(found: TestClient, asked: dict[str, str], status: int, code: str) -> None:
    answer = found.get("/search", params=asked)
    assert answer.status_code == status
    assert answer.json()["code"] == code


def test_the_page_says_how_it_read_what_was_typed(found: TestClient) -> None:
    page = found.get("/search", params={"q": "weldng"}, headers=HTML).text
    assert "Showing results for <strong>welding</strong>" in page
    assert "is also called nursing assistant" in found.get("/search", params={"q": "CNA"}, headers=HTML).text
    assert "This has some of them" in found.get("/search", params={"q": "qqxzzk nursing"}, headers=HTML).text


def test_the_page_tells_miles_and_ties_an_unknown_place_to_its_field(found: TestClient) -> None:
    assert "less than a mile away" in found.get("/search", params={"near": "08901", "within": "5"}, headers=HTML).text
    page = found.get("/search", params={"near": "<Atlantis>"}, headers=HTML).text
    assert 'aria-describedby="near-unknown"' in page
    assert "&lt;Atlantis&gt;" in page


@pytest.mark.parametrize("within", ["far", "", "-1", "1e9", "<b>"])
def test_the_page_takes_any_distance_that_an_address_may_say(found: TestClient, within: str) -> None:
    page = found.get("/search", params={"near": "08901", "within": within}, headers=HTML)
    assert page.status_code == 200
    assert "<b>" not in page.text


def test_the_page_of_a_resource_leads_to_what_is_like_it(found: TestClient) -> None:
    page = found.get(f"/resources/{ctid(NAMES[2])}", headers=HTML).text
    assert f"/search?similar={ctid(NAMES[2])}" in page
    like = found.get("/search", params={"similar": ctid(NAMES[2])}, headers=HTML).text
    assert "Like Welding Basics" in like
    assert "Same words in the name: Welding" in like
