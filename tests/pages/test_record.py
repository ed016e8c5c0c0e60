"""A holder's pages: signing in, her record, what she adds, and that nobody else gets there."""

from __future__ import annotations

import json

import pytest

from openler.actions.holding import hold, session
from openler.actions.issuing import status
from tests.support import enveloping
from tests.support.holding import FORKLIFT, PASSPHRASE, Holder, holder
from tests.support.issuing import a_row, world
from tests.support.presenting import Key, badge
from tests.support.site import HTML, Visitor, visitor

PRIVATE_PAGES = ("/record", "/record/add", "/record/experience", "/record/shares", "/record/shares/new", "/wallet", "/record/credential-0")


@pytest.fixture
def ana() -> Holder:
    return holder()


@pytest.fixture
def browser(ana: Holder) -> Visitor:
    """Ana's browser, signed in."""
    one = visitor(ana.world)
    one.sign_in(ana)
    return one


@pytest.mark.parametrize("address", PRIVATE_PAGES)
def test_a_private_page_leads_to_signing_in_and_back(ana: Holder, address: str) -> None:
    stranger = visitor(ana.world)
    answer = stranger.client.get(address, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["cache-control"] == "no-store"
    stranger.open(address)
    assert stranger.page.find("input", {"name": "next"})["value"] == address  # type: ignore[index]


@pytest.mark.parametrize("address", PRIVATE_PAGES[:-1])
def test_every_private_page_can_be_used_by_anyone_and_is_kept_nowhere(browser: Visitor, ana: Holder, address: str) -> None:
    ana.earns()
    hold.add_experience(ana.ports, ana.key, FORKLIFT)
    answer = browser.open(address)
    page = browser.page
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert len(page.find_all("h1")) == 1
    assert len(page.find_all("main")) == 1
    labels = {label["for"] for label in page.find_all("label")}
    for element in page.find_all(["input", "textarea", "select"]):
        assert element.get("type") == "hidden" or element["id"] in labels, element
    for form in page.find_all("form", method="post"):
        token = form.find("input", {"name": "form_token"})
        assert token is not None, f"{form['action']} can be sent from elsewhere"
        assert token["value"]
    identifiers = [element["id"] for element in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))


def test_the_cookie_is_for_this_service_and_this_browser_session_alone(ana: Holder) -> None:
    one = visitor(ana.world)
    answer = one.client.post("/sign-in", data={"handle": "ana", "passphrase": PASSPHRASE}, headers=HTML, follow_redirects=False)
    parts = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert parts == {"httponly", "secure", "samesite=strict", "path=/"}
    plain = holder(of=world(base_url="http://localhost:8000"))
    served = visitor(plain.world, base_url="http://localhost:8000")
    answer = served.client.post("/sign-in", data={"handle": "ana", "passphrase": PASSPHRASE}, headers=HTML, follow_redirects=False)
    assert "secure" not in answer.headers["set-cookie"].lower(), "a browser would not send it back over http"


def test_no_secret_stands_in_an_address_or_on_a_page(browser: Visitor, ana: Holder) -> None:
    ana.earns()
    token = browser.client.cookies["openler_session"]
    for address in (*PRIVATE_PAGES, "/verify", "/sign-in"):
        answer = browser.open(address)
        told = answer.text + str(answer.headers) + str(answer.url) + "".join(str(one.headers) for one in answer.history)
        assert token not in told
        assert PASSPHRASE not in told


def test_a_wrong_name_and_a_wrong_passphrase_are_told_alike_and_the_name_is_kept(ana: Holder) -> None:
    one = visitor(ana.world)
    said = []
    for handle, passphrase in (("ana", "not the right words"), ("nobody", "not the right words")):
        one.open("/sign-in")
        answer = one.send("/sign-in", handle=handle, passphrase=passphrase)
        assert answer.status_code == 403
        assert one.page.find(role="alert")
        assert one.page.find(id="handle")["value"] == handle  # type: ignore[index]
        assert "not the right words" not in answer.text
        assert "openler_session" not in one.client.cookies
        said.append(one.text)
    assert said[0] == said[1]


def test_guessing_at_a_passphrase_is_slowed_down(ana: Holder) -> None:
    one = visitor(ana.world)
    answers = []
    for _ in range(7):
        one.open("/sign-in")
        answers.append(one.send("/sign-in", handle="ana", passphrase="guess guess guess").status_code)
    assert answers[0] == 403
    assert answers[-1] == 429
    one.open("/sign-in")
    assert one.send("/sign-in", handle="ana", passphrase=PASSPHRASE).status_code == 429, "not even the right one, for a while"


