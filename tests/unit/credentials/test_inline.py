"""Contexts that stand in a record: which of them may be read past, and which leave open what the record means."""

from __future__ import annotations

from typing import Any

import pytest

from openler.credentials import confusion
from openler.credentials.evidence import Evidence
from openler.credentials.faults import CannotCheck
from openler.credentials.inline import MAX_TERMS, is_plain
from openler.credentials.policy import Policy
from openler.credentials.verify import verify
from openler.errors import OpenlerError
from openler.linkeddata.contexts import Contexts
from tests.support.presenting import AT, V2, Key, badge

CONTEXTS = Contexts.pinned()
TERMS = {"safetyScore": "https://plant.example/terms#safetyScore", "shift": "https://plant.example/terms/shift"}


@pytest.mark.parametrize(
    "context",
    [
        TERMS,
        {"@context": TERMS},
        {},
        {"name": "https://schema.org/name"},
        {"alumniOf": "https://plant.example/alumniOf"},
        {"a1": "urn:x:a1"},
    ],
    ids=["terms", "wrapped", "none", "as pinned", "word of an example", "urn"],
)
def test_terms_that_their_iris_end_in_are_plain(context: dict[str, Any]) -> None:
    assert is_plain(context, CONTEXTS)


@pytest.mark.parametrize(
    "context",
    [
        {"rank": "https://plant.example/terms#grade"},
        {"achievement": "https://evil.example/achievement"},
        {"issuer": "https://evil.example/issuer"},
        {"gradedBy": {"@id": "https://plant.example/gradedBy", "@type": "@id"}},
        {"@vocab": "https://plant.example/terms#"},
        {"who": "@id"},
        {"plant": "https://plant.example/terms#"},
        {"plant:rank": "https://plant.example/plant:rank"},
        {"rank": "/rank"},
        {"rank": "schema:rank"},
        {"rank": None},
        {f"t{number}": f"https://plant.example/t{number}" for number in range(MAX_TERMS + 1)},
        {"@context": [TERMS]},
        None,
        7,
    ],
    ids=[
        "another name", "a pinned word", "a deciding word", "a coercion", "a vocabulary", "a keyword", "a prefix", "a compact term",
        "a relative IRI", "a compact IRI", "a null", "too many", "a list", "a reset", "a number",
    ],
)  # fmt: skip
def test_whatever_else_a_context_does_is_not(context: object) -> None:
    assert not is_plain(context, CONTEXTS)


def with_context(context: object, **subject: Any) -> dict[str, Any]:
    made = badge(Key(1))
    return {**made, "@context": [*made["@context"], context], "credentialSubject": {**made["credentialSubject"], **subject}}


def test_a_record_with_plain_terms_is_valid_and_swapping_two_of_them_is_noticed() -> None:
    signed = Key(1).sign(with_context(TERMS, safetyScore="4", shift="1"))
    assert verify(signed, Evidence(), Policy(), AT).verdict == "valid"
    swapped = {
        **signed,
        "@context": [*signed["@context"][:2], {"shift": TERMS["safetyScore"], "safetyScore": TERMS["shift"]}],
        "credentialSubject": {**signed["credentialSubject"], "safetyScore": "1", "shift": "4"},
    }
    found = verify(swapped, Evidence(), Policy(), AT)
    assert found.check("proof").outcome == "passed", "the statements are the same, so the signature holds"
    assert (found.verdict, found.check("shape").code) == ("undetermined", "credentials.confusion_inline_context")


def test_a_context_further_down_is_looked_at_too() -> None:
    deep = with_context(TERMS)
    deep["credentialSubject"]["achievement"] = {
        **deep["credentialSubject"]["achievement"],
        "@context": {"rank": "https://plant.example/terms#grade"},
        "rank": "1",
    }
    with pytest.raises(CannotCheck) as raised:
        confusion.check(deep, CONTEXTS)
    assert raised.value.place == "/credentialSubject/achievement/@context"


def test_no_context_takes_the_place_of_a_protected_word() -> None:
    with pytest.raises(OpenlerError):
        confusion.check({**badge(Key(1)), "@context": [V2, {"issuer": "https://evil.example/issuer"}]}, CONTEXTS)
