"""The pages in a real browser: Chromium against ``openler serve`` over the sample region, with one learner's wallet in it.

Chromium is the one that OPENLER_CHROMIUM names, else one on the PATH; without one these tests are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from openler import bootstrap
from openler.actions import sample
from openler.actions.finding.get import all_documents
from openler.actions.holding import hold
from openler.actions.holding.session import unlock
from openler.actions.holding.share import share
from openler.actions.interchange.importing import import_sample
from openler.actions.issuing import identity
from openler.actions.issuing.issue import issue_batch
from openler.actions.planning import initiative
from openler.actions.ports import Ports, Query
from openler.actions.private_ports import HolderKey
from openler.holding.experience import Experience
from openler.holding.parts import parts
from openler.holding.record import Record
from tests.support.serving import free_port, serving

HANDLE, PASSPHRASE = "rosa", "correct horse battery staple"
_OPERATOR = "a passphrase for the tests only"
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_EXPECTED = "Failed to load resource: the server responded with a status of "
"""How Chromium reports a page whose status says that something was refused; the tests that expect one say which."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Region:
    """A running service and what can be found there."""

    base: str
    program: str
    record: str
    statement: str
    link: str
    coded_link: str
    code: str
    parted: str
    parted_link: str


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    found = os.environ.get("OPENLER_CHROMIUM") or next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("no Chromium: set OPENLER_CHROMIUM or install one")
    return found


@pytest.fixture(scope="session")
def region(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    """The sample region, served; stopped at the end."""
    home, port = tmp_path_factory.mktemp("browser"), free_port()
    base = f"http://localhost:{port}"
    settings = {"data": str(home / "data"), "passphrase": _OPERATOR}
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DATABASE", "BASE_URL", "PASSPHRASE_FILE", "ALLOWED_ORIGINS"):
            environment.delenv(f"OPENLER_{name}", raising=False)
        for name, value in settings.items():
            environment.setenv(f"OPENLER_{name.upper()}", value)
        with bootstrap.open_ports(base_url=base) as ports:
            import_sample(ports, str(Path(sample.__file__).parent), actor="tests:setup")
            made = _lived_in(ports, base)
        with serving(port, log=home / "serve.log"):
            yield made


def _lived_in(ports: Ports, base: str) -> Region:
    """One learner's wallet with what she earned, what she says, what waits for her and what she shared; a plan that was started."""
    hold.create_wallet(ports, HANDLE, PASSPHRASE, actor="tests:setup")
    key = unlock(ports, HANDLE, PASSPHRASE, actor="tests:setup")
    for number, one in enumerate(one for one in sample.achievements(all_documents(ports)) if one.row.holder == HANDLE):
        signing = ports.keys.create(f"issuer-{number}", "Ed25519", at=ports.clock.now())
        identity.link(ports, one.issuer, key=signing.uri, form="web", actor="tests:setup")
        assert not issue_batch(ports, [one.row], issuer=one.issuer, actor="tests:setup").refused
    earned = hold.take_in(ports, key)[0]
    parted = _in_parts(ports, key)
    said = hold.add_experience(ports, key, Experience("Line cook", "Harbor Kitchen", "2019", "", "Soups and sauces."))
    for left in (b'{"type": ["VerifiableCredential"], "name": "A badge left today"}', b"not a record"):
        ports.vault.deposit(key.holder_id, left, at=ports.clock.now())
    expires = ports.clock.now() + timedelta(days=7)
    terms = {"purpose": "Job at the harbor", "audience": "Harbor Kitchen", "expires": expires, "actor": "tests:setup"}
    link = share(ports, key, [earned.record_id, said.record_id], **terms)  # type: ignore[arg-type]
    coded = share(ports, key, [earned.record_id], with_code=True, **terms)  # type: ignore[arg-type]
    hidden = {parted.record_id: {each.pointer for each in parts(parted).free if each.name == "gpa"}}
    less = share(ports, key, [parted.record_id], hidden=hidden, **terms)  # type: ignore[arg-type]
    program = ports.search.find(Query(facets={"group": ("learning",)}, limit=1)).hits[0].ctid
    initiative.start(ports, "Learning and employment records", "Quillmere")
    initiative.refresh(ports)
    return Region(base, str(program), earned.record_id, said.record_id, link.url, coded.url, str(coded.code), parted.record_id, less.url)


def _in_parts(ports: Ports, key: HolderKey) -> Record:
    """One more record, which its holder can show in parts."""
    first = next(one for one in sample.achievements(all_documents(ports)) if one.row.holder == HANDLE)
    row = replace(first.row, date="2026-03-31", results="GPA (GradePointAverage)=3.8", evidence_narrative="A filmed demonstration")
    signing = ports.keys.create("parts", "P-256", at=ports.clock.now())
    report = issue_batch(ports, [row], issuer=first.issuer, key=signing.uri, form="key", secured="di-sd", actor="tests:setup")
    assert not report.refused, report.refused
    return hold.take_in(ports, key)[0]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for a module's tests; each opens windows of its own.

    It ends with the module, because as long as Playwright is at work no other test of this process can run an event loop.
    """
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield opened
        opened.close()


@dataclass
class Window:
    """A browser window that remembers every error of the page: of a script, of the console, of the content security policy."""

    page: Page
    region: Region
    expected: set[int] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        expected = any(message.text.startswith(f"{_EXPECTED}{status}") for status in self.expected)
        if message.type == "error" and not expected:
            self.errors.append(f"{self.page.url}: {message.text}")

    def open(self, address: str, *, status: int = 200) -> Page:
        """Go to a page that answers with this status."""
        if status >= 400:
            self.expected.add(status)
        answer = self.page.goto(address if address.startswith("http") else self.region.base + address)
        assert answer is not None
        assert answer.status == status, f"{address} answers {answer.status}"
        return self.page

    def sign_in(self) -> None:
        """Sign in by the form."""
        page = self.open("/sign-in")
        page.get_by_label("Name of your wallet").fill(HANDLE)
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        assert page.url == f"{self.region.base}/record"


Opener = Callable[..., Window]


def new_window(browser: Browser, region: Region, *, width: int = 1280, height: int = 900, javascript: bool = True) -> Window:
    """A window with cookies of its own; closing its context ends it."""
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=javascript)
    context.set_default_timeout(15_000)
    return Window(context.new_page(), region)


@pytest.fixture
def window(browser: Browser, region: Region) -> Iterator[Opener]:
    """Opens windows; at the end no page in them may have had an error."""
    opened: list[Window] = []

    def open_window(**options: Any) -> Window:
        opened.append(new_window(browser, region, **options))
        return opened[-1]

    yield open_window
    errors = [error for made in opened for error in made.errors]
    for made in opened:
        made.page.context.close()
    assert not errors, "\n".join(errors)
