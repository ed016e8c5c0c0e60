"""Records are kept as they came; what nobody vouched for is never taken for a credential."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from openler.errors import Malformed, Misused, NotFound, OpenlerError, TooLarge
from openler.holding import experience, record
from openler.holding.collection import Collection
from openler.holding.presentation import presentation, show
from openler.holding.record import MAX_RECORD_BYTES
from openler.linkeddata.jcs import jcs
from tests.support.presenting import Key, badge

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
CREDENTIAL = b'{ "type":["VerifiableCredential"],  "name": "Welding" }'
JWT = b"eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.c2ln"
WORDS = {"title": "Kitchen porter", "organisation": "Harbor Inn", "started": "2019", "ended": "2020-04", "skills": ["Cleaning"]}


def received(data: bytes = CREDENTIAL) -> record.Record:
    return record.receive(data, added=T0, source="upload")


def stated(**changes: Any) -> record.Record:
    return record.state(experience.parse({**WORDS, **changes}), record_id="own-1", added=T0)


def test_a_credential_is_kept_byte_for_byte_and_once() -> None:
    one = received(b"\n" + CREDENTIAL + b" ")
    assert one.received == CREDENTIAL.decode()
    assert one.record_id == received().record_id
    assert (one.kind, one.name) == ("credential", "Welding")
    assert received(JWT).credential == JWT.decode()
    assert received(jcs(badge(Key(1)))).name == "Welding"


@pytest.mark.parametrize(
    "data", [b"", b"text", b"[]", b"{}", b'{"type": "Person"}', b'{"type": ["VerifiablePresentation"]}', b'{"type":1,"type":2}', b"\xff"]
)
def test_what_is_no_credential_is_not_taken_in(data: bytes) -> None:
    with pytest.raises(Malformed):
        received(data)


def test_a_record_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        received(b'{"type": "VerifiableCredential", "x": "' + b"y" * MAX_RECORD_BYTES + b'"}')
    with pytest.raises(OpenlerError):
        received(JWT + b"a" * MAX_RECORD_BYTES)


def test_what_the_vault_keeps_reads_back() -> None:
    for one in (received(), received(JWT), stated()):
        assert record.read(record.write(one)) == one


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""}, {"title": 5}, {"title": "x" * 301}, {"started": "last year"}, {"started": "2021-02-30"}, {"ended": "2018"},
        {"skills": "Cleaning"}, {"skills": [""]}, {"skills": ["x"] * 101}, {"salary": 9}, {"skills": [{"competency": "ce-1"}]},
    ],
)  # fmt: skip
def test_experience_that_cannot_be_so_is_refused_with_its_place(changes: dict[str, Any]) -> None:
    with pytest.raises(OpenlerError) as caught:
        stated(**changes)
    assert caught.value.place
    assert caught.value.place.startswith(f"/{next(iter(changes))}")


def test_own_words_stand_beside_the_presentation_and_never_in_it() -> None:
    shown = show([received(), stated(), received(JWT)], presentation_id="urn:uuid:1")
    told = shown.presentation["verifiableCredential"]
    assert [entry["type"] for entry in told] == [["VerifiableCredential"], "EnvelopedVerifiableCredential"]
    assert "Harbor Inn" not in str(shown.presentation)
    assert shown.self_asserted[0]["organisation"] == "Harbor Inn"
    assert "holder" not in shown.presentation
    assert "Harbor Inn" in str(shown.as_json()["selfAsserted"])
    assert presentation([stated()])["verifiableCredential"] == []


def test_own_words_have_no_credential_and_credentials_no_own_words() -> None:
    assert stated().credential is None
    assert received().statement is None
    both = Collection((received(), stated()))
    assert [one.kind for one in both.credentials] == ["credential"]
    assert [one.kind for one in both.self_asserted] == ["self_asserted"]


def test_a_choice_is_what_was_chosen_nothing_more_and_nothing_less() -> None:
    first, second, third = received(), received(JWT), stated()
    held = Collection((first, second, third))
    assert held.choose([third.record_id, first.record_id, first.record_id]) == (first, third)
    with pytest.raises(NotFound, match=r"holding\.record_unknown"):
        held.choose([first.record_id, "another's"])
    with pytest.raises(Misused, match=r"holding\.nothing_chosen"):
        held.choose([])
