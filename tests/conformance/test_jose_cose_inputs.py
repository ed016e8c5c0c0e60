"""The JOSE and COSE inputs of the W3C suite, 1EdTech's tokens, and the enveloped inputs of the data-model suite.

Each is expected to be what its name says. Where a sample is judged otherwise than it calls itself, ``REASONS`` says why.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openler.credentials.baked import extract
from openler.credentials.envelopes import open_bytes
from openler.credentials.evidence import Evidence, Item, Kind, Need
from openler.credentials.policy import Policy
from openler.credentials.report import Outcome, Report
from openler.credentials.verify import verify
from openler.errors import OpenlerError
from openler.linkeddata.parse import parse_json
from tests.support.credential_samples import evidence_for

pytestmark = pytest.mark.shared

INPUTS = "samples/credentials/jose-cose-inputs/tests/input"
ONE_EDTECH = "samples/credentials/1edtech"
ISSUER = "https://example.issuer/vc-jose-cose"
NOW = datetime(2024, 12, 16, tzinfo=UTC)
"""When the samples that do not say when they were signed are judged; the others at that time, for they soon end."""
P256 = {
    "kty": "EC", "crv": "P-256", "kid": "73voMXFNmNlOEpuYCSJlh8eN0dscykoO6gBukgRS1uU",
    "x": "WfTi93YuhsQxKbD0ftnjOXJndqhnJ5kgDV-ZDGyrhBQ", "y": "qUd_55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyk",
}  # fmt: skip
"""The suite's third public key, from its ``tests/input/cid-p256.json``, which the samples at hand leave out."""

# name: (verdict, check, its code). What calls itself bad is invalid; what does not is valid, or undetermined as REASONS says.
EXPECTED = {
    "credential-cose-bad-media-type": ("invalid", "shape", "jose.type_other"),
    "credential-jose-bad-media-type": ("invalid", "shape", "jose.type_other"),
    "credential-jose-bad-signature": ("invalid", "proof", "jose.signature_wrong"),
    "credential-jose-minimal": ("undetermined", "schema", "credentials.evidence_missing"),
    "credential-sdjwt-bad-signature": ("invalid", "proof", "jose.signature_wrong"),
    "credential-sdjwt-nested": ("undetermined", "proof", "jose.algorithm_unsupported"),
    "presentation-cose-bad-credential": ("invalid", "parts", "jose.envelope_malformed"),
    "presentation-cose-single": ("invalid", "parts", "jose.not_an_envelope"),
    "presentation-jose-bad-credential": ("invalid", "parts", "jose.envelope_malformed"),
    "presentation-jose-bad-media-type": ("invalid", "shape", "jose.type_other"),
    "presentation-jose-multiple": ("invalid", "shape", "linkeddata.iri_unfit"),
    "presentation-sdjwt-bad-credential": ("invalid", "shape", "jose.type_other"),
    "presentation-sdjwt-selective": ("invalid", "parts", "credentials.holder_other"),
}
REASONS = {
    "credential-jose-minimal": "the schema that it names does not answer; everything else about it holds",
    "credential-sdjwt-nested": "ES512 is not supported",
    "presentation-cose-single": "what it calls a credential is a token cut short: `....`",
    "presentation-jose-multiple": "the address of its third credential ends in a line break; and its issuer presents what is about others",
    "presentation-sdjwt-selective": "the issuer presents what is about somebody else, which is no presentation by its holder (ADR 0003)",
}


def _listing(shared: Path) -> bytes:
    methods = [json.loads((shared / INPUTS / f"vm-{name}.json").read_bytes()) for name in ("ed25519", "p384")]
    methods.append({"id": f"{ISSUER}#key-1", "type": "JsonWebKey", "controller": ISSUER, "publicKeyJwk": P256})
    public = [{name: value for name, value in each.items() if name != "secretKeyJwk"} for each in methods]
    ids = [each["id"] for each in public]
    return json.dumps({"id": ISSUER, "verificationMethod": public, "assertionMethod": ids, "authentication": ids}).encode()


def _report(shared: Path, name: str) -> Report:
    data = (shared / INPUTS / f"{name}.txt").read_bytes()
    keys = _listing(shared)
    envelope = open_bytes(data)
    at = envelope.said.times.issued or NOW
    return verify(envelope, evidence_for(envelope, lambda need: keys if need.key == ISSUER else None), Policy(), at)


def test_every_signed_input_is_expected_to_be_something(shared: Path) -> None:
    assert {path.stem for path in (shared / INPUTS).glob("*.txt")} == set(EXPECTED)
    assert set(REASONS) == {name for name, (verdict, _, _) in EXPECTED.items() if verdict != ("invalid" if "bad" in name else "valid")}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_input_is_judged_as_it_calls_itself(shared: Path, name: str) -> None:
    verdict, check, code = EXPECTED[name]
    report = _report(shared, name)
    codes = [each.code for part in report.parts for each in part.checks] if check == "parts" else [report.check(check).code]
    assert report.verdict == verdict, report.told()
    assert code in codes, report.told()


