"""What is read by a shape that is known is what is read anew: the same credential, or the same faults, whatever the texts are."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from openler.credentials import quick
from openler.credentials.model import read_credential
from openler.linkeddata.compiled import canonicalise
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.plan import text_at
from tests.property.test_compiled import BADGE, NASTY

CONTEXTS = Contexts.pinned()
TEXTS = (*NASTY, "\t\n", "https://x.example/\x7f", "urn:", "did:", "https://x.example/" + "y" * 2048, "2024-12-31T00:00:00",
         "2026-02-30T00:00:00Z", "sha256$" + "0" * 64, "md5$" + "0" * 32)  # fmt: skip


def _badge() -> dict[str, Any]:
    made = copy.deepcopy(BADGE)
    made |= {"validUntil": "2026-01-01T00:00:00Z", "awardedDate": "2024-12-01T00:00:00Z"}
    made["issuer"] |= {"otherIdentifier": [{"type": "IdentifierEntry", "identifier": "x", "identifierType": "sourcedId"}]}
    made["credentialSubject"]["identifier"][0]["identityHash"] = "sha256$" + "a" * 64
    made["credentialSubject"] |= {"activityStartDate": "2024-01-01T00:00:00Z", "activityEndDate": "2024-02-01T00:00:00Z"}
    made["credentialSubject"]["achievement"] |= {"inLanguage": "en", "version": "1"}
    made["evidence"] = [{"id": "https://college.example/e", "type": ["Evidence"], "narrative": "Seen.", "genre": "Photo"}]
    made["relatedResource"] = [{"id": "https://college.example/r", "digestSRI": "sha256-eA==", "mediaType": "text/plain"}]
    return made


def _with_results() -> dict[str, Any]:
    made = _badge()
    level = {"id": "urn:l", "type": ["RubricCriterionLevel"], "name": "Good"}
    described = {"id": "urn:r", "type": ["ResultDescription"], "name": "Grade", "resultType": "LetterGrade", "allowedValue": ["A", "B"],
                 "rubricCriterionLevel": [level], "requiredLevel": "urn:l"}  # fmt: skip
    made["credentialSubject"]["achievement"]["resultDescription"] = [described]
    made["credentialSubject"]["result"] = [{"type": ["Result"], "resultDescription": "urn:r", "value": "A", "achievedLevel": "urn:l"}]
    return made


def _pinning_two() -> dict[str, Any]:
    made = _badge()
    made["relatedResource"].append({"id": "https://college.example/q", "digestSRI": "sha256-eA==", "mediaType": "text/plain"})
    return made


def _known(document: dict[str, Any]) -> None:
    for _ in range(3):
        canonicalise({name: value for name, value in document.items() if name != "proof"}, CONTEXTS)
        quick.read(copy.deepcopy(document), CONTEXTS)


@pytest.mark.parametrize("make", [_badge, _with_results, _pinning_two])
def test_a_known_shape_is_read_as_any_other_whatever_a_text_says(make: Any) -> None:
    document = make()
    assert not read_credential(document).faults
    _known(document)
    _, found = quick.read(document, CONTEXTS)
    assert found is not None, "a shape without a plan tests nothing"
    for place in found.plan.free:
        for text in TEXTS:
            other = copy.deepcopy(document)
            text_at(other, place[:-1])[place[-1]] = text
            assert quick.read(other, CONTEXTS)[0] == read_credential(other), (place, text)


@pytest.mark.parametrize("proof", [{"type": ""}, {"type": 5}, {}, "x", [5], [BADGE["proof"], {"id": "urn:p"}], []])
def test_a_proof_without_a_type_is_a_fault_in_a_known_shape_too(proof: Any) -> None:
    document = _badge()
    _known(document)
    other = document | {"proof": proof}
    assert quick.read(other, CONTEXTS)[0] == read_credential(other)


def test_a_second_record_of_a_known_shape_is_not_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    document = _badge()
    _known(document)
    other = document | {"id": "urn:uuid:2", "name": "Other", "validFrom": "2025-02-02T00:00:00Z"}
    expected = read_credential(other)
    monkeypatch.setattr(quick, "read_credential", lambda _: pytest.fail("read anew"))
    assert quick.read(other, CONTEXTS)[0] == expected


def test_long_texts_of_a_stranger_are_read_and_not_kept() -> None:
    document = _with_results()
    _known(document)
    long = copy.deepcopy(document)
    long["credentialSubject"]["achievement"]["resultDescription"][0]["name"] = "g" * 2 * quick.MAX_SAME_LENGTH
    read, found = quick.read(long, CONTEXTS)
    assert found is not None
    assert read == read_credential(long)
    kept = found.plan.noted["credentials.quick"].sound
    assert kept
    assert max(len("".join(texts)) for texts in kept) <= quick.MAX_SAME_LENGTH
