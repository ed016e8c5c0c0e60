"""Very many documents over HTTP: sent as one body, published beside what is answered, seen by their publisher alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from openler import asgi, bootstrap
from openler.access.organisation import Role
from openler.actions.registry import publish_job
from openler.actions.registry.publish_spooled import work_waiting
from openler.actions.registry.tokens import add_organisation, create_token
from openler.api import publish_jobs
from openler.asgi import application
from openler.errors import RateLimited
from tests.support.ctdl import OWNER, complete, ctid, document

SEND = f"/resources/organizations/{OWNER}/publish_jobs"
DOCUMENTS = 700


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def body(count: int = DOCUMENTS) -> bytes:
    lines = [document(complete("ceterms:LearningProgram", f"sent {number}")).normalised for number in range(count - 1)]
    return b"\n".join([*lines, b"not JSON", b""])


@pytest.fixture
def other(home: Path) -> str:
    """A token of another organization."""
    stranger = ctid("stranger")
    with bootstrap.open_ports() as ports:
        add_organisation(ports, stranger, name="Other College", roles=[Role.PUBLISHER], actor="tests:setup")
        return create_token(ports, stranger, roles=[Role.PUBLISHER], label="tests", actor="tests:setup")[1].reveal()


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that works at nothing by itself."""
    monkeypatch.setattr("openler.actions.registry.publish_spooled.work_waiting", lambda *_, **__: False)


def finished(client: TestClient, address: str, token: str) -> dict[str, Any]:
    for _ in range(1_200):
        told: dict[str, Any] = client.get(address, headers=bearer(token)).json()
        if told["finished"]:
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def spooled(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "spool").iterdir())


def test_what_is_sent_is_accepted_published_and_told_with_what_was_refused(token: str, client: TestClient, home: Path) -> None:
    sent = client.post(SEND, content=body(), headers=bearer(token))
    assert (sent.status_code, sent.json()["total"]) == (202, DOCUMENTS)
    address = sent.headers["location"]
    told = finished(client, address, token)
    assert (told["state"], told["done"], told["published"], told["refused"]) == ("finished", DOCUMENTS, DOCUMENTS - 1, 1)
    refusals = client.get(told["refusals"], headers=bearer(token)).json()
    assert (refusals["total"], refusals["next"], refusals["refusals"][0]["source"]) == (1, None, f"line {DOCUMENTS}")
    assert refusals["refusals"][0]["message"]
    assert client.get(f"/envelopes/{ctid('sent 0')}").status_code == 200
    assert spooled(home) == []


def test_a_job_is_seen_by_its_publisher_alone(idle: None, token: str, other: str, client: TestClient) -> None:
    address = client.post(SEND, content=body(3), headers=bearer(token)).headers["location"]
    for path in (address, f"{address}/refusals"):
        assert client.get(path).status_code == 401
        assert (client.get(path, headers=bearer(other)).status_code, client.get(path, headers=bearer(token)).status_code) == (404, 200)
    assert client.delete(address, headers=bearer(other)).status_code == 404
    assert client.get("/publish_jobs", headers=bearer(other)).json() == {"jobs": [], "next": None}
    assert len(client.get("/publish_jobs", headers=bearer(token)).json()["jobs"]) == 1
    assert client.post(SEND, content=body(3), headers=bearer(other)).status_code == 403
    assert client.post(SEND, content=body(3)).status_code == 401


