"""Profiles and scores over HTTP, and what a page tells the clerk who keeps it up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from openler import bootstrap
from openler.asgi import application
from openler.errors import OpenlerError
from tests.support.ctdl import BASE, OWNER, ctid, document, named, program, raw

WELDING = ctid("one")


def test_the_profiles_are_listed_and_each_says_what_it_asks(client: TestClient) -> None:
    assert [one["name"] for one in client.get("/profiles").json()] == ["ctdl", "choosing"]
    one = client.get("/profiles/choosing").json()
    assert ["ceterms:jurisdiction"] in one["asked"]["ceterms:License"]["required"]
    unknown = client.get("/profiles/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "ctdl.profile_unknown")


def test_a_published_description_is_scored_against_the_profile_asked_for(client: TestClient) -> None:
    usual, own = client.get(f"/scores/{WELDING}").json(), client.get(f"/scores/{WELDING}?profile=choosing").json()
    assert usual["name"] == "Welding Technology"
    assert usual["levels"]["required"]["held"] == usual["levels"]["required"]["asked"]
    assert 0 < usual["score"] < 100
    assert "ceterms:estimatedDuration" in {item["property"] for item in own["missing"]}
    assert client.get(f"/scores/{ctid('absent')}").status_code == 404
    assert client.get(f"/scores/{WELDING}?profile=nothing").status_code == 404


def test_a_document_is_checked_before_it_is_published_and_nothing_is_stored(client: TestClient) -> None:
    good = client.post("/validate?profile=choosing", content=document(program()).normalised)
    assert good.status_code == 200
    assert good.json()["passes"] is True
    assert good.json()["scores"][0]["score"] < 100
    wrong = client.post("/validate", content=raw(named(program(ceterms__nonsense="x")))).json()
    assert (wrong["passes"], wrong["counts"]["error"]) == (False, 1)
    assert wrong["findings"][0]["code"] == "ctdl.property_unknown"
    assert "scores" not in wrong
    assert client.post("/validate", content=b"nonsense").json()["passes"] is False
    assert client.get(f"/resources/{ctid('two')}").status_code == 404


@pytest.mark.parametrize("size", [1024 * 1024 + 1])
def test_what_is_too_large_to_be_checked_for_anybody_is_refused(client: TestClient, size: int) -> None:
    refused = client.post("/validate", content=b" " * size)
    assert (refused.status_code, refused.json()["code"]) == (413, "http.document_too_large")


def test_the_page_tells_the_clerk_what_it_could_still_say_and_where_the_whole_list_is(client: TestClient) -> None:
    page = BeautifulSoup(client.get(f"/resources/{WELDING}", headers={"accept": "text/html"}).text, "html.parser")
    told = page.find("details", class_="ol-could")
    assert told is not None
    assert "how people learn in it" in told.text
    assert "ceterms:" not in told.text, "identifiers stand under technical details only"
    points = client.get(f"/scores/{WELDING}").json()["score"]
    assert f"{points} of 100 points" in told.text
    assert told.find("a", href=f"/gaps/{OWNER}") is not None
    assert client.get(f"/gaps/{OWNER}", headers={"accept": "text/html"}).status_code == 200
    assert BASE not in told.text


OURS = """version: 1
name: ours
title: What our state asks of programs
classes: {ceterms:LearningProgram: {required: [ceterms:name, ceterms:codedNotation]}}
"""


def test_an_operators_own_profile_is_asked_for_by_its_name(home: Path, client: TestClient) -> None:
    assert client.get(f"/scores/{WELDING}?profile=ours").status_code == 404
    (home / "profiles").mkdir()
    (home / "profiles" / "state.yaml").write_text(OURS)
    with TestClient(application(), base_url="http://localhost:8000") as restarted:
        assert [one["name"] for one in restarted.get("/profiles").json()] == ["ctdl", "choosing", "ours"]
        assert restarted.get(f"/scores/{WELDING}?profile=ours").json()["score"] == 50
        assert restarted.post("/validate?profile=ours", content=document(program()).normalised).json()["scores"][0]["score"] == 50


@pytest.mark.parametrize(("text", "code"), [(OURS.replace("ours", "ctdl"), "stores.profile_name_taken"), ("a: [", "ctdl.profile_not_yaml")])
def test_a_profile_of_the_operator_that_cannot_be_is_told_at_the_start_with_its_file(home: Path, text: str, code: str) -> None:
    (home / "profiles").mkdir(parents=True)
    (home / "profiles" / "state.yaml").write_text(text)
    with pytest.raises(OpenlerError) as wrong, bootstrap.open_ports():
        pass
    assert wrong.value.code == code
    assert "state.yaml" in str(wrong.value.place)
