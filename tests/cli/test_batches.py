"""``openler issue`` and ``openler verify`` over very many records, and ``openler jobs``."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.batches import asked, begin, each_once, opened, prepare, table

ROWS = 1_200
"""Three chunks of a job."""


@pytest.fixture
def college(cli: Cli) -> Cli:
    prepare(cli.home)
    return cli


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a college's data and the records it issued as lines, the last one tampered with and followed by nonsense."""
    folder = tmp_path_factory.mktemp("issued")
    prepare(folder / "data")
    arguments = [*asked(table(folder / "table.csv", 40), "--did", "key"), "--out", str(folder / "all.ndjson")]
    assert begin(folder / "data", arguments).wait(timeout=120) == 0
    lines = (folder / "all.ndjson").read_text().splitlines()
    forged = lines[-1].replace("Learner 39", "Learner 93")
    assert forged != lines[-1]
    (folder / "mixed.ndjson").write_text("\n".join([*lines[:-1], forged, "", "{nonsense"]) + "\n")
    return folder


def test_a_table_issued_by_several_processes_accounts_for_each_row(college: Cli, tmp_path: Path) -> None:
    bad = "Nobody,,ce-00000000-0000-4000-8000-000000000000,2026-05-01"
    given = table(tmp_path / "t.csv", ROWS, bad)
    given.write_text(given.read_text() + "\n" + given.read_text().splitlines()[1])  # the first learner once more, in another chunk
    ran = college(*asked(given, "--workers", 2, "--out", tmp_path / "out.ndjson", "--refused", tmp_path / "refused.csv"))
    told = ran.json
    assert (ran.code, told["rows"], told["issued"], told["existing"], told["refused_count"]) == (1, ROWS + 2, ROWS, 1, 1)
    assert told["refused_by_code"] == {"issue.cell_missing": 1}
    assert [row["row"] for row in csv.DictReader((tmp_path / "refused.csv").read_text().splitlines())] == [str(ROWS + 2)]
    records = [json.loads(line) for line in (tmp_path / "out.ndjson").read_text().splitlines()]
    assert [record["credentialSubject"]["identifier"][1]["identityHash"] for record in records[:3]] == [f"Learner {n}" for n in range(3)]
    assert len(records) == ROWS + 1
    assert len({record["id"] for record in records}) == ROWS
    with opened(college.home) as ports:
        each_once(ports, ROWS)


def test_the_same_table_after_a_finished_job_finds_everything_issued(college: Cli, tmp_path: Path) -> None:
    given = table(tmp_path / "t.csv", 600)
    first, second = (college(*asked(given, "--workers", 1)).json for _ in range(2))
    assert (first["issued"], first["existing"]) == (600, 0)
    assert (second["issued"], second["existing"]) == (0, 600)
    assert first["job"] != second["job"]


