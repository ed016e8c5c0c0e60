"""Deciding about descriptions that may be of one thing, by page and over HTTP, and what a search shows afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from openler import bootstrap
from openler.access.organisation import Role
from openler.actions.registry.publish import publish
from openler.actions.registry.tokens import add_organisation, create_token
from tests.support.ctdl import OWNER, ctid, document

ORG = "ceterms:CredentialOrganization"
ONE, OTHER = sorted((ctid("one", ORG), ctid("other", ORG)))
HTML = {"accept": "text/html"}
PAIR = f"/duplicates/{ONE}/{OTHER}"


@pytest.fixture
def admin(home: Path) -> str:
    """An administrator's token, over a registry that describes a college twice."""
    with bootstrap.open_ports() as ports:
        nodes = [
            {"@type": ORG, "ceterms:ctid": str(one), "ceterms:name": {"en-US": "Harbor Institute"}, "ceterms:opeID": "00234500"}
            for one in (ONE, OTHER)
        ]
        publish(ports, [document(node) for node in nodes], publisher=OWNER, actor="tests:setup")
        add_organisation(ports, OWNER, name="Tests College", roles=[Role.ADMIN], actor="tests:setup")
        return create_token(ports, OWNER, roles=[Role.ADMIN], label="tests", actor="tests:setup")[1].reveal()


def found(client: TestClient) -> list[str]:
    return [hit["ctid"] for hit in client.get("/search?q=harbor", headers={"accept": "application/json"}).json()["hits"]]


def test_a_confirmed_pair_is_one_in_searches_and_linked_until_it_is_taken_back(admin: str, client: TestClient) -> None:
    assert sorted(found(client)) == [ONE, OTHER]
    assert PAIR in client.get("/duplicates", headers=HTML).text
    answer = client.post(PAIR, data={"answer": "same", "token": admin}, headers=HTML)
    assert answer.status_code == 200, answer.text
    assert "they are the same" in answer.text
    assert found(client) == [ONE]
    assert client.get("/search?q=harbor&type=" + ORG, headers={"accept": "application/json"}).json()["total"] == 1
    linked = client.get(f"/resources/{OTHER}", headers={"accept": "text/turtle"})
    assert f"<http://www.w3.org/2002/07/owl#sameAs> <http://localhost:8000/resources/{ONE}>" in linked.text
    assert str(ONE) in linked.headers["link"]
    assert "Also described as" in client.get(f"/resources/{OTHER}", headers=HTML).text
    assert PAIR not in client.get("/duplicates", headers=HTML).text.split("Decided")[0]
    client.post(PAIR, data={"answer": "undo", "token": admin}, headers=HTML)
    assert sorted(found(client)) == [ONE, OTHER]


@pytest.mark.parametrize(("token", "status"), [("", 401), ("openler_x", 401)])
def test_nobody_decides_without_an_administrators_token(admin: str, client: TestClient, token: str, status: int) -> None:
    answer = client.post(PAIR, data={"answer": "same", "token": token}, headers=HTML)
    assert answer.status_code == status
    assert "Are these the same?" in answer.text
    api = client.post("/duplicates", json={"first": ONE, "second": OTHER, "same": True}, headers={"authorization": f"Bearer {token}"})
    assert api.status_code == status
    assert sorted(found(client)) == [ONE, OTHER]


def test_a_publishers_token_is_not_enough(admin: str, token: str, client: TestClient) -> None:
    body = {"first": ONE, "second": OTHER, "same": True}
    assert client.post("/duplicates", json=body, headers={"authorization": f"Bearer {token}"}).status_code == 403


def test_programs_list_and_decide_over_http(admin: str, client: TestClient) -> None:
    told = client.get("/duplicates", headers={"accept": "application/json"}).json()
    [pair] = [one for one in told["pairs"] if one["first"] == ONE]
    assert pair["score"] == 100
    assert pair["reasons"][0]["text"] == "Both have the same number: OPE ID 00234500."
    body = {"first": OTHER, "second": ONE, "same": False}
    answer = client.post("/duplicates", json=body, headers={"authorization": f"Bearer {admin}"}).json()
    assert (answer["same"], answer["by"][:6]) == (False, "token:")
    assert [one["same"] for one in client.get("/duplicates", headers={"accept": "application/json"}).json()["decided"]] == [False]


def test_a_form_without_an_answer_says_which_field(admin: str, client: TestClient) -> None:
    answer = client.post(PAIR, data={"token": admin}, headers=HTML)
    assert answer.status_code == 422
    assert 'id="answer-error"' in answer.text
    assert admin not in answer.text


def test_a_list_of_pairs_goes_on_behind_one_that_was_decided_since(admin: str, client: TestClient) -> None:
    third = ctid("third", ORG)
    with bootstrap.open_ports() as ports:
        node = {"@type": ORG, "ceterms:ctid": str(third), "ceterms:name": {"en-US": "Harbor Institute"}, "ceterms:opeID": "00234500"}
        publish(ports, [document(node)], publisher=OWNER, actor="tests:setup")
    whole = [(pair["first"], pair["second"]) for pair in client.get("/duplicates").json()["pairs"]]
    assert len(whole) == 3
    page = client.get("/duplicates?limit=1").json()
    assert [(pair["first"], pair["second"]) for pair in page["pairs"]] == whole[:1]
    first, second = whole[0]
    client.post("/duplicates", json={"first": first, "second": second, "same": False}, headers={"authorization": f"Bearer {admin}"})
    behind = client.get("/duplicates", params={"after": page["next"]}).json()
    assert [(pair["first"], pair["second"]) for pair in behind["pairs"]] == whole[1:]
    assert behind["next"] is None


@pytest.mark.parametrize("after", ["zz", "1 x y", f"9 {ONE}", f"-1 {ONE} {OTHER}"])
def test_what_is_no_place_in_the_list_of_pairs_is_refused(admin: str, client: TestClient, after: str) -> None:
    answer = client.get("/duplicates", params={"after": after})
    assert (answer.status_code, answer.json()["code"]) == (400, "http.cursor_malformed")
