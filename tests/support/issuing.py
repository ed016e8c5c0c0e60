"""A small world in memory: a registry with one college and two things to achieve, a private wall, keys, and a network table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from openler.access.audit import AuditEvent
from openler.access.sealing import Cost
from openler.actions.issuing import identity, status
from openler.actions.issuing.issue import IssueReport, issue_batch
from openler.actions.issuing.issue_rows import AchievementRow
from openler.actions.ports import Change, Ports
from openler.actions.verifying.reading import revision
from openler.ctdl.document import Document, build
from openler.ids import Ctid
from openler.keys.memory import MemoryKeys
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json
from openler.stores.memory import MemoryStore
from openler.stores.memory_private import MemoryRows
from openler.stores.memory_trust import MemoryTrust
from openler.stores.private import open_private
from tests.support.simulated_fetch import SimulatedFetch

BASE = "https://registry.example"
COLLEGE = Ctid.derive("tests", "ceterms:CredentialOrganization", "college")
OTHER = Ctid.derive("tests", "ceterms:CredentialOrganization", "other")
WELDING = Ctid.derive("tests", "ceterms:Certificate", "welding")
NURSING = Ctid.derive("tests", "ceterms:LearningProgram", "nursing")
BLUEPRINTS = Ctid.derive("tests", "ceasn:Competency", "blueprints")


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def pass_(self, **by: float) -> None:
        self.at += timedelta(**by)


class CountedEntropy:
    """Bytes that differ at each call and are the same in each run."""

    def __init__(self) -> None:
        self._calls = 0

    def token(self, length: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(self._calls.to_bytes(8)).digest(length)


@dataclass
class World:
    """Everything wired; ``fetch`` answers nothing until :meth:`open_to_the_world`."""

    ports: Ports
    clock: SetClock
    fetch: SimulatedFetch
    keys: MemoryKeys = field(default_factory=MemoryKeys)

    def publish(self, document: Document) -> None:
        """Write a document to the registry."""
        change = Change(
            ctid=document.ctid,
            ctdl_type=document.type,
            owner=document.owner,
            publisher=COLLEGE,
            normalised=document.normalised,
            received=document.received,
            digest=document.digest,
            resources=document.resources,
        )
        event = AuditEvent("test:document:publish", "test", self.clock.now())
        self.ports.store.append([change], at=self.clock.now(), event=event)

    def issue(self, *rows: AchievementRow, **options: Any) -> IssueReport:
        """Issue rows as the college."""
        return issue_batch(self.ports, rows, issuer=COLLEGE, actor="test", **options)

    def credential(self, row: AchievementRow | None = None, **options: Any) -> dict[str, Any]:
        """Issue one row and give the credential."""
        report = self.issue(row or a_row(), **options)
        assert not report.refused, report.refused
        return self.signed(report.records[-1].credential_id)

    def signed(self, credential_id: str) -> dict[str, Any]:
        """What the ledger holds as signed."""
        kept = self.ports.ledger.issued(credential_id)
        assert kept is not None
        assert kept.signed is not None
        return cast("dict[str, Any]", parse_json(kept.signed))

    def open_to_the_world(self) -> None:
        """Serve, as it stands now, what outsiders may read: DID documents, status lists, descriptions and their versions."""
        for organisation in self.ports.organisations.listing():
            did = identity.did_document(self.ports, organisation.ctid)
            self.fetch.answers[f"{BASE}/issuers/{organisation.ctid}/did.json"] = jcs(did)
        for found in self.ports.ledger.status_lists():
            for purpose in ("revocation", "suspension"):
                name = f"{found.list_id}-{purpose}"
                self.fetch.answers[f"{BASE}/status/{name}"] = jcs(status.status_list(self.ports, name))
        for ctid in (COLLEGE, WELDING, NURSING):
            stored = self.ports.store.get(ctid)
            assert stored is not None
            self.fetch.answers[f"{BASE}/graph/{ctid}"] = stored.normalised
            for entry in self.ports.store.versions(ctid):
                self.fetch.answers[f"{BASE}/envelopes/{ctid}/revisions/{entry.seq}"] = revision(self.ports, ctid, entry.seq)


def a_row(number: int = 2, **changes: Any) -> AchievementRow:
    """A row that can be issued."""
    cells: dict[str, Any] = {
        "learner_name": "Ana Ruiz", "learner_id": "ana@example.org", "achievement": WELDING, "date": "2026-05-31",
    }  # fmt: skip
    return AchievementRow(number, **{**cells, **changes})


def welding(name: str = "Certificate in Welding") -> Document:
    """A certificate that asks for one competency."""
    target = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": f"{BASE}/resources/{BLUEPRINTS}",
        "ceterms:targetNodeName": {"en-US": "Read blueprints"},
        "ceterms:frameworkName": {"en-US": "Metal trades"},
    }
    condition = {
        "@type": "ceterms:ConditionProfile",
        "ceterms:description": {"en-US": "Pass the bend test."},
        "ceterms:targetCompetency": [target],
    }
    node = {
        "@type": "ceterms:Certificate", "ceterms:ctid": WELDING, "ceterms:name": {"en-US": name},
        "ceterms:description": {"en-US": "Joins metal safely."}, "ceterms:ownedBy": [f"{BASE}/resources/{COLLEGE}"],
        "ceterms:requires": [condition],
    }  # fmt: skip
    return build(BASE, [node])


def world(*, base_url: str = BASE, form: identity.DidForm = "web") -> World:
    """The world, its college linked to a key."""
    clock, entropy, fetch, keys = SetClock(datetime(2026, 6, 15, 12, tzinfo=UTC)), CountedEntropy(), SimulatedFetch(), MemoryKeys()
    wall = open_private(MemoryRows(), secret=bytes(range(32)), entropy=entropy, clock=clock, cost=Cost(memory=64, time=1, lanes=1))
    unused = cast("Any", None)
    ports = Ports(
        base_url=base_url, clock=clock, entropy=entropy, fetch=fetch, keys=keys, tables=unused, store=MemoryStore(), search=unused,
        graph=unused, queries=unused, projector=unused, vault=wall.vault, ledger=wall.ledger, organisations=wall.organisations,
        sessions=wall.sessions, private_audit=wall.private_audit, workspace=unused, jobs=wall.jobs, trust=MemoryTrust(),
    )  # fmt: skip
    made = World(ports, clock, fetch, keys)
    for ctid, name in ((COLLEGE, "Ridgeway College"), (OTHER, "Elsewhere College")):
        node = {"@type": "ceterms:CredentialOrganization", "ceterms:ctid": ctid, "ceterms:name": {"en-US": name}}
        made.publish(build(BASE, [node]))
    made.publish(welding())
    nursing = {"@type": "ceterms:LearningProgram", "ceterms:ctid": NURSING, "ceterms:name": {"en-US": "Practical Nursing"}}
    made.publish(build(BASE, [nursing]))
    keys.create("ridgeway", "Ed25519", at=clock.now())
    identity.link(ports, COLLEGE, key="memory:ridgeway", form=form, actor="test")
    return made
