"""Collections and unsigned badges that others made: 1EdTech's CLR samples, and Dutch and plugfest badges by their shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openler.credentials.evidence import Kind, Need
from openler.credentials.model import read_credential
from openler.credentials.policy import Policy
from openler.credentials.report import Report
from openler.credentials.verify import verify
from tests.support.credential_samples import NOW, evidence_for, listing_its_keys

pytestmark = pytest.mark.shared

CLR = "samples/credentials/1edtech/inspector-clr/src/test/resources/clr20"
DUTCH = "samples/credentials/edu-nl"
PLUGFESTS = "samples/credentials/vc-ed-plugfests"

# Badges with a fault of shape: what is wrong with each is told in docs/reference/conformance.md.
SHAPE_FAULTS = {
    "theed_regular_embedded_ho.json": "credentials.badge_result_undescribed",
    "theed_regular_full_ho.json": "credentials.badge_result_undescribed",
    "theed_regular_full_mbo.json": "credentials.shape_wrong_kind",
    "uvh_fvhz_regular_full.json": "credentials.badge_result_undescribed",
    "plugfest-1-ex-1.json": "credentials.shape_missing",
    "plugfest-1-ex-2.json": "credentials.shape_missing",
}


def _judged(shared: Path, name: str) -> Report:
    document = json.loads((shared / CLR / name).read_bytes())
    inside = document["credentialSubject"]["verifiableCredential"]

    def answer(need: Need) -> bytes | None:
        if need.kind is Kind.CONTROLLER:
            return next((found for each in (document, *inside) if (found := listing_its_keys(need.key, each))), None)
        return b"{}" if need.kind is Kind.SCHEMA else None

    return verify(document, evidence_for(document, answer), Policy(), NOW)


def test_the_simple_collection_is_valid_with_its_item(shared: Path) -> None:
    """Its schema is not among the samples; an empty one, which everything meets, stands in for it."""
    report = _judged(shared, "simple.json")
    assert report.verdict == "valid", report.reasons
    assert [(part.title, part.verdict) for part in report.parts] == [("Teamwork Badge", "valid")]
    assert report.check("associations").outcome == "passed"


def test_the_simple_collection_without_proof_is_invalid_and_its_item_is_told_apart(shared: Path) -> None:
    report = _judged(shared, "simple-noproof.json")
    assert report.verdict == "invalid"
    assert report.check("proof").code == "credentials.proof_missing"


def test_the_complex_collection_is_left_open_since_its_issuers_cannot_be_asked(shared: Path) -> None:
    """Signed by did:key in the name of urn:uuid issuers, whose keys nobody can look up; all else about it holds."""
    report = _judged(shared, "complex.json")
    assert report.verdict == "undetermined"
    assert {reason.code for reason in report.reasons} == {"credentials.controller_not_resolvable"}
    assert len(report.parts) == 6
    assert report.check("shape").outcome == report.check("proof").outcome == "passed"
    assert [part.check("proof").outcome.value for part in report.parts] == ["passed"] * 6
    assert [each.check("proof").outcome.value for each in report.parts[0].endorsements] == ["passed"]
    assert report.check("associations").code == "credentials.clr_association_dangling"


def test_the_old_collection_of_a_draft_context_is_not_valid(shared: Path) -> None:
    report = _judged(shared, "simple_old_safesigned.json")
    assert report.verdict != "valid"
    assert report.check("shape").code == "linkeddata.context_not_pinned"


def test_each_unsigned_badge_has_the_shape_it_claims(shared: Path) -> None:
    wrong: list[str] = []
    paths = [
        *sorted((shared / DUTCH / "_data").rglob("*.json")), *sorted((shared / DUTCH / "ref").glob("*.json")),
        *sorted((shared / PLUGFESTS).rglob("*.json")),
    ]  # fmt: skip
    judged = 0
    for path in paths:
        document = json.loads(path.read_bytes())
        if "credentialSubject" not in document:
            continue
        judged += 1
        faults = [fault.code for fault in read_credential(document).faults]
        if faults[:1] != [SHAPE_FAULTS[path.name]] if path.name in SHAPE_FAULTS else faults:
            wrong.append(f"{path.name}: {faults}")
    assert wrong == []
    assert judged == 32
