"""Employment records as credentials: signed, verified, and told where they are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from openler.credentials.employment import Position, Service, employment
from openler.credentials.evidence import Evidence
from openler.credentials.model import read_credential
from openler.credentials.openbadges import Issuer, hashed_identity
from openler.credentials.policy import Policy
from openler.credentials.verify import verify
from tests.support.presenting import AT, Key

EMPLOYER = Key(1)


def made(**changes: Any) -> dict[str, Any]:
    options: dict[str, Any] = {
        "positions": [Position("Welder", "2019-04", "2021", relationship="Employment", description="Frames.", occupation_code="51-4121")],
        "service": Service("Army", started="2001", ended="2005-06-30", starting_rank="Private", specialties=("12B",), honors=("A medal",)),
        "skills": [{"type": ["Alignment"], "targetName": "Weld", "targetUrl": "https://a.example/weld", "targetType": "ceasn:Competency"}],
        "identifiers": [hashed_identity("ana@example.org", kind="emailAddress", salt="s")],
    }
    return employment(
        credential_id="urn:uuid:aade0bf4-3948-4970-affa-944fd2b48709", issuer=Issuer(EMPLOYER.did, "Ironworks"), subject="did:example:ana",
        organization="Ironworks", name="Welder, Ironworks", valid_from=AT, **{**options, **changes},
    )  # fmt: skip


@pytest.mark.parametrize("changes", [{}, {"service": None}, {"positions": []}, {"skills": [], "identifiers": []}])
def test_a_record_of_work_or_service_is_valid(changes: dict[str, Any]) -> None:
    report = verify(EMPLOYER.sign(made(**changes)), Evidence(), Policy(), AT)
    assert report.verdict == "valid", report.reasons


@pytest.mark.parametrize("name", ["title", "start", "end", "descriptions", "occupationCode", "workRelationshipTypeCode"])
def test_every_word_about_the_work_is_covered_by_the_signature(name: str) -> None:
    signed = EMPLOYER.sign(made())
    position = signed["credentialSubject"]["employmentHistory"]["positionHistories"][0]
    position[name] = ["Bridges."] if name == "descriptions" else "2020" if name in {"start", "end"} else "Contract"
    assert verify(signed, Evidence(), Policy(), AT).check("proof").code == "credentials.proof_signature_wrong"


@pytest.mark.parametrize("name", ["branch", "startingRank", "specialties", "honors", "start"])
def test_every_word_about_the_service_is_covered_by_the_signature(name: str) -> None:
    signed = EMPLOYER.sign(made())
    service = signed["credentialSubject"]["militaryService"]
    service[name] = ["Other"] if isinstance(service[name], list) else "2002"
    assert verify(signed, Evidence(), Policy(), AT).check("proof").code == "credentials.proof_signature_wrong"


HISTORY = "/credentialSubject/employmentHistory"
POSITION = f"{HISTORY}/positionHistories/0"


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"positions": [Position("Welder", "19")]}, "credentials.employment_date_malformed", f"{POSITION}/start"),
        ({"positions": [Position("Welder", "2021-13")]}, "credentials.employment_date_malformed", f"{POSITION}/start"),
        ({"positions": [Position("Welder", "2021", "2020-12")]}, "credentials.employment_dates_reversed", f"{POSITION}/end"),
        ({"positions": [Position("W", "2020", "2021", current=True)]}, "credentials.employment_current_and_ended", f"{POSITION}/current"),
        (
            {"positions": [Position("W", relationship="Friend")]},
            "credentials.employment_relationship_unknown",
            f"{POSITION}/workRelationshipTypeCode",
        ),
        ({"positions": [Position("")]}, "credentials.shape_missing", f"{POSITION}/title"),
        ({"organization": ""}, "credentials.shape_missing", f"{HISTORY}/organization/name"),
        ({"service": Service("")}, "credentials.shape_missing", "/credentialSubject/militaryService/branch"),
        ({"positions": [], "service": None}, "credentials.shape_missing", "/credentialSubject/employmentHistory"),
    ],
)
def test_one_broken_part_is_found_where_it_is(changes: dict[str, Any], code: str, path: str) -> None:
    organization = changes.pop("organization", None)
    document = made(**changes)
    if organization is not None:
        del document["credentialSubject"]["employmentHistory"]["organization"]["name"]
    assert [(fault.code, fault.path) for fault in read_credential(document).faults] == [(code, path)]


def test_a_start_within_the_year_it_ends_is_in_order() -> None:
    assert read_credential(made(positions=[Position("Welder", "2019", "2019-04")])).faults == ()
