"""Every page there is, by a name, and the states in which it looks different: what holds for one must hold for all."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.conftest import Window

PUBLIC = {
    "start": "/",
    "search": "/search?q=welding",
    "nothing found": "/search?q=qqqqqqqq",
    "a slip of the pen": "/search?q=weldng",
    "search near a place": "/search?q=welding&near=10101&within=25",
    "place not known": "/search?near=Atlantis&within=25",
    "like a program": "/search?similar={program}",
    "resource": "/resources/{program}",
    "ask the data": "/sparql",
    "an answer from the data": "/sparql?query=SELECT%20%3Fs%20%3Fp%20%3Fo%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%205",
    "check a record": "/verify",
    "sign in": "/sign-in",
    "make a wallet": "/wallet/new",
    "match for visitors": "/match",
    "census": "/census",
    "gaps": "/gaps",
    "described twice": "/duplicates",
    "initiative": "/initiative",
    "share": "{link}",
    "share with a code": "{coded_link}",
    "share of parts": "{parted_link}",
}
PRIVATE = {
    "my record": "/record",
    "one record": "/record/{record}",
    "one record in parts": "/record/{parted}",
    "one statement": "/record/{statement}",
    "add a record": "/record/add",
    "add an experience": "/record/experience",
    "what I shared": "/record/shares",
    "share records": "/record/shares/new",
    "wallet": "/wallet",
    "match": "/match",
}
REFUSED = {
    "no such page": ("/no/such/page", 404),
    "no such share": ("/shares/" + "A" * 43, 404),
    "no such resource": ("/resources/x", 422),
    "no query": ("/sparql?query=SELECT", 422),
}
LED_TO = {
    "one match": ("/match", "/match/"),
    "one census table": ("/census", "/census/"),
    "one provider's gaps": ("/gaps", "/gaps/"),
    "one step of the plan": ("/initiative", "/initiative/steps/"),
    "one role of the plan": ("/initiative", "/initiative/roles/"),
}
"""Pages whose address another page knows: where that page is, and how the address begins."""


def _verdict(window: Window) -> None:
    page = window.open("/verify")
    page.get_by_label("or its text, pasted").fill('{"type": "nothing"}')
    page.get_by_role("button", name="Check it").click()
    assert page.locator(".ol-verdict").is_visible()


def _mistake(window: Window) -> None:
    window.sign_in()
    window.expected.add(422)
    page = window.open("/record/experience")
    page.get_by_label("What was it?").fill("Line cook")
    page.get_by_label("Since when?").fill("last year")
    page.get_by_role("button", name="Add it").click()
    assert page.get_by_role("alert").is_visible()


def _made(window: Window) -> None:
    window.sign_in()
    page = window.open(f"/record/shares/new?record={window.region.record}")
    page.get_by_label("What for?").fill("To be looked at by machine")
    page.locator("label", has_text="Yes, ask for a code").click()
    page.get_by_role("button", name="Make the link").click()
    assert page.locator("#link").is_visible()


def _parts(window: Window) -> None:
    window.sign_in()
    page = window.open(f"/record/shares/new?record={window.region.parted}")
    page.get_by_label("What for?").fill("To be looked at by machine")
    page.get_by_role("button", name="Make the link").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Choose what to show"


def _look(window: Window) -> None:
    _parts(window)
    window.page.locator("label", has_text="GPA").click()
    window.page.get_by_role("button", name="See what they will see").click()
    assert window.page.get_by_role("heading", level=1).inner_text() == "This is what they will see"


DONE: dict[str, Callable[[Window], None]] = {
    "verdict": _verdict,
    "form with a mistake": _mistake,
    "link just made": _made,
    "parts to choose": _parts,
    "what they will see": _look,
}

NAMES = (*PUBLIC, *PRIVATE, *REFUSED, *LED_TO, *DONE)


def visit(window: Window, name: str) -> None:
    """Open a page by its name, signed in where that is needed."""
    region = window.region
    if name in DONE:
        DONE[name](window)
        return
    if name in REFUSED:
        address, status = REFUSED[name]
        window.open(address, status=status)
        return
    if name in PRIVATE or name == "one match":
        window.sign_in()
    if name in LED_TO:
        parent, prefix = LED_TO[name]
        link = window.open(parent).locator(f'main a[href^="{prefix}"]:not([href*=".csv"])').first.get_attribute("href")
        assert link is not None
        window.open(link)
        return
    address = (PUBLIC | PRIVATE)[name]
    window.open(address.format_map(vars(region)))
