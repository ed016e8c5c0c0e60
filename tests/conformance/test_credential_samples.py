"""Credentials that others issued: 1EdTech's and the Digital Credentials Consortium's, each expected to be what it says it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openler.credentials.baked import extract
from openler.credentials.evidence import Kind, Need
from openler.credentials.policy import Policy
from openler.credentials.verify import verify
from openler.linkeddata.parse import parse_json
from tests.support.credential_samples import NOW, evidence_for, listing_its_keys

pytestmark = pytest.mark.shared

ONE_EDTECH = "samples/credentials/1edtech/inspector-vc/src/test/resources/ob30"
DCC = "samples/credentials/dcc"

# Samples judged otherwise than they call themselves, and the code of the reason.
DIFFERENCES = {
    "complete": ("undetermined", "credentials.evidence_missing"),
    "complete_v1": ("invalid", "credentials.period_expired"),
    "endorsement-valid": ("undetermined", "credentials.evidence_missing"),
    "simple-did-key-method": ("undetermined", "credentials.controller_not_resolvable"),
    "simple-eddsa-2022": ("undetermined", "credentials.proof_suite_unknown"),
    "simple-err-proof-method-unknown-scheme": ("undetermined", "credentials.controller_not_resolvable"),
}
NAMES = (
    "complete", "complete_v1", "endorsement-err-schema-status-refresh", "endorsement-valid", "simple-context-alias",
    "simple-context-version", "simple-did-key-method", "simple-did-web-method", "simple-eddsa-2022",
    "simple-err-credential-subject-achievement-result-description-type", "simple-err-credential-subject-result-type",
    "simple-err-evidence-type", "simple-err-expired", "simple-err-issued", "simple-err-issuer-parentorg-type", "simple-err-issuer",
    "simple-err-proof-method-no-scheme", "simple-err-proof-method-unknown-scheme", "simple-err-proof-method", "simple-err-type",
    "simple-multiple-proofs", "simple_v1",
)  # fmt: skip


def _answer_1edtech(shared: Path, document: dict[str, Any]) -> Callable[[Need], bytes | None]:
    def answer(need: Need) -> bytes | None:
        if need.kind is Kind.CONTROLLER:
            return listing_its_keys(need.key, document)
        if need.kind is Kind.SCHEMA and "achievementcredential" in need.key:
            return (shared / "reference/vc/schemas/ob_v3p0_achievementcredential_schema.json").read_bytes()
        return None

    return answer


@pytest.mark.parametrize("name", NAMES)
def test_a_1edtech_sample_is_judged_as_it_calls_itself(shared: Path, name: str) -> None:
    document = json.loads((shared / ONE_EDTECH / f"{name}.json").read_bytes())
    report = verify(document, evidence_for(document, _answer_1edtech(shared, document)), Policy(), NOW)
    if name in DIFFERENCES:
        verdict, code = DIFFERENCES[name]
        assert report.verdict == verdict
        assert code in [check.code for check in report.reasons]
    else:
        assert report.verdict == ("invalid" if "err" in name else "valid"), report.reasons


def test_a_badge_baked_into_a_png_is_the_badge(shared: Path) -> None:
    document = parse_json(extract((shared / ONE_EDTECH / "simple-json.png").read_bytes()))
    assert isinstance(document, dict)
    assert verify(document, evidence_for(document, _answer_1edtech(shared, document)), Policy(), NOW).verdict == "valid"


@pytest.mark.parametrize("name", ["simple-jwt.png", "simple-jwt.svg", "simple-jwt_v1.svg"])
def test_a_token_is_taken_out_of_an_image_as_it_is(shared: Path, name: str) -> None:
    assert extract((shared / ONE_EDTECH / name).read_bytes()).startswith(b"eyJ")


def _answer_dcc(shared: Path) -> Callable[[Need], bytes | None]:
    documents = {}
    for name in ("legacy", "oidf"):
        body = (shared / DCC / "dids" / name / "did.json").read_bytes()
        documents[json.loads(body)["id"]] = body

    def answer(need: Need) -> bytes | None:
        if need.kind is Kind.STATUS_LIST:
            listed = shared / DCC / "statusLists" / "didkey-ed25519Signature2020" / need.key.rsplit("/", 1)[1]
            return listed.read_bytes() if listed.is_file() else None
        return documents.get(need.key)

    return answer


def _claimed(path: Path, document: dict[str, Any]) -> str:
    """What a sample's name says of it; a list that is itself bad, or of an unpinned context, leaves the verdict open."""
    name = path.stem
    if name.endswith(("-expired", "-tampered")):
        return "invalid"
    if "revokedSta" in name:
        return "invalid"
    if "https://www.w3.org/ns/credentials/status/v1" in document["@context"]:
        return "undetermined"
    if any(word in name for word in ("expiredStatus", "missingTypeStatus", "notYetValidStatus", "tamperedStatus", "badDidWeb")):
        return "undetermined"
    return "valid"


def test_each_dcc_sample_is_judged_as_it_calls_itself(shared: Path) -> None:
    wrong: list[str] = []
    judged = 0
    for path in sorted((shared / DCC / "verifiableCredentials").rglob("*.json")):
        data = path.read_bytes()
        if not data.strip():
            continue  # one file of the set is empty
        document = json.loads(data)
        report = verify(document, evidence_for(document, _answer_dcc(shared)), Policy(), NOW)
        judged += 1
        if report.verdict != _claimed(path, document):
            wrong.append(f"{path.name}: {report.verdict} {[check.code for check in report.reasons]}")
    assert wrong == []
    assert judged == 49
