"""The shape of Open Badges 3.0: every part that a badge may carry, whole and broken."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

import pytest

from openler.credentials.model import read_credential
from openler.credentials.openbadges import hashed_identity, matches_identity
from tests.support.presenting import V2, Key, badge

ISSUER = Key(1)
LEVEL = "urn:uuid:d05a0867-d0ad-4b03-bdb5-28fb5d2aab7a"
GRADE = "https://a.example/welding#grade"


def complete() -> dict[str, Any]:
    """A badge with one of everything."""
    found = badge(ISSUER)
    achievement = found["credentialSubject"]["achievement"]
    achievement |= {
        "achievementType": "Certificate", "creditsAvailable": 3, "fieldOfStudy": "Metal", "humanCode": "W1", "version": "2",
        "inLanguage": "en-US", "tag": ["metal"], "image": {"id": "https://a.example/w.png", "type": "Image", "caption": "Welding"},
        "creator": {"id": ISSUER.did, "type": ["Profile"], "name": "A", "parentOrg": {"id": "did:example:b", "type": ["Profile"]}},
        "related": [{"id": "https://a.example/welding-1", "type": ["Related"], "version": "1", "inLanguage": "es"}],
        "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "W-1", "identifierType": "sourcedId"}],
        "alignment": [{"type": ["Alignment"], "targetName": "Read blueprints", "targetUrl": "https://a.example/blueprints"}],
        "resultDescription": [
            {
                "id": GRADE, "type": ["ResultDescription"], "name": "Grade", "resultType": "LetterGrade", "allowedValue": ["C", "B", "A"],
                "requiredValue": "C",
            },
            {
                "id": "https://a.example/welding#score", "type": ["ResultDescription"], "name": "Score", "resultType": "Percent",
                "valueMin": "0", "valueMax": "100",
            },
            {
                "id": "https://a.example/welding#level", "type": ["ResultDescription"], "name": "Level",
                "resultType": "RubricCriterionLevel",
                "requiredLevel": LEVEL, "rubricCriterionLevel": [{"id": LEVEL, "type": ["RubricCriterionLevel"], "name": "Mastered"}],
            },
        ],
    }  # fmt: skip
    found["credentialSubject"] |= {
        "creditsEarned": 3, "term": "Fall", "role": "Welder", "licenseNumber": "L-1", "narrative": "Welded a frame.",
        "activityStartDate": "2025-09-01T00:00:00Z", "activityEndDate": "2026-01-01T00:00:00Z",
        "source": {"id": "did:example:c", "type": ["Profile"]},
        "identifier": [hashed_identity("ana@example.org", kind="emailAddress", salt="s")],
        "result": [
            {"type": ["Result"], "resultDescription": GRADE, "value": "A"},
            {"type": ["Result"], "resultDescription": "https://a.example/welding#score", "value": "93"},
            {"type": ["Result"], "resultDescription": "https://a.example/welding#level", "achievedLevel": LEVEL, "status": "Completed"},
        ],
    }  # fmt: skip
    found["evidence"] = [{"id": "https://a.example/frame", "type": ["Evidence"], "name": "Frame", "narrative": "A frame.", "genre": "Work"}]
    found["image"] = "https://a.example/badge.png"
    found["endorsementJwt"] = ["eyJhbGciOiJFZERTQSJ9.e30.c2ln"]
    return found


def faults(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.code, fault.path) for fault in read_credential(document).faults]


def test_a_badge_with_everything_is_sound() -> None:
    assert faults(complete()) == []


def _at(document: dict[str, Any], path: str) -> tuple[Any, Any]:
    *steps, last = path.strip("/").split("/")
    node: Any = document
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node, int(last) if isinstance(node, list) else last


SUBJECT, ACHIEVEMENT = "/credentialSubject", "/credentialSubject/achievement"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (f"{SUBJECT}/result/0/resultDescription", "https://a.example/other", "credentials.badge_result_undescribed"),
        (f"{SUBJECT}/result/0/value", "F", "credentials.badge_value_not_allowed"),
        (f"{SUBJECT}/result/1/value", "101%", "credentials.badge_value_out_of_range"),
        (f"{SUBJECT}/result/1/value", "-1", "credentials.badge_value_out_of_range"),
        (f"{SUBJECT}/result/2/achievedLevel", "urn:uuid:other", "credentials.badge_level_unknown"),
        (f"{SUBJECT}/result/2/status", "Finished", "credentials.badge_status_unknown"),
        (f"{SUBJECT}/result/0/value", 4, "credentials.shape_wrong_kind"),
        (f"{ACHIEVEMENT}/resultDescription/0/requiredValue", "E", "credentials.badge_value_not_allowed"),
        (f"{ACHIEVEMENT}/resultDescription/2/requiredLevel", "urn:uuid:other", "credentials.badge_level_unknown"),
        (f"{ACHIEVEMENT}/resultDescription/0/allowedValue/1", 2, "credentials.shape_wrong_kind"),
        (f"{ACHIEVEMENT}/resultDescription/2/rubricCriterionLevel/0/name", None, "credentials.shape_wrong_kind"),
        (f"{ACHIEVEMENT}/creditsAvailable", "3", "credentials.shape_wrong_kind"),
        (f"{SUBJECT}/creditsEarned", True, "credentials.shape_wrong_kind"),
        (f"{ACHIEVEMENT}/inLanguage", "english please", "credentials.badge_language_malformed"),
        (f"{ACHIEVEMENT}/related/0/type", ["Thing"], "credentials.shape_type_missing"),
        (f"{ACHIEVEMENT}/otherIdentifier/0/identifierType", "", "credentials.shape_wrong_kind"),
        (f"{ACHIEVEMENT}/image/type", "Picture", "credentials.shape_type_missing"),
        (f"{ACHIEVEMENT}/image/id", "w.png", "credentials.shape_not_url"),
        (f"{ACHIEVEMENT}/creator/parentOrg/type", ["Company"], "credentials.shape_type_missing"),
        (f"{ACHIEVEMENT}/tag/0", 7, "credentials.shape_wrong_kind"),
        (f"{SUBJECT}/identifier/0/hashed", "yes", "credentials.shape_wrong_kind"),
        (f"{SUBJECT}/identifier/0/identityHash", "sha256$abc", "credentials.badge_identity_malformed"),
        (f"{SUBJECT}/activityEndDate", "2025-01-01T00:00:00Z", "credentials.badge_activity_reversed"),
        (f"{SUBJECT}/source/type", ["Place"], "credentials.shape_type_missing"),
        ("/evidence/0/type", ["Proof"], "credentials.shape_type_missing"),
        ("/evidence/0/id", "frame", "credentials.shape_not_url"),
        ("/evidence/0/narrative", 3, "credentials.shape_wrong_kind"),
        ("/image", "badge.png", "credentials.shape_not_url"),
        ("/endorsementJwt/0", "not a token", "credentials.badge_endorsement_not_token"),
    ],
)
def test_one_broken_part_is_found_where_it_is(path: str, value: object, code: str) -> None:
    document = complete()
    node, last = _at(document, path)
    node[last] = value
    assert (code, path) in faults(document)


@pytest.mark.parametrize(
    "image", ["https://a.example/i.png", "data:image/png;base64,AAAA", {"id": "https://a.example/i.png", "type": "Image"}]
)
def test_an_image_may_be_its_address_or_an_object(image: object) -> None:
    document = complete()
    document["credentialSubject"]["achievement"]["image"] = image
    assert faults(document) == []


def test_each_of_several_subjects_must_be_sound() -> None:
    document = complete()
    second = copy.deepcopy(document["credentialSubject"])
    second["result"][0]["value"] = "Z"
    document["credentialSubject"] = [document["credentialSubject"], second]
    assert faults(document) == [("credentials.badge_value_not_allowed", "/credentialSubject/1/result/0/value")]


def test_an_embedded_endorsement_must_call_itself_one() -> None:
    document = complete()
    document["endorsement"] = [{"@context": [V2], "type": ["VerifiableCredential"]}]
    assert ("credentials.shape_type_missing", "/endorsement/0/type") in faults(document)


def test_an_endorsement_must_say_what_it_endorses() -> None:
    document = badge(ISSUER, type=["VerifiableCredential", "EndorsementCredential"])
    document["credentialSubject"] = {"type": ["EndorsementSubject"], "endorsementComment": "Good."}
    assert ("credentials.shape_missing", "/credentialSubject/id") in faults(document)
    document["credentialSubject"] = {"id": "did:example:a", "type": ["Person"]}
    assert ("credentials.shape_type_missing", "/credentialSubject/type") in faults(document)


def test_an_identity_hashed_the_old_way_is_known_again() -> None:
    old = {"type": "IdentityObject", "hashed": True, "identityHash": "md5$6ef2fe0ad16b15ba0463c9e0bbb32de3", "salt": "s"}
    assert not matches_identity(old | {"identityType": "emailAddress"}, "ben@example.org")
    own = "md5$" + hashlib.md5(b"ana@example.orgs", usedforsecurity=False).hexdigest()
    assert matches_identity(old | {"identityHash": own, "identityType": "emailAddress"}, "Ana@example.org ")
