"""The pages of matches: a holder's own, each point led back; a visitor's, as if; filters as a plain form; nothing private leaks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

from openler import bootstrap
from openler.actions.issuing import status
from openler.asgi import application
from tests.support.matching import HANDLE, PASSPHRASE, WALLET_PASSPHRASE, build

HTML = {"accept": "text/html"}
REVOKED = "Frontline Leadership Microcredential"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The region; one of Walter's records is revoked, so that something does not count."""
    home = tmp_path_factory.mktemp("region") / "data"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OPENLER_")]:
            patch.delenv(name)
        patch.setenv("OPENLER_PASSPHRASE", PASSPHRASE)
        signed = build(home)
        lost = next(one for one in signed.values() if REVOKED.encode() in one)
        found = re.search(rb'"id":"(urn:uuid:[^"]+)"', lost)
        assert found is not None
        with bootstrap.open_ports(data=home) as ports:
            status.revoke(ports, found[1].decode(), reason="issued by mistake", actor="tests")
        patch.setenv("OPENLER_DATA", str(home))
        yield home


@pytest.fixture(scope="module")
def service(made: Path) -> Iterator[TestClient]:
    with TestClient(application(), base_url="http://localhost:8000") as opened:
        yield opened


@pytest.fixture
def visitor(service: TestClient) -> TestClient:
    service.cookies.clear()
    return service


