"""A registry that need not be believed, over HTTP: signed heads and proofs, and the whole journal audited from outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from openler import bootstrap
from openler.access.organisation import Role
from openler.actions.issuing import identity
from openler.actions.ports import Fetched, Ports
from openler.actions.registry.audit_remote import audit_remote
from openler.actions.registry.check_proof import check
from openler.actions.registry.statements import publisher_envelope
from openler.actions.registry.tokens import add_organisation, create_token
from openler.credentials.report import Outcome
from openler.errors import Malformed, Unavailable
from openler.ids import Ctid
from tests.support.ctdl import OWNER, complete, ctid, document, program
from tests.support.issuing import world

BASE = "http://localhost:8000"
WELDING = ctid("one")
BUYER = Ctid.derive("tests", "ceterms:Organization", "buyer")
DOCUMENTS = f"/resources/organizations/{OWNER}/documents"


def bearer(token: str, second: str | None = None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", **({"secondary-token": f"Bearer {second}"} if second else {})}


@pytest.fixture
def buyers(home: Path) -> str:
    with bootstrap.open_ports() as ports:
        add_organisation(ports, BUYER, name="Buyer College", roles=[Role.PUBLISHER], actor="tests:setup")
        return create_token(ports, BUYER, roles=[Role.PUBLISHER], label="tests", actor="tests:setup")[1].reveal()


def changed(key: str = "one", name: str = "Advanced Welding") -> bytes:
    node = (
        program(ceterms__name={"en-US": name}, ceterms__offeredBy=[str(OWNER)])
        if key == "one"
        else complete("ceterms:LearningProgram", key)
    )
    return document(node).normalised


@dataclass
class ThroughClient:
    """Reads addresses of the service under test; ``twist`` stands for whoever runs it and changes what it tells."""

    client: TestClient
    twist: Callable[[str, Any], Any] = field(default=lambda _, value: value)

    def get(self, url: str, *, accept: str = "*/*", limit: int | None = None) -> Fetched:  # noqa: ARG002 - the port's signature
        answer = self.client.get(url.removeprefix(BASE), headers={"accept": accept})
        body = answer.content if "/revisions/" in url else json.dumps(self.twist(url, answer.json())).encode()
        return Fetched(url, answer.status_code, "application/json", body)


def outside(client: TestClient, twist: Callable[[str, Any], Any] = lambda _, value: value) -> Ports:
    made = replace(world().ports, fetch=ThroughClient(client, twist), plain_origins=frozenset({BASE}))
    with bootstrap.open_ports() as ports:
        return replace(made, clock=ports.clock)


def test_a_proof_that_was_fetched_is_checked_offline(client: TestClient) -> None:
    head, did = client.get("/journal/head").content, client.get("/.well-known/did.json")
    assert did.headers["content-type"] == "application/did+json"
    assert client.get("/did.json").json() == did.json()
    content = client.get(f"/graph/{WELDING}").content
    with bootstrap.open_ports() as ports:
        now = ports.clock.now()
    proof = client.get("/journal/proofs/inclusion", params={"seq": 2}).content
    checked = check(proof, now=now, did_document=did.json(), against=head, document=content)
    assert checked.outcome is Outcome.PASSED, checked.findings
    unconfirmed = check(proof, now=now)
    assert unconfirmed.outcome is Outcome.UNKNOWN
    assert {finding.code for finding in unconfirmed.findings if finding.outcome is Outcome.UNKNOWN} == {"check.key_not_confirmed"}
    other = check(proof, now=now, did_document=did.json(), document=content.replace(b"Welding", b"Wilding"))
    assert [finding.code for finding in other.findings if finding.outcome is Outcome.FAILED] == ["check.document_differs"]


def test_what_grew_is_proved_between_two_heads(client: TestClient, token: str) -> None:
    old = client.get("/journal/head").content
    assert client.post(DOCUMENTS, content=changed(), headers=bearer(token)).status_code == 200
    did = client.get("/did.json").json()
    with bootstrap.open_ports() as ports:
        now = ports.clock.now()
    grown = client.get("/journal/proofs/consistency", params={"from": 2}).content
    assert check(grown, now=now, did_document=did, against=old).outcome is Outcome.PASSED
    between = client.get("/journal/proofs/consistency", params={"from": 1}).content
    assert check(between, now=now, did_document=did, against=old).outcome is Outcome.FAILED, "it begins with another head"
    alone = check(client.get("/journal/head").content, now=now, did_document=did, against=old)
    assert [finding.code for finding in alone.findings if finding.outcome is Outcome.UNKNOWN] == ["check.not_compared"]
    assert client.get("/journal/head", params={"size": 2}).json()["root"] == json.loads(old)["root"]
    for address, code in (("/journal/head?size=9", "registry.size_unknown"), ("/journal/proofs/inclusion?seq=9", "registry.entry_unknown")):
        assert client.get(address).json()["code"] == code


@pytest.mark.parametrize(
    "place", [("size",), ("root",), ("head", "root"), ("head", "size"), ("entry", "publisher"), ("entry", "seq"), ("path",)]
)
def test_a_proof_that_was_changed_does_not_hold(client: TestClient, place: tuple[str, ...]) -> None:
    proof = client.get("/journal/proofs/inclusion", params={"seq": 1}).json()
    did = client.get("/did.json").json()
    with bootstrap.open_ports() as ports:
        now = ports.clock.now()
    inner = proof
    for step in place[:-1]:
        inner = inner[step]
    values = {"size": 1, "root": "0" * 64, "publisher": str(BUYER), "seq": 2, "path": []}
    inner[place[-1]] = values[place[-1]]
    outcome = check(json.dumps(proof).encode(), now=now, did_document=did).outcome
    assert outcome is (Outcome.PASSED if place == ("root",) else Outcome.FAILED), "a member that says nothing changes nothing"


def test_a_signature_that_covers_nothing_is_not_taken(client: TestClient) -> None:
    head = client.get("/journal/head").json()
    head["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    with bootstrap.open_ports() as ports:
        checked = check(json.dumps(head).encode(), now=ports.clock.now())
    assert checked.outcome is not Outcome.PASSED
    assert "check.signature_holds" not in {finding.code for finding in checked.findings}


def test_an_envelope_carries_what_the_registry_signs(client: TestClient) -> None:
    did = client.get("/did.json") if client.get("/journal/head") else None
    assert did is not None
    with bootstrap.open_ports() as ports:
        now = ports.clock.now()
    for envelope in (client.get(f"/envelopes/{WELDING}").json(), client.get("/envelopes").json()[0]):
        assert check(json.dumps(envelope).encode(), now=now, did_document=did.json()).outcome is Outcome.PASSED
        for name in ("owned_by", "published_by"):
            twisted = {**envelope, name: str(BUYER)}
            assert check(json.dumps(twisted).encode(), now=now, did_document=did.json()).outcome is Outcome.FAILED
        envelope["decoded_resource"]["@graph"][0]["ceterms:name"] = {"en-US": "Something else"}
        assert check(json.dumps(envelope).encode(), now=now, did_document=did.json()).outcome is Outcome.FAILED


def test_without_its_passphrase_it_tells_what_is_public_and_signs_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENLER_PASSPHRASE")
    from openler.asgi import application

    with TestClient(application(), base_url=BASE) as closed:
        assert "registry_statement" not in closed.get(f"/envelopes/{WELDING}").json()
        answer = closed.get("/journal/head")
        assert (answer.status_code, answer.json()["code"]) == (503, "registry.key_closed")
        assert closed.get("/did.json").json()["code"] == "registry.key_none"


def test_another_registry_is_audited_over_http(client: TestClient, token: str) -> None:
    kept = client.get("/journal/head").content
    client.post(DOCUMENTS, content=changed(), headers=bearer(token))
    report = audit_remote(outside(client), BASE, against=kept, documents=True)
    assert report.sound, report.findings
    assert (report.entries, report.documents, report.compared, report.notes) == (3, 3, 2, ())


def test_a_registry_that_tells_another_story_is_caught(client: TestClient, token: str) -> None:
    client.post(DOCUMENTS, content=changed(), headers=bearer(token))
    kept = client.get("/journal/head").content

    def other_publisher(url: str, value: Any) -> Any:
        return [{**one, "published_by": str(BUYER)} if one["id"] == 2 else one for one in value] if "events" in url else value

    def one_less(url: str, value: Any) -> Any:
        return [one for one in value if one["id"] != 2] if "events" in url else value

    def shorter(url: str, value: Any) -> Any:
        return client.get("/journal/head", params={"size": 2}).json() if url.endswith("/journal/head") else value

    def codes(twist: Callable[[str, Any], Any]) -> set[str]:
        return {finding.code for finding in audit_remote(outside(client, twist), BASE, against=kept).findings}

    assert codes(other_publisher) == {"audit.chain_broken", "audit.tree_differs", "audit.head_rewritten"}
    assert "audit.entry_missing" in codes(one_less)
    assert codes(shorter) == {"audit.head_shorter"}
    with pytest.raises(Malformed):
        audit_remote(outside(client, lambda url, value: {**value, "size": 1} if url.endswith("head") else value), BASE)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_version_that_could_not_be_asked_for_is_not_called_dropped(client: TestClient, status: int) -> None:
    ports = outside(client)

    class Busy:
        def get(self, url: str, *, accept: str = "*/*", limit: int | None = None) -> Fetched:
            answer = ports.fetch.get(url, accept=accept, limit=limit)
            return replace(answer, status=status) if "/revisions/" in url else answer

    with pytest.raises(Unavailable, match="not_answered"):
        audit_remote(replace(ports, fetch=Busy()), BASE, documents=True)


def test_a_version_that_is_gone_or_another_is_named(client: TestClient) -> None:
    ports = outside(client)

    class Twisted:
        def get(self, url: str, *, accept: str = "*/*", limit: int | None = None) -> Fetched:
            answer = ports.fetch.get(url, accept=accept, limit=limit)
            if "/revisions/1" in url:
                return replace(answer, status=404)
            return replace(answer, body=answer.body + b" ") if "/revisions/2" in url else answer

    found = audit_remote(replace(ports, fetch=Twisted()), BASE, documents=True).findings
    assert [(finding.code, finding.place) for finding in found] == [
        ("audit.document_missing", "seq 1"), ("audit.document_changed", "seq 2"),
    ]  # fmt: skip


def test_publishing_on_behalf_needs_both_tokens_and_is_recorded(client: TestClient, token: str, buyers: str) -> None:
    alone = client.post(DOCUMENTS, content=changed("new"), headers=bearer(buyers))
    assert (alone.status_code, alone.json()["code"]) == (403, "access.other_organisation")
    named = client.post(DOCUMENTS, content=changed("new"), headers=bearer(token), params={"published_by": str(BUYER)})
    assert (named.status_code, named.json()["code"]) == (403, "http.publisher_differs")
    both = client.post(DOCUMENTS, content=changed("new"), headers=bearer(token, buyers))
    assert both.status_code == 201
    assert (both.json()["owned_by"], both.json()["published_by"]) == (str(OWNER), str(BUYER))
    assert client.get("/envelopes/events").json()[-1]["owner"] == str(OWNER)
    assert client.get("/envelopes", params={"owned_by": str(OWNER), "published_by": str(BUYER)}).headers["x-total"] == "1"


def test_a_document_is_handed_over_by_two_tokens_one_after_the_other_or_together(client: TestClient, token: str, buyers: str) -> None:
    address = f"/resources/documents/{WELDING}/transfer?organization_id={BUYER}"
    early = client.patch(address, headers=bearer(buyers))
    assert (early.status_code, early.json()["code"]) == (403, "registry.not_offered")
    stale = client.patch(address, headers={**bearer(token), "if-match": f'"{"0" * 64}"'})
    assert stale.status_code == 412
    offered = client.patch(address, headers=bearer(token))
    assert (offered.status_code, offered.json()["state"]) == (202, "offered")
    assert client.get(f"/envelopes/{WELDING}").json()["offered_to"] == str(BUYER)
    taken = client.patch(address, headers=bearer(buyers))
    assert (taken.status_code, taken.json()["state"]) == (200, "transferred")
    assert client.get(f"/envelopes/{WELDING}").json()["owned_by"] == str(BUYER)
    back = client.patch(f"/resources/documents/{WELDING}/transfer?organization_id={OWNER}", headers=bearer(buyers, token))
    assert back.json()["state"] == "transferred"
    events = [one["event"] for one in client.get(f"/envelopes/{WELDING}/revisions").json()]
    assert events == ["publish", "offer", "transfer", "offer", "transfer"]


def test_a_withdrawn_document_is_gone_and_every_version_stays_readable(client: TestClient, token: str, buyers: str) -> None:
    client.post(DOCUMENTS, content=changed(), headers=bearer(token))
    address = f"/resources/documents/{WELDING}"
    assert client.delete(address).status_code == 401
    assert client.delete(address, headers=bearer(buyers)).json()["code"] == "registry.other_publisher"
    stale = client.delete(address, headers={**bearer(token), "if-match": f'"{"0" * 64}"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "registry.precondition_failed")
    assert client.delete(address, headers=bearer(token)).status_code == 200
    for place in (f"/resources/{WELDING}", f"/graph/{WELDING}"):
        gone = client.get(place)
        assert (gone.status_code, gone.json()["code"]) == (410, "registry.deleted")
        assert gone.json()["tombstone"]["envelope_ceterms_ctid"] == str(WELDING)
    page = client.get(f"/resources/{WELDING}", headers={"accept": "text/html"})
    plain, _, technical = page.text.partition("Technical details")
    assert (page.status_code, "has been withdrawn" in plain, str(WELDING) in technical) == (410, True, True)
    assert str(WELDING) not in plain.partition("<main")[2], "identifiers stand under the technical details alone"
    revisions = client.get(f"/envelopes/{WELDING}/revisions").json()
    assert [one["event"] for one in revisions] == ["publish", "update", "delete"]
    texts = [client.get(one["revision"].removeprefix(BASE)).text for one in revisions[:2]]
    assert ["Advanced" in text for text in texts] == [False, True]
    assert client.delete(address, headers=bearer(token)).status_code == 410


def test_a_provisional_document_is_listed_only_when_asked_for_until_it_is_published(client: TestClient, token: str) -> None:
    assert client.post(DOCUMENTS, content=changed("new"), headers=bearer(token), params={"provisional": "true"}).status_code == 201
    assert client.get("/envelopes").headers["x-total"] == "2"
    assert client.get("/envelopes", params={"provisional": "only"}).json()[0]["provisional"] is True
    assert client.post(DOCUMENTS, content=changed("new"), headers=bearer(token)).status_code == 200
    assert client.get("/envelopes").headers["x-total"] == "3"
    assert client.get("/envelopes", params={"provisional": "only"}).json() == []


def test_what_a_publisher_signed_is_checked_kept_and_given_back(client: TestClient, token: str) -> None:
    with bootstrap.open_ports() as ports:
        made = document(program(ceterms__name={"en-US": "Signed Welding"}, ceterms__offeredBy=[str(OWNER)]))
        unknown = client.post(
            DOCUMENTS,
            content=json.dumps(
                {
                    "decoded_resource": json.loads(made.normalised),
                    "publisher_statement": {
                        "type": "PublisherStatement",
                        "envelope_ceterms_ctid": str(made.ctid),
                        "resource_digest": str(made.digest),
                    },
                }
            ),
            headers=bearer(token),
        )
        assert (unknown.status_code, unknown.json()["code"]) == (422, "statement.no_identity")
        ports.keys.create("college", "Ed25519", at=ports.clock.now())
        identity.link(ports, OWNER, key="file:college", actor="tests")
        envelope = publisher_envelope(ports, made, publisher=OWNER)
    forged = {**envelope, "publisher_statement": {**envelope["publisher_statement"], "extra": 1}}
    answer = client.post(DOCUMENTS, content=json.dumps(forged), headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (422, "credentials.proof_signature_wrong")
    other = document(program(ceterms__name={"en-US": "Another"}, ceterms__offeredBy=[str(OWNER)]))
    swapped = {**envelope, "decoded_resource": json.loads(other.normalised)}
    answer = client.post(DOCUMENTS, content=json.dumps(swapped), headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (422, "statement.other_document")
    assert client.post(DOCUMENTS, content=json.dumps(envelope), headers=bearer(token)).status_code == 200
    given = client.get(f"/envelopes/{WELDING}").json()
    assert given["publisher_statement"] == envelope["publisher_statement"]
    assert client.get("/envelopes/events").json()[-1]["statement"]
