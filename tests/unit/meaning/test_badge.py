"""A badge as CTDL: sound by the registry's own rules, nothing made up, nothing silently dropped."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.document import Document, nodes, parse
from openler.ctdl.rules import check
from openler.errors import Malformed
from openler.ids import Ctid
from openler.meaning.badge import Described, achievements, describe

BASE = "https://registry.example"
OWNER = Ctid.derive("tests", "ceterms:CredentialOrganization", "owner")
OTHER = Ctid.derive("tests", "x", "other")


def achievement(**changes: Any) -> dict[str, Any]:
    return {
        "id": "https://a.example/welding", "type": ["Achievement"], "name": "Welding", "description": "Joins metal.",
        "criteria": {"narrative": "Pass the bend test.", "id": "https://a.example/welding/criteria"}, **changes,
    }  # fmt: skip


def aligned(**target: Any) -> dict[str, Any]:
    return {"type": ["Alignment"], "targetName": "Target", "targetUrl": "https://elsewhere.example/target", **target}


def made(kinds: dict[str, str] | None = None, **changes: Any) -> Described:
    return describe(achievement(**changes), base_url=BASE, owner=OWNER, kind_of=(kinds or {}).get)


def errors(document: Document) -> list[str]:
    return [finding.code for finding in check(parse(document.normalised)) if finding.severity == "error"]


@pytest.mark.parametrize(
    ("kind", "ctdl"),
    [
        (None, "ceterms:OpenBadge"), ("ext:Unheard", "ceterms:OpenBadge"), ("Badge", "ceterms:Badge"),
        ("Certificate", "ceterms:Certificate"),
        ("BachelorDegree", "ceterms:BachelorDegree"), ("MicroCredential", "ceterms:MicroCredential"), ("Course", "ceterms:Course"),
        ("Assessment", "ceterms:AssessmentProfile"),
    ],
)  # fmt: skip
def test_the_class_is_the_badges_kind_and_the_rules_find_no_error(kind: str | None, ctdl: str) -> None:
    found = made(achievementType=kind, tag=["metal"], inLanguage="en", image={"id": "https://a.example/i.png", "type": "Image"})
    assert found.document.type == ctdl
    assert errors(found.document) == []
    assert found.document.owner == OWNER


def test_the_badges_words_are_the_descriptions_and_nothing_is_added() -> None:
    main = made().document.main
    assert main["ceterms:credentialId"] == "https://a.example/welding"
    assert main["ceterms:subjectWebpage"] == "https://a.example/welding/criteria"
    assert main["ceterms:name"] == {"en": "Welding"}
    assert "ceterms:inLanguage" not in main
    assert "ceterms:credentialStatusType" not in main
    (condition,) = nodes(made().document, main, "ceterms:requires")
    assert condition["ceterms:description"] == {"en": "Pass the bend test."}


REGISTERED = f"https://registry.example/resources/{OTHER}"


@pytest.mark.parametrize(
    ("target", "kind", "prop"),
    [
        ({"targetType": "ceasn:Competency"}, None, "ceterms:targetCompetency"),
        ({}, None, "ceterms:targetCompetency"),
        ({"targetType": "ceterms:Credential"}, None, "ceterms:targetCredential"),
        ({"targetType": "CTDL", "targetCode": OTHER, "targetUrl": REGISTERED}, "ceterms:Course", "ceterms:targetLearningOpportunity"),
        ({"targetType": "CTDL", "targetCode": OTHER, "targetUrl": REGISTERED}, "ceterms:AssessmentProfile", "ceterms:targetAssessment"),
        ({"targetType": "CTDL", "targetCode": OTHER, "targetUrl": REGISTERED}, "ceasn:Competency", "ceterms:targetCompetency"),
    ],
)
def test_what_it_is_aligned_to_is_required(target: dict[str, Any], kind: str | None, prop: str) -> None:
    found = made({OTHER: kind} if kind else {}, alignment=[aligned(**target)])
    (condition,) = nodes(found.document, found.document.main, "ceterms:requires")
    assert prop in condition
    assert (errors(found.document), found.left) == ([], ())


@pytest.mark.parametrize(
    ("target", "kind", "prop"),
    [
        ({"targetCode": "51-4121.00", "targetFramework": "O*NET-SOC"}, None, "ceterms:occupationType"),
        ({"targetCode": "3323", "targetFramework": "North American Industry Classification System (NAICS)"}, None, "ceterms:industryType"),
        ({"targetType": "CTDL", "targetCode": OTHER, "targetUrl": REGISTERED}, "ceterms:Occupation", "ceterms:occupationType"),
        ({"targetType": "CTDL", "targetCode": OTHER, "targetUrl": REGISTERED}, "ceterms:QACredentialOrganization", "ceterms:recognizedBy"),
    ],
)
def test_occupations_industries_and_organizations_have_places_of_their_own(target: dict[str, Any], kind: str | None, prop: str) -> None:
    found = made({OTHER: kind} if kind else {}, alignment=[aligned(**target)])
    assert prop in found.document.main
    assert (errors(found.document), found.left) == ([], ())


def test_what_is_not_said_plainly_is_told_and_left_out() -> None:
    found = made(alignment=[aligned(targetType="CTDL", targetName="Something")])
    assert found.left == ("Something",)


def test_a_ctid_that_the_badge_has_is_kept_and_else_one_is_derived_once() -> None:
    itself = aligned(targetType="ceterms:Credential", targetName="Welding", targetCode=OTHER, targetUrl=REGISTERED)
    assert made(alignment=[itself]).document.ctid == OTHER
    assert made().document.ctid == made(description="Other words.").document.ctid != OTHER


def test_a_badge_class_of_version_2_and_a_credential_give_their_achievement() -> None:
    old = {"type": "BadgeClass", "id": "https://a.example/b", "name": "Robots", "description": "Builds.", "criteria": "https://a.example/c"}
    (found,) = achievements(old)
    assert describe(found, base_url=BASE).document.main["ceterms:subjectWebpage"] == "https://a.example/c"
    (same,) = achievements({"type": ["OpenBadgeCredential"], "credentialSubject": {"achievement": achievement()}})
    assert same == achievement()


@pytest.mark.parametrize("document", [None, [], {}, {"credentialSubject": {"id": "did:example:a"}}])
def test_what_is_no_badge_is_refused(document: object) -> None:
    with pytest.raises(Malformed) as caught:
        list(achievements(document))
    assert caught.value.code == "meaning.not_a_badge"


@pytest.mark.parametrize("changes", [{"name": ""}, {"id": "welding"}])
def test_a_badge_without_a_name_or_id_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as caught:
        made(**changes)
    assert caught.value.code == "meaning.badge_unnamed"
