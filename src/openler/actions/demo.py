"""The main loop on one region: import, publish, issue, hold, share, match, count, plan (``openler demo``).

Each stage can be repeated: what an earlier run did is found again and nothing is issued twice. What needs another process (a server,
a verifier who knows nothing of us) is the command line's part. The learners are the bundled sample's, invented; the region may be the
sample's or another's real training list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from openler.actions import sample
from openler.actions.finding.get import all_documents
from openler.actions.holding import hold
from openler.actions.holding import share as sharing
from openler.actions.holding.share import ShareLink
from openler.actions.interchange.importing import ImportReport, import_onet, import_sample, import_tables, read_mapping
from openler.actions.issuing import identity, status
from openler.actions.issuing.issue import IssueReport, issue_batch
from openler.actions.matching.match import MatchResult, held, landscape, match
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.actions.sample import Achievement, Learner
from openler.ctdl.document import Document
from openler.holding.cutting import whole
from openler.holding.record import Record
from openler.ids import Ctid

ACTOR = "cli:demo"
SHARER = "K8"
"""The learner whose records are shared, verified from outside, and of which one is revoked."""
SHARED = 2
"""How many of the sharer's credentials the link shows; the last of them is the one that is revoked."""
PURPOSE, AUDIENCE = "Application for a job", "Hiring office"
REASON = "Demo: issued by mistake"
SHARE_LIFE = timedelta(days=30)
MATCHES = 3
"""How many jobs and occupations are explained for each learner."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the region comes from: the bundled sample in ``folder``, or, with a ``mapping``, a training list and an O*NET release."""

    folder: str
    mapping: str = ""
    onet: str = ""
    wages: str | None = None
    adopt: str | None = None

    @property
    def is_sample(self) -> bool:
        """Is it the invented region?"""
        return not self.mapping


@dataclass(frozen=True, slots=True)
class HeldReport:
    """What the wallets took in by this run, and what they hold now; ``statements`` are the learners' own words."""

    wallets: int
    taken_in: int
    credentials: int
    statements: int


@dataclass(frozen=True, slots=True)
class Revocation:
    """The record that was revoked: its id, its name, whose it is; ``changed`` is false where an earlier run did it."""

    credential_id: str
    name: str
    learner: str
    changed: bool


@dataclass(frozen=True, slots=True)
class LearnerMatch:
    """One learner and what matches."""

    learner: Learner
    result: MatchResult


def bring_in(ports: Ports, source: Source, *, progress: Callable[[int, int], None] | None = None) -> tuple[ImportReport, ...]:
    """Import and publish the region: occupations first, then what is offered.

    Raises as :func:`openler.actions.interchange.importing.import_onet` and :func:`~openler.actions.interchange.importing.import_tables`.
    """
    if source.is_sample:
        return import_sample(ports, source.folder, actor=ACTOR)
    mapping = read_mapping(ports, source.mapping)
    occupations = import_onet(ports, source.onet, source.wages, actor=ACTOR, catch_up=False)
    offered = import_tables(ports, mapping, source.folder, adopt=source.adopt, actor=ACTOR, progress=progress)
    return occupations, offered


def open_wallets(ports: Ports, passphrase: str) -> dict[str, HolderKey]:
    """A wallet for each learner, opened; made where there is none. By learner's id."""
    found = {}
    for learner in sample.learners():
        if ports.vault.find_holder(learner.handle) is None:
            hold.create_wallet(ports, learner.handle, passphrase, actor=ACTOR)
        found[learner.id] = ports.vault.sign_in(learner.handle, passphrase, at=ports.clock.now())
    return found


