"""What a proof says of itself is hashed once for records issued together, and what is signed is written down once."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from openler.credentials.multikey import multibase_encode
from openler.credentials.proofs.data_integrity import CONTEXT_CHANGED, MAX_STATED_LENGTH, ProofOptions
from openler.credentials.proofs.table import SUITES
from openler.errors import Malformed
from openler.linkeddata.canonical import jcs
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.parse import parse_json
from tests.support.presenting import AT, Key, badge

ISSUER = Key(1)
CONTEXTS = Contexts.pinned()
NAMES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")


def verified(document: dict[str, Any], suite: str) -> None:
    SUITES[suite].verify(document, document["proof"], ISSUER.public, CONTEXTS)


@pytest.mark.parametrize("suite", NAMES)
@pytest.mark.parametrize(
    "change",
    [
        {"created": "2026-05-05T00:00:00Z"},
        {"proofPurpose": "authentication"},
        {"verificationMethod": "did:example:somebody#else"},
        {"domain": "https://elsewhere.example"},
    ],
)
def test_a_proof_that_says_something_else_of_itself_fails_right_after_the_true_one(suite: str, change: dict[str, str]) -> None:
    signed = ISSUER.sign(badge(ISSUER), suite=suite)
    verified(signed, suite)
    with pytest.raises(Malformed):
        verified({**signed, "proof": {**signed["proof"], **change}}, suite)
    verified(signed, suite)


def test_a_context_that_is_another_fails_right_after_the_true_one() -> None:
    signed = ISSUER.sign(badge(ISSUER), suite="eddsa-jcs-2022")
    verified(signed, "eddsa-jcs-2022")
    with pytest.raises(Malformed, match=CONTEXT_CHANGED):
        verified({**signed, "@context": signed["@context"][::-1]}, "eddsa-jcs-2022")


def test_true_in_a_proof_is_not_taken_for_the_one_that_was_signed() -> None:
    document = badge(ISSUER)
    bare = ISSUER.sign(document, suite="eddsa-jcs-2022")["proof"]
    config = {name: value for name, value in bare.items() if name != "proofValue"} | {"round": 1}
    signature = ISSUER.private.sign(sha256(jcs(config)).digest() + sha256(jcs(document)).digest())
    proof = {**config, "proofValue": multibase_encode(signature)}
    verified({**document, "proof": proof}, "eddsa-jcs-2022")
    with pytest.raises(Malformed):
        verified({**document, "proof": {**proof, "round": True}}, "eddsa-jcs-2022")


def test_a_list_in_a_proof_that_is_changed_afterwards_is_another_one() -> None:
    suite = SUITES["eddsa-jcs-2022"]
    signed = ISSUER.sign(badge(ISSUER), suite="eddsa-jcs-2022", domain=("https://one.example", "https://two.example"))
    verified(signed, "eddsa-jcs-2022")
    signed["proof"]["domain"][1] = "https://three.example"
    with pytest.raises(Malformed):
        suite.verify(signed, signed["proof"], ISSUER.public, CONTEXTS)


def test_a_proof_of_any_length_is_checked() -> None:
    challenge = "x" * (2 * MAX_STATED_LENGTH)
    signed = ISSUER.sign(badge(ISSUER), challenge=challenge)
    verified(signed, "eddsa-rdfc-2022")
    with pytest.raises(Malformed):
        verified({**signed, "proof": {**signed["proof"], "challenge": challenge[:-1]}}, "eddsa-rdfc-2022")


@pytest.mark.parametrize("suite", NAMES)
@pytest.mark.parametrize("more", [{}, {"name": "Soldadura \u20ac \U0001f600"}, {"proof": {"type": "DataIntegrityProof", "n": 5.0}}])
def test_what_is_written_is_the_canonical_form_of_what_is_finished(suite: str, more: dict[str, Any]) -> None:
    for number in range(4):  # the later ones by the plan of the earlier ones
        document = {**badge(ISSUER), "id": f"urn:uuid:{number}", **more}
        options = ProofOptions(f"{ISSUER.public.did}#{ISSUER.public.multikey}", AT)
        prepared = SUITES[suite].prepare(document, options, key_type="Ed25519", contexts=CONTEXTS)
        written = SUITES[suite].written(prepared, [bytes(64)])
        assert written == jcs(parse_json(jcs(SUITES[suite].finish(prepared, [bytes(64)]))))
