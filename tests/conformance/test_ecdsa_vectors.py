"""The W3C test vectors of the ECDSA cryptosuites that hash a whole document."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from openler.credentials.evidence import Evidence
from openler.credentials.policy import Policy
from openler.credentials.report import Outcome
from openler.credentials.verify import verify

pytestmark = pytest.mark.shared
FOLDERS = (
    "ecdsa-rdfc-2019-p256", "ecdsa-rdfc-2019-p384", "ecdsa-jcs-2019-p256", "ecdsa-jcs-2019-p384", "ecdsa-rdfc-2019-p256/employ",
    "ecdsa-rdfc-2019-p384/employ",
)  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_published_proof_holds_and_one_changed_claim_breaks_it(shared: Path, folder: str) -> None:
    place = shared / "reference/vc/w3c-vc-di-ecdsa/TestVectors" / folder
    (path,) = place.glob("signed*.json")
    signed = json.loads(path.read_bytes())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert verify(signed, Evidence(), Policy(), now).check("proof").outcome is Outcome.PASSED
    altered = {**signed, "description": "Another."}
    assert verify(altered, Evidence(), Policy(), now).check("proof").outcome is Outcome.FAILED