def issue(ports: Ports, source: Source) -> tuple[IssueReport, ...]:
    """Issue what the learners earned, one run an issuer. The last issuer signs by did:key, all others by did:web.

    :raises NotFound: the registry lacks what the learners earned
    """
    documents = tuple(all_documents(ports))
    earned = sample.achievements(documents) if source.is_sample else sample.achievements_elsewhere(documents)
    by_issuer: dict[Ctid, list[Achievement]] = defaultdict(list)
    for one in earned:
        by_issuer[one.issuer].append(one)
    made = ports.keys.keys()
    keys = {key.name: key.uri for key in made}
    reports = []
    for place, (issuer, achievements) in enumerate(sorted(by_issuer.items()), 1):
        name = f"demo-{issuer[3:11]}"
        uri = keys.get(name) or ports.keys.create(name, "Ed25519", at=ports.clock.now()).uri
        identity.link(ports, issuer, key=uri, form="key" if place == len(by_issuer) else "web", actor=ACTOR)
        reports.append(issue_batch(ports, [one.row for one in achievements], issuer=issuer, actor=ACTOR))
    return tuple(reports)


def take_in(ports: Ports, keys: Mapping[str, HolderKey]) -> HeldReport:
    """The learners take in what was left for them, and state their own experience."""
    documents: tuple[Document, ...] = tuple(all_documents(ports))
    told = sample.experiences(documents)
    taken: Counter[str] = Counter()
    for learner, key in keys.items():
        taken["in"] += len(hold.take_in(ports, key))
        for experience in told[learner]:
            hold.add_experience(ports, key, experience)
        collection = hold.collection(ports, key)
        taken["credentials"] += len(collection.credentials)
        taken["statements"] += len(collection.self_asserted)
    return HeldReport(len(keys), taken["in"], taken["credentials"], taken["statements"])


def chosen(ports: Ports, key: HolderKey) -> tuple[Record, ...]:
    """The credentials that the sharer's link shows."""
    return hold.collection(ports, key).credentials[:SHARED]


def share(ports: Ports, key: HolderKey) -> ShareLink:
    """Share the chosen ones and the sharer's own words by a new link; links of earlier runs are withdrawn."""
    now = ports.clock.now()
    for earlier in sharing.shares(ports, key):
        if earlier.purpose == PURPOSE and earlier.state(now) == "open":
            sharing.withdraw(ports, key, earlier.share_id, actor=ACTOR)
    records = [record.record_id for record in (*chosen(ports, key), *hold.collection(ports, key).self_asserted)]
    return sharing.share(ports, key, records, purpose=PURPOSE, audience=AUDIENCE, expires=now + SHARE_LIFE, actor=ACTOR)


def revoke(ports: Ports, key: HolderKey) -> Revocation:
    """Revoke the last of the chosen ones."""
    record = chosen(ports, key)[-1]
    credential = record.credential
    credential_id = str(credential.get("id")) if isinstance(credential, dict) else record.record_id
    change = status.revoke(ports, credential_id, reason=REASON, actor=ACTOR)
    return Revocation(credential_id, record.name, SHARER, change.changed)


def records(ports: Ports, keys: Mapping[str, HolderKey]) -> dict[str, bytes]:
    """Every credential that the learners hold, as text, by its record's id."""
    return {
        record.record_id: (whole(record).received or "").encode()
        for key in keys.values()
        for record in hold.collection(ports, key).credentials
        if record.received is not None
    }


def match_all(ports: Ports, keys: Mapping[str, HolderKey]) -> tuple[LearnerMatch, ...]:
    """Match every learner to the region's jobs and occupations."""
    ground = landscape(ports)
    found = []
    for learner in sample.learners():
        credentials, statements = held(ports, hold.collection(ports, keys[learner.id]).records, serving=True)
        own = learner.own_occupation
        found.append(LearnerMatch(learner, match(ports, credentials, statements, limit=MATCHES, own=own, ground=ground)))
    return tuple(found)


def given(verdicts: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    """What a run tells the initiative: how many verdicts were given, and how many of them were a clear answer."""
    decided = sum(1 for verdict in verdicts if verdict in {"valid", "invalid"})
    return {"verdicts.given": (len(verdicts), None), "verdicts.decided": (decided, len(verdicts))}
