"""Sharing by the pages: the link is shown once, its reader needs no account, and what it shows ends when the holder says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from openler.actions.holding import hold
from openler.actions.holding.share import disclosures, shares
from openler.actions.issuing import status
from openler.holding.experience import Experience
from tests.support.holding import FORKLIFT, Holder, holder
from tests.support.issuing import BASE
from tests.support.site import Visitor, visitor


@pytest.fixture
def ana() -> Holder:
    """A holder with one credential and one statement of her own."""
    one = holder()
    one.earns()
    hold.add_experience(one.ports, one.key, FORKLIFT)
    return one


@pytest.fixture
def browser(ana: Holder) -> Visitor:
    """Ana's browser, signed in."""
    one = visitor(ana.world)
    one.sign_in(ana)
    return one


@pytest.fixture
def stranger(ana: Holder) -> Visitor:
    """Somebody without an account."""
    return visitor(ana.world)


def in_days(ana: Holder, days: int) -> str:
    return (ana.world.clock.now() + timedelta(days=days)).date().isoformat()


def shared(browser: Visitor, ana: Holder, *, only: str = "", code: str | None = None) -> tuple[str, str]:
    """Share by the form: the link, and the code or nothing."""
    browser.open("/record/shares/new")
    chosen = [one.record_id for one in hold.collection(ana.ports, ana.key).records if one.record_id.startswith(only)]
    answer = browser.send(
        "/record/shares", record=chosen, purpose="Job at the harbor", audience="Harbor Kitchen", expires=in_days(ana, 7), code=code
    )
    assert answer.status_code == 200, browser.text
    link, shown = browser.page.find(id="link"), browser.page.find(class_="ol-code")
    assert link is not None
    return link.text.strip(), shown.text.split(":")[-1] if shown else ""


def test_a_link_is_shown_this_once_as_text_and_as_a_picture(browser: Visitor, ana: Holder) -> None:
    link, code = shared(browser, ana)
    assert code == ""
    assert link.startswith(f"{BASE}/shares/")
    assert str(browser.answer.url) == f"{BASE}/record/shares", "the secret stands in no address of ours"
    assert not browser.answer.history
    assert browser.answer.headers["cache-control"] == "no-store"
    assert browser.page.find("svg") is not None
    token = link.rsplit("/", 1)[1]
    for address in ("/record/shares", "/record", "/record/shares/new"):
        assert token not in browser.open(address).text


def test_a_reader_without_an_account_sees_what_was_chosen_and_how_it_stands(browser: Visitor, stranger: Visitor, ana: Holder) -> None:
    link, _ = shared(browser, ana)
    answer = stranger.open(link)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer", "the address is the key"
    page = stranger.page
    for told in ("Job at the harbor", "Harbor Kitchen", "22 June 2026", "Certificate in Welding", "Ridgeway College", "Real and current"):
        assert told in stranger.text
    credentials, own = page.find_all("ol", class_="ol-list", recursive=True)[0], page.select("li.ol-own")
    assert "Forklift driver" not in credentials.text
    assert len(own) == 1
    assert "Forklift driver" in own[0].text
    assert "Nobody has vouched for it" in stranger.text
    assert len(page.select("details ol > li")) >= 5, "the reasons are one click away"
    assert not page.find("input", {"name": "form_token"})
    assert "Sign out" not in page.text
    assert len(page.find_all("h1")) == 1


def test_only_the_chosen_records_are_shown(browser: Visitor, stranger: Visitor, ana: Holder) -> None:
    link, _ = shared(browser, ana, only="experience")
    stranger.open(link)
    assert "Forklift driver" in stranger.text
    assert "Certificate in Welding" not in stranger.answer.text


def test_a_holder_who_looks_at_her_own_link_sees_what_strangers_see(browser: Visitor, ana: Holder) -> None:
    link, _ = shared(browser, ana)
    browser.open(link)
    assert "Certificate in Welding" in browser.text
    assert not browser.page.find("input", {"name": "form_token"}), "the page may be shown around"


def test_a_code_is_asked_for_and_a_wrong_one_shows_nothing(browser: Visitor, stranger: Visitor, ana: Holder) -> None:
    link, code = shared(browser, ana, code="yes")
    digits = code.replace(" ", "")
    assert len(digits) == 8
    assert digits not in link
    path = link.removeprefix(BASE)
    stranger.open(link)
    assert "Certificate" not in stranger.answer.text
    assert "Job at the harbor" not in stranger.answer.text, "not even what for"
    wrong = f"{(int(digits) + 1) % 10**8:08d}"
    assert stranger.send(path, code=wrong, reader="Ann of Harbor Kitchen").status_code == 403
    assert stranger.page.find(id="code-error")
    assert "Certificate" not in stranger.answer.text
    assert disclosures(ana.ports, ana.key) == (), "nothing was shown, so nothing is logged"
    assert stranger.send(path, code=code, reader="Ann of Harbor Kitchen").status_code == 200, "typed with its space"
    assert "Certificate in Welding" in stranger.text
    assert str(stranger.answer.url) == link, "the code stands in no address"


