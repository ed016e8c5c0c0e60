"""An issuer, a custodian and a verifier, each a world of its own; the verifier reads what the two others serve, while they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from openler.actions.issuing.identity import DidForm, did_document, identity
from openler.actions.verifying import custody
from openler.actions.verifying.custodian_trust import believe, closed_here
from openler.actions.verifying.custodians import held
from openler.actions.verifying.verify import VerificationResult, verify
from openler.linkeddata.canonical import jcs
from tests.support.issuing import COLLEGE, World, world

AGENCY = "https://agency.example"


@dataclass
class Worlds:
    """Three places on one network."""

    issuer: World
    agency: World
    verifier: World

    @classmethod
    def made(cls, *, agency_form: DidForm = "key") -> Worlds:
        made = cls(world(), world(base_url=AGENCY, form=agency_form), world(base_url="https://verifier.example"))
        for each in (made.agency, made.verifier):
            each.clock.at = made.issuer.clock.at
            each.fetch.answers = made.issuer.fetch.answers
        return made

    @property
    def agency_did(self) -> str:
        return identity(self.agency.ports, COLLEGE).did

    def pass_(self, **by: float) -> None:
        for each in (self.issuer, self.agency, self.verifier):
            each.clock.pass_(**by)

    def keep(self, signed: dict[str, Any]) -> tuple[custody.Taken, ...]:
        """The agency takes snapshots of what a record needs."""
        self.issuer.open_to_the_world()
        return custody.take_for_record(self.agency.ports, jcs(signed), custodian=COLLEGE, actor="test")

    def silence(self) -> None:
        """The issuer's server is gone."""
        self.issuer.fetch.answers.clear()

    def answer(self) -> None:
        """The agency serves what it keeps, and its own keys."""
        answers = self.issuer.fetch.answers
        answers[f"{AGENCY}/custody/addresses"] = jcs(closed_here(self.agency.ports))
        answers[f"{AGENCY}/issuers/{COLLEGE}/did.json"] = jcs(did_document(self.agency.ports, COLLEGE))
        for each in self.agency.ports.trust.held():
            answers[f"{AGENCY}/custody/snapshots?{urlencode({'address': each.address})}"] = held(self.agency.ports, each.address)

    def believe(self) -> None:
        self.answer()
        believe(self.verifier.ports, AGENCY, did=self.agency_did, name="State agency", actor="test")

    def judge(self, signed: dict[str, Any], **options: Any) -> VerificationResult:
        return verify(self.verifier.ports, jcs(signed), **options)
