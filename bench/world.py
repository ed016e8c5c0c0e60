"""What benchmarks work on: the bundled sample region, grown to any size, in memory or in a data directory of its own."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from openler import bootstrap
from openler.access.audit import AuditEvent
from openler.actions import sample
from openler.actions.finding.get import all_documents
from openler.actions.interchange.importing import import_onet, import_sample, import_tables, read_mapping
from openler.actions.issuing import identity
from openler.actions.issuing.issue import issue_batch
from openler.actions.issuing.issue_rows import AchievementRow
from openler.actions.job_ports import Here
from openler.actions.ports import Change, Ports
from openler.ctdl.document import Document, parse, restored
from openler.ids import Ctid, Digest
from openler.net.system import SystemClock, SystemEntropy
from openler.stores.memory import MemoryStore
from openler.stores.tables import FileTables

FOLDER = Path(sample.__file__).parent
BASE = "http://localhost:8000"
PUBLISHER = Ctid.derive("bench", "ceterms:Organization", "publisher")

_CTID = re.compile(rb"ce-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def memory_ports() -> Ports:
    """Just enough of the outside world for what is measured in memory."""
    given = SimpleNamespace(
        base_url=BASE, tables=FileTables(), store=MemoryStore(), clock=SystemClock(), entropy=SystemEntropy(), spread=Here()
    )
    return cast("Ports", given)


@contextmanager
def data_ports() -> Iterator[tuple[Ports, Path]]:
    """A data directory on disk with SQLite and all projections, gone afterwards."""
    before = os.environ.get("OPENLER_PASSPHRASE")
    os.environ["OPENLER_PASSPHRASE"] = "a passphrase for benchmarks only"  # noqa: S105 - it locks nothing of anybody's
    try:
        with tempfile.TemporaryDirectory(prefix="openler-bench-") as folder, bootstrap.open_ports(data=Path(folder) / "data") as ports:
            yield ports, Path(folder) / "data"
    finally:
        if before is None:
            del os.environ["OPENLER_PASSPHRASE"]
        else:
            os.environ["OPENLER_PASSPHRASE"] = before


@cache
def region() -> tuple[Document, ...]:
    """The sample region's documents, occupations first."""
    ports = memory_ports()
    wages = FOLDER / "oews-2024" / "national_M2024_dl.csv"
    occupations = import_onet(ports, str(FOLDER / "onet-29.2"), str(wages), dry_run=True).documents
    put(ports, occupations)  # the region's rows name their competencies
    return (*occupations, *import_tables(ports, read_mapping(ports, str(FOLDER / "mapping.yaml")), str(FOLDER), dry_run=True).documents)


def grown(size: int) -> list[bytes]:
    """``size`` documents in their normal form: the region as often as it takes, each time with CTIDs of its own."""
    made: list[bytes] = []
    own = {ctid.encode() for document in region() for ctid in document.resources}
    number = 0
    while len(made) < size:
        fresh = {ctid: Ctid.derive(f"bench-{number}", "any", ctid.decode()).encode() if number else ctid for ctid in own}
        for document in region()[: size - len(made)]:
            content = _CTID.sub(lambda found: fresh.get(found[0], found[0]), document.normalised)  # noqa: B023 - used up at once
            made.append(parse(content).normalised)
        number += 1
    return made


def copies(resources: int) -> Iterator[Document]:
    """The region again and again until that many resources are described; one document in memory at a time."""
    own = {ctid.encode() for document in region() for ctid in document.resources}
    described = number = 0
    while True:
        fresh = {ctid: Ctid.derive(f"bench-{number}", "any", ctid.decode()).encode() if number else ctid for ctid in own}
        for document in region():
            if described >= resources:
                return
            content = _CTID.sub(lambda found: fresh.get(found[0], found[0]), document.normalised)  # noqa: B023 - used up at once
            made = restored(content, Digest.of(content))
            described += len(made.resources)
            yield made
        number += 1


def documents(size: int) -> list[Document]:
    """The same, parsed."""
    return [parse(content) for content in grown(size)]


def put(ports: Ports, published: Sequence[Document]) -> None:
    """Into a store, without the checks of publishing."""
    changes = [
        Change(
            ctid=document.ctid, ctdl_type=document.type, owner=document.owner, publisher=PUBLISHER, normalised=document.normalised,
            received=document.received, digest=document.digest, resources=document.resources,
        )
        for document in published
    ]  # fmt: skip
    at = ports.clock.now()
    ports.store.append(changes, at=at, event=AuditEvent("bench:document:put", "bench", at))


@dataclass(frozen=True, slots=True)
class Issuer:
    """An organization of the sample that may issue, and rows of its learners' achievements."""

    ports: Ports
    ctid: Ctid
    rows: tuple[AchievementRow, ...]
    data: Path

    def more(self, count: int, lot: str) -> list[AchievementRow]:
        """As many rows as are wanted; ``lot`` makes them other learners than those of another lot."""
        return [replace(row, learner_id=f"{lot}-{number}", holder="") for number, row in enumerate(islice(cycle(self.rows), count))]

    def issued(self, count: int, lot: str) -> list[bytes]:
        """Signed records, as their holders get them."""
        report = issue_batch(self.ports, self.more(count, lot), issuer=self.ctid, actor="bench")
        kept = (self.ports.ledger.issued(record.credential_id) for record in report.records)
        return [one.signed for one in kept if one is not None and one.signed is not None]


@contextmanager
def issuer() -> Iterator[Issuer]:
    """The organization that awards most in the sample, linked to a key, in a data directory on disk."""
    with data_ports() as (ports, data):
        import_sample(ports, str(FOLDER), actor="bench")
        earned = sample.achievements(list(all_documents(ports)))
        by_issuer: dict[Ctid, list[AchievementRow]] = {}
        for one in earned:
            by_issuer.setdefault(one.issuer, []).append(one.row)
        ctid = max(by_issuer, key=lambda one: (len(by_issuer[one]), one))
        key = ports.keys.create("bench", "Ed25519", at=ports.clock.now())
        identity.link(ports, ctid, key=key.uri, form="web", actor="bench")
        yield Issuer(ports, ctid, tuple(by_issuer[ctid]), data)


def shared(*parts: str) -> Path | None:
    """A place in the reference material that ``OPENLER_SHARED`` names (by default ``../shared``), where it is there."""
    place = Path(os.environ.get("OPENLER_SHARED", Path(__file__).parents[2] / "shared")).joinpath(*parts)
    return place if place.exists() else None


def counts(values: Any) -> dict[str, int]:
    """The size of a lot of documents, in words a reader can compare."""
    return {"documents": len(values), "bytes": sum(len(one) for one in values)}
