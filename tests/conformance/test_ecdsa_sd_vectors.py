"""The W3C test vectors of ecdsa-sd-2023: base proof, derived proof, and every published step between them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from openler.credentials.evidence import Evidence
from openler.credentials.multikey import from_multikey, multibase_decode
from openler.credentials.policy import Policy
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.ecdsa_sd_2023 import SUITE, derive
from openler.credentials.proofs.sd_values import read_base, read_derived
from openler.credentials.report import Outcome
from openler.credentials.verify import verify
from openler.linkeddata.contexts import Contexts

pytestmark = pytest.mark.shared
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SETS = {"employ": "employ", "prc": "prCred"}


@pytest.fixture
def vectors(shared: Path) -> Path:
    return shared / "reference/vc/w3c-vc-di-ecdsa/TestVectors"


def _load(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _private(pair: dict[str, str]) -> ec.EllipticCurvePrivateKey:
    raw = multibase_decode(pair["secretKeyMultibase"])[2:]
    return ec.derive_private_key(int.from_bytes(raw), ec.SECP256R1())


def _entropy(material: dict[str, Any]) -> bytes:
    secret = int.from_bytes(multibase_decode(material["proofKeyPair"]["secretKeyMultibase"])[2:])
    return bytes.fromhex(material["hmacKeyString"]) + (secret - 1).to_bytes(32)


@pytest.mark.parametrize("name", SETS)
def test_signing_gives_the_published_base_proof(vectors: Path, name: str) -> None:
    pointers = SETS[name]
    material = _load(vectors / "ecdsa-sd-2023/SDKeyMaterial.json")
    signed = _load(vectors / "ecdsa-sd-2023" / name / "addSignedSDBase.json")
    proof = signed["proof"]
    options = ProofOptions(
        proof["verificationMethod"],
        datetime.fromisoformat(proof["created"]),
        mandatory=tuple(_load(vectors / f"{pointers}Mandatory.json")),
    )
    unsigned = {member: value for member, value in signed.items() if member != "proof"}
    prepared = SUITE.prepare(unsigned, options, _entropy(material), key_type="P-256", contexts=Contexts.pinned())
    hashed = _load(vectors / "ecdsa-sd-2023" / name / "addHashData.json")
    assert prepared.messages[0][:32].hex() == hashed["proofHash"]
    assert prepared.messages[0][-32:].hex() == hashed["mandatoryHash"]
    private = _private(material["baseKeyPair"])
    first, second = decode_dss_signature(private.sign(prepared.messages[0], ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    assert SUITE.finish(prepared, [first.to_bytes(32) + second.to_bytes(32)]) == signed


@pytest.mark.parametrize("name", SETS)
def test_the_published_base_proof_holds_for_its_holder(vectors: Path, name: str) -> None:
    signed = _load(vectors / "ecdsa-sd-2023" / name / "addSignedSDBase.json")
    key = from_multikey(signed["proof"]["verificationMethod"].partition("#")[2])
    SUITE.check_base(signed, signed["proof"], key, Contexts.pinned())
    assert read_base(signed["proof"]["proofValue"]).encoded() == signed["proof"]["proofValue"]


@pytest.mark.parametrize("name", SETS)
def test_choosing_gives_the_published_derived_proof(vectors: Path, name: str) -> None:
    signed = _load(vectors / "ecdsa-sd-2023" / name / "addSignedSDBase.json")
    chosen = _load(vectors / f"{SETS[name]}Selective.json")
    assert derive(signed, chosen, contexts=Contexts.pinned()) == _load(vectors / "ecdsa-sd-2023" / name / "derivedRevealDocument.json")


@pytest.mark.parametrize("name", SETS)
def test_the_published_derived_proof_holds_and_one_changed_claim_breaks_it(vectors: Path, name: str) -> None:
    shown = _load(vectors / "ecdsa-sd-2023" / name / "derivedRevealDocument.json")
    assert verify(shown, Evidence(), Policy(), NOW).check("proof").outcome is Outcome.PASSED
    assert read_derived(shown["proof"]["proofValue"]).encoded() == shown["proof"]["proofValue"]
    for field, value in (("validUntil", "2031-01-01T00:00:00Z"), ("name", "Another")):
        assert verify({**shown, field: value}, Evidence(), Policy(), NOW).check("proof").outcome is Outcome.FAILED


@pytest.mark.parametrize("name", SETS)
def test_a_base_proof_is_not_for_verifiers(vectors: Path, name: str) -> None:
    signed = _load(vectors / "ecdsa-sd-2023" / name / "addSignedSDBase.json")
    found = verify(signed, Evidence(), Policy(), NOW).check("proof")
    assert (found.outcome, found.code) == (Outcome.UNKNOWN, "credentials.sd_base_not_derived")
