"""A small OpenID Federation over the simulated network: an anchor, an intermediate, colleges, and one member that is a DID."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from openler.credentials import jose
from openler.credentials.jwk import public_jwk
from openler.credentials.multikey import PublicKey
from openler.keys.signers import KeySigner, from_seed
from openler.linkeddata.canonical import jcs
from tests.support.simulated_fetch import SimulatedFetch

ANCHOR = "https://anchor.example"
STATES = "https://states.example"
COLLEGE = "https://college.example"
SCHOOL = "did:web:school.example"
MARK = "https://anchor.example/marks/accredited"


@dataclass
class Entity:
    """Somebody in the federation, with a key."""

    name: str
    kid: str = "k1"
    signer: KeySigner = field(init=False)

    def __post_init__(self) -> None:
        self.signer = from_seed("P-256", f"federation {self.name}".encode())

    @property
    def jwk(self) -> dict[str, Any]:
        return {**public_jwk(PublicKey("P-256", self.signer.public_key)), "kid": self.kid}

    @property
    def jwks(self) -> bytes:
        return jcs({"keys": [self.jwk]})

    def says(self, claims: dict[str, Any], *, typ: str = "entity-statement+jwt") -> str:
        prepared = jose.prepare({"alg": "ES256", "typ": typ, "kid": self.kid}, {"iss": self.name, **claims})
        return prepared.finish(self.signer.sign(prepared.message))


@dataclass
class Federation:
    """The anchor lists an intermediate and a DID; the intermediate lists a college."""

    fetch: SimulatedFetch
    now: datetime
    anchor: Entity = field(default_factory=lambda: Entity(ANCHOR))
    states: Entity = field(default_factory=lambda: Entity(STATES))
    college: Entity = field(default_factory=lambda: Entity(COLLEGE))
    anchor_says: dict[str, Any] = field(default_factory=dict)
    of_states: dict[str, Any] = field(default_factory=dict)
    of_college: dict[str, Any] = field(default_factory=dict)
    marked_by: Entity | None = None

    def times(self, hours: float = 24) -> dict[str, Any]:
        return {"iat": int(self.now.timestamp()), "exp": int((self.now + timedelta(hours=hours)).timestamp())}

    def own(self, entity: Entity, **claims: Any) -> str:
        return entity.says({"sub": entity.name, "jwks": {"keys": [entity.jwk]}, **self.times(), **claims})

    def about(self, superior: Entity, subject: Entity, **claims: Any) -> str:
        return superior.says({"sub": subject.name, "jwks": {"keys": [subject.jwk]}, **self.times(), **claims})

    def college_own(self) -> str:
        marks = []
        if self.marked_by is not None:
            mark = self.marked_by.says({"iss": ANCHOR, "sub": COLLEGE, "trust_mark_type": MARK, **self.times()}, typ="trust-mark+jwt")
            marks = [{"trust_mark_type": MARK, "trust_mark": mark}]
        return self.own(self.college, metadata={"federation_entity": {"organization_name": "Own Words"}}, trust_marks=marks)

    def chain(self) -> list[str]:
        """The college's static trust chain."""
        return [
            self.college_own(),
            self.about(
                self.states, self.college, metadata={"federation_entity": {"organization_name": "State College"}}, **self.of_college
            ),
            self.about(self.anchor, self.states, **self.of_states),
            self.own(self.anchor, **self.anchor_says),
        ]

    def publish(self) -> None:
        """Answer at all addresses, as things stand now."""
        college, of_college, of_states, _ = self.chain()
        school = self.anchor.says(
            {"sub": SCHOOL, **self.times(2), "metadata": {"federation_entity": {"organization_name": "Two\u202eTraining\nSchool"}}}
        )
        endpoints = {
            entity: {"federation_list_endpoint": f"{entity}/list", "federation_fetch_endpoint": f"{entity}/fetch"}
            for entity in (ANCHOR, STATES)
        }
        anchor = self.own(self.anchor, metadata={"federation_entity": endpoints[ANCHOR]}, **self.anchor_says)
        states = self.own(self.states, metadata={"federation_entity": {"organization_name": "The States", **endpoints[STATES]}})
        self.fetch.answers |= {
            f"{ANCHOR}/.well-known/openid-federation": anchor.encode(),
            f"{ANCHOR}/list": jcs([STATES, SCHOOL]),
            f"{ANCHOR}/fetch?{urlencode({'sub': STATES})}": of_states.encode(),
            f"{ANCHOR}/fetch?{urlencode({'sub': SCHOOL})}": school.encode(),
            f"{STATES}/.well-known/openid-federation": states.encode(),
            f"{STATES}/list": jcs([COLLEGE]),
            f"{STATES}/fetch?{urlencode({'sub': COLLEGE})}": of_college.encode(),
            f"{COLLEGE}/.well-known/openid-federation": college.encode(),
        }
