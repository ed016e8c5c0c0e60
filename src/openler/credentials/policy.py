"""What a verifier asks for: weights of the checks, whom it knows, what a presenter must answer, which tables it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from openler.credentials.dids import METHODS, Method
from openler.credentials.proofs.data_integrity import Cryptosuite
from openler.credentials.proofs.table import SUITES
from openler.credentials.report import Weight
from openler.linkeddata.contexts import Contexts

WEIGHTS: Mapping[str, Weight] = MappingProxyType(
    {
        "shape": Weight.DECIDING,
        "schema": Weight.DECIDING,
        "proof": Weight.DECIDING,
        "issuer_key": Weight.DECIDING,
        "issuer_trust": Weight.INFORMING,
        "validity_period": Weight.DECIDING,
        "status": Weight.DECIDING,
        "holder_binding": Weight.INFORMING,
        "meaning": Weight.INFORMING,
    }
)
"""Decision 4. Holder binding informs for a bare credential; in a signed presentation :attr:`Policy.presenter` is its weight."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far ahead of ours an issuer's clock may be when it dates a proof."""


SNAPSHOT_AGE = timedelta(days=1)
"""How old a custodian's copy of a status list may be and still count as today's answer (ADR 0015)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a known issuer was found: the list's name, and when that list was loaded or last changed."""

    list: str
    dated: datetime


@dataclass(frozen=True, slots=True)
class KnownIssuers:
    """Lists of issuers: identifier to name. ``unavailable`` names lists that could not be loaded.

    ``listings`` tells for an identifier on which lists it stands, the first one first.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    unavailable: tuple[str, ...] = ()
    listings: Mapping[str, tuple[Listing, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Custodian:
    """Who keeps copies of what issuers published, and is believed: its name, the DID it signs as, and where it answers.

    ``closed`` are the addresses of issuers that it says are closed: whoever answers there now may be somebody else.
    """

    name: str
    did: str
    address: str
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """A verifier's policy.

    ``challenge`` and ``domain`` are what a presenter had to sign; with a challenge, a presentation must be signed.
    ``custodians`` are believed about what issuers published before their addresses fell silent; a status list of theirs that
    is older than ``snapshot_age`` tells how things stood, not how they stand.
    ``identity`` is what the presenter says of herself (an e-mail address), held against hashed identities. ``presenter`` is
    the weight of whether she shows what is about herself; a verifier who hears parents or custodians lets it inform.
    """

    weights: Mapping[str, Weight] = field(default_factory=lambda: WEIGHTS)
    issuers: KnownIssuers | None = None
    custodians: tuple[Custodian, ...] = ()
    snapshot_age: timedelta = SNAPSHOT_AGE
    challenge: str | None = None
    domain: str | None = None
    identity: str | None = None
    presenter: Weight = Weight.DECIDING
    contexts: Contexts = field(default_factory=Contexts.pinned)
    suites: Mapping[str, Cryptosuite] = field(default_factory=lambda: SUITES)
    methods: Mapping[str, Method] = field(default_factory=lambda: METHODS)

    def weight(self, name: str) -> Weight:
        """The weight of a check; one that is not listed informs."""
        return self.weights.get(name, Weight.INFORMING)
