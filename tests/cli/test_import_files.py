"""Tables and documents of other systems through the command line: previewed, told row by row, and published."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

REGION = "ce-f8904620-44bd-47f0-953e-c8abbd3e49f3"


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


def test_a_clerk_takes_the_table_changes_a_cell_looks_and_publishes(cli: Cli, tmp_path: Path) -> None:
    cli("import", "sample")
    file = tmp_path / "programs.csv"
    assert cli("export", file, "--format", "csv-bulk", "--type", "LearningProgram").code == 0
    table = rows(file)
    column = table[0].index("Description")
    table[1][column] = "A new description."
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(table)
    looked = cli("import", "csv", file, "--publisher", REGION, "--preview")
    assert (looked.code, looked.err) == (0, "")
    assert "new 0, changed 1, unchanged 68, refused 0" in looked.out
    assert "-> A new description." in looked.out
    assert cli("import", "csv", file, "--publisher", REGION, "--preview", "--json").json["preview"]["changed"] == 1
    done = cli("import", "csv", file, "--publisher", REGION, "--json").json
    assert (done["published"]["updated"], done["published"]["unchanged"]) == (1, 68)
    assert "A new description." in cli("get", table[1][0]).out


def test_the_empty_table_is_filled_in_and_ctids_come_back_by_row(cli: Cli, tmp_path: Path) -> None:
    cli("import", "sample")
    file = tmp_path / "new.csv"
    assert cli("export", file, "--template", "Credential").code == 0
    table = rows(file)
    for name in ("Good", ""):
        table.append(["" for _ in table[0]])
        filled = {"External Identifier": f"X{name}", "Credential Name": name, "Credential Type": "Certificate", "Is Non-Credit": "no"}
        for column, value in filled.items():
            table[-1][table[0].index(column)] = value
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(table)
    ran = cli("import", "csv", file, "--publisher", REGION, "--json")
    assert ran.code == 1
    assert list(ran.json["ctids"]) == ["3"]
    assert cli("get", ran.json["ctids"]["3"]).code == 0
    (problem,) = ran.json["problems"]
    assert (problem["row"], problem["column"], problem["code"]) == (4, "Credential Name", "bulk.needed")
    assert problem["message"]
    told = cli("import", "csv", file, "--publisher", REGION, "--preview").out
    assert "row 4, column Credential Name: " in told


def test_a_publication_can_be_looked_at_first(cli: Cli, tmp_path: Path) -> None:
    cli("import", "sample")
    cli("export", tmp_path / "all.ndjson")
    lines = (tmp_path / "all.ndjson").read_text(encoding="utf-8").splitlines()
    document = next(found for line in lines if (found := json.loads(line))["@graph"][0]["@type"] == "ceterms:LearningProgram")
    document["@graph"][0]["ceterms:name"] = {"en": "Another name"}
    (tmp_path / "one.json").write_text(json.dumps(document), encoding="utf-8")
    looked = cli("publish", tmp_path / "one.json", "--publisher", REGION, "--preview", "--json")
    assert looked.code == 0
    (change,) = looked.json["changes"]
    assert [one["name"] for one in change["properties"]] == ["ceterms:name"]
    assert cli("publish", tmp_path / "one.json", "--publisher", REGION, "--json").json["updated"] == 1
    assert "unchanged 1" in cli("publish", tmp_path / "one.json", "--publisher", REGION, "--preview").out


def test_the_sample_is_previewed_as_it_is_then_imported(cli: Cli) -> None:
    looked = cli("import", "sample", "--preview", "--json").json
    assert all(one["published"] is None for one in looked)
    done = cli("import", "sample", "--json").json
    assert [one["preview"]["new"] for one in looked] == [one["published"]["published"] for one in done]


def test_a_dump_is_taken_in_from_an_export(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("import", "sample")
    cli("export", tmp_path / "all.zip")
    monkeypatch.setenv("OPENLER_DATA", str(tmp_path / "elsewhere"))
    ran = cli("import", "registry", tmp_path / "all.zip", "--publisher", REGION, "--json")
    assert ran.code == 0
    assert (ran.json["published"], ran.json["refused"]) == (408, 0)
    assert "unchanged 408" in cli("import", "registry", tmp_path / "all.zip", "--publisher", REGION).out


def test_institutions_and_postings_go_in(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "hd.csv").write_text("UNITID,INSTNM,ADDR,CITY,STABBR,ZIP\n1,Quill College,1 Main,Quill,NJ,07001\n", encoding="utf-8")
    assert "published 2, updated 0" in cli("import", "ipeds", tmp_path / "hd.csv").err
    job = '{"@type": "JobPosting", "title": "Clerk", "url": "https://a.example/1", "skills": "Filing"}'
    page = f'<script type="application/ld+json">{job}</script>'
    (tmp_path / "job.html").write_text(page, encoding="utf-8")
    ran = cli("import", "jobs", tmp_path / "job.html", "--publisher", REGION, "--json")
    assert (ran.code, ran.json["published"]["published"]) == (0, 1)
    (tmp_path / "none.html").write_text("<p>Welcome</p>", encoding="utf-8")
    none = cli("import", "jobs", tmp_path / "none.html", "--publisher", REGION)
    assert none.code == 1
    assert "[posting.none_found]" in none.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "csv", "none.csv", "--publisher", REGION), ("import", "csv", __file__, "--publisher", REGION),
        ("import", "registry", "none"), ("import", "ipeds", "none.csv"), ("import", "jobs", "none.json", "--publisher", REGION),
        ("export", "x.csv", "--template", "Job"), ("export", "x.csv", "--format", "csv-bulk"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_two_lines(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cli(*arguments)
    assert ran.code == 2
    assert [line.split(":")[0] for line in ran.err.strip().splitlines()] == ["error", "hint"]
    assert not (tmp_path / "x.csv").exists()
