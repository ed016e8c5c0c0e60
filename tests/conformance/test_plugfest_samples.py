"""Badges that took part in the plugfests of 2022 and 2023, signed by others in the suites of those years."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openler.credentials.evidence import Evidence
from openler.credentials.policy import Policy
from openler.credentials.report import Report
from openler.credentials.verify import verify
from openler.linkeddata.contexts import Contexts
from tests.support.credential_samples import NOW

pytestmark = pytest.mark.shared
PLUGFESTS = "samples/credentials/vc-ed-plugfests"
FIRST_CONTEXT = "https://w3c-ccg.github.io/vc-ed/plugfest-1-2022/jff-vc-edu-plugfest-1-context.json"
SUITES = {
    "plugfest-1-2022/plugfest-1-ex-1": "Ed25519Signature2018",
    "plugfest-1-2022/plugfest-1-ex-2": "Ed25519Signature2018",
    "plugfest-2-2022/signed_badge_example-p2": "Ed25519Signature2020",
    "plugfest-3-2023/signed_badge_example-p3": "Ed25519Signature2018",
}


def _judged(shared: Path, name: str, **changes: Any) -> Report:
    """Judged with the first plugfest's own context pinned, as an operator would pin it."""
    context = json.loads((shared / PLUGFESTS / "plugfest-1-2022/jff-vc-edu-plugfest-1-context.json").read_bytes())
    document = json.loads((shared / PLUGFESTS / f"{name}.json").read_bytes())
    policy = Policy(contexts=Contexts.pinned().with_document(FIRST_CONTEXT, context))
    return verify({**document, **changes}, Evidence(), policy, NOW)


@pytest.mark.parametrize("name", SUITES)
def test_the_signature_of_those_years_holds_and_a_changed_claim_breaks_it(shared: Path, name: str) -> None:
    proof = _judged(shared, name).check("proof")
    assert (proof.code, proof.parameters["suite"]) == ("credentials.proof_valid", SUITES[name])
    assert _judged(shared, name).check("issuer_key").code == "credentials.issuer_key_valid"
    assert _judged(shared, name, issuanceDate="2021-01-01T00:00:00Z").check("proof").outcome == "failed"


def test_the_later_ones_are_valid_and_the_first_lack_what_open_badges_came_to_require(shared: Path) -> None:
    verdicts = {name.rpartition("/")[2]: _judged(shared, name).verdict for name in SUITES}
    assert verdicts == {
        "plugfest-1-ex-1": "invalid",
        "plugfest-1-ex-2": "invalid",
        "signed_badge_example-p2": "valid",
        "signed_badge_example-p3": "valid",
    }
    assert {check.name for check in _judged(shared, "plugfest-1-2022/plugfest-1-ex-1").reasons} == {"shape"}
