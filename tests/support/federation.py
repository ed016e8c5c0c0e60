"""Several registries on a network that is a table: each asks the others through their whole HTTP face."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from starlette.testclient import TestClient

from openler.access.audit import AuditEvent
from openler.actions.federating.follow import add_follow
from openler.actions.federating.follow_arrivals import Pulled
from openler.actions.federating.follow_pull import pull
from openler.actions.ports import Change, EnvelopeFilter, Fetched, Ports, Store
from openler.api.app import create
from openler.errors import TooLarge, Unavailable
from openler.ids import Ctid
from openler.keys.memory import MemoryKeys
from openler.net.body import TOO_LARGE
from openler.net.fetch import UNREACHABLE
from openler.stores.memory import MemoryStore
from openler.stores.memory_trust import MemoryTrust
from tests.support.ctdl import OWNER, complete, ctid, document
from tests.support.issuing import CountedEntropy, SetClock

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
Spoil = Callable[[str, Any], Any]


@dataclass
class Net:
    """The registries by origin. ``spoil`` may change any answer on its way, as JSON, by its address; ``asked`` lists addresses read."""

    sites: dict[str, TestClient] = field(default_factory=dict)
    spoil: Spoil | None = None
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, *, accept: str = "*/*", limit: int | None = None) -> Fetched:
        """As the Fetch port says."""
        self.asked.append(url)
        parts = urlsplit(url)
        client = self.sites.get(f"{parts.scheme}://{parts.netloc}")
        if client is None:
            raise Unavailable(UNREACHABLE, url=url)
        answer = client.get(url, headers={"accept": accept})
        body = answer.content
        if self.spoil is not None and answer.status_code == 200:
            body = json.dumps(self.spoil(url, json.loads(body))).encode()
        if limit is not None and len(body) > limit:
            raise TooLarge(TOO_LARGE, url=url, size=len(body), limit=limit)
        return Fetched(url, answer.status_code, "application/json", body)


class _Projector:
    def catch_up(self, *, progress: object = None) -> None:
        """Nothing follows here."""


@dataclass
class Registry:
    """One of them."""

    name: str
    ports: Ports
    clock: SetClock

    @property
    def url(self) -> str:
        """Where it is."""
        return self.ports.base_url

    @property
    def store(self) -> Store:
        """What it holds."""
        return self.ports.store

    def publish(self, key: str, name: str = "Welding", *, publisher: Ctid = OWNER, **node: Any) -> None:
        """Publish a program of that key."""
        built = document({**complete("ceterms:LearningProgram", key), "ceterms:name": {"en-US": name}, **node})
        self._write(
            Change(
                ctid=built.ctid, ctdl_type=built.type, owner=built.owner, publisher=publisher, normalised=built.normalised,
                received=built.normalised, digest=built.digest, resources=built.resources,
            )
        )  # fmt: skip

    def withdraw(self, key: str, *, publisher: Ctid = OWNER) -> None:
        """Withdraw it."""
        self._write(Change(ctid(key), "ceterms:LearningProgram", None, publisher, normalised=None, received=b"", digest=None))

    def _write(self, change: Change) -> None:
        at = self.clock.now()
        self.store.append([change], at=at, event=AuditEvent("test:document:publish", "test", at))

    def follow(self, other: Registry, **options: Any) -> None:
        """Follow another."""
        add_follow(self.ports, other.url, actor="test", **options)

    def pull(self, other: Registry, **options: Any) -> Pulled:
        """Take in what it has."""
        return pull(self.ports, other.url, actor="test", **options)

    def name_of(self, key: str) -> str | None:
        """What the program is called here; None where it is not, or no more."""
        stored = self.store.get(ctid(key))
        if stored is None or stored.deleted:
            return None
        return str(json.loads(stored.normalised)["@graph"][0]["ceterms:name"]["en-US"])

    def standing(self) -> set[tuple[str, str]]:
        """The registry as ADR 0001 compares it: what is current, by CTID and digest."""
        return {(str(one.ctid), str(one.digest)) for one in self.store.documents(EnvelopeFilter(), limit=10_000)}


def registry(net: Net, name: str, *, store: Store | None = None, clock: SetClock | None = None) -> Registry:
    """A new registry on the network, at ``https://NAME.example``."""
    url, unused, time = f"https://{name}.example", cast("Any", None), clock or SetClock(T0)
    ports = Ports(
        base_url=url, clock=time, entropy=CountedEntropy(), fetch=net, keys=MemoryKeys(), tables=unused, store=store or MemoryStore(),
        search=unused, graph=unused, projector=cast("Any", _Projector()), vault=unused, ledger=unused, organisations=unused,
        sessions=unused, private_audit=unused, workspace=unused, queries=unused, jobs=unused,
        trust=MemoryTrust(), registry_key="memory:registry",
    )  # fmt: skip
    ports.keys.create("registry", "Ed25519", at=time.now())
    net.sites[url] = TestClient(create(ports), base_url=url)
    return Registry(name, ports, time)