def test_a_server_takes_up_what_the_one_before_did_not_finish(token: str, home: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("openler.actions.registry.publish_spooled.work_waiting", lambda *_, **__: False)
        with TestClient(application(), base_url="http://localhost:8000") as first:
            address = first.post(SEND, content=body(), headers=bearer(token)).headers["location"]
    with bootstrap.open_ports() as ports:  # as a server leaves it that was killed after one lot
        (job,) = ports.store.publish_jobs()
        assert ports.spool is not None
        half = publish_job.work(ports, job, ports.spool.documents(job.job_id), stop=lambda: True)
        assert 0 < half.position < DOCUMENTS
    with TestClient(application(), base_url="http://localhost:8000") as second:
        told = finished(second, address, token)
    assert (told["published"], told["unchanged"], told["refused"]) == (DOCUMENTS - 1, 0, 1)


def test_a_job_that_is_forgotten_stops_and_leaves_nothing_on_the_disk(idle: None, token: str, client: TestClient, home: Path) -> None:
    address = client.post(SEND, content=body(3), headers=bearer(token)).headers["location"]
    assert len(spooled(home)) == 1
    assert client.delete(address, headers=bearer(token)).status_code == 200
    assert client.get(address, headers=bearer(token)).status_code == 404
    assert spooled(home) == []


def test_too_large_empty_or_too_many_is_refused_and_not_kept(
    idle: None, token: str, client: TestClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = client.post(SEND, content=b"\n \n", headers=bearer(token))
    assert (empty.status_code, empty.json()["code"]) == (422, "publish_job.empty")
    monkeypatch.setattr(publish_jobs, "MAX_BODY", 1_000)

    def parts() -> Iterator[bytes]:
        yield from (b"x" * 600, b"x" * 600)

    large = client.post(SEND, content=parts(), headers=bearer(token))
    assert (large.status_code, large.json()["code"]) == (413, "publish_job.body_too_large")
    assert spooled(home) == []
    monkeypatch.setattr(publish_job, "MAX_WAITING", 1)
    assert client.post(SEND, content=b"{}", headers=bearer(token)).status_code == 202
    crowded = client.post(SEND, content=b"{}", headers=bearer(token))
    assert (crowded.status_code, crowded.json()["code"]) == (429, "publish_job.too_many")
    assert crowded.headers["retry-after"] == "60"


def test_what_is_on_its_way_counts_among_what_waits(idle: None, token: str, client: TestClient) -> None:
    assert client.post(SEND, content=body(3), headers=bearer(token)).status_code == 202
    with bootstrap.open_ports() as ports:
        publish_job.admit(ports, OWNER, arriving=publish_job.MAX_WAITING - 1)
        with pytest.raises(RateLimited, match=r"publish_job\.too_many"):
            publish_job.admit(ports, OWNER, arriving=publish_job.MAX_WAITING)


def test_a_list_is_not_begun_again_behind_a_job_that_is_gone(idle: None, token: str, client: TestClient) -> None:
    first, second = (client.post(SEND, content=body(3), headers=bearer(token)).json() for _ in range(2))
    page = client.get("/publish_jobs?limit=1", headers=bearer(token)).json()
    assert (page["next"], [job["id"] for job in page["jobs"]]) == (first["id"], [first["id"]])
    behind = client.get(f"/publish_jobs?after={first['id']}", headers=bearer(token)).json()
    assert [job["id"] for job in behind["jobs"]] == [second["id"]]
    client.delete(first["url"], headers=bearer(token))
    gone = client.get(f"/publish_jobs?after={first['id']}", headers=bearer(token))
    assert (gone.status_code, gone.json()["code"]) == (404, "jobs.unknown")


def test_what_the_disk_lost_is_not_read_again_and_again(idle: None, token: str, client: TestClient, home: Path) -> None:
    client.post(SEND, content=body(3), headers=bearer(token))
    (file,) = home.glob("**/spool/*")
    file.write_bytes(file.read_bytes().split(b"\n")[0])
    with bootstrap.open_ports() as ports:
        assert not work_waiting(ports, lambda _: nullcontext())
        (job,) = ports.store.publish_jobs()
        assert (job.finished, job.position) == (None, 1)
    assert spooled(home) == []


def test_only_a_jobs_address_takes_more_than_a_documents_body(idle: None, token: str, client: TestClient) -> None:
    assert asgi.MAX_BODY_JOB == publish_jobs.MAX_BODY
    length = {"content-length": str(asgi.MAX_BODY_TOKEN + 1)}
    assert client.post(f"/resources/organizations/{OWNER}/documents", content=b"{}", headers=bearer(token) | length).status_code == 413
    assert client.post(SEND, content=b"{}", headers=bearer(token) | length).status_code == 202
    assert client.post(SEND, content=b"{}", headers=length).status_code == 413, "who shows no token gets no room"
