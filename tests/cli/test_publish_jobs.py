"""Very many documents on the command line: a job that is listed, goes on where it stopped, and tells what it refused."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from openler import bootstrap
from openler.actions.publish_ports import PublishJob
from openler.actions.registry import publish_job
from openler.actions.registry.publish import publish
from openler.actions.registry.publish_changes import Terms
from openler.cli.publishing import sources
from openler.ids import Ctid
from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid, document

DOCUMENTS = 1_000
BROKEN = 700


def named(number: int, name: str) -> bytes:
    return document({**complete("ceterms:LearningProgram", f"program {number}"), "ceterms:name": {"en-US": name}}).normalised


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "programs.ndjson"
    lines = [named(number, f"Program {number}") for number in range(DOCUMENTS)]
    lines[BROKEN] = b'{"@type": "ceterms:LearningProgram"}'
    path.write_bytes(b"\n".join(lines))
    return path


def stopped_after_one_lot(source: Path, home: Path) -> PublishJob:
    """As a run leaves it that was ended from outside."""
    with bootstrap.open_ports(data=home) as ports:
        total, digest = publish_job.survey(sources([source]))
        job, _ = publish_job.begin(ports, Terms(OWNER, f"cli:{OWNER}"), source=source.name, total=total, digest=digest)
        return publish_job.work(ports, job, sources([source]), stop=lambda: True)


def test_a_long_publish_is_a_job_that_is_listed_with_its_counts_and_refusals(cli: Cli, source: Path) -> None:
    ran = cli("publish", source, "--publisher", OWNER, "--json")
    assert ran.code == 1
    assert (ran.json["published"], len(ran.json["refused"])) == (DOCUMENTS - 1, 1)
    assert ran.json["refused"][0]["source"] == f"{source}:{BROKEN + 1}"
    (job,) = cli("jobs", "list", "--json").json
    assert (job["action"], job["total"], job["done"], job["refused"]) == ("publish", DOCUMENTS, DOCUMENTS, 1)
    assert job["finished"]
    assert job["per_second"] > 0
    (refused,) = cli("jobs", "refusals", job["job_id"], "--json").json
    assert refused["message"]
    assert f"{source}:{BROKEN + 1}" in cli("jobs", "show", job["job_id"]).out


def test_the_same_command_goes_on_with_what_was_stopped_and_counts_the_whole(cli: Cli, source: Path) -> None:
    half = stopped_after_one_lot(source, cli.home)
    assert 0 < half.position < DOCUMENTS
    assert half.finished is None
    assert "not finished" in cli("jobs", "list").out
    ran = cli("publish", source, "--publisher", OWNER, "--json")
    assert f"Going on with job {half.job_id}" in ran.err
    assert (ran.json["published"], ran.json["unchanged"], len(ran.json["refused"])) == (DOCUMENTS - 1, 0, 1)
    assert [job["job_id"] for job in cli("jobs", "list", "--json").json] == [half.job_id]


def test_going_on_never_puts_an_older_version_over_what_was_published_in_between(cli: Cli, source: Path) -> None:
    stopped_after_one_lot(source, cli.home)
    newer = document({**complete("ceterms:LearningProgram", "program 3"), "ceterms:name": {"en-US": "Renamed since"}})
    with bootstrap.open_ports(data=cli.home) as ports:
        publish(ports, [newer], publisher=OWNER, actor="tests")
    cli("publish", source, "--publisher", OWNER)
    with bootstrap.open_ports(data=cli.home) as ports:
        stored = ports.store.get(ctid("program 3"))
        assert stored is not None
        assert stored.digest == newer.digest


def test_one_document_of_another_publisher_is_refused_and_the_rest_of_its_lot_is_published(cli: Cli, source: Path) -> None:
    other = Ctid.derive("tests", "ceterms:CredentialOrganization", "another")
    node = {**complete("ceterms:LearningProgram", "program 9"), "ceterms:name": {"en-US": "Theirs"}}
    taken = document(node | {name: [str(other)] for name in ("ceterms:offeredBy", "ceterms:ownedBy") if name in node})
    with bootstrap.open_ports(data=cli.home) as ports:
        publish(ports, [taken], publisher=other, actor="tests")
    ran = cli("publish", source, "--publisher", OWNER, "--json")
    assert ran.json["published"] == DOCUMENTS - 2
    assert [one["source"] for one in ran.json["refused"]] == [f"{source}:10", f"{source}:{BROKEN + 1}"]
    assert ran.json["refused"][0]["code"] == "registry.other_publisher"


def test_without_the_passphrase_publishes_are_listed_and_the_private_runs_told_missing(
    cli: Cli, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("publish", source, "--publisher", OWNER)
    monkeypatch.delenv("OPENLER_PASSPHRASE")
    ran = cli("jobs", "list", "--json")
    assert ran.code == 0
    assert [job["action"] for job in json.loads(ran.out)] == ["publish"]
    assert "not listed" in ran.err


def test_a_forgotten_job_is_begun_anew_and_finds_everything_unchanged(cli: Cli, source: Path) -> None:
    half = stopped_after_one_lot(source, cli.home)
    assert cli("jobs", "forget", half.job_id).code == 0
    ran = cli("publish", source, "--publisher", OWNER, "--json")
    assert ran.json["unchanged"] == half.published
    assert cli("jobs", "show", half.job_id).code == 2


def test_a_pipe_is_read_once(cli: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "programs.ndjson"
    os.mkfifo(pipe)
    # A daemon: to open a pipe waits for its reader, and a command that does not read it would keep the tests from ending.
    threading.Thread(target=pipe.write_bytes, args=(named(0, "Program 0"),), daemon=True).start()
    ran = cli("publish", pipe, "--publisher", OWNER, "--json")
    assert ran.json["published"] == 1