@pytest.fixture
def walter(visitor: TestClient) -> TestClient:
    answer = visitor.post(
        "/sign-in", data={"handle": HANDLE, "passphrase": WALLET_PASSPHRASE, "next": "/match"}, headers=HTML, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/match")
    return visitor


def soup(client: TestClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status, answer.text[:500]
    return BeautifulSoup(answer.text, "html.parser")


def words(node: Tag | None) -> str:
    assert node is not None
    return " ".join(node.get_text(" ").split())


def choices(client: TestClient, search: str) -> list[str]:
    return [str(box["value"]) for box in soup(client, f"/match?try=1&q={search}").select('input[name="hold"]')]


def usable(page: BeautifulSoup) -> None:
    assert len(page.find_all("h1")) == 1
    labels = {label["for"] for label in page.find_all("label") if label.has_attr("for")}
    for field in page.find_all(["input", "select", "textarea"]):
        if field.get("type") != "hidden":
            assert field.get("id") in labels, f"{field.get('name')} has no label"
    for form in page.select("main form"):
        assert form.get("action")
        assert form.find("button")
    for bar in page.find_all("progress"):
        assert bar.get("aria-label")
        assert bar.text.strip(), "who sees no bar reads the score"
    identifiers = [element["id"] for element in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))
    assert not page.find_all("style")
    assert not page.find_all(style=True)


def test_a_holder_sees_reachable_jobs_each_point_led_to_her_record_and_the_registry(walter: TestClient) -> None:
    page = soup(walter, "/match")
    usable(page)
    best = page.select("#jobs ~ ol > li")[0]

    assert words(best.h3) == "Heating and Cooling Technician"
    assert "Brackenfold Homes. Pays 24.00 to 36.00 USD an hour" in words(best)
    bar = best.progress
    assert bar is not None
    assert float(str(bar["value"])) == 100
    reasons = best.select("details")[0].select("ol.ol-reasons > li")
    assert sum(float(words(reason.strong).split()[0]) for reason in reasons) == pytest.approx(100, abs=0.1 * len(reasons))
    for reason in reasons:
        links = [str(link["href"]) for link in reason.select("a")]
        assert any(link.startswith("/record/credential-") for link in links)
        assert any(link.startswith("/resources/ce-") for link in links)
        assert "in 100 others ask for it too" in words(reason) or "must be held" in words(reason)
    assert "a full score on a job that asks for little can stand below two thirds" in words(page.main)
    assert "what most occupations ask for weighs little" in words(page.main)


def test_what_does_not_count_is_told_with_the_reason(walter: TestClient) -> None:
    page = soup(walter, "/match")

    assert "3 of your 4 records from others count" in words(page.main)
    aside = words(page.find(class_="ol-aside"))
    assert REVOKED in aside
    assert "Not real or no longer valid" in aside
    assert "has revoked this record" in aside


def test_own_words_stand_beside_the_score(walter: TestClient) -> None:
    page = soup(walter, "/match")
    told = next(one for one in page.select("details") if words(one.summary).startswith("What only you say"))

    assert "Nobody has confirmed it yet" in words(told)
    assert "Given 2004" not in words(told)
    assert "would be yours if somebody confirmed" in words(page.main)


def test_a_private_page_is_kept_nowhere_and_shows_no_identifier_outside_the_technical_details(walter: TestClient) -> None:
    answer = walter.get("/match", headers=HTML)
    assert answer.headers["cache-control"] == "no-store"
    main = BeautifulSoup(answer.text, "html.parser").main
    assert main is not None
    for part in main.select(".ol-technical"):
        part.decompose()
    assert "urn:uuid:" not in words(main)
    assert "did:" not in words(main)
    assert "ce-" not in words(main)


def test_one_target_in_full_tells_its_place_its_gap_and_what_each_record_does(walter: TestClient) -> None:
    listed = soup(walter, "/match?show=34")
    link = next(link for link in listed.select(".ol-match h3 a") if words(link) == "Electrician")
    page = soup(walter, str(link["href"]))
    usable(page)

    assert words(page.h1) == "Electrician"
    assert re.search(r"Place \d+ of 34 jobs compared", words(page.main))
    headings = [words(heading) for heading in page.select("main h2")]
    assert [heading for heading in headings if heading.startswith(("What shows", "What each", "What is missing", "Programs"))] == [
        "What shows it",
        "What each record does for it",
        "What is missing",
        "Programs that close the gap",
    ]
    rows = [[words(cell) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert rows
    assert all(float(lost) <= float(shows) for _, shows, lost in rows)
    assert soup(walter, "/match/ce-00000000-0000-4000-8000-000000000000", 404).h1
    assert soup(walter, "/match/nonsense", 422).h1


def test_programs_tell_cost_length_supports_and_outcomes_and_say_what_is_not_known(walter: TestClient) -> None:
    page = soup(walter, "/match?show=34")
    programs = page.select(".ol-program")

    assert programs
    for program in programs:
        facts = [words(term) for term in program.select("dt")]
        assert {"Cost", "Length", "How it is taught", "County", "Supports", "Of those who finished"} <= set(facts)
        assert all(words(value) for value in program.select("dd"))
    assert any("not known" in words(program) for program in programs)


def test_limits_are_a_plain_form_that_keeps_what_was_chosen_and_leaves_out_with_the_reason(walter: TestClient) -> None:
    page = soup(walter, "/match?show=34&cost=500&county=Norrin&support=Bus+pass")
    form = next(form for form in page.select("main form") if form.find(id="cost"))

    assert form.get("method", "get") == "get"
    cost, bus = form.find(id="cost"), form.find("input", {"name": "support", "value": "Bus pass"})
    assert cost is not None
    assert cost["value"] == "500"
    assert bus is not None
    assert bus.has_attr("checked")
    assert [words(option) for option in form.select("option[selected]")] == ["Norrin"]
    text = words(page.main)
    assert "Costs more than the limit" in text
    assert "Offered somewhere else: Sorrel" in text
    prices = [words(program.select("dd")[0]) for program in page.select(".ol-program")]
    assert all("not known" in price or int(price.split()[0].replace(",", "")) <= 500 for price in prices)
    assert page.select_one('.ol-match h3 a[href*="cost=500"]'), "the page of one target keeps the limits"


def test_a_limit_that_is_no_number_is_told_at_its_field_and_the_rest_still_stands(walter: TestClient) -> None:
    page = soup(walter, "/match?cost=cheap&weeks=10", 422)
    usable(page)
    field = page.find(id="cost")

    assert field is not None
    assert (field["value"], field["aria-invalid"]) == ("cheap", "true")
    assert page.find(id=str(field["aria-describedby"]).split()[-1])
    assert page.find(role="alert")
    assert page.select(".ol-match")


def test_a_visitor_is_offered_to_sign_in_or_to_try(visitor: TestClient) -> None:
    page = soup(visitor, "/match")
    usable(page)

    intro = words(page.find(class_="usa-intro"))
    assert intro.count(".") == 2, "two sentences"
    assert page.select_one('a[href="/sign-in?next=%2Fmatch"]')
    assert page.find(id="q")
    assert not page.select(".ol-match")


def test_a_visitor_chooses_credentials_and_sees_the_same_match_as_if(visitor: TestClient) -> None:
    found = choices(visitor, "welding")
    assert len(found) >= 2
    address = f"/match?hold={found[0]}&hold={found[1]}"
    page = soup(visitor, address)
    usable(page)

    alert = words(page.find(class_="usa-alert--info"))
    assert alert.startswith("As if you held these")
    assert "nothing is stored" in alert
    assert words(page.select_one("#jobs ~ ol > li h3")) == "Production Welder"
    boxes = [(box["value"], box.has_attr("checked")) for box in page.select('input[name="hold"][type="checkbox"]')]
    assert boxes == [(one, True) for one in found[:2]]
    one = soup(visitor, str(page.select(".ol-match h3 a")[0]["href"]))
    usable(one)
    assert "As if you held these" in words(one.find(class_="usa-alert--info"))
    assert not visitor.cookies, "the state is in the address alone"
    assert visitor.get(address, headers=HTML).text == visitor.get(address, headers=HTML).text


def test_a_search_keeps_what_was_chosen_and_offers_more(visitor: TestClient) -> None:
    first = choices(visitor, "welding")[0]
    page = soup(visitor, f"/match?try=1&hold={first}&q=nursing")
    boxes = [(str(box["value"]), box.has_attr("checked")) for box in page.select('input[name="hold"][type="checkbox"]')]

    assert boxes[0] == (first, True)
    assert len(boxes) > 1
    assert not any(checked for _, checked in boxes[1:])
    empty = soup(visitor, "/match?try=1&q=zzzzqq")
    assert "Nothing more found for “zzzzqq”" in words(empty.main)


def test_hostile_addresses_are_told_and_break_nothing(visitor: TestClient) -> None:
    for query, status_code in (
        ("hold=nonsense", 422),
        ("hold=ce-00000000-0000-4000-8000-000000000000", 404),
        ("&".join(f"hold=ce-00000000-0000-4000-8000-{number:012}" for number in range(21)), 413),
        ("try=1&q=%3Cscript%3Ealert(1)%3C/script%3E", 200),
        ("try=1&county=%3Cscript%3E", 200),
        ("weeks=1e9", 422),
        ("cost=-5", 422),
        ("show=0", 400),
    ):
        answer = visitor.get(f"/match?{query}", headers=HTML)
        assert answer.status_code == status_code, query
        assert "<script>alert" not in answer.text


def test_who_is_signed_in_can_try_too_and_comes_back(walter: TestClient) -> None:
    page = soup(walter, "/match?try=1")

    assert page.select_one('main a[href="/match"]')
    assert not page.find(class_="ol-aside"), "nothing of her own is shown while she tries"
