"""With scripts switched off, as in an old browser, a careful one, or one on a bad line: every form works."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import Opener, Window


def without(window: Opener, width: int = 1280) -> Window:
    return window(javascript=False, width=width)


def tick(page: Page, label: str) -> None:
    """Choose a box as people do, by its label: the design system draws the box there and keeps the real one out of sight."""
    page.locator("label", has_text=label).click()
    assert page.get_by_label(label).is_checked()


def test_search_and_its_facets(window: Opener) -> None:
    page = without(window).open("/")
    page.get_by_role("main").get_by_role("searchbox").fill("welding")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    found = int(page.get_by_role("status").inner_text().split()[0])
    assert found > 0
    tick(page, "Programs and courses")
    page.get_by_role("button", name="Show these").click()
    assert "group=learning" in page.url
    assert 0 < int(page.get_by_role("status").inner_text().split()[0]) < found


def test_checking_a_record_that_is_pasted(window: Opener) -> None:
    page = without(window).open("/verify")
    page.get_by_label("or its text, pasted").fill('{"type": "nothing"}')
    page.get_by_role("button", name="Check it").click()
    assert page.locator(".ol-verdict--invalid").inner_text().startswith("Not real or no longer valid")


def test_the_menu_on_a_phone(window: Opener) -> None:
    page = without(window, width=320).open("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Check a record").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Check a record"
    assert not page.get_by_role("button", name="Menu").is_visible(), "a button that does nothing is not shown"


def test_from_a_new_wallet_to_a_stranger_who_reads_what_was_shared(window: Opener) -> None:
    hers = without(window)
    page = hers.open("/record")
    page.get_by_role("link", name="Make a wallet").click()
    page.get_by_label("A name for your wallet").fill("noor")
    page.get_by_label("A passphrase", exact=True).fill("four words that rhyme")
    page.get_by_label("The same passphrase again").fill("four words that rhyme")
    page.get_by_role("button", name="Make my wallet").click()
    assert page.get_by_role("heading", level=1).inner_text() == "My record"

    page.get_by_role("link", name="Add what I have done").click()
    page.get_by_label("What was it?").fill("Care for my father")
    page.get_by_label("Since when?").fill("2019")
    page.get_by_label("What can you do because of it?").fill("Lifting safely\nPatience")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Care for my father").click()
    assert "Lifting safely; Patience" in page.get_by_role("main").inner_text()

    page.get_by_role("link", name="Share it").click()
    assert page.get_by_label("Care for my father").is_checked()
    page.get_by_label("What for?").fill("A place as a nursing aide")
    tick(page, "Yes, ask for a code")
    page.get_by_role("button", name="Make the link").click()
    link, code = page.get_by_label("The link", exact=True).input_value(), page.locator(".ol-code").inner_text().split(":")[-1]

    stranger = without(window)
    read = stranger.open(link)
    assert "Care for my father" not in read.get_by_role("main").inner_text()
    read.get_by_label("The code").fill(code)
    read.get_by_label("Who are you?").fill("Ward 4")
    read.get_by_role("button", name="Show me").click()
    told = read.get_by_role("main").inner_text()
    assert "Care for my father" in told
    assert "A place as a nursing aide" in told
    assert "Nobody has vouched for it" in told

    page.get_by_role("link", name="What I shared, and who looked").click()
    page.get_by_text("Looked at 1 time").click()
    assert "Ward 4" in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Withdraw").click()
    stranger.open(link, status=410)
    page.get_by_role("button", name="Sign out").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in to your record"
