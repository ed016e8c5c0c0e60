"""What was issued is handed out as it was signed, whatever its form, and its content is found again."""

from __future__ import annotations

import pytest

from openler.actions.issuing.issued import content, file_ending, record
from openler.actions.issuing.signing import Form
from openler.holding.record import receive
from tests.support.issuing import WELDING, a_row, world


@pytest.mark.parametrize("secured", ["di", "jwt", "sd-jwt", "cose"])
def test_every_form_is_named_by_its_ending_and_says_what_was_earned(secured: Form) -> None:
    w = world()
    signed = record(w.ports, w.issue(a_row(), secured=secured).records[0].credential_id)
    assert file_ending(signed) == {"di": "json"}.get(secured, secured)
    assert WELDING.encode() in content(signed)
    assert receive(signed, added=w.clock.now(), source="upload").name == "Certificate in Welding"


def test_what_cannot_be_read_says_nothing() -> None:
    assert content(b"a.b.c") == b""


def test_what_was_issued_in_one_form_is_not_issued_again_in_another() -> None:
    w = world()
    first = w.issue(a_row(), secured="jwt").records[0]
    again = w.issue(a_row(), secured="sd-jwt").records[0]
    assert (again.existing, again.credential_id) == (True, first.credential_id)
    assert file_ending(record(w.ports, first.credential_id)) == "jwt"


def test_the_salts_of_two_records_differ() -> None:
    w = world()
    made = [
        record(w.ports, one.credential_id) for one in w.issue(a_row(), a_row(3, learner_id="ben@example.org"), secured="sd-jwt").records
    ]
    texts = [each.split(b"~")[1:-1] for each in made]
    assert len({*texts[0], *texts[1]}) == len(texts[0]) + len(texts[1])
