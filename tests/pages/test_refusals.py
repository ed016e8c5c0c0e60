"""What bad requests get, and what a visitor never gets to see: every failure is a problem with a stable code, in plain words."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from openler import asgi
from openler.asgi import application
from openler.stores.sql.registry import SqlStore
from tests.support.ctdl import OWNER, ctid

HTML = {"accept": "text/html"}
MEGABYTE = 1024 * 1024


def told(answer: Any) -> tuple[int, str]:
    """A problem's status and code, after checking that it has the shape of one (RFC 9457)."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:openler:problem:{problem['code']}"
    assert problem["status"] == answer.status_code
    assert problem["title"][-1] in ".!?"
    assert set(problem) <= {"type", "title", "status", "code", "place", "hint"}
    return answer.status_code, problem["code"]


@pytest.mark.parametrize("address", ["/credentials/verify", "/presentations/verify"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (400, "linkeddata.not_json")),
        (b"not json", (400, "linkeddata.not_json")),
        (b"\xff\xfe{", (400, "linkeddata.not_utf8")),
        (b'{"a": 1, "a": 2}', (400, "linkeddata.duplicate_key")),
        (b'{"a": 1e999}', (400, "linkeddata.number_not_finite")),
        (b'{"a": "\\ud800"}', (400, "linkeddata.lone_surrogate")),
        (b"[" * 10_000 + b"]" * 10_000, (400, "linkeddata.too_deep")),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, (400, "linkeddata.too_deep")),
        (b"[]", (400, "http.body_incomplete")),
        (b'{"x": "' + b"y" * MEGABYTE + b'"}', (413, "linkeddata.too_large")),
    ],
    ids=["empty", "text", "utf8", "twice", "infinite", "surrogate", "arrays", "objects", "array", "large"],
)
def test_a_body_that_cannot_be_read_is_a_problem(client: TestClient, address: str, body: bytes, expected: tuple[int, str]) -> None:
    assert told(client.post(address, content=body)) == expected


def test_an_uploaded_body_is_cut_off_at_its_limit_whatever_it_says_of_itself(client: TestClient) -> None:
    declared = client.post("/credentials/verify", content=b"", headers={"content-length": str(asgi.MAX_BODY_ANONYMOUS + 1)})
    assert told(declared) == (413, "http.body_too_large")

    def endless() -> Iterator[bytes]:
        for _ in range(13):
            yield b"x" * MEGABYTE

    assert told(client.post("/credentials/verify", content=endless())) == (413, "http.body_too_large")
    assert told(client.post("/verify", content=endless(), headers={**HTML, "content-type": "application/x-www-form-urlencoded"})) == (
        413,
        "http.body_too_large",
    )
    assert told(client.post("/credentials/verify", content=b"{}", headers={"content-length": "1e9"}))[0] == 413


def test_who_asks_too_often_waits_and_nobody_else_does() -> None:
    moment = 0.0

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    limits = asgi.Limits(inner, clock=lambda: moment)

    def ask(client: str) -> int:
        seen = []

        async def send(message: Any) -> None:
            seen.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        asyncio.run(limits({"type": "http", "path": "/", "client": (client, 1), "headers": []}, receive, send))
        return int(seen[0]["status"])

    burst = int(asgi.RATE_BURST)
    assert {ask("198.51.100.7") for _ in range(burst)} == {204}
    assert ask("198.51.100.7") == 429
    assert ask("203.0.113.9") == 204
    moment += 1.0
    again = [ask("198.51.100.7") for _ in range(int(asgi.RATE_PER_SECOND) + 1)]
    assert again == [*[204] * int(asgi.RATE_PER_SECOND), 429]


def _broken(*_: object, **__: object) -> Any:
    raise sqlite3.OperationalError('no such table: document [SQL: SELECT secret FROM "private".holder]')


@pytest.fixture
def sick(client: TestClient, monkeypatch: pytest.MonkeyPatch, home: Path) -> TestClient:
    """The service after its registry's tables were taken away."""
    with sqlite3.connect(home / "registry.sqlite") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DROP TABLE resource")
    return client


def test_what_the_database_said_goes_to_the_log_and_not_to_the_visitor(sick: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="openler.http"):
        data, page = sick.get(f"/resources/{OWNER}"), sick.get(f"/resources/{OWNER}", headers=HTML)
    assert told(data) == (503, "stores.unavailable")
    assert page.status_code == 503
    assert "stores.unavailable" in page.text
    for text in (data.text, page.text):
        assert "no such table" not in text
        assert "SELECT" not in text
        assert "resource " not in text
    assert "no such table" in caplog.text


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_fault_of_ours_is_admitted_without_its_innards(client: TestClient, monkeypatch: pytest.MonkeyPatch, accept: str) -> None:
    def fail(*_: object) -> Any:
        message = "a secret in an exception"
        raise RuntimeError(message)

    monkeypatch.setattr(SqlStore, "get", fail)
    with TestClient(application(), base_url="http://localhost:8000", raise_server_exceptions=False) as calm:
        answer = calm.get(f"/resources/{OWNER}", headers={"accept": accept})
    assert answer.status_code == 500
    assert "http.failed" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    if accept == "application/json":
        assert told(answer) == (500, "http.failed")


def test_without_its_passphrase_the_public_side_serves_and_the_private_side_says_it_is_closed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("OPENLER_PASSPHRASE")
    with TestClient(application(), base_url="http://localhost:8000") as closed:
        assert closed.get(f"/resources/{OWNER}").status_code == 200
        answer = closed.post("/credentials/issue", json={}, headers={"authorization": "Bearer openler_000000000000_" + "A" * 43})
    assert told(answer) == (503, "config.private_closed")
    assert "PASSPHRASE" not in answer.text
    assert "config.passphrase_missing" in caplog.text


def test_health_tells_what_the_projections_are_behind_by(client: TestClient, home: Path) -> None:
    assert {one["behind"] for one in client.get("/health").json()["projections"]} == {0}
    for announced in (home / "projections").rglob("*.json"):
        announced.unlink()
    behind = {one["name"]: one["behind"] for one in client.get("/health").json()["projections"]}
    assert behind
    assert set(behind.values()) == {2}


def test_methods_and_paths_that_do_not_exist_are_problems_too(client: TestClient) -> None:
    assert told(client.delete(f"/resources/{OWNER}")) == (405, "http.not_found")
    assert told(client.get("/credentials/verify")) == (405, "http.not_found")
    assert told(client.get(f"/envelopes/{ctid('absent')}/revisions/1")) == (404, "verify.nothing_here")
    assert told(client.get(f"/envelopes/{OWNER}/revisions/0")) == (400, "http.parameters_malformed")
    assert told(client.get("/search?limit=100000")) == (400, "http.parameters_malformed")
    assert told(client.get("/envelopes?from=yesterday")) == (400, "http.parameters_malformed")
    assert told(client.get("/envelopes?owned_by=nobody")) == (422, "ids.ctid_malformed")
