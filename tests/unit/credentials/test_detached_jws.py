"""Ed25519Signature2018 and JsonWebSignature2020: what others signed years ago still verifies, and only what they signed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openler.credentials.base58 import base58_encode
from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.policy import Policy
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.table import SUITES
from openler.credentials.report import Report
from openler.credentials.verify import verify
from openler.errors import Malformed
from openler.linkeddata.contexts import Contexts
from tests.support.other_keys import EcKey, RsaKey, detached, ed25519_raw, encoded
from tests.support.presenting import AT, Key, badge

V1 = "https://www.w3.org/2018/credentials/v1"
JWS_2020 = "https://w3id.org/security/suites/jws-2020/v1"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
B64 = {"b64": False, "crit": ["b64"]}
ED, P256, P384, RSA = Key(1), EcKey(2), EcKey(3, "P-384"), RsaKey()


def unsigned(did: str, *more: str) -> dict[str, Any]:
    made = badge(ED, validFrom=None, validUntil=None)
    return {**made, "@context": [V1, OB, *more], "issuer": {**made["issuer"], "id": did}, "issuanceDate": "2026-01-01T00:00:00Z"}


def judge(document: object, evidence: Evidence | None = None) -> Report:
    return verify(document, evidence or Evidence(), Policy(), AT)


def by_ed25519(data: bytes) -> bytes:
    return ed25519_raw(ED, data)


OLD = detached(unsigned(ED.did), kind="Ed25519Signature2018", url=ED.url, sign=by_ed25519, header={"alg": "EdDSA", **B64})
SIGNERS = {
    "EdDSA": (ED.did, ED.url, by_ed25519),
    "ES256": (P256.did, P256.url, P256.raw),
    "ES384": (P384.did, P384.url, P384.raw),
    "RS256": (RSA.did, RSA.url, RSA.raw),
}


def test_a_proof_of_2018_holds_and_a_changed_claim_breaks_it() -> None:
    assert judge(OLD).verdict == "valid"
    assert judge({**OLD, "name": "Dancing"}).verdict == "invalid"
    assert judge({**OLD, "proof": {**OLD["proof"], "created": "2026-05-02T00:00:00Z"}}).verdict == "invalid"


def test_a_proof_read_with_the_suites_own_context_holds_too() -> None:
    made = detached(
        unsigned(ED.did),
        kind="Ed25519Signature2018",
        url=ED.url,
        sign=by_ed25519,
        header={"alg": "EdDSA", **B64},
        proof_context="https://w3id.org/security/v2",
    )
    assert judge(made).verdict == "valid"


@pytest.mark.parametrize("algorithm", SIGNERS)
@pytest.mark.parametrize("stated", [True, False])
def test_each_algorithm_of_2020_is_checked(algorithm: str, stated: bool) -> None:
    did, url, sign = SIGNERS[algorithm]
    document = unsigned(did, *([JWS_2020] if stated else []))
    context = None if stated else [*document["@context"], JWS_2020]
    made = detached(document, kind="JsonWebSignature2020", url=url, sign=sign, header={"alg": algorithm, **B64}, proof_context=context)
    assert judge(made).verdict == "valid"
    assert judge({**made, "name": "Dancing"}).verdict == "invalid"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", **B64}, {"alg": "HS256", **B64}, {"alg": "ES256", **B64}, {"alg": "EdDSA"}, {"alg": "EdDSA", "b64": False},
        {"alg": "EdDSA", "b64": True, "crit": ["b64"]}, {"alg": "EdDSA", "b64": False, "crit": ["b64", "exp"]}, {**B64},
        {"alg": ["EdDSA"], **B64},
    ],
)  # fmt: skip
def test_a_header_that_says_anything_else_is_refused(header: dict[str, Any]) -> None:
    made = detached(unsigned(ED.did), kind="Ed25519Signature2018", url=ED.url, sign=by_ed25519, header=header)
    report = judge(made)
    assert (report.verdict, report.check("proof").code) == ("invalid", "credentials.proof_jws_header_refused")


@pytest.mark.parametrize("jws", [None, "", "..", "a..b", "a.b.c", "e30..", 7, ["x"], "A" * 5000, "e30..!!", "bnVsbA..AA"])
def test_a_broken_signature_is_invalid(jws: object) -> None:
    assert judge({**OLD, "proof": {**OLD["proof"], "jws": jws}}).verdict == "invalid"


def test_a_key_written_as_in_2018_is_read() -> None:
    did = "did:web:old.example"
    url = f"{did}#key-1"
    made = detached(unsigned(did), kind="Ed25519Signature2018", url=url, sign=by_ed25519, header={"alg": "EdDSA", **B64})
    method = {"id": url, "type": "Ed25519VerificationKey2018", "controller": did, "publicKeyBase58": base58_encode(ED.public.raw)}
    for held, verdict in ((method, "valid"), ({**method, "publicKeyBase58": base58_encode(Key(2).public.raw)}, "invalid")):
        body = json.dumps({"id": did, "verificationMethod": [held], "assertionMethod": [url]}).encode()
        assert judge(made, Evidence((Item(Kind.CONTROLLER, did, AT, did, body),))).verdict == verdict


def test_a_signature_with_its_payload_inside_is_not_taken() -> None:
    head, _, signature = OLD["proof"]["jws"].split(".")
    assert judge({**OLD, "proof": {**OLD["proof"], "jws": f"{head}.{encoded(b'x')}.{signature}"}}).verdict == "invalid"


@pytest.mark.parametrize("name", ["Ed25519Signature2018", "JsonWebSignature2020"])
def test_nothing_is_signed_in_the_old_ways(name: str) -> None:
    with pytest.raises(Malformed) as caught:
        SUITES[name].prepare(unsigned(ED.did), ProofOptions(ED.url, AT), key_type="Ed25519", contexts=Contexts.pinned())
    assert caught.value.code == "credentials.proof_suite_verify_only"
