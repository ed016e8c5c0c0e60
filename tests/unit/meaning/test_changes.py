"""What changed between the description that was earned and today's, told in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.document import Document, build
from openler.ids import Ctid
from openler.meaning.changes import MOST_NAMED, changes
from openler.meaning.describe import Meaning, describe
from openler.messages import render

BASE = "https://registry.example"
CTID = Ctid.derive("tests", "ceterms:License", "one")
BOARD = f"{BASE}/resources/{Ctid.derive('tests', 'x', 'board')}"


def meaning(*, skills: tuple[str, ...] = ("Weld",), level: str = "Advanced", **more: Any) -> Meaning:
    return describe(document(skills=skills, level=level, **more))


def document(*, skills: tuple[str, ...] = ("Weld",), level: str = "Advanced", **more: Any) -> Document:
    targets = [
        {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNode": f"{BASE}/resources/{Ctid.derive('tests', 'ceasn:Competency', name)}",
            "ceterms:targetNodeName": {"en": name},
        }
        for name in skills
    ]
    node = {
        "@type": "ceterms:License", "ceterms:ctid": CTID, "ceterms:name": {"en": "Welder"}, "ceterms:description": {"en": "Joins metal."},
        "ceterms:audienceLevelType": [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en": level}}],
        "ceterms:requires": [{"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": targets}],
        "ceterms:accreditedBy": [BOARD],
    }  # fmt: skip
    return build(BASE, [{**node, **more}])


def told(then: Meaning | None, now: Meaning | None) -> list[str]:
    return [render(change.code, change.parameters).text for change in changes(then, now)]


def test_nothing_changed_or_nothing_to_compare_tells_nothing() -> None:
    assert told(meaning(), meaning()) == told(None, meaning()) == told(meaning(), None) == []


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ({"level": "Basic"}, "The level was Advanced, and is Basic now."),
        ({"ceterms:audienceLevelType": []}, "It no longer states a level; it was Advanced."),
        ({"skills": ("Weld", "Cut")}, "Skills it asks for now and did not then: Cut."),
        ({"skills": ()}, "Skills it asked for then and no longer does: Weld."),
        ({"ceterms:accreditedBy": []}, f"Quality assurance it had then and has no longer: Accredited By: {BOARD}."),
        (
            {"ceterms:accreditedBy": [BOARD], "ceterms:recognizedBy": [BOARD]},
            f"Quality assurance it has gained since: Recognized By: {BOARD}.",
        ),
        ({"ceterms:name": {"en": "Master Welder"}}, "It was called Welder, and is called Master Welder now."),
        ({"ceterms:description": {"en": "Joins steel."}}, "The description in words was rewritten."),
        ({"ceterms:ownedBy": [BOARD]}, "Other organizations own or offer it now."),
        ({"ceterms:keyword": {"en": ["welding"]}}, "Details were edited; name, level, skills and quality assurance are as they were."),
    ],
)
def test_each_change_has_its_sentence(now: dict[str, Any], sentence: str) -> None:
    assert told(meaning(), meaning(**now)) == [sentence]


def test_many_skills_are_counted_beyond_the_first() -> None:
    (sentence,) = told(meaning(skills=()), meaning(skills=tuple(f"S{n}" for n in range(MOST_NAMED + 3))))
    assert sentence.endswith(f"S{MOST_NAMED - 1} +3.")