@pytest.mark.parametrize(
    ("name", "algorithms"),
    [
        ("credential-jose-minimal", ["ES256"]),
        ("presentation-jose-multiple", ["ES384", "ES256", "ES384"]),
        ("presentation-sdjwt-selective", ["ES384", "EdDSA"]),
    ],
)
def test_every_signature_of_a_good_input_holds_by_a_key_of_its_issuer_named_by_thumbprint(
    shared: Path, name: str, algorithms: list[str]
) -> None:
    report = _report(shared, name)
    proofs = [each for each in report.all_checks if each.name == "proof"]
    keys = [each.outcome for each in report.all_checks if each.name == "issuer_key"]
    assert [each.parameters["algorithm"] for each in proofs if each.outcome is Outcome.PASSED] == algorithms
    assert set(keys) == {Outcome.PASSED}


def test_a_presentation_stands_in_for_one_when_it_only_carries_a_token(shared: Path) -> None:
    document = json.loads((shared / INPUTS / "presentation-selective.json").read_bytes())
    keys = _listing(shared)
    report = verify(document, evidence_for(document, lambda need: keys if need.key == ISSUER else None), Policy(), NOW)
    assert report.parts[0].check("proof").code == "jose.proof_valid"
    assert report.parts[0].verdict == "valid"


# 1EdTech: keys that only come along, and a method that nobody here resolves.


def _judged(data: bytes, answers: dict[str, bytes] | None = None) -> Report:
    envelope = open_bytes(data)

    def answer(need: Need) -> bytes | None:
        return (answers or {}).get(need.key)

    return verify(envelope, evidence_for(envelope, answer), Policy(), datetime(2026, 6, 1, tzinfo=UTC))


def test_1edtechs_badge_in_a_token_has_no_achievement_and_no_key_to_check_it_with(shared: Path) -> None:
    report = _judged((shared / ONE_EDTECH / "inspector-vc/src/test/resources/ob30/simple.jwt").read_bytes())
    assert report.check("shape").code == "credentials.shape_missing"
    assert report.check("proof").code == "credentials.proof_no_key"


@pytest.mark.parametrize("name", ["simple-jwt.png", "simple-jwt.svg", "simple-jwt_v1.svg"])
def test_1edtechs_baked_tokens_are_read_and_are_as_they_were_signed(shared: Path, name: str) -> None:
    data = extract((shared / ONE_EDTECH / "inspector-vc/src/test/resources/ob30" / name).read_bytes())
    report = _judged(data)
    assert report.check("proof").outcome is not Outcome.FAILED
    assert report.check("issuer_key").outcome is Outcome.UNKNOWN


def test_1edtechs_record_in_a_token_was_not_changed_and_its_key_is_nobodys_known(shared: Path) -> None:
    report = _judged((shared / ONE_EDTECH / "inspector-clr/src/test/resources/clr20/simple.jwt").read_bytes())
    assert report.check("proof").code == "jose.proof_by_own_key"
    assert report.check("issuer_key").code == "jose.key_embedded"
    assert [part.check("proof").code for part in report.parts] == ["jose.proof_by_own_key"]


def test_1edtechs_record_is_proven_once_its_issuer_lists_the_key(shared: Path) -> None:
    data = (shared / ONE_EDTECH / "inspector-clr/src/test/resources/clr20/simple.jwt").read_bytes()
    issuer = "https://example.edu/issuers/565049"
    method = {"id": f"{issuer}#1", "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": open_bytes(data).signed.header["jwk"]}
    listing = json.dumps({"id": issuer, "verificationMethod": [method], "assertionMethod": [f"{issuer}#1"]}).encode()
    report = _judged(data, {issuer: listing})
    assert [report.check(name).outcome for name in ("proof", "issuer_key")] == [Outcome.PASSED] * 2
    other = {**method, "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}
    elsewhere = json.dumps({"id": issuer, "verificationMethod": [other], "assertionMethod": [f"{issuer}#1"]}).encode()
    assert _judged(data, {issuer: elsewhere}).check("issuer_key").code == "credentials.issuer_key_other"


def test_velocitys_token_could_not_be_checked_and_is_never_called_invalid(shared: Path) -> None:
    report = _judged((shared / ONE_EDTECH / "inspector-vc/src/test/resources/ob30/velocity.jwt").read_bytes())
    assert report.verdict == "undetermined"
    assert report.check("issuer_key").code == "credentials.did_method_unsupported"


# The data-model suite's enveloped inputs, whose tokens are signed by keys that are not among the samples.


@pytest.mark.parametrize(
    ("name", "sound"),
    [("presentation-enveloped-vc-ok", True), ("presentation-enveloped-vc-missing-type-fail", False)],
)
def test_the_data_models_enveloped_inputs_have_the_shape_they_claim(shared: Path, name: str, sound: bool) -> None:
    document: Any = parse_json((shared / f"samples/credentials/vcdm2-inputs/tests/input/{name}.json").read_bytes())
    report = verify(document, Evidence(), Policy(), NOW)
    assert (report.check("shape").outcome is Outcome.PASSED) is sound


def test_a_token_without_evidence_is_read_without_anything_being_fetched(shared: Path) -> None:
    for path in sorted((shared / INPUTS).glob("*.txt")):
        report = verify(
            open_bytes(path.read_bytes()), Evidence((Item(Kind.CONTROLLER, ISSUER, NOW, code="net.unreachable"),)), Policy(), NOW
        )
        assert report.verdict != "valid"


def test_old_signed_badges_are_no_credentials(shared: Path) -> None:
    for path in sorted((shared / ONE_EDTECH / "inspector-vc/src/test/resources/ob20").glob("*.jwt")):
        try:
            assert verify(open_bytes(path.read_bytes()), Evidence(), Policy(), NOW).verdict == "invalid"
        except OpenlerError as error:
            pytest.fail(str(error))
