"""The pages as HTML: headings, labels, landmarks, and forms that work without JavaScript."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from openler import bootstrap
from openler.actions.registry.publish import publish
from tests.support.ctdl import OWNER, ctid, document, program

HTML = {"accept": "text/html"}
PAGES = ("/", "/search", "/search?q=welding", f"/resources/{ctid('one')}", "/verify", "/no/such/page", f"/resources/{ctid('absent')}")


def soup(client: TestClient, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address, headers=HTML).text, "html.parser")


@pytest.mark.parametrize("address", PAGES)
def test_each_page_can_be_used_by_anyone(client: TestClient, address: str) -> None:
    page = soup(client, address)
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert page.title is not None
    assert page.title.text.strip()
    assert len(page.find_all("h1")) == 1, "one heading says what the page is"
    assert len(page.find_all("main")) == 1
    skip = page.find("a", class_="usa-skipnav")
    assert skip is not None
    assert page.find(id=str(skip["href"]).lstrip("#"))
    labels = {label["for"] for label in page.find_all("label") if label.has_attr("for")}
    for field in page.find_all(["input", "select", "textarea"]):
        if field.get("type") not in {"hidden", "submit"}:
            assert field.get("id") in labels, f"{field.get('name')} has no label"
    for image in page.find_all("img"):
        assert image.get("alt") is not None
    for form in page.find_all("form"):
        assert form.get("action"), "a form that needs no script says where it goes"
        assert form.find("button")
    identifiers = [element["id"] for element in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_another_host_or_inline_code(client: TestClient, address: str) -> None:
    page = soup(client, address)
    # A block of JSON-LD is data, which no policy for scripts speaks of and no browser runs.
    elements = [one for one in page.find_all(["script", "link", "img"]) if one.get("type") != "application/ld+json" or one.name == "link"]
    for element in elements:
        source = str(element.get("src") or element.get("href"))
        assert source.startswith(("/", "http://localhost:8000/")), source
    assert all(not element.text.strip() for element in elements if element.name == "script")
    assert not page.find_all("style")


def test_a_search_engine_finds_schema_org_in_the_head_of_a_resource(client: TestClient) -> None:
    page = soup(client, f"/resources/{ctid('one')}")
    assert page.head is not None
    (block,) = page.head.find_all("script", type="application/ld+json")
    told = json.loads(block.text)
    assert page.h1 is not None
    assert (told["@context"], told["name"]) == ("https://schema.org", page.h1.text)
    assert told["identifier"]["value"] == ctid("one")
    assert "<" not in block.text
    assert not soup(client, "/").find_all("script", type="application/ld+json")


def test_links_in_the_navigation_lead_somewhere(client: TestClient) -> None:
    navigation = soup(client, "/").find("nav")
    assert navigation is not None
    for link in navigation.find_all("a"):
        assert client.get(str(link["href"]), headers=HTML).status_code == 200


def test_search_narrows_by_a_plain_form(client: TestClient) -> None:
    page = soup(client, "/search?q=welding&group=learning")
    box = page.find("input", {"name": "group", "value": "learning"})
    assert box is not None
    assert box.has_attr("checked")
    assert [link.text for link in page.select("ol.ol-list h3 a")] == ["Welding Technology"]


def test_a_resource_links_to_its_provider_and_back(client: TestClient) -> None:
    program = soup(client, f"/resources/{ctid('one')}")
    link = program.find("a", href=f"/resources/{OWNER}")
    assert link is not None
    assert link.text.strip() == "Tests College"
    assert soup(client, f"/resources/{OWNER}").find("a", href=f"/resources/{ctid('one')}")


def test_hostile_words_are_shown_as_words(client: TestClient) -> None:
    text = client.get("/search", params={"q": "<script>alert(1)</script>"}, headers=HTML).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_a_pasted_text_that_is_no_record_is_told_kindly_and_kept_in_the_form(client: TestClient) -> None:
    answer = client.post("/verify", data={"text": "not a record"}, headers=HTML)
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert page.find(role="alert")
    box = page.find("textarea")
    assert box is not None
    assert box.text == "not a record"


def test_a_record_that_is_not_one_gets_a_verdict_with_its_steps(client: TestClient) -> None:
    page = BeautifulSoup(client.post("/verify", data={"text": '{"type": "x"}'}, headers=HTML).text, "html.parser")
    verdict = page.find(class_="ol-verdict--invalid")
    assert verdict is not None
    assert "Not real or no longer valid" in verdict.text
    assert len(page.select("ol.ol-list > li")) >= 5


def test_nothing_given_and_a_private_link_are_told(client: TestClient) -> None:
    assert client.post("/verify", data={}, headers=HTML).status_code == 400
    assert client.post("/verify", data={"link": "http://169.254.169.254/latest"}, headers=HTML).status_code == 403


def test_errors_speak_spanish_to_who_reads_it(client: TestClient) -> None:
    text = client.get(f"/resources/{ctid('absent')}", headers={**HTML, "accept-language": "es-MX,es;q=0.9"}).text
    assert 'lang="es"' in text


def test_a_document_too_long_for_a_page_is_linked_and_not_shown(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/resources/{ctid('one')}"
    assert soup(client, address).find("pre") is not None
    monkeypatch.setattr("openler.actions.finding.describe.MAX_SHOWN_BYTES", 100)
    page = soup(client, address)
    assert page.find("pre") is None
    assert page.find("a", href=f"/graph/{ctid('one')}") is not None


def test_how_long_something_takes_is_told_in_words_and_published_as_it_was_written(client: TestClient) -> None:
    takes = {"@type": "ceterms:DurationProfile", "ceterms:exactDuration": "P88W"}
    with bootstrap.open_ports() as ports:
        publish(ports, [document(program(ceterms__estimatedDuration=[takes]))], publisher=OWNER, actor="tests")
    page = client.get(f"/resources/{ctid('one')}", headers={"accept": "text/html"}).text
    assert "88 weeks" in page.partition("<h1")[2].partition("Technical details")[0]
    assert client.get(f"/resources/{ctid('one')}").json()["ceterms:estimatedDuration"][0]["ceterms:exactDuration"] == "P88W"
