"""The registry and the verifier over HTTP: what a developer of another system meets."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from openler.asgi import application
from tests.support.ctdl import BASE, OWNER, complete, ctid, document, program

WELDING = ctid("one")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_one_address_answers_in_the_form_asked_for(client: TestClient) -> None:
    address = f"/resources/{WELDING}"
    data = client.get(address, headers={"accept": "application/ld+json"})
    assert data.headers["content-type"] == "application/ld+json"
    assert data.json()["ceterms:name"] == {"en-US": "Welding Technology"}
    turtle = client.get(address, headers={"accept": "text/turtle"})
    assert "Welding Technology" in turtle.text
    assert "@prefix ceterms:" in turtle.text
    page = client.get(address, headers={"accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1>Welding Technology</h1>" in page.text
    assert len({data.headers["etag"], turtle.headers["etag"], page.headers["etag"]}) == 3
    assert client.get(address).headers["content-type"] == "application/ld+json", "a program that asks for anything gets data"


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get(f"/graph/{WELDING}")
    again = client.get(f"/graph/{WELDING}", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_what_is_not_here_is_a_problem_with_a_stable_code(client: TestClient) -> None:
    for address, status, code in (
        (f"/resources/{ctid('absent')}", 404, "registry.not_found"),
        ("/resources/nonsense", 422, "ids.ctid_malformed"),
        ("/no/such/place", 404, "http.not_found"),
        ("/envelopes?per_page=0", 400, "http.parameters_malformed"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_publishing_needs_a_token_of_that_organization(token: str, client: TestClient) -> None:
    body = document({**complete("ceterms:LearningProgram", "new"), "ceterms:offeredBy": [str(OWNER)]}).normalised
    address = f"/resources/organizations/{OWNER}/documents"
    assert client.post(address, content=body).status_code == 401
    assert client.post(address, content=body, headers=bearer("openler_000000000000_" + "A" * 43)).status_code == 401
    other = client.post(f"/resources/organizations/{ctid('other')}/documents", content=body, headers=bearer(token))
    assert (other.status_code, other.json()["code"]) == (403, "access.other_organisation")
    assert client.get(f"/resources/{ctid('new')}").status_code == 404
    assert client.post(address, content=body, headers=bearer(token)).status_code == 201
    assert client.post(address, content=body, headers=bearer(token)).status_code == 200
    assert client.get(f"/resources/{ctid('new')}").status_code == 200


def test_a_lost_update_is_prevented_by_if_match(token: str, client: TestClient) -> None:
    address = f"/resources/organizations/{OWNER}/documents"
    changed = document(program(ceterms__name={"en-US": "Advanced Welding"}, ceterms__offeredBy=[str(OWNER)])).normalised
    stale = client.post(address, content=changed, headers={**bearer(token), "if-match": f'"{"0" * 64}"'})
    assert (stale.status_code, stale.json()["code"]) in {(409, "registry.precondition_failed"), (412, "registry.precondition_failed")}
    assert "Welding Technology" in client.get(f"/resources/{WELDING}").text
    tag = client.get(f"/graph/{WELDING}").headers["etag"]
    assert client.post(address, content=changed, headers={**bearer(token), "if-match": tag}).status_code == 200
    assert "Advanced Welding" in client.get(f"/resources/{WELDING}").text


@pytest.mark.parametrize("form", ["", ".ttl", ".nq", ".jsonld"])
def test_the_tag_of_any_form_that_was_read_prevents_a_lost_update(token: str, client: TestClient, form: str) -> None:
    address = f"/resources/organizations/{OWNER}/documents"
    tag = client.get(f"/resources/{WELDING}{form}").headers["etag"]
    for name, status in (("Advanced Welding", 200), ("Basic Welding", 412)):  # the second writer read what the first one changed
        body = document(program(ceterms__name={"en-US": name}, ceterms__offeredBy=[str(OWNER)])).normalised
        assert client.post(address, content=body, headers={**bearer(token), "if-match": tag}).status_code == status
    assert "Advanced Welding" in client.get(f"/resources/{WELDING}").text


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("*", 200), ('"{now}"', 200), ("{now}", 200), ('"{old}", "{now}"', 200), (' "a" ,"{now}-ttl"', 200), ('"{now}",', 200),
        ('W/"{now}"', 412), ('"{old}"', 412), ('"anything"', 412), ('"{old}", W/"{now}"', 412), ('""', 412),
        ("anything", 422), ('"{now}" "{old}"', 422), ('"{now}', 422), ("*, *", 422), ('"a b"', 422),
    ],
)  # fmt: skip
def test_if_match_is_read_as_the_standard_has_it(token: str, client: TestClient, header: str, status: int) -> None:
    """RFC 9110, sections 8.8.3 and 13.1.1."""
    now = client.get(f"/graph/{WELDING}").headers["etag"].strip('"')
    told = header.replace("{now}", now).replace("{old}", "0" * 64)
    body = document(program(ceterms__name={"en-US": "Advanced Welding"}, ceterms__offeredBy=[str(OWNER)])).normalised
    answer = client.post(f"/resources/organizations/{OWNER}/documents", content=body, headers={**bearer(token), "if-match": told})
    assert answer.status_code == status
    assert ("Advanced" in client.get(f"/graph/{WELDING}").text) is (status == 200)


def test_nothing_is_made_where_something_should_have_stood(token: str, client: TestClient) -> None:
    body = document({**complete("ceterms:LearningProgram", "new"), "ceterms:offeredBy": [str(OWNER)]}).normalised
    for told in ("*", f'"{"0" * 64}"'):
        answer = client.post(f"/resources/organizations/{OWNER}/documents", content=body, headers={**bearer(token), "if-match": told})
        assert (answer.status_code, answer.json()["code"]) == (412, "registry.precondition_failed")
    assert client.get(f"/resources/{ctid('new')}").status_code == 404


def test_a_document_with_errors_is_refused_with_codes_and_places(token: str, client: TestClient) -> None:
    body = document({**complete("ceterms:LearningProgram", "bad"), "ceterms:nonsense": "x"}).normalised
    answer = client.post(f"/resources/organizations/{OWNER}/documents", content=body, headers=bearer(token))
    assert answer.status_code == 422
    assert "ceterms:nonsense" in answer.json()["place"]
    broken = client.post(f"/resources/organizations/{OWNER}/documents", content=b'{"a":1,"a":2}', headers=bearer(token))
    assert broken.status_code == 422
    assert client.get("/envelopes/events").json()[-1]["id"] == 2, "nothing was written"


def test_envelopes_and_events_speak_as_the_national_registry_does(client: TestClient) -> None:
    listed = client.get("/envelopes", params={"per_page": 1})
    assert listed.headers["x-total"] == "2"
    rest = client.get("/envelopes", params={"per_page": 1, "after": listed.headers["x-after"]})
    seen = [one["envelope_ceterms_ctid"] for one in (*listed.json(), *rest.json())]
    assert sorted(seen) == sorted([str(OWNER), str(WELDING)])
    assert listed.json()[0]["decoded_resource"]["@graph"]
    events = client.get("/envelopes/events", params={"after": 1}).json()
    assert [(one["id"], one["event"]) for one in events] == [(2, "publish")]


def test_search_counts_facets(client: TestClient) -> None:
    found = client.get("/search", params={"q": "welding", "group": "learning"}).json()
    assert [hit["name"] for hit in found["hits"]] == ["Welding Technology"]
    assert {"value": "learning", "count": 1} in found["facets"]["group"]
    assert client.get("/search", params={"q": '"(unbalanced AND'}).status_code == 200


def test_health_tells_the_lag_of_each_projection(client: TestClient) -> None:
    told = client.get("/health").json()
    assert told["journal"] == 2
    assert {one["name"] for one in told["projections"]} >= {"search", "graph"}


def test_a_verdict_is_200_when_valid_and_400_when_not(client: TestClient) -> None:
    refused = client.post("/credentials/verify", json={"verifiableCredential": {"type": "nothing"}})
    assert refused.status_code == 400
    assert refused.json()["verdict"] == "invalid"
    assert client.post("/credentials/verify", content=b"[" * 100 + b"]" * 100).json()["code"] == "linkeddata.too_deep"
    assert client.post("/credentials/verify", content=json.dumps({"x": "y" * 1_100_000})).status_code == 413


def test_issuing_needs_an_issuers_token(token: str, client: TestClient) -> None:
    assert client.post("/credentials/issue", json={"credential": {}}).status_code == 401
    answer = client.post("/credentials/issue", json={"credential": {}}, headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (403, "access.role_missing")


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for address in ("/", "/health", "/no/such/place", "/static/openler.css"):
        headers = client.get(address).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_api_describes_itself_without_any_other_host(client: TestClient) -> None:
    assert client.get("/openapi.json").json()["paths"]["/search"]
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page


def test_a_body_larger_than_it_may_be_is_refused_before_it_is_read(client: TestClient) -> None:
    answer = client.post("/credentials/verify", content=b"", headers={"content-length": str(10**9)})
    assert answer.status_code == 413
    assert BASE not in answer.text


def test_a_service_that_stops_leaves_no_thread_behind(home: Path) -> None:
    with TestClient(application(), base_url=BASE) as opened:
        assert opened.get("/health").status_code == 200
        assert "projector" in {thread.name for thread in threading.enumerate()}

    assert "projector" not in {thread.name for thread in threading.enumerate()}