def test_signing_in_leads_on_to_this_service_only(ana: Holder) -> None:
    for onward, arrived in (
        ("/wallet", "/wallet"),
        ("/record/shares/new?record=x", "/record/shares/new?record=x"),
        ("//elsewhere.example/", "/record"),
        ("https://elsewhere.example/", "/record"),
        ("/\\elsewhere.example", "/record"),
        ("/\t/elsewhere.example", "/record"),
        ("", "/record"),
    ):
        form = {"handle": "ana", "passphrase": PASSPHRASE, "next": onward}
        answer = visitor(ana.world).client.post("/sign-in", data=form, headers=HTML, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, arrived)


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://elsewhere.example"}, {"origin": "null"}],
)
def test_another_site_can_sign_nobody_in(ana: Holder, headers: dict[str, str]) -> None:
    one = visitor(ana.world)
    for address, form in (
        ("/sign-in", {"handle": "ana", "passphrase": PASSPHRASE}),
        ("/wallet/new", {"handle": "eve", "passphrase": PASSPHRASE, "again": PASSPHRASE}),
    ):
        answer = one.client.post(address, data=form, headers=HTML | headers)
        assert answer.status_code == 403
        assert "web.form_from_elsewhere" in answer.text
        assert "openler_session" not in one.client.cookies
    assert ana.ports.vault.find_holder("eve") is None


def test_our_own_forms_are_taken_whatever_the_browser_tells(ana: Holder) -> None:
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": "https://registry.example"}, {}):
        one = visitor(ana.world)
        one.open("/sign-in")
        assert one.send("/sign-in", headers=headers, handle="ana", passphrase=PASSPHRASE).status_code == 200


def test_no_form_is_taken_without_its_token(browser: Visitor, ana: Holder) -> None:
    record = ana.earns()
    link = ana.shares(record)
    for address, form in (
        ("/record/take-in", {}),
        ("/record/turn-away", {"deposit": "x"}),
        ("/record/add", {"text": "{}"}),
        ("/record/experience", {"title": "Planted"}),
        ("/record/shares", {"record": record.record_id, "purpose": "p", "expires": "2026-07-01"}),
        (f"/record/shares/{link.share_id}/withdraw", {}),
        (f"/record/{record.record_id}/remove", {}),
        ("/wallet/export", {}),
        ("/wallet/passphrase", {"handle": "ana", "old": PASSPHRASE, "passphrase": "another long one", "again": "another long one"}),
        ("/wallet/delete", {"name": "ana", "last": PASSPHRASE, "sure": "yes"}),
        ("/sign-out", {}),
    ):
        for token in ("", "A" * 43, session.csrf("A" * 43)):
            answer = browser.client.post(address, data=form | {"form_token": token}, headers=HTML, follow_redirects=False)
            assert answer.status_code == 403, address
            assert "access.csrf_mismatch" in answer.text
    held = hold.collection(ana.ports, ana.key)
    assert [one.record_id for one in held.records] == [record.record_id], "nothing was added or removed"
    assert browser.open("/record").status_code == 200
    assert str(browser.answer.url).endswith("/record"), "still signed in"


def test_a_wallet_is_made_by_a_form_and_opens_at_once(ana: Holder) -> None:
    one = visitor(ana.world)
    one.open("/wallet/new")
    answer = one.send("/wallet/new", handle="bo", passphrase="four words that rhyme", again="four words that differ")
    assert answer.status_code == 400
    assert one.page.find(id="again-error")
    assert one.page.find(id="handle")["value"] == "bo"  # type: ignore[index]
    assert "four words" not in answer.text
    assert one.send("/wallet/new", handle="ana", passphrase="four words that rhyme", again="four words that rhyme").status_code == 409
    assert one.send("/wallet/new", handle="bo", passphrase="short", again="short").status_code == 403
    assert one.page.find(id="passphrase-error")
    one.send("/wallet/new", handle="bo", passphrase="four words that rhyme", again="four words that rhyme")
    assert one.page.h1 is not None
    assert one.page.h1.text == "My record"


def test_what_waits_is_taken_in_and_stands_apart_from_her_own_words(browser: Visitor, ana: Holder) -> None:
    ana.world.issue(a_row(holder="ana"))
    browser.open("/record")
    assert "1 record is waiting for you" in browser.text
    assert "Certificate in Welding" in browser.text
    browser.send("/record/take-in")
    assert "waiting for you" not in browser.text
    assert "Real and current" in browser.text
    assert "From Ridgeway College" in browser.text
    browser.open("/record/experience")
    browser.send("/record/experience", title="Forklift driver", started="2019", skills="Forklift\n\nStacking")
    lists = browser.page.find_all("ol", class_="ol-list")
    assert [[link.text for link in one.find_all("a")] for one in lists] == [["Certificate in Welding"], ["Forklift driver"]]
    assert "Real and current" in lists[0].text
    assert "Real and current" not in lists[1].text
    assert "My own words" in lists[1].text
    (said,) = hold.collection(ana.ports, ana.key).self_asserted
    assert said.statement is not None
    assert [skill.text for skill in said.statement.skills] == ["Forklift", "Stacking"]


