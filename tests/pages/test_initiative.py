"""The plan as a page: where we stand, what is next and who does it, and everything behind it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from openler import bootstrap
from openler.actions.planning import initiative as plan
from openler.initiative.guide import guide
from openler.initiative.workspace import UseCase
from tests.pages.test_pages import test_each_page_can_be_used_by_anyone as usable
from tests.pages.test_pages import test_no_page_needs_another_host_or_inline_code as self_contained

HTML = {"accept": "text/html"}
STEP = "engage.interoperability"
HOSTILE = "<script>alert(1)</script>"


def soup(client: TestClient, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address, headers=HTML).text, "html.parser")


@pytest.fixture
def started(client: TestClient) -> TestClient:
    with bootstrap.open_ports() as ports:
        plan.start(ports, "Records for all", "Quillmere", goals=["Attainment"])
        plan.refresh(ports)
        plan.assign(ports, "governor", "Office of the Governor")
        plan.record_evidence(ports, f"{STEP}.committed", HOSTILE, by="Cabinet", link="https://a.example/x?y=1&z=2")
        plan.add_use_case(ports, UseCase("Nurses", "A nurse moves.", ("Attainment",), ("licenses",)))
        plan.decide(ports, "Begin with nursing", "Shortage", by="Cabinet")
    return client


def test_before_the_start_the_page_says_how_to_begin(client: TestClient) -> None:
    answer = client.get("/initiative", headers=HTML)
    assert answer.status_code == 200
    assert "openler initiative start" in answer.text
    assert client.get(f"/initiative/steps/{STEP}", headers=HTML).status_code == 404


@pytest.mark.parametrize("address", ["/initiative", f"/initiative/steps/{STEP}", "/initiative/roles/governor", "/initiative/steps/none"])
def test_each_page_is_for_everyone_and_needs_no_other_host(started: TestClient, address: str) -> None:
    usable(started, address)
    self_contained(started, address)
    assert not soup(started, address).find_all(style=True)


def test_first_come_where_we_stand_and_three_actions_with_owner_and_reason(started: TestClient) -> None:
    page = soup(started, "/initiative")
    assert [heading.text for heading in page.find_all("h2")][:2] == ["Where we stand", "What to do next"]
    with bootstrap.open_ports() as ports:
        found = plan.status(ports)
    shown = page.select("ol.ol-next > li")
    assert [item.h3.text for item in shown if item.h3] == [action.text for action in found.actions]
    for item, action in zip(shown, found.actions, strict=True):
        assert guide().roles[action.role].title.en in item.text
        assert (action.holder or "nobody is named yet") in item.text
        assert action.reason in item.text


def test_every_step_is_there_with_its_standing_in_words(started: TestClient) -> None:
    page = soup(started, "/initiative")
    with bootstrap.open_ports() as ports:
        found = plan.status(ports)
    words = {"met": "Met", "partly": "Partly met", "not_met": "Not met", "not_known": "Not known"}
    items = page.select("ul.ol-steps > li")
    shown = {str(item.a["href"]).rpartition("/")[2]: tag.text for item in items if item.a and (tag := item.find(class_="ol-tag"))}
    assert shown == {result.step: words[result.standing.value] for result in found.assessment.steps}


def test_what_has_changed_since_the_last_assessment_is_told(started: TestClient) -> None:
    text = soup(started, "/initiative").text
    assert "What has changed since" in text
    assert "Use cases written down: 0, now 1" in text


def test_everyone_can_read_and_the_page_says_where_changes_are_made(started: TestClient) -> None:
    page = soup(started, "/initiative")
    main = page.find("main")
    assert main is not None
    assert "Changes are made at the command line" in main.text
    assert not main.find("form")
    assert started.post("/initiative", headers=HTML).status_code == 405


def test_each_step_tells_statements_owners_and_what_to_do(started: TestClient) -> None:
    answer = started.get(f"/initiative/steps/{STEP}", headers=HTML)
    page = BeautifulSoup(answer.text, "html.parser")
    assert HOSTILE not in answer.text
    assert HOSTILE in page.text, "shown as the words that they are"
    link = page.find("a", href="https://a.example/x?y=1&z=2")
    assert link is not None
    assert "nofollow" in (link.get("rel") or [])
    for criterion in guide().steps[STEP].criteria:
        assert criterion.reason in page.text
    for name in guide().steps:
        assert started.get(f"/initiative/steps/{name}", headers=HTML).status_code == 200


def test_each_role_has_its_duties_and_its_own_actions(started: TestClient) -> None:
    for role in guide().roles.values():
        page = soup(started, f"/initiative/roles/{role.id}")
        for duty in role.duties:
            assert duty.text in page.text
        for one in page.select("ol.ol-next > li"):
            assert role.title.en in one.text
    assert "Office of the Governor" in soup(started, "/initiative/roles/governor").text
    assert started.get("/initiative/roles/king", headers=HTML).status_code == 404


def test_titles_are_spanish_for_who_reads_it(started: TestClient) -> None:
    text = BeautifulSoup(started.get(f"/initiative/steps/{STEP}?lang=es", headers=HTML).text, "html.parser").h1
    assert text is not None
    assert text.text == guide().steps[STEP].title.es
