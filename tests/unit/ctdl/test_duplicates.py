"""What tells that two descriptions are of one thing, and what tells against it."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.duplicates import (
    OTHER_IDENTIFIER,
    OTHER_PLACE,
    OTHER_PROGRAM_CODE,
    SAME_IDENTIFIER,
    SAME_PROVIDER,
    THRESHOLD,
    Profile,
    compare,
    keys,
    profile,
)
from openler.ids import Ctid
from tests.support.ctdl import BASE, ctid, document

ORG = "ceterms:CredentialOrganization"


def organization(key: str, name: str, **more: Any) -> Profile:
    node = {"@type": ORG, "ceterms:ctid": str(ctid(key, ORG)), "ceterms:name": {"en-US": name}}
    found = profile(document({**node, **{f"ceterms:{prop}": value for prop, value in more.items()}}))
    assert found is not None
    return found


def program(key: str, name: str, *, by: str = "college", cip: str | None = None, **more: Any) -> Profile:
    node: dict[str, Any] = {
        "@type": "ceterms:LearningProgram", "ceterms:ctid": str(ctid(key)), "ceterms:name": {"en-US": name},
        "ceterms:offeredBy": [f"{BASE}/resources/{ctid(by, ORG)}"],
    }  # fmt: skip
    if cip:
        node["ceterms:instructionalProgramType"] = [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:codedNotation": cip}]
    found = profile(document({**node, **{f"ceterms:{prop}": value for prop, value in more.items()}}))
    assert found is not None
    return found


def equal(one: Ctid, other: Ctid) -> bool:
    return one == other


def score(one: Profile, other: Profile) -> int:
    assert compare(one, other, equal) == compare(other, one, equal) or compare(one, other, equal).score == compare(other, one, equal).score
    return compare(one, other, equal).score


def at(code: str, street: str) -> list[dict[str, Any]]:
    return [{"@type": "ceterms:Place", "ceterms:postalCode": code, "ceterms:streetAddress": {"en-US": street}}]


def test_a_shared_number_tells_however_it_is_written() -> None:
    one = organization("a", "Ridgeway Community College", opeID="234500")
    other = organization("b", "Ridgeway CC", opeID="002345-00")
    likeness = compare(one, other, equal)
    assert likeness.score >= THRESHOLD
    assert likeness.reasons[0].code == SAME_IDENTIFIER
    assert set(keys(one)) & set(keys(other))


def test_the_same_name_and_website_are_proposed_abbreviated_or_not() -> None:
    one = organization("a", "The Ridgeway Comm. Coll.", subjectWebpage="https://www.ridgeway.example/about")
    other = organization("b", "Ridgeway Community College", subjectWebpage="http://ridgeway.example")
    assert score(one, other) >= THRESHOLD
    assert set(keys(one)) & set(keys(other))


@pytest.mark.parametrize(
    ("mine", "theirs", "code"),
    [
        ({"fein": "12-3456789"}, {"fein": "98-7654321"}, OTHER_IDENTIFIER),
        ({"address": at("08601", "1 Main St")}, {"address": at("07102", "99 High St")}, OTHER_PLACE),
    ],
)
def test_organizations_of_one_name_that_differ_otherwise_are_not_proposed(mine: Any, theirs: Any, code: str) -> None:
    one, other = organization("a", "Saint Mary School", **mine), organization("b", "St. Mary School", **theirs)
    assert score(one, other) < THRESHOLD
    assert code in {reason.code for reason in compare(one, other, equal).reasons}


def test_one_program_published_twice_is_proposed_and_two_of_one_name_are_not() -> None:
    one = program("a", "Practical Nursing", cip="51.3901")
    assert score(one, program("b", "Nursing, Practical", cip="513901")) >= THRESHOLD
    assert score(one, program("c", "Practical Nursing", cip="51.3902")) < THRESHOLD
    assert score(one, program("d", "Practical Nursing", by="another", cip="51.3901")) < THRESHOLD


def test_a_provider_published_twice_counts_as_one_where_it_is_known() -> None:
    one, other = program("a", "Practical Nursing"), program("b", "Practical Nursing", by="the same college again")
    assert compare(one, other, equal).score < THRESHOLD
    likeness = compare(one, other, lambda _mine, _theirs: True)
    assert likeness.score >= THRESHOLD
    assert SAME_PROVIDER in {reason.code for reason in likeness.reasons}
    assert OTHER_PROGRAM_CODE not in {reason.code for reason in likeness.reasons}


def test_a_website_that_many_share_tells_nothing() -> None:
    one = organization("a", "A", subjectWebpage="https://www.facebook.com/a")
    assert not one.domains


def test_things_of_different_kinds_are_never_compared() -> None:
    assert compare(organization("a", "Welding"), program("b", "Welding"), equal).score == 0
    assert not set(keys(organization("a", "Welding"))) & set(keys(program("b", "Welding")))
