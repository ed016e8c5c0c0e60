"""The service over the small world in memory, used as a browser without JavaScript uses it: by reading pages and sending forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from httpx import Response
from starlette.testclient import TestClient

from openler.api.app import create as create_api
from openler.asgi import Faces, Limits
from openler.web.app import create as create_web
from tests.support.holding import PASSPHRASE, Holder
from tests.support.issuing import BASE, World

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@dataclass
class Visitor:
    """Somebody with a browser of their own: cookies are kept, redirects followed, what came last is ``answer``."""

    client: TestClient
    answer: Response = field(init=False)

    @property
    def page(self) -> BeautifulSoup:
        """The page that is open."""
        return BeautifulSoup(self.answer.text, "html.parser")

    @property
    def text(self) -> str:
        """What it says, in one line."""
        return " ".join((self.page.main or self.page).get_text(" ").split())

    def open(self, address: str, **headers: str) -> Response:
        """Go to a page."""
        self.answer = self.client.get(address, headers=HTML | headers)
        return self.answer

    def form(self, action: str) -> Tag:
        """The form on the open page that goes there."""
        found = [form for form in self.page.find_all("form") if form.get("action") == action]
        assert found, f"no form to {action} on {self.answer.url}"
        return found[0]

    def send(self, action: str, *, headers: dict[str, str] | None = None, files: Any = None, **typed: str | list[str] | None) -> Response:
        """Fill in a form of the open page and send it, with all that the page put into it; None leaves a field out."""
        values: dict[str, Any] = {}
        for element in self.form(action).find_all(["input", "textarea"]):
            kind, name = element.get("type"), str(element.get("name"))
            if kind == "file" or (kind in {"checkbox", "radio"} and not element.has_attr("checked")):
                continue
            value = element.text.removeprefix("\n") if element.name == "textarea" else str(element.get("value", ""))
            values.setdefault(name, []).append(value)
        known = {str(element.get("name")) for element in self.form(action).find_all(["input", "textarea", "button"])}
        assert set(typed) <= known, f"the form has no {set(typed) - known}"
        values |= typed
        data = {name: value for name, value in values.items() if value is not None}
        self.answer = self.client.post(action, data=data, files=files, headers=HTML | (headers or {}))
        return self.answer

    def sign_in(self, holder: Holder) -> None:
        """Sign in as somebody, by the form."""
        self.open("/sign-in")
        self.send("/sign-in", handle=holder.handle, passphrase=PASSPHRASE)
        assert self.answer.status_code == 200, self.text


def visitor(world: World, *, base_url: str = BASE) -> Visitor:
    """A new browser at the service over that world."""
    service = Limits(Faces(create_web(world.ports), create_api(world.ports)))
    return Visitor(TestClient(service, base_url=base_url))
