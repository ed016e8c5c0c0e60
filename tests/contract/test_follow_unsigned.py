"""Following a registry that signs nothing, by the national Registry's read paths, in every store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from openler.actions.federating.follow import add_follow
from openler.actions.federating.follow_arrivals import Pulled
from openler.actions.federating.follow_pull import pull as pull_from
from openler.actions.follow_ports import Reason
from openler.actions.ports import Fetched, Store
from openler.errors import Malformed, Refused, TooLarge
from openler.net.fetch import GuardedFetch
from tests.support.ctdl import OWNER, complete, ctid, document
from tests.support.federation import T0, Net, Registry, registry

URL = "https://national.example"


@dataclass
class National:
    """What answers as the national Registry does: envelopes by page, newest first; events since a moment, newest first."""

    envelopes: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    def put(self, key: str, name: str, at: datetime) -> None:
        built = document({**complete("ceterms:LearningProgram", key), "ceterms:name": {"en-US": name}})
        known = self.envelopes.get(built.ctid)
        created = known["node_headers"]["created_at"] if known else at.isoformat()
        self.envelopes[built.ctid] = {
            "envelope_ceterms_ctid": str(built.ctid), "decoded_resource": json.loads(built.normalised), "owned_by": str(OWNER),
            "published_by": str(OWNER), "node_headers": {"created_at": created, "updated_at": at.isoformat()},
        }  # fmt: skip
        self._tell(built.ctid, "update" if known else "create", at)

    def drop(self, key: str, at: datetime) -> None:
        del self.envelopes[ctid(key)]
        self._tell(ctid(key), "destroy", at)

    def _tell(self, named: str, event: str, at: datetime) -> None:
        self.events.insert(0, {"envelope_ceterms_ctid": str(named), "event": event, "created_at": at.isoformat()})

    def get(self, url: str, **_: Any) -> Fetched:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        page, per_page = int(asked.get("page", ["1"])[0]), int(asked.get("per_page", ["10"])[0])
        some = slice((page - 1) * per_page, page * per_page)
        body: Any = None
        if parts.path == "/envelopes":
            body = [*self.envelopes.values()][::-1][some]
        elif parts.path == "/envelopes/events":
            since = datetime.fromisoformat(asked["after"][0])
            body = [one for one in self.events if datetime.fromisoformat(one["created_at"]) >= since][some]
        elif (named := parts.path.rpartition("/")[2]) in self.envelopes:
            body = self.envelopes[named]
        return Fetched(url, 404 if body is None else 200, "application/json", json.dumps(body).encode())


@pytest.fixture
def national() -> National:
    return National()


@pytest.fixture
def here(store: Store, national: National) -> Registry:
    net = Net()
    made = registry(net, "here", store=store)
    net.get = national.get  # type: ignore[method-assign]
    return made


def pull(here: Registry, **options: Any) -> Pulled:
    return pull_from(here.ports, URL, actor="test", **options)


def follow(here: Registry, **options: Any) -> None:
    add_follow(here.ports, URL, actor="test", **options)


def test_a_registry_without_proofs_is_followed_only_by_who_says_so(here: Registry) -> None:
    with pytest.raises(Refused, match=r"follow\.no_proofs"):
        follow(here)
    follow(here, signed=False)
    [followed] = here.store.follows()
    assert (followed.signed, followed.registry) == (False, URL)


def test_all_envelopes_come_once_then_what_events_say(here: Registry, national: National) -> None:
    for number in range(230):
        national.put(f"k{number}", f"Program {number}", T0 + timedelta(seconds=number))
    follow(here, signed=False)
    here.clock.pass_(hours=1)
    pulled = pull(here)
    assert (pulled.published, pulled.refused) == (230, 0)
    origin = here.store.origins([ctid("k7")])[ctid("k7")]
    assert (origin.registry, origin.statement) == (URL, None)
    here.clock.pass_(hours=1)
    national.put("k7", "Changed", here.clock.now())
    national.drop("k8", here.clock.now())
    national.put("new", "New", here.clock.now())
    here.clock.pass_(hours=1)
    pulled = pull(here)
    assert (pulled.published, pulled.updated, pulled.deleted) == (1, 1, 1)
    assert (here.name_of("k7"), here.name_of("k8"), here.name_of("new")) == ("Changed", None, "New")
    head = here.store.head()
    here.clock.pass_(hours=1)
    pull(here)
    assert here.store.head() == head


def test_interrupted_in_the_list_it_goes_on_from_the_page(here: Registry, national: National) -> None:
    for number in range(230):
        national.put(f"k{number}", f"Program {number}", T0 + timedelta(seconds=number))
    follow(here, signed=False)
    assert not pull(here, max_pages=1).complete
    assert len(here.standing()) == 100
    assert pull(here).published == 130


def test_what_is_no_document_is_listed_and_the_rest_taken(here: Registry, national: National) -> None:
    national.put("a", "A", T0)
    national.put("b", "B", T0)
    national.envelopes[ctid("a")]["decoded_resource"] = {"@graph": [{"@type": "ceterms:LearningProgram"}]}
    follow(here, signed=False)
    assert pull(here).published == 1
    assert [(one.ctid, one.reason) for one in here.store.disagreements()] == [(ctid("a"), Reason.REFUSED)]


ENDLESS: list[tuple[str, Callable[[str], Any]]] = [
    ("an object for a list", lambda _: {"a": 1}),
    ("a list of numbers", lambda _: [1, 2]),
    ("more than was asked for", lambda _: [{}] * 101),
    ("no CTID", lambda _: [{"envelope_ceterms_ctid": "x"}]),
    ("text", lambda _: "x"),
]


@pytest.mark.parametrize("answer", [one for _, one in ENDLESS], ids=[name for name, _ in ENDLESS])
def test_a_hostile_list_is_refused_and_nothing_of_it_taken(here: Registry, national: National, answer: Callable[[str], Any]) -> None:
    follow(here, signed=False)
    national.get = lambda url, **_: Fetched(url, 200, "application/json", json.dumps(answer(url)).encode())  # type: ignore[method-assign]
    here.ports.fetch.get = national.get  # type: ignore[method-assign]
    with pytest.raises(Malformed):
        pull(here)
    assert here.standing() == set()
    assert here.store.follows()[0].failures == 1


def test_events_without_end_are_not_read_for_ever(here: Registry, national: National, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openler.actions.federating.follow_unsigned.MAX_EVENT_PAGES", 3)
    follow(here, signed=False)
    pull(here)
    asked: list[str] = []

    def endless(url: str, **_: Any) -> Fetched:
        asked.append(url)
        event = {"envelope_ceterms_ctid": str(ctid("a")), "event": "update", "created_at": T0.isoformat()}
        return Fetched(url, 200, "application/json", json.dumps([event] * 100).encode())

    here.ports.fetch.get = endless  # type: ignore[method-assign]
    with pytest.raises(TooLarge, match=r"follow\.too_many_events"):
        pull(here)
    assert len(asked) == 3


@pytest.mark.parametrize("url", ["https://127.0.0.1:9", "https://[::1]:9", "http://169.254.169.254"])
def test_a_registry_at_a_private_address_is_not_read(here: Registry, url: str) -> None:
    ports = replace(here.ports, fetch=GuardedFetch())
    add_follow(ports, url, actor="test", signed=False)
    with pytest.raises(Refused, match=r"net\."):
        pull_from(ports, url, actor="test")
    assert [(one.failures, one.trouble[:4]) for one in here.store.follows()] == [(1, "net.")]
