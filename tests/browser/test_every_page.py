"""What holds for every page: nothing that the policy forbids, no error, no sideways scrolling, no barrier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Region, Window, new_window
from tests.browser.places import NAMES, visit

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = 320
"""CSS pixels: WCAG 2.2, success criterion 1.4.10."""


@pytest.fixture(scope="module", params=NAMES)
def visited(request: pytest.FixtureRequest, browser: Browser, region: Region) -> Iterator[Window]:
    """One of all the pages, with everything that can be unfolded unfolded."""
    made = new_window(browser, region)
    visit(made, request.param)
    made.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    yield made
    made.page.context.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The accessibility checker's source, as ``make setup`` installs it."""
    if not AXE.is_file():
        pytest.skip("no axe-core in node_modules: run `make setup`")
    return AXE.read_text("utf-8")


def test_the_page_breaks_no_rule_of_its_own_policy_and_no_script_fails(visited: Window) -> None:
    assert visited.errors == []


def test_a_phone_shows_the_page_without_sideways_scrolling(visited: Window) -> None:
    visited.page.set_viewport_size({"width": PHONE, "height": 640})
    wide = visited.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE, f"{wide} pixels wide"


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_the_page_has_no_barrier_that_a_machine_can_find(visited: Window, axe: str, width: int) -> None:
    visited.page.set_viewport_size({"width": width, "height": 900})
    visited.page.evaluate(axe)
    found = visited.page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    told = [{"rule": one["id"], "help": one["help"], "at": [node["target"] for node in one["nodes"][:3]]} for one in found["violations"]]
    assert not told, json.dumps(told, indent=1)
    assert len(found["passes"]) > 10, "the checker ran"
