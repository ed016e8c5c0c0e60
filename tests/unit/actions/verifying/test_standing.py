"""How a record stands in a list: whatever it is, the list survives it."""

from __future__ import annotations

import pytest

from openler.actions.issuing import status
from openler.actions.verifying.standing import of_record, of_shown
from openler.holding.presentation import presentation
from openler.holding.record import Record, receive, state
from tests.support.holding import FORKLIFT, holder
from tests.support.issuing import world


def test_a_credential_is_judged_anew_each_time() -> None:
    ana = holder()
    record = ana.earns()
    found = of_record(ana.ports, record, serving=True)
    assert found is not None
    assert found.report.verdict == "valid"
    assert found.summary is not None
    assert (found.summary.name, found.summary.issuer_name) == ("Certificate in Welding", "Ridgeway College")
    status.revoke(ana.ports, str(found.summary.id), reason="by mistake", actor="test")
    again = of_record(ana.ports, record, serving=True)
    assert again is not None
    assert again.report.verdict == "invalid"


def test_own_words_have_no_standing() -> None:
    w = world()
    assert of_record(w.ports, state(FORKLIFT, record_id="experience-1", added=w.clock.now())) is None


@pytest.mark.parametrize(
    "content",
    [
        b'{"type": "VerifiableCredential"}',
        b'{"type": ["VerifiableCredential"], "@context": 7, "proof": [[[]]], "credentialSubject": [null, 3]}',
        b"eyJhbGciOiJFUzI1NiJ9.eyJ2YyI6e319.c2ln",
        b"eyJhbGciOiJFUzI1NiJ9.eyJ2YyI6e319.c2ln~WyJzYWx0Il0~",
    ],
)
def test_what_cannot_be_judged_gets_a_verdict_all_the_same(content: bytes) -> None:
    w = world()
    record = receive(content, added=w.clock.now(), source="upload")
    held = of_record(w.ports, record, serving=True)
    assert held is not None
    assert held.report.verdict in {"invalid", "undetermined"}
    assert held.report.reasons


@pytest.mark.parametrize(
    "entry", [{}, [], "text", None, {"type": "EnvelopedVerifiableCredential"}, {"type": "EnvelopedVerifiableCredential", "id": 7}]
)
def test_a_presentation_may_hold_anything(entry: object) -> None:
    shown = of_shown(world().ports, entry)
    assert shown.report.verdict in {"invalid", "undetermined"}


def test_what_is_shown_stands_as_what_is_held_in_either_form() -> None:
    ana = holder()
    plain = ana.earns()
    jwt = Record("credential-2", "credential", ana.world.clock.now(), "upload", received="eyJhbGciOiJFUzI1NiJ9.eyJ2YyI6e319.c2ln")
    for record in (plain, jwt):
        (entry,) = presentation([record])["verifiableCredential"]
        shown, held = of_shown(ana.ports, entry, serving=True), of_record(ana.ports, record, serving=True)
        assert held is not None
        assert [check.code for check in shown.report.checks] == [check.code for check in held.report.checks]
