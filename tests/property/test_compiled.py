"""A plan and the reference agree on every document: the same bytes, or the same error, whatever the texts are."""

from __future__ import annotations

import copy
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openler.errors import OpenlerError
from openler.linkeddata import canonical, compiled
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.parse import parse_json, walk
from openler.linkeddata.plan import MAX_FORM, text_at
from openler.linkeddata.shape import slots, steering_names

CONTEXTS = Contexts.pinned()
V2, BADGES = "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

BADGE: dict[str, Any] = {
    "@context": [V2, BADGES],
    "id": "urn:uuid:11111111-1111-4111-8111-111111111111",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Welding",
    "issuer": {"id": "did:web:college.example", "type": ["Profile"], "name": "College", "url": "https://college.example/a/../b"},
    "validFrom": "2025-01-01T00:00:00Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": True, "identityHash": "sha256$aa", "identityType": "emailAddress", "salt": "x"},
            {"type": "IdentityObject", "hashed": False, "identityHash": "Rosa", "identityType": "name"},
        ],
        "achievement": {
            "id": "https://college.example/a",
            "type": ["Achievement"],
            "name": "Welding",
            "description": "Join metal.",
            "criteria": {"narrative": "Do it."},
            "creditsAvailable": 3.5,
            "alignment": [
                {"type": ["Alignment"], "targetName": "a", "targetUrl": "https://x.example/1", "targetType": "ceasn:Competency"},
                {"type": ["Alignment"], "targetName": "b", "targetUrl": "https://x.example/2", "targetType": "CTDL"},
            ],
            "tag": ["one", "two"],
        },
    },
    "credentialStatus": [{"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "5",
                          "statusListCredential": "https://college.example/s"}],
    "evidence": [{"id": "https://college.example/e", "type": ["Evidence"], "narrative": {"@value": "Hola", "@language": "es"}}],
    "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2025-01-01T00:00:00Z",
              "proofPurpose": "assertionMethod", "verificationMethod": "did:key:z6Mk#z6Mk"},
}  # fmt: skip

NASTY = (
    "", " ", "a", "b", "Welding", 'say "x" \\ y', "tab\tline\nend\r\x00\x7f", "é😀\u2028", "urn:openler-slot:3:", "_:b0", "_:c14n1",
    "https://x.example/1", "https://x.example/../y/./z?q#f", "https://x.example/a b", "https://x.example/<>",
    "http:relative", "schema:name",
    "xsd:string", "cred:issuer", "relative/path", "#fragment", "?q", "//host/x", "@id", "@type", "name", "issuer", "id",
    "assertionMethod", "did:key:z6MkX#y", "urn:x", "mailto:a@b.example", "data:text/plain,hi there", "1", "1.0", "NaN", "true", "null",
    "2025-01-01T00:00:00Z", "en", "x" * 300,
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12))


@cache
def steering() -> frozenset[str]:
    return steering_names(CONTEXTS)


def told(made: Any) -> bytes | tuple[str, str | None]:
    try:
        found = made()
    except OpenlerError as error:
        return error.code, error.place
    assert isinstance(found, bytes)
    return found


def agree(document: dict[str, Any], plans: compiled.Plans) -> None:
    expected = told(lambda: canonical.canonicalise(document, CONTEXTS))
    assert told(lambda: plans.canonicalise(document, "sha256")) == expected
    assert told(lambda: plans.canonicalise(document, "sha384")) == told(
        lambda: canonical.canonicalise(document, CONTEXTS, hash_name="sha384")
    )


def learned(document: dict[str, Any]) -> compiled.Plans:
    plans = compiled.Plans(CONTEXTS)
    for _ in range(3):
        plans.canonicalise(document, "sha256")
    assert plans.plan_for(document) is not None
    return plans


@cache
def badge_plans() -> compiled.Plans:
    return learned(BADGE)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_texts_in_a_known_shape_give_what_the_reference_gives(data: st.DataObject) -> None:
    document = copy.deepcopy(BADGE)
    places = list(slots(BADGE, steering()))
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=6, unique=True)):
        text_at(document, place[:-1])[place[-1]] = data.draw(TEXTS)
    agree(document, badge_plans())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_value_in_any_place_gives_what_the_reference_gives(data: st.DataObject) -> None:
    """Other shapes, close to a known one: a number for a text, an array for one, a member more or less."""
    document = copy.deepcopy(BADGE)
    places = [place for place, _, _ in walk(BADGE) if place]
    place = data.draw(st.sampled_from(places)).replace("~1", "/").lstrip("/").split("/")
    holder: Any = document
    steps = [int(step) if step.isdigit() else step for step in place]
    for step in steps[:-1]:
        holder = holder[step]
    values = st.sampled_from([1, 1.0, True, False, None, 0, -0.0, 3.5, 10**21, [], {}, ["a"], ["a", "a"], {"@value": "a"}, {"id": "urn:a"}])
    if data.draw(st.booleans()):
        holder[steps[-1]] = data.draw(st.one_of(values, TEXTS, st.just([copy.deepcopy(holder[steps[-1]])] * 2)))
    else:
        del holder[steps[-1]]
    agree(document, badge_plans())


ALIKE: dict[str, Any] = {
    "@context": [V2, BADGES],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:college.example", "type": ["Profile"], "name": "College"},
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://college.example/a",
            "type": ["Achievement"],
            "name": "Welding",
            "creator": {"id": "did:web:other.example", "type": ["Profile"], "name": "Other"},
            "tag": ["one", "two", "three"],
            "criteria": {"narrative": "x"},
        },
    },
}


