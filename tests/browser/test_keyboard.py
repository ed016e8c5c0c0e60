"""By keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import PASSPHRASE, Opener

_FOCUS = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  return {
    tag: one.tagName, id: one.id, text: one.textContent.trim(),
    // Which part of a date is in focus is shown by the browser itself, inside the field.
    seen: one.type === 'date' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0),
    inside: !!one.closest('ol.ol-list'),
  };
}"""


def tab_to(page: Page, wanted: str, *, most: int = 60) -> dict[str, object]:
    """Press Tab until a JavaScript condition on the focused element holds; each stop on the way must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused: dict[str, object] = page.evaluate(_FOCUS)
        assert focused["seen"], f"one cannot see that {focused} is in focus"
        if page.evaluate(f"(one => {wanted})(document.activeElement)"):
            return focused
    message = f"no way by Tab to {wanted} on {page.url}"
    raise AssertionError(message)


def test_search_to_result_and_back(window: Opener) -> None:
    desk = window()
    page = desk.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUS)["text"] == "Skip to main content"
    page.keyboard.press("Enter")
    tab_to(page, "one.id === 'q'", most=3)
    page.keyboard.type("welding")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=welding")
    result = tab_to(page, "one.tagName === 'A' && one.closest('ol.ol-list')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/resources/*")
    assert page.get_by_role("heading", level=1).inner_text() == result["text"]
    page.go_back()  # a key of the browser itself, which answers none without a window
    assert page.url.endswith("/search?q=welding")
    assert page.get_by_role("heading", level=1).inner_text() == "Search"


def test_the_menu_on_a_phone_opens_and_closes(window: Opener) -> None:
    phone = window(width=320, height=640)
    page = phone.open("/verify")
    tab_to(page, "one.classList.contains('usa-menu-btn')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".usa-nav.is-visible")
    tab_to(page, "one.textContent.trim() === 'Search'")
    page.keyboard.press("Escape")
    page.wait_for_selector(".usa-nav:not(.is-visible)", state="attached")


def test_a_share_is_made_and_withdrawn(window: Opener) -> None:
    desk = window()
    page = desk.open("/sign-in")
    tab_to(page, "one.id === 'handle'")
    page.keyboard.type("rosa")
    tab_to(page, "one.id === 'passphrase'", most=1)
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/record")
    tab_to(page, "one.textContent.trim() === 'Share'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/record/shares/new")
    tab_to(page, "one.name === 'record'")
    page.keyboard.press("Space")
    tab_to(page, "one.id === 'purpose'")
    page.keyboard.type("By keyboard alone")
    tab_to(page, "one.textContent.trim() === 'Make the link'")
    page.keyboard.press("Enter")
    page.wait_for_selector("#link")
    assert "/shares/" in page.input_value("#link")
    tab_to(page, "one.textContent.trim().startsWith('What I shared')")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('who looked')")
    tab_to(page, "one.getAttribute('aria-label') === 'Withdraw it: By keyboard alone'")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=It is withdrawn")


def test_a_grade_is_kept_back(window: Opener) -> None:
    desk = window()
    desk.sign_in()
    page = desk.open(f"/record/shares/new?record={desk.region.parted}")
    tab_to(page, "one.id === 'purpose'")
    page.keyboard.type("By keyboard, in parts")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Choose what to show')")
    tab_to(page, "one.id.endsWith('-gpa')")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('This is what they will see')")
    assert "1 part not shown" in page.get_by_role("main").inner_text()
    assert "3.8" not in page.get_by_role("main").inner_text()
    tab_to(page, "one.textContent.trim() === 'Make the link'")
    page.keyboard.press("Enter")
    page.wait_for_selector("#link")
