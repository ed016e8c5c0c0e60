"""A rush of people who sign in: who finds no turn is told when to come back. And records in COSE on a holder's pages."""

from __future__ import annotations

import threading

import pytest

from openler.access import sealing
from openler.access.turns import Turns
from openler.actions.holding import hold
from openler.actions.verifying.verify import verify
from openler.credentials.cose import is_cose
from openler.holding.presentation import show
from openler.linkeddata.canonical import jcs
from openler.stores import vault
from tests.support.holding import PASSPHRASE, holder
from tests.support.issuing import a_row
from tests.support.site import HTML, visitor


def test_in_a_rush_a_visitor_is_told_when_to_come_back_and_it_is_no_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    one = visitor(holder().world)
    turns = Turns(1, waiting=0, seconds=0.01)
    for module in (sealing, vault):
        monkeypatch.setattr(module, "GUESSES", turns)
    taken, let_go = threading.Event(), threading.Event()

    def rush() -> None:
        with turns.turn():
            taken.set()
            let_go.wait(timeout=60)

    other = threading.Thread(target=rush)
    other.start()
    taken.wait(timeout=60)
    try:
        for _ in range(8):  # more than the mistakes that anybody may make
            answer = one.client.post("/sign-in", data={"handle": "ana", "passphrase": PASSPHRASE}, headers=HTML, follow_redirects=False)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert "signing in at this moment" in answer.text
    finally:
        let_go.set()
        other.join()
    answer = one.client.post("/sign-in", data={"handle": "ana", "passphrase": PASSPHRASE}, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303


def test_a_record_in_cose_is_taken_in_shown_and_handed_out_as_it_was_issued() -> None:
    ana = holder()
    made = ana.world.issue(a_row(holder="ana"), secured="cose")
    kept = ana.ports.ledger.issued(made.records[0].credential_id)
    assert kept is not None
    [record] = hold.take_in(ana.ports, ana.key)
    browser = visitor(ana.world)
    browser.sign_in(ana)
    assert "Certificate in Welding" in browser.open(f"/record/{record.record_id}").text
    answer = browser.client.get(f"/record/{record.record_id}/file")
    assert answer.headers["content-type"] == "application/vc+cose"
    assert is_cose(answer.content)
    assert answer.content == kept.signed
    shown = show([record], presentation_id="urn:uuid:9d5e6f0a-0000-4000-8000-000000000001").presentation
    ana.world.open_to_the_world()
    report = verify(ana.ports, jcs(shown)).report
    assert [part.verdict for part in report.parts] == ["valid"]
