"""From a registry's description to what a badge says was achieved."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from openler.credentials.model import read_credential
from openler.ctdl.document import Document, build
from openler.errors import Malformed
from openler.ids import Ctid, Digest
from openler.meaning.achievement import achievement, achievement_type, competencies, pin

BASE = "https://registry.example"
CTID = Ctid.derive("tests", "x", "one")
TARGET = "ceterms:CredentialAlignmentObject"


def document(kind: str = "ceterms:BachelorDegree", **more: Any) -> Document:
    node = {"@type": kind, "ceterms:ctid": CTID, "ceterms:name": {"en-US": "Nursing", "es": "Enfermería"}}
    return build(BASE, [{**node, **{name.replace("__", ":"): value for name, value in more.items()}}])


@pytest.mark.parametrize(
    ("ctdl", "badge"),
    [
        ("ceterms:BachelorDegree", "BachelorDegree"), ("ceterms:BachelorOfArtsDegree", "BachelorDegree"), ("ceterms:License", "License"),
        ("ceterms:ResearchDoctorate", "ResearchDoctorate"), ("ceterms:MasterDegree", "MasterDegree"), ("ceterms:Course", "Course"),
        ("ceterms:LearningProgram", "LearningProgram"), ("ceterms:AssessmentProfile", "Assessment"), ("ceasn:Competency", "Competency"),
        ("ceterms:DigitalBadge", "Badge"), ("ceterms:MicroCredential", "MicroCredential"),
        ("ceterms:CertificateOfCompletion", "CertificateOfCompletion"), ("ceterms:LearningOpportunityProfile", "Achievement"),
    ],
)  # fmt: skip
def test_a_class_becomes_its_achievement_type(ctdl: str, badge: str) -> None:
    assert achievement_type(ctdl) == badge


@pytest.mark.parametrize(
    ("kind", "target"),
    [("ceterms:BachelorDegree", "ceterms:Credential"), ("ceterms:Course", "CTDL"), ("ceterms:LearningProgram", "CTDL")],
)
def test_the_alignment_follows_the_guidance(kind: str, target: str) -> None:
    (own,) = achievement(document(kind))["alignment"]
    assert own == {
        "type": ["Alignment"],
        "targetName": "Nursing",
        "targetUrl": f"{BASE}/resources/{CTID}",
        "targetType": target,
        "targetCode": CTID,
        "targetFramework": "Credential Transparency Description Language",
    }


def test_the_achievement_has_what_open_badges_requires() -> None:
    made = achievement(document(), language="es")
    subject = {"type": ["AchievementSubject"], "achievement": made}
    found = read_credential({"type": ["VerifiableCredential", "OpenBadgeCredential"], "credentialSubject": subject}).faults
    assert not [fault for fault in found if fault.path.startswith("/credentialSubject")]
    assert made["name"] == "Enfermería"


def test_nobody_achieves_an_organisation_and_nothing_is_issued_without_a_name() -> None:
    with pytest.raises(Malformed) as caught:
        achievement(document("ceterms:CredentialOrganization"))
    assert caught.value.code == "meaning.not_an_achievement"
    with pytest.raises(Malformed) as caught:
        achievement(document(ceterms__name=None))
    assert caught.value.code == "meaning.incomplete"


def test_competencies_are_listed_once_from_every_place_that_names_them() -> None:
    one = {
        "@type": TARGET,
        "ceterms:targetNode": "https://a.example/1",
        "ceterms:targetNodeName": {"en": "One"},
        "ceterms:codedNotation": "1.A",
    }
    two = {"@type": TARGET, "ceterms:targetNode": "https://a.example/2", "ceterms:targetNodeName": {"en": "Two"}}
    nameless = {"@type": TARGET, "ceterms:targetNode": "https://a.example/3"}
    condition = {"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": [one, two]}
    found = competencies(document("ceterms:LearningProgram", ceterms__teaches=[one, nameless], ceterms__requires=[condition]))
    assert [(each.name, each.code) for each in found] == [("One", "1.A"), ("Two", "")]
    assert found[0].alignment()["targetCode"] == "1.A"


def test_a_pin_names_the_entry_and_holds_the_digest() -> None:
    digest = Digest.of(b"x")
    pinned = pin(BASE + "/", CTID, seq=7, digest=digest)
    assert pinned["id"] == f"{BASE}/envelopes/{CTID}/revisions/7"
    assert base64.b64decode(pinned["digestSRI"].removeprefix("sha256-")).hex() == digest
