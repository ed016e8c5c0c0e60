"""Search over HTTP and as a page: it says how it read what was typed, goes on behind a hit, and never fails on a mistake."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
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


def listed(client: TestClient, address: str) -> tuple[list[str], dict[str, str]]:
    """The names on a page of results, and where its links to other pages lead."""
    page = BeautifulSoup(client.get(address, headers=HTML).text, "html.parser")
    links = {str(link["rel"][0]): str(link["href"]) for link in page.select("nav[aria-label='Pages of results'] a")}
    return [link.text for link in page.select("ol.ol-list h3 a")], links


@pytest.fixture
def many(client: TestClient) -> TestClient:
    """The service with more programs than a page shows."""
    with bootstrap.open_ports() as ports:
        added = [
            document({**complete("ceterms:LearningProgram", f"n{number}"), "ceterms:name": {"en-US": f"Farming {number:02}"}})
            for number in range(45)
        ]
        publish(ports, added, publisher=OWNER, actor="tests:setup")
        ports.projector.catch_up()
    return client


@pytest.mark.parametrize("address", ["/search?q=farming&group=learning", "/search?group=learning&type=ceterms%3ALearningProgram"])
def test_pages_of_results_lead_on_and_back_by_plain_links(many: TestClient, address: str) -> None:
    first, links = listed(many, address)
    assert list(links) == ["next"]
    second, links = listed(many, links["next"])
    third, back = listed(many, links["next"])
    assert list(back) == ["prev"]
    assert len({*first, *second, *third}) == len(first) + len(second) + len(third) >= 45
    assert listed(many, back["prev"])[0] == second
    assert listed(many, links["prev"])[0] == first


def test_what_is_published_meanwhile_moves_nothing_between_pages(many: TestClient) -> None:
    first, links = listed(many, "/search?group=learning")
    with bootstrap.open_ports() as ports:
        publish(
            ports,
            [document({**complete("ceterms:LearningProgram", "new"), "ceterms:name": {"en-US": "Able"}})],
            publisher=OWNER,
            actor="tests:setup",
        )
        ports.projector.catch_up()
    assert listed(many, links["next"])[0][0] == "Farming 20"
    assert first[-1] == "Farming 19"


def test_the_number_of_a_page_that_somebody_kept_still_leads_there(many: TestClient) -> None:
    _, links = listed(many, "/search?q=farming")
    second, links = listed(many, links["next"])
    numbered, onward = listed(many, "/search?q=farming&page=2")
    assert numbered == second
    assert listed(many, onward["next"])[0] == listed(many, links["next"])[0]
    assert "See the first page" in many.get("/search?q=farming&page=400", headers=HTML).text


def test_a_link_to_a_page_that_was_tampered_with_is_refused_in_words(many: TestClient) -> None:
    answer = many.get("/search?q=farming&after=xyz", headers=HTML)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_a_facet_that_was_not_counted_can_be_counted_by_a_link(many: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openler.stores.search_counts.COUNTED_TO", 5)
    page = BeautifulSoup(many.get("/search?q=farming", headers=HTML).text, "html.parser")
    link = next(one for one in page.select("#facets a") if "Count them" in one.text)
    assert page.find("input", {"name": "provider"}) is None
    counted = BeautifulSoup(many.get(str(link["href"]).partition("#")[0], headers=HTML).text, "html.parser")
    assert counted.find("input", {"name": "provider"}) is not None
    assert counted.find("input", {"name": "count", "value": "provider"}) is not None
    told = many.get("/search", params={"q": "farming"}).json()
    assert (told["facets_uncounted"], told["facets"]["provider"]) == (["provider"], [])
    assert many.get("/search", params={"q": "farming", "count": "provider"}).json()["facets"]["provider"][0]["count"] == 45


def test_of_each_facet_as_many_values_are_told_as_asked_for(many: TestClient) -> None:
    told = many.get("/search", params={"values": 1}).json()
    assert {len(values) for values in told["facets"].values()} <= {0, 1}
    assert told["facet_others"]["type"] == told["total"] - told["facets"]["type"][0]["count"]
    assert many.get("/search", params={"count": "nothing"}).json()["code"] == "search.unknown_facet"


def test_costs_are_told_in_words_from_the_lowest_on(client: TestClient) -> None:
    added = []
    for name, price in (("Cheap Course", 90), ("Dear Course", 25_000), ("Free Course", 0), ("Fair Course", 1_500), ("Just Course", 2_000)):
        cost = {"@type": "ceterms:CostProfile", "ceterms:price": price, "ceterms:currency": "USD"}
        added.append({**complete("ceterms:Course", name), "ceterms:name": {"en-US": name}, "ceterms:estimatedCost": [cost]})
    with bootstrap.open_ports() as ports:
        publish(ports, [document(one) for one in added], publisher=OWNER, actor="tests:setup")
        ports.projector.catch_up()
    page = BeautifulSoup(client.get("/search", params={"type": "ceterms:Course", "cost": "no band"}, headers=HTML).text, "html.parser")
    labels = [" ".join(page.select(f"label[for={box['id']}]")[0].text.split()) for box in page.find_all("input", {"name": "cost"})]
    assert labels[:4] == ["Free 1", "1 to 500 1", "1,001 to 2,500 2", "More than 20,000 1"]