@pytest.mark.parametrize("name", ["College", "Other"])
@pytest.mark.parametrize("tags", [["one", "two", "three"], ["one", "one", "two"], ["three", "two", "one"]])
@pytest.mark.parametrize("creator", ["did:web:college.example", "did:web:other.example", "https://college.example/a"])
def test_statements_that_become_one_are_written_once(creator: str, tags: list[str], name: str) -> None:
    """Things that a plan knows apart may have one name, and what is said of a thing in two places may be the same."""
    document = copy.deepcopy(ALIKE)
    achievement = document["credentialSubject"]["achievement"]
    achievement["tag"] = tags
    achievement["creator"] |= {"id": creator, "name": name}
    plans = learned(ALIKE)
    plan = plans.plan_for(document)
    assert plan is not None
    assert plan.run(document, hashlib.sha256) == canonical.canonicalise(document, CONTEXTS)


def test_what_is_said_twice_about_a_nameless_thing_is_left_to_the_reference() -> None:
    """It changes the hash that the thing is named by, so the plan keeps out of it."""
    document = copy.deepcopy(ALIKE)
    del document["credentialSubject"]["achievement"]["id"]
    plans = learned(document)
    document["credentialSubject"]["achievement"]["tag"] = ["one", "one", "two"]
    plan = plans.plan_for(document)
    assert plan is not None
    assert plan.run(document, hashlib.sha256) is None
    agree(document, plans)


@settings(max_examples=60, deadline=None)
@given(st.permutations(sorted(BADGE)), st.data())
def test_the_order_of_members_changes_nothing(order: list[str], data: st.DataObject) -> None:
    document = {name: BADGE[name] for name in order}
    document["name"] = data.draw(TEXTS)
    expected = told(lambda: canonical.canonicalise({**BADGE, "name": document["name"]}, CONTEXTS))
    plans = badge_plans()
    assert {told(lambda: plans.canonicalise(document, "sha256")) for _ in range(3)} == {expected}


@pytest.mark.parametrize("name", ["proofPurpose", "type", "@context"])
def test_a_text_that_steers_expansion_is_never_taken_for_a_filling(name: str) -> None:
    """The same members with another purpose or type are another statement: no plan made for the one may speak for the other."""
    plans = badge_plans()
    other = copy.deepcopy(BADGE)
    if name == "@context":
        other["@context"] = [V2]
    elif name == "type":
        other["credentialSubject"]["achievement"]["type"] = ["AchievementSubject"]
    else:
        other["proof"]["proofPurpose"] = "authentication"
    expected = told(lambda: canonical.canonicalise(other, CONTEXTS))

    for _ in range(3):
        assert told(lambda: plans.canonicalise(other, "sha256")) == expected
    assert plans.canonicalise(BADGE, "sha256") == canonical.canonicalise(BADGE, CONTEXTS)


def test_every_sample_of_the_field_gives_the_same_bytes_with_a_plan_and_without(shared: Path) -> None:
    plans = compiled.Plans(CONTEXTS)
    planned = seen = 0
    for file in sorted((shared / "samples" / "credentials").rglob("*.json")):
        try:
            document = parse_json(file.read_bytes())
        except OpenlerError:
            continue
        if not isinstance(document, dict):
            continue
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        expected = told(lambda unsecured=unsecured: canonical.canonicalise(unsecured, CONTEXTS))
        for _ in range(3):
            assert told(lambda unsecured=unsecured: plans.canonicalise(unsecured, "sha256")) == expected, file
        seen += isinstance(expected, bytes)
        planned += isinstance(expected, bytes) and plans.plan_for(unsecured) is not None
    assert planned > seen * 0.8, json.dumps({"planned": planned, "seen": seen})


def test_a_document_of_very_many_values_gets_no_plan_and_the_same_form() -> None:
    """Each value would be a line of code to compile: whoever sends thousands of them must not have us do that."""
    large = copy.deepcopy(BADGE)
    large["credentialSubject"]["achievement"]["tag"] = ["one"]
    large["credentialSubject"]["achievement"]["creditsAvailable"] = [float(number) for number in range(6000)]
    plans = compiled.Plans(CONTEXTS)

    assert {plans.canonicalise(large, "sha256") for _ in range(3)} == {canonical.canonicalise(large, CONTEXTS)}
    assert plans.plan_for(large) is None


def test_a_very_long_document_gets_no_plan_and_the_same_form() -> None:
    """What is fixed of it would be kept for as long as the plan."""
    long = copy.deepcopy(BADGE)
    long["credentialSubject"]["achievement"]["description"] = "d" * MAX_FORM
    plans = compiled.Plans(CONTEXTS)
    assert {plans.canonicalise(long, "sha256") for _ in range(3)} == {canonical.canonicalise(long, CONTEXTS)}
    assert plans.plan_for(long) is None


def test_only_so_many_plans_are_kept_whatever_shapes_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MAX_PLANS", 3)
    plans = compiled.Plans(CONTEXTS)
    for count in range(1, 8):
        shaped = copy.deepcopy(BADGE)
        shaped["credentialSubject"]["achievement"]["tag"] = [f"tag {number}" for number in range(count)]
        assert {plans.canonicalise(shaped, "sha256") for _ in range(3)} == {canonical.canonicalise(shaped, CONTEXTS)}
    assert 0 < sum(len(shape.plans) for shape in plans._shapes.values()) <= 3


class Name(str):
    """A text of a kind of its own, as identifiers are on the issuing side."""

    __slots__ = ()


def test_texts_of_a_kind_of_their_own_are_texts() -> None:
    document = {**BADGE, "id": Name(BADGE["id"]), "issuer": {**BADGE["issuer"], "id": Name(BADGE["issuer"]["id"])}}
    plans = learned(document)

    assert plans.canonicalise(document, "sha256") == canonical.canonicalise(BADGE, CONTEXTS)
    assert plans.plan_for(BADGE) is plans.plan_for(document)