def test_a_revoked_record_is_told_at_once_and_with_its_reason(browser: Visitor, ana: Holder) -> None:
    record = ana.earns()
    credential = record.credential
    assert isinstance(credential, dict)
    status.revoke(ana.ports, credential["id"], reason="issued by mistake", actor="test")
    browser.open("/record")
    assert "Not real or no longer valid" in browser.text
    browser.open(f"/record/{record.record_id}")
    verdict = browser.page.find(class_="ol-verdict--invalid")
    assert verdict is not None
    assert "revoked" in verdict.text
    assert len(browser.page.select("details ol > li")) >= 5, "every step can be read"


def test_a_record_that_cannot_be_judged_does_not_hide_the_others(browser: Visitor, ana: Holder) -> None:
    ana.earns()
    hold.add_credential(ana.ports, ana.key, b'{"type": ["VerifiableCredential"], "name": "Odd one", "@context": 7, "proof": [[[]]]}')
    elsewhere = enveloping.token(Key(1), {**badge(Key(1)), "issuer": "did:elsewhere:1"}, kid="did:elsewhere:1#key")
    hold.add_credential(ana.ports, ana.key, elsewhere.encode())
    assert browser.open("/record").status_code == 200
    assert "Certificate in Welding" in browser.text
    assert "Odd one" in browser.text
    assert "Could not be checked today" in browser.text


def test_a_credential_comes_in_as_text_or_as_a_file_and_goes_out_unchanged(browser: Visitor, ana: Holder) -> None:
    signed = json.dumps(ana.world.credential())
    browser.open("/record/add")
    assert browser.send("/record/add").status_code == 400
    assert browser.send("/record/add", text="not a record").status_code == 422
    assert browser.page.find(id="text").text.strip() == "not a record"  # type: ignore[union-attr]
    browser.send("/record/add", text=signed)
    browser.open("/record/add")
    browser.send("/record/add", files={"file": ("badge.json", signed.encode(), "application/json")})
    (record,) = hold.collection(ana.ports, ana.key).records
    answer = browser.open(f"/record/{record.record_id}/file")
    assert answer.text == signed
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    browser.open(f"/record/{record.record_id}")
    browser.send(f"/record/{record.record_id}/remove")
    assert hold.collection(ana.ports, ana.key).records == ()
    assert browser.open(f"/record/{record.record_id}").status_code == 404


def test_a_mistake_in_a_form_is_told_at_its_field_and_nothing_typed_is_lost(browser: Visitor) -> None:
    browser.open("/record/experience")
    answer = browser.send(
        "/record/experience", title="Line cook", started="last spring", description="<b>Soups</b>", skills="Soups\nSauces"
    )
    assert answer.status_code == 422
    page = browser.page
    field = page.find(id="started")
    assert field is not None
    assert field["aria-invalid"] == "true"
    assert "started-error" in field["aria-describedby"].split()  # type: ignore[union-attr]
    assert "last spring" in page.find(id="started-error").text  # type: ignore[union-attr]
    assert page.find("a", href="#started"), "the summary leads to the field"
    assert page.find(id="description").text.strip() == "<b>Soups</b>"  # type: ignore[union-attr]
    assert page.find(id="skills").text.strip() == "Soups\nSauces"  # type: ignore[union-attr]
    assert page.title is not None
    assert page.title.text.startswith("Error: ")


def test_what_she_typed_survives_being_signed_out_meanwhile(browser: Visitor, ana: Holder) -> None:
    browser.open("/record/experience")
    ana.world.clock.pass_(minutes=31)
    answer = browser.send("/record/experience", title="Line cook", description="Ten years of it")
    assert answer.status_code == 401
    assert browser.page.find(id="description").text.strip() == "Ten years of it"  # type: ignore[union-attr]
    Visitor(browser.client).sign_in(ana)  # on another page of the same browser
    assert browser.send("/record/experience").status_code == 403, "the form is of the session that ended"
    browser.send("/record/experience")
    assert "Line cook" in browser.text


def test_a_session_ends_by_itself_and_says_so(browser: Visitor, ana: Holder) -> None:
    ana.world.clock.pass_(minutes=31)
    browser.open("/record")
    assert "signed out after a while" in browser.text
    assert "openler_session" not in browser.client.cookies


