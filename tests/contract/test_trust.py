"""Whom a verifier knows and what a custodian keeps, in every store: sources replaced by name, snapshots only ever added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openler.access.audit import AuditEvent
from openler.actions.trust_ports import Snapshot, SourceKind, Trust, TrustSource
from openler.ids import Digest
from openler.stores.memory_trust import MemoryTrust
from openler.stores.sql.engine import engine
from openler.stores.sql.migrate import migrate
from openler.stores.sql.registry import SqlStore
from openler.stores.sql.trust import SqlTrust
from tests.support.issuing import COLLEGE

T0 = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
LIST = "https://college.example/status/1"


@dataclass
class Kept:
    """A store, and the audit events it wrote."""

    trust: Trust
    store: SqlStore | None

    @property
    def events(self) -> Sequence[AuditEvent]:
        if self.store is not None:
            return self.store.audit()
        assert isinstance(self.trust, MemoryTrust)
        return self.trust.events


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(MemoryTrust(), None)
        return
    url = request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path / 'registry.sqlite'}"
    with ExitStack() as closing:
        database = engine(url)
        closing.callback(database.dispose)
        migrate(database, "registry")
        yield Kept(SqlTrust(database), SqlStore(database))


def event(name: str) -> AuditEvent:
    return AuditEvent(name, "tests", T0, {})


def look(body: bytes, *, address: str = LIST, hours: float = 0, final: bool = False) -> Snapshot:
    return Snapshot(
        0, address, "status_list", "did:web:college.example", T0 + timedelta(hours=hours), Digest.of(body), "application/vc", COLLEGE,
        b'{"signed": true}', final=final,
    )  # fmt: skip


def test_sources_are_replaced_by_name_and_told_in_its_order(kept: Kept) -> None:
    first = TrustSource("b", SourceKind.DCC, "https://b.example/registry.json", b"{}", T0, T0)
    kept.trust.put_source(first, event=event("trust:list:put"))
    kept.trust.put_source(replace(first, name="a", kind=SourceKind.OWN), event=event("trust:list:put"))
    later = replace(first, content=b"[1]", checked=T0 + timedelta(days=1), failure="net.unreachable")
    kept.trust.put_source(later, event=event("trust:list:put"))
    assert [source.name for source in kept.trust.sources()] == ["a", "b"]
    assert kept.trust.sources()[1] == later
    assert kept.trust.remove_source("b", event=event("trust:list:remove"))
    assert not kept.trust.remove_source("b", event=event("trust:list:remove"))
    assert [source.name for source in kept.trust.sources()] == ["a"]
    assert [each.name for each in kept.events] == ["trust:list:put"] * 3 + ["trust:list:remove"]


def test_every_snapshot_stays_and_the_newest_answers(kept: Kept) -> None:
    one = kept.trust.keep(look(b"one"), b"one", event=event("custody:snapshot:keep"))
    two = kept.trust.keep(look(b"two", hours=5), b"two", event=event("custody:snapshot:keep"))
    again = kept.trust.keep(look(b"one", hours=9, final=True), b"one", event=event("custody:snapshot:keep"))
    other = kept.trust.keep(look(b"x", address="https://a.example/did.json"), b"x", event=event("custody:snapshot:keep"))
    assert [one.seq, two.seq, again.seq, other.seq] == [1, 2, 3, 4]
    assert kept.trust.snapshots(LIST) == (one, two, again)
    assert kept.trust.snapshot(LIST) == again
    assert kept.trust.snapshot(LIST, at=T0 + timedelta(hours=8)) == two
    assert kept.trust.snapshot(LIST, at=T0 - timedelta(hours=8)) is None
    assert kept.trust.held() == (other, again)
    assert (kept.trust.body(one.digest), kept.trust.body(two.digest)) == (b"one", b"two")
    assert kept.trust.body(Digest.of(b"never kept")) is None
    assert len(kept.events) == 4
