"""The W3C test vectors of the EdDSA cryptosuites."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openler.credentials.evidence import Evidence
from openler.credentials.multikey import from_multikey, multibase_decode
from openler.credentials.policy import Policy
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.table import SUITES
from openler.credentials.report import Outcome
from openler.credentials.verify import verify
from openler.linkeddata.contexts import Contexts

pytestmark = pytest.mark.shared
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SUITE_FOLDERS = {
    "eddsa-rdfc-2022": ("eddsa-rdfc-2022", "DataInt"),
    "eddsa-rdfc-2022/employ": ("eddsa-rdfc-2022", "DataInt"),
    "eddsa-jcs-2022": ("eddsa-jcs-2022", "JCS"),
    "Ed25519Signature2020": ("Ed25519Signature2020", "EdSig"),
}


def _vectors(shared: Path) -> Path:
    return shared / "reference" / "vc" / "w3c-vc-di-eddsa" / "TestVectors"


def _load(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.mark.parametrize("folder", SUITE_FOLDERS)
def test_signing_gives_the_published_bytes_and_proof(shared: Path, folder: str) -> None:
    name, ending = SUITE_FOLDERS[folder]
    place = _vectors(shared) / folder
    signed = _load(place / f"signed{ending}.json")
    pair = _load(_vectors(shared) / "keyPair.json")
    private = Ed25519PrivateKey.from_private_bytes(multibase_decode(pair["privateKeyMultibase"])[2:])
    proof = signed["proof"]
    options = ProofOptions(proof["verificationMethod"], datetime.fromisoformat(proof["created"]), purpose=proof["proofPurpose"])
    unsigned = {key: value for key, value in signed.items() if key != "proof"}
    suite = SUITES[name]
    prepared = suite.prepare(unsigned, options, key_type="Ed25519", contexts=Contexts.pinned())
    assert prepared.messages[0].hex() == (place / f"combinedHash{ending}.txt").read_text().strip()
    assert suite.finish(prepared, [private.sign(prepared.messages[0])]) == signed


@pytest.mark.parametrize("folder", SUITE_FOLDERS)
def test_the_published_proof_holds_and_one_changed_claim_breaks_it(shared: Path, folder: str) -> None:
    _, ending = SUITE_FOLDERS[folder]
    signed = _load(_vectors(shared) / folder / f"signed{ending}.json")
    assert verify(signed, Evidence(), Policy(), NOW).check("proof").outcome is Outcome.PASSED
    altered = {**signed, "description": "Another example."}
    assert verify(altered, Evidence(), Policy(), NOW).check("proof").outcome is Outcome.FAILED


@pytest.mark.parametrize("name", ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"])
def test_sets_and_chains_hold(shared: Path, name: str) -> None:
    signed = _load(_vectors(shared) / "proof-set-chain" / f"{name}.json")
    assert verify(signed, Evidence(), Policy(), NOW).check("proof").outcome is Outcome.PASSED


def test_a_chain_breaks_when_an_earlier_proof_is_taken_away(shared: Path) -> None:
    signed = _load(_vectors(shared) / "proof-set-chain" / "signedProofChain2.json")
    signed["proof"] = signed["proof"][1:]
    found = verify(signed, Evidence(), Policy(), NOW).check("proof")
    assert (found.outcome, found.code) == (Outcome.FAILED, "credentials.proof_previous_missing")


def test_keys_of_the_vectors_read_back_as_written(shared: Path) -> None:
    for pair in _load(_vectors(shared) / "proof-set-chain" / "multiKeyPairs.json").values():
        assert from_multikey(pair["publicKeyMultibase"]).multikey == pair["publicKeyMultibase"]