def test_signing_out_ends_the_session_itself(browser: Visitor, ana: Holder) -> None:
    token = browser.client.cookies["openler_session"]
    browser.open("/record")
    browser.send("/sign-out")
    assert "openler_session" not in browser.client.cookies
    thief = visitor(ana.world)
    thief.client.cookies.set("openler_session", token)
    thief.open("/record")
    assert "Sign in to your record" in thief.text


def test_signing_out_everywhere_ends_the_other_devices_too(browser: Visitor, ana: Holder) -> None:
    phone = visitor(ana.world)
    phone.sign_in(ana)
    browser.open("/wallet")
    browser.client.post("/sign-out", data={"form_token": token_on(browser), "everywhere": "yes"}, headers=HTML)
    phone.open("/record")
    assert "Sign in to your record" in phone.text


def test_signing_in_again_ends_the_session_before(browser: Visitor, ana: Holder) -> None:
    token = browser.client.cookies["openler_session"]
    answer = browser.client.post("/sign-in", data={"handle": "ana", "passphrase": PASSPHRASE}, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert browser.client.cookies["openler_session"] != token
    thief = visitor(ana.world)
    thief.client.cookies.set("openler_session", token)
    assert "Sign in" in thief.open("/record").text


def test_nobody_reaches_another_holders_record(browser: Visitor, ana: Holder) -> None:
    record = ana.earns()
    link_id = ana.shares(record).share_id
    ben = holder("ben", of=ana.world)
    other = visitor(ana.world)
    other.sign_in(ben)
    unknown = other.open("/record/credential-00000000000000000000000000000000")
    found = other.open(f"/record/{record.record_id}")
    assert (found.status_code, unknown.status_code) == (404, 404)
    assert "Welding" not in other.text
    assert other.open(f"/record/{record.record_id}/file").status_code == 404
    token = token_on(other)
    for address in (f"/record/{record.record_id}/remove", f"/record/shares/{link_id}/withdraw"):
        assert other.client.post(address, data={"form_token": token}, headers=HTML).status_code == 404
    share = {"form_token": token, "record": record.record_id, "purpose": "theft", "expires": "2026-07-01"}
    assert other.client.post("/record/shares", data=share, headers=HTML).status_code == 404
    assert record.record_id in {one.record_id for one in hold.collection(ana.ports, ana.key).records}


def test_a_passphrase_is_changed_only_by_who_knows_it(browser: Visitor, ana: Holder) -> None:
    phone = visitor(ana.world)
    phone.sign_in(ana)
    new = "five other words to know"
    browser.open("/wallet")
    assert browser.send("/wallet/passphrase", handle="ana", old="wrong wrong wrong", passphrase=new, again=new).status_code == 403
    assert browser.send("/wallet/passphrase", handle="ana", old=PASSPHRASE, passphrase=new, again=new).status_code == 200
    assert "Your passphrase is changed" in browser.text
    assert new not in browser.answer.text
    browser.send("/sign-out")  # the page's forms carry the new session's token
    browser.open("/sign-in")
    assert browser.send("/sign-in", handle="ana", passphrase=new).status_code == 200
    phone.open("/record")
    assert "Sign in to your record" in phone.text, "whoever knew the old one is shut out"


def test_a_wallet_is_deleted_only_when_meant_and_then_wholly(browser: Visitor, ana: Holder) -> None:
    link = ana.shares(ana.earns())
    browser.open("/wallet")
    assert browser.send("/wallet/delete", name="ana", last=PASSPHRASE).status_code == 400
    assert browser.page.find(id="sure-error")
    assert browser.send("/wallet/delete", name="ana", last="wrong wrong wrong", sure="yes").status_code == 403
    ben = holder("ben", of=ana.world)
    assert browser.send("/wallet/delete", name="ben", last=PASSPHRASE, sure="yes").status_code == 403
    assert ana.ports.vault.holder(ben.key.holder_id) is not None, "one cannot delete another wallet by mistake"
    browser.send("/wallet/delete", name="ana", last=PASSPHRASE, sure="yes")
    assert "Your wallet is deleted" in browser.text
    assert ana.ports.vault.find_holder("ana") is None
    assert visitor(ana.world).open(link.url).status_code == 404


def test_everything_can_be_taken_along(browser: Visitor, ana: Holder) -> None:
    record = ana.earns()
    browser.open("/wallet")
    answer = browser.send("/wallet/export")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    assert [one["credential"] for one in answer.json()["records"]] == [record.received]


def token_on(browser: Visitor) -> str:
    """The token that the open session's forms carry."""
    browser.open("/record")
    found = browser.page.find("input", {"name": "form_token"})
    assert found is not None
    return str(found["value"])
