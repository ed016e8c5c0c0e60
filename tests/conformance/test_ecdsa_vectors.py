"""The W3C test vectors of the ECDSA cryptosuites that hash a whole document."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from openler.credentials.evidence import Evidence
from openler.credentials.multikey import multibase_decode
from openler.credentials.policy import Policy
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.table import SUITES
from openler.credentials.report import Outcome
from openler.credentials.verify import verify
from openler.linkeddata.contexts import Contexts

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


@pytest.mark.parametrize("folder", FOLDERS)
def test_signing_gives_the_published_bytes_and_proof(shared: Path, folder: str) -> None:
    vectors = shared / "reference/vc/w3c-vc-di-ecdsa/TestVectors"
    (path,) = (vectors / folder).glob("signed*.json")
    (combined,) = (vectors / folder).glob("combinedHash*.txt")
    signed = json.loads(path.read_bytes())
    proof = signed["proof"]
    is_384 = "p384" in folder
    curve, digest, size = (ec.SECP384R1(), hashes.SHA384(), 48) if is_384 else (ec.SECP256R1(), hashes.SHA256(), 32)
    options = ProofOptions(proof["verificationMethod"], datetime.fromisoformat(proof["created"]), purpose=proof["proofPurpose"])
    suite = SUITES[proof["cryptosuite"]]
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    prepared = suite.prepare(unsigned, options, key_type="P-384" if is_384 else "P-256", contexts=Contexts.pinned())
    assert prepared.messages[0].hex() == combined.read_text().strip()
    pair = json.loads((vectors / f"{'p384' if is_384 else 'p256'}KeyPair.json").read_bytes())
    private = ec.derive_private_key(int.from_bytes(multibase_decode(pair["secretKeyMultibase"])[2:]), curve)
    parts = decode_dss_signature(private.sign(prepared.messages[0], ec.ECDSA(digest, deterministic_signing=True)))
    assert suite.finish(prepared, [b"".join(part.to_bytes(size) for part in parts)]) == signed