def test_guessing_at_a_code_is_slowed_down(browser: Visitor, stranger: Visitor, ana: Holder) -> None:
    link, code = shared(browser, ana, code="yes")
    path = link.removeprefix(BASE)
    statuses = []
    for number in range(7):
        stranger.open(link)
        statuses.append(stranger.send(path, code=f"{number:08d}").status_code)
    assert statuses[0] == 403
    assert statuses[-1] == 429
    stranger.open(link)
    assert stranger.send(path, code=code).status_code == 429


def expire(ana: Holder, browser: Visitor) -> None:
    ana.world.clock.pass_(days=8)


def withdraw(ana: Holder, browser: Visitor) -> None:
    browser.open("/record/shares")
    browser.send(f"/record/shares/{shares(ana.ports, ana.key)[-1].share_id}/withdraw")
    assert "It is withdrawn" in browser.text


@pytest.mark.parametrize(("end", "code"), [(expire, "share.expired"), (withdraw, "share.withdrawn")])
def test_a_link_that_ended_says_so_and_shows_nothing(
    browser: Visitor, stranger: Visitor, ana: Holder, end: Callable[[Holder, Visitor], None], code: str
) -> None:
    link, _ = shared(browser, ana)
    assert stranger.open(link).status_code == 200
    end(ana, browser)
    answer = stranger.open(link)
    assert answer.status_code == 410
    assert code in answer.text
    assert "Welding" not in answer.text
    assert "harbor" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_who_has_no_link_learns_nothing(stranger: Visitor, browser: Visitor, ana: Holder) -> None:
    link, _ = shared(browser, ana)
    token = link.rsplit("/", 1)[1]
    for guess in ("A" * 43, "x", token[:-1] + ("A" if token[-1] != "A" else "B"), shares(ana.ports, ana.key)[0].share_id):
        answer = stranger.open(f"/shares/{guess}")
        assert answer.status_code == 404
        assert "share.unknown" in answer.text


def test_the_holder_sees_who_looked_and_when(browser: Visitor, stranger: Visitor, ana: Holder) -> None:
    link, code = shared(browser, ana, code="yes")
    browser.open("/record/shares")
    assert "Nobody has looked yet" in browser.text
    stranger.open(link)
    stranger.send(link.removeprefix(BASE), code=code, reader="Ann <b>of</b> Harbor Kitchen")
    browser.open("/record/shares")
    assert "Looked at 1 time" in browser.text
    assert "15 June 2026, 12:00: Ann <b>of</b> Harbor Kitchen" in browser.text, "as words, not as markup"
    assert "<b>of</b>" not in browser.answer.text


def test_a_record_revoked_after_sharing_is_told_to_the_reader(browser: Visitor, stranger: Visitor, ana: Holder) -> None:
    link, _ = shared(browser, ana)
    credential = hold.collection(ana.ports, ana.key).credentials[0].credential
    assert isinstance(credential, dict)
    status.revoke(ana.ports, credential["id"], reason="issued by mistake", actor="test")
    stranger.open(link)
    assert "Not real or no longer valid" in stranger.text
    assert "Real and current" not in stranger.text


def test_what_is_wrong_with_a_share_is_told_at_its_field_and_the_choice_is_kept(browser: Visitor, ana: Holder) -> None:
    record = hold.collection(ana.ports, ana.key).credentials[0].record_id
    for typed, field, status_code in (
        ({"record": [], "purpose": "a job", "expires": in_days(ana, 7)}, "records", 400),
        ({"record": [record], "purpose": " ", "expires": in_days(ana, 7)}, "purpose", 422),
        ({"record": [record], "purpose": "a job", "expires": "soon"}, "expires", 422),
        ({"record": [record], "purpose": "a job", "expires": in_days(ana, -3)}, "expires", 400),
        ({"record": [record], "purpose": "a job", "expires": in_days(ana, 800)}, "expires", 400),
        ({"record": [record], "purpose": "a job", "expires": in_days(ana, 7), "audience": "x" * 600}, "audience", 422),
    ):
        browser.open("/record/shares/new")
        answer = browser.send("/record/shares", **typed)  # type: ignore[arg-type]
        assert answer.status_code == status_code
        assert browser.page.find(id=f"{field}-error"), field
        assert browser.page.find("a", href=f"#{field}")
        box = browser.page.find(id=record)
        assert box is not None
        assert box.has_attr("checked") == (typed["record"] == [record])
    assert shares(ana.ports, ana.key) == ()


def test_hostile_words_in_a_share_are_shown_as_words(browser: Visitor, stranger: Visitor, ana: Holder) -> None:
    hold.add_experience(ana.ports, ana.key, Experience('<script>alert("1")</script>', description="<img src=x onerror=alert(1)>"))
    link, _ = shared(browser, ana)
    for page in (stranger.open(link), browser.open("/record"), browser.open("/record/shares/new"), browser.open("/record/shares")):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_a_program_gets_the_same_link_as_data(browser: Visitor, ana: Holder) -> None:
    link, _ = shared(browser, ana)
    answer = visitor(ana.world).client.get(link, headers={"accept": "application/vp"})
    assert answer.headers["content-type"].startswith("application/vp")
    assert len(answer.json()["verifiableCredential"]) == 1
