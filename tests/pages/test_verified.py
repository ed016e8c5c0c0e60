"""The page that checks a record: what it stood for then and what changed since, each record of a collection, each endorsement."""

from __future__ import annotations

from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from openler import bootstrap
from openler.actions.issuing.identity import link
from openler.actions.issuing.issue import issue_batch
from openler.actions.issuing.issue_rows import AchievementRow
from openler.actions.issuing.issued import record
from openler.actions.registry.publish import publish
from openler.ctdl.document import Document, build
from openler.linkeddata.canonical import jcs
from tests.support.ctdl import OWNER, program
from tests.support.presenting import Key, badge
from tests.unit.credentials.test_clr import item, whole
from tests.unit.credentials.test_endorsements import endorsed, endorsement


def check(client: TestClient, content: bytes) -> str:
    """The words of the answer."""
    answer = client.post("/verify", files={"file": ("record.json", content)})
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def _described(name: str) -> Document:
    """The program as this service itself describes it."""
    node = program(ceterms__name={"en-US": name}, ceterms__offeredBy=[str(OWNER)])
    return build("http://localhost:8000", [{key: value for key, value in node.items() if key != "@id"}])


def test_what_changed_since_it_was_earned_is_told_in_words(client: TestClient) -> None:
    then, now = (_described(name) for name in ("Welding Technology", "Welding Technology II"))
    with bootstrap.open_ports() as ports:
        ports.keys.create("college", "Ed25519", at=ports.clock.now())
        link(ports, OWNER, key="file:college", actor="tests:setup")
        publish(ports, [then], publisher=OWNER, actor="tests:setup")
        row = AchievementRow(2, "Ana Ruiz", "ana@example.org", str(now.ctid), "2026-05-31")
        report = issue_batch(ports, [row], issuer=OWNER, actor="tests:setup")
        assert report.issued == 1, report.refused
        signed = record(ports, report.records[0].credential_id)
        words = check(client, signed)
        assert "Its description is the same today." in words
        assert "Who knows this issuer: Tests College It is entered here as an issuer, as of" in words
        assert "own description does not confirm it (one side only)." in words
        publish(ports, [now], publisher=OWNER, actor="tests:setup")
    words = check(client, signed)
    assert "Changed since it was earned; what was earned stays as it was" in words
    assert "It was called Welding Technology, and is called Welding Technology II now." in words


def test_each_record_of_a_collection_has_its_own_answer(client: TestClient) -> None:
    words = check(client, jcs(whole(item(1), {**item(2), "name": "Better badge"})))
    assert "Record 1, Badge 1: Real and current" in words
    assert "Record 2, Better badge: Not real or no longer valid" in words
    assert "1 of the 2 records in the collection hold" in words


def test_endorsements_are_shown_beside_the_answer(client: TestClient) -> None:
    words = check(client, jcs(endorsed(endorsement(), endorsement(about="did:example:other"))))
    assert "Endorsement 1, Board's word: Real and current" in words
    assert "Endorsement 2, Board's word: Not real or no longer valid" in words
    assert "the record itself does not depend on them" in words


def test_headings_of_what_is_inside_stand_below_the_record(client: TestClient) -> None:
    answer = client.post("/verify", files={"file": ("record.json", jcs(whole(item(1))))})
    assert "<h4>Is it unchanged since it was signed?</h4>" in answer.text
    assert "Welding" in check(client, jcs(Key(1).sign(badge(Key(1)))))
