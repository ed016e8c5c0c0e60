"""What the rules find in the published sample documents, held against a golden file that was read by eye.

To accept a change of the rules, look through what it does to these documents, then write the file again with
``OPENLER_WRITE_GOLDEN=1``.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from openler.actions.registry.validate import validate_all
from openler.ctdl.findings import Finding

pytestmark = pytest.mark.shared
GOLDEN = Path(__file__).parent / "golden" / "ctdl_samples.json"
PLACES = GOLDEN.with_name("ctdl_sample_places.json")

PUBLISHED = (
    "CredentialWithMultipleLanguages_Api_output.json", "Credential_PublishDetailedRecord_API_output.json",
    "Kansas_Credential_WithAggregateDataProfile_API_Output.json", "ProPath_Published.json", "ConnectingCredentialsLevels.json",
    "ONET_Abilities_Competency_Framework_9-27-19.json", "ONET_Knowledge_Competency_Framework_9-27-19.json",
    "SampleCompetencyFramework_with_Envelope.json", "framework_only.json", "owner_organization.json", "external_reference.json",
)  # fmt: skip
"""Documents in today's form, published or made to be right: none may have an error."""


@pytest.fixture(scope="module")
def told(shared: Path) -> dict[str, list[tuple[str, str]]]:
    """What is found in each sample: severity and code (of a gap the property too), and the place."""
    folder = shared / "samples" / "ctdl"
    return {
        str(path.relative_to(folder)): [
            (_named(finding), finding.place) for result in validate_all(None, path.read_bytes(), path.name) for finding in result.findings
        ]
        for path in sorted(folder.rglob("*.json"))
    }


def _named(finding: Finding) -> str:
    return f"{finding.severity} {finding.code}" + (f" {finding.parameters['property']}" if finding.severity == "gap" else "")


@pytest.fixture(scope="module")
def found(told: dict[str, list[tuple[str, str]]]) -> dict[str, dict[str, int]]:
    return {path: dict(sorted(Counter(code for code, _ in findings).items())) for path, findings in told.items()}


@pytest.fixture(scope="module")
def places(told: dict[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    """By code and place, over all samples: which files; positions in lists are stars, so that the table stays readable."""
    kept: dict[str, set[str]] = {}
    for path, findings in told.items():
        for code, place in findings:
            if not code.startswith("gap"):
                kept.setdefault(f"{code} at {_starred(place)}", set()).add(Path(path).name)
    return {key: sorted(kept[key]) for key in sorted(kept)}


def _starred(place: str) -> str:
    return "/".join("*" if step.isdigit() else step for step in place.split("/")) or "/"


def test_the_findings_are_those_that_were_looked_through(found: dict[str, dict[str, int]]) -> None:
    if os.environ.get("OPENLER_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_places_are_those_that_were_looked_through(places: dict[str, list[str]]) -> None:
    if os.environ.get("OPENLER_WRITE_GOLDEN"):
        PLACES.write_text(json.dumps(places, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert places == json.loads(PLACES.read_text(encoding="utf-8"))


def errors(found: dict[str, dict[str, int]], name: str) -> list[str]:
    [findings] = [counts for path, counts in found.items() if path.endswith(f"/{name}")]
    return [code for code in findings if code.startswith("error")]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_document_has_no_error(found: dict[str, dict[str, int]], name: str) -> None:
    assert errors(found, name) == []


def test_every_sample_made_to_be_invalid_is_caught(found: dict[str, dict[str, int]]) -> None:
    made = [path for path in found if Path(path).name.startswith("invalid_")]
    assert made
    assert [path for path in made if not found[path]] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("unresolved_bnode.json", "error ctdl.blank_node_dangling"),
        ("bug_class_252_wrong_framework_identifier.json", "error ctdl.range"),
        ("bug_class_250_bare_uuid_for_ctid.json", "error ids.ctid_malformed"),
        ("inverse_mismatch.json", "note ctdl.inverse_contradicted"),
        ("ctid_warnings.json", "note ctdl.ctid_version"),
        ("invalid_credentialType.json", "error ctdl.class_unknown"),
        ("invalid_NoOwnedOffered.json", "gap ctdl.required_missing ceterms:ownedBy|ceterms:offeredBy"),
        ("invalid_missing_owned_offered.json", "gap ctdl.required_missing ceterms:ownedBy|ceterms:offeredBy"),
    ],
)
def test_a_known_fault_is_found_by_its_name(found: dict[str, dict[str, int]], name: str, code: str) -> None:
    [findings] = [counts for path, counts in found.items() if path.endswith(f"/{name}")]
    assert code in findings
