"""Showing only part of a record by the pages: boxes to tick, a look at what others will see, then the link; nothing needs a script."""

from __future__ import annotations

import pytest

from openler.actions.holding import hold
from openler.actions.holding.share import shares
from openler.actions.issuing.signing import Form
from openler.holding.record import Record
from tests.pages.test_shares import in_days
from tests.support.divided import SECRETS, ana, earns, part
from tests.support.holding import FORKLIFT, Holder
from tests.support.site import Visitor, visitor


@pytest.fixture
def rosa() -> Holder:
    return ana()


@pytest.fixture
def browser(rosa: Holder) -> Visitor:
    one = visitor(rosa.world)
    one.sign_in(rosa)
    return one


def begun(browser: Visitor, rosa: Holder, *records: Record) -> None:
    """The share form, filled in and sent."""
    browser.open("/record/shares/new")
    browser.send("/record/shares", record=[one.record_id for one in records], purpose="A job", expires=in_days(rosa, 7))


def ticked(browser: Visitor) -> list[str]:
    return [str(box["value"]) for box in browser.form("/record/shares").find_all("input", {"name": "show"}) if box.has_attr("checked")]


def without(browser: Visitor, record: Record, name: str) -> list[str]:
    return [each for each in ticked(browser) if each != record.record_id + part(record, name).pointer]


@pytest.mark.parametrize("form", ["di-sd", "sd-jwt"])
def test_she_hides_a_grade_sees_what_others_will_see_and_gets_the_link(browser: Visitor, rosa: Holder, form: Form) -> None:
    record = earns(rosa, form)
    begun(browser, rosa, record)
    assert browser.page.h1 is not None
    assert browser.page.h1.text == "Choose what to show"
    assert len(ticked(browser)) == 6, "everything is ticked at first"
    assert browser.page.find("label", string=lambda text: text is not None and "Result: GPA" in text) or "Result: GPA" in browser.text
    browser.send("/record/shares", show=without(browser, record, "gpa"), stage="look")
    assert "This is what they will see" in browser.text
    assert "Real and current" in browser.text
    assert "1 part not shown" in browser.text
    assert SECRETS["final-grade"] in browser.text
    assert SECRETS["gpa"] not in browser.answer.text
    assert shares(rosa.ports, rosa.key) == (), "a look makes no link"
    seen = browser.page.select("li.ol-shown")[0].get_text(" ", strip=True)
    browser.send("/record/shares", stage="link")
    link = browser.page.find(id="link")
    assert link is not None
    stranger = visitor(rosa.world)
    assert stranger.open(link.text.strip()).status_code == 200
    assert stranger.page.select("li.ol-shown")[0].get_text(" ", strip=True) == seen, "exactly what she saw"
    assert SECRETS["gpa"] not in stranger.answer.text
    answer = visitor(rosa.world).client.get(link.text.strip(), headers={"accept": "application/json"}).json()
    assert answer["partsNotShown"] == [1]


def test_she_can_go_back_and_change_her_mind(browser: Visitor, rosa: Holder) -> None:
    record = earns(rosa, "di-sd")
    begun(browser, rosa, record)
    browser.send("/record/shares", show=without(browser, record, "gpa"), stage="look")
    browser.send("/record/shares", stage="choose")
    assert record.record_id + part(record, "gpa").pointer not in ticked(browser)
    assert len(ticked(browser)) == 5


def test_from_a_records_own_page_the_ticks_go_along(browser: Visitor, rosa: Holder) -> None:
    record = earns(rosa, "di-sd")
    browser.open(f"/record/{record.record_id}")
    assert "What it says about you" in browser.text
    browser.send("/record/shares", show=without(browser, record, "name"), stage="terms")
    assert browser.page.h1 is not None
    assert browser.page.h1.text == "Share records"
    browser.send("/record/shares", purpose="A job", expires=in_days(rosa, 7))
    assert "This is what they will see" in browser.text
    assert SECRETS["name"] not in browser.answer.text
    browser.send("/record/shares", stage="link")
    assert browser.page.find(id="link")


def test_a_record_in_one_piece_says_that_it_is_shown_whole(browser: Visitor, rosa: Holder) -> None:
    parted, plain = earns(rosa, "di-sd"), earns(rosa, "di", 3, date="2026-06-01")
    said = hold.add_experience(rosa.ports, rosa.key, FORKLIFT)
    browser.open(f"/record/{plain.record_id}")
    assert "shown whole" in browser.text
    begun(browser, rosa, parted, plain, said)
    assert "This record is shown whole" in browser.text
    assert "Your own words are shown as they are" in browser.text
    browser.send("/record/shares", stage="look")
    assert "Forklift driver" in browser.text
    begun(browser, rosa, plain)
    assert browser.page.find(id="link"), "nothing to choose, nothing asked"


def test_with_no_tick_only_what_always_shows_is_shown(browser: Visitor, rosa: Holder) -> None:
    record = earns(rosa, "di-sd")
    begun(browser, rosa, record)
    browser.send("/record/shares", show=[], stage="look")
    assert "6 parts not shown" in browser.text
    assert "Real and current" in browser.text
    assert not [secret for secret in SECRETS.values() if secret in browser.answer.text]
    assert "did:key" not in browser.text.split("How it was checked")[0], "no identifier stands in for a name"


def test_a_link_cannot_be_made_past_the_boxes(browser: Visitor, rosa: Holder) -> None:
    record = earns(rosa, "di-sd")
    browser.open("/record/shares/new")
    token = browser.form("/record/shares").find("input", {"name": "form_token"})
    assert token is not None
    data = {"form_token": token["value"], "record": record.record_id, "purpose": "x", "expires": in_days(rosa, 7), "stage": "link"}
    browser.answer = browser.client.post("/record/shares", data=data)
    assert "Choose what to show" in browser.text
    asked = {**data, "asked": record.record_id, "show": f"{record.record_id}/issuer"}
    browser.answer = browser.client.post("/record/shares", data=asked)
    assert browser.page.find(id="link"), "what always shows needs no tick, and what has none is left out"
    (made,) = shares(rosa.ports, rosa.key)
    assert made.records == (record.record_id,)


def test_a_mistake_in_the_terms_keeps_the_ticks(browser: Visitor, rosa: Holder) -> None:
    record = earns(rosa, "di-sd")
    begun(browser, rosa, record)
    show = without(browser, record, "gpa")
    browser.send("/record/shares", show=show, stage="look", purpose=" ")
    assert browser.answer.status_code == 422
    assert browser.page.find(id="purpose-error")
    browser.send("/record/shares", purpose="A job")
    assert "1 part not shown" in browser.text