def test_a_table_that_is_long_is_issued_as_a_job_and_a_short_one_is_not(
    college: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openler.cli.credentials.SMALL", 50)
    short = college(*asked(table(tmp_path / "short.csv", 50))).json
    assert (short["issued"], len(short["records"])) == (50, 50)
    assert college("jobs", "list", "--json").json == []
    long = college(*asked(table(tmp_path / "long.csv", 60))).json
    assert (long["issued"], long["existing"], long["rows"]) == (10, 50, 60)
    (job,) = college("jobs", "list", "--json").json
    assert (job["action"], job["source"], job["done"], job["total"]) == ("issue", "long.csv", 60, 60)
    assert job["finished"]


def test_a_broken_row_is_told_before_anything_is_issued(college: Cli, tmp_path: Path) -> None:
    ran = college(*asked(table(tmp_path / "t.csv", 300, "too,few"), "--workers", 1))
    assert (ran.code, "tables.row_broken" in ran.err, "row 302" in ran.err) == (1, True, True)
    with opened(college.home) as ports:
        assert ports.ledger.counts().issued == 0


def test_jobs_are_listed_shown_and_forgotten(college: Cli, tmp_path: Path) -> None:
    assert "There are no jobs" in college("jobs", "list").err
    job = college(*asked(table(tmp_path / "t.csv", 20), "--workers", 1)).json["job"]
    shown = college("jobs", "show", job)
    assert ("20 of 20 done, finished" in shown.out, "found: issued 20" in shown.out) == (True, True)
    assert job in college("jobs", "list").out
    assert college("jobs", "forget", job).code == 0
    gone = college("jobs", "show", job)
    assert (gone.code, "jobs.unknown" in gone.err) == (2, True)
    with opened(college.home) as ports:
        each_once(ports, 20)


def test_lines_are_judged_and_counted_and_the_worst_is_the_exit_code(cli: Cli, issued: Path, tmp_path: Path) -> None:
    ran = cli("verify", issued / "mixed.ndjson", "--json", "--out", tmp_path / "reports.ndjson")
    told = ran.json
    # Nobody serves the college's status lists here, so what is not forged cannot be checked.
    assert (ran.code, told["records"]) == (1, 41)
    assert told["verdicts"] == {"valid": 0, "invalid": 1, "undetermined": 39, "unreadable": 1}
    assert told["reasons"]["credentials.proof_signature_wrong"] == 1
    reports = [json.loads(line) for line in (tmp_path / "reports.ndjson").read_text().splitlines()]
    assert [report["source"] for report in reports] == [f"mixed.ndjson:{n}" for n in (*range(1, 41), 42)]
    assert [report.get("verdict") for report in reports] == ["undetermined"] * 39 + ["invalid", None]
    assert reports[-1]["error"]["code"] == "linkeddata.not_json"


def test_compressed_lines_and_a_folder_give_the_same_counts(cli: Cli, issued: Path, tmp_path: Path) -> None:
    zipped, folder = tmp_path / "mixed.ndjson.gz", tmp_path / "folder"
    zipped.write_bytes(gzip.compress((issued / "mixed.ndjson").read_bytes()))
    folder.mkdir()
    for number, line in enumerate((issued / "mixed.ndjson").read_text().splitlines()):
        (folder / f"{number:03}.json").write_text(line or "[]")
    (folder / "017.txt").write_text("no record")
    counted = cli("verify", zipped, "--json").json["verdicts"]
    assert (counted["invalid"], counted["undetermined"], counted["unreadable"]) == (1, 39, 1)
    by_file = cli("verify", folder, "--json", "--out", tmp_path / "r.ndjson").json["verdicts"]
    assert (by_file["invalid"], by_file["undetermined"], by_file["unreadable"]) == (2, 39, 1)  # the empty list is no record
    (tmp_path / "broken.ndjson.gz").write_bytes(zipped.read_bytes()[:-40])
    broken = cli("verify", tmp_path / "broken.ndjson.gz")
    assert (broken.code, "tables.gzip_broken" in broken.err) == (1, True)


def test_several_processes_find_what_one_does_and_in_the_same_order(cli: Cli, issued: Path, tmp_path: Path) -> None:
    alone = cli("verify", issued / "mixed.ndjson", "--json", "--out", tmp_path / "one.ndjson").json
    many = cli("verify", issued / "mixed.ndjson", "--json", "--out", tmp_path / "two.ndjson", "--workers", 2).json
    assert many.pop("job") is not None
    assert alone.pop("job") is None
    assert alone == many
    one, two = ([json.loads(line) for line in (tmp_path / name).read_text().splitlines()] for name in ("one.ndjson", "two.ndjson"))
    assert one == two


def test_an_interrupted_verification_goes_on_only_where_that_is_asked(
    cli: Cli, issued: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = cli("verify", issued / "mixed.ndjson", "--resume")
    assert (nothing.code, "jobs.nothing_to_resume" in nothing.err) == (2, True)
    with monkeypatch.context() as patched:
        patched.setattr("openler.actions.verifying.verify_job.CHUNK", 15)
        patched.setattr("openler.actions.verifying.verify_job.report", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        assert cli("verify", issued / "mixed.ndjson", "--workers", 1).code == 130
    again = cli("verify", issued / "mixed.ndjson", "--json", "--resume")
    assert (again.json["records"], "41 of 41 records were judged before" in again.err) == (41, True)
    assert cli("verify", issued / "mixed.ndjson", "--resume").code == 2


def test_options_for_very_many_are_refused_for_one(cli: Cli, issued: Path) -> None:
    for what in (["-"], [issued / "table.csv"], [issued / "mixed.ndjson", issued / "mixed.ndjson"]):
        ran = cli("verify", *what, "--out", "reports.ndjson")
        assert (ran.code, "cli.batch_of_one" in ran.err) == (2, True)


def test_a_cluster_that_is_no_address_or_does_not_answer_is_told(college: Cli, tmp_path: Path) -> None:
    ran = college(*asked(table(tmp_path / "t.csv", 5), "--cluster", "scheduler"))
    assert (ran.code, "jobs.cluster_malformed" in ran.err) == (2, True)


def test_records_in_octets_stand_in_lines_too(college: Cli, tmp_path: Path) -> None:
    lines = tmp_path / "all.ndjson"
    assert college(*asked(table(tmp_path / "t.csv", 3), "--did", "key", "--format", "cose"), "--out", lines).code == 0
    told = college("verify", lines, "--json").json
    # Nobody serves the college's status lists here.
    assert (told["verdicts"]["undetermined"], told["verdicts"]["unreadable"]) == (3, 0), told["reasons"]
