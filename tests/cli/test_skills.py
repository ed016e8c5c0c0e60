"""``openler import case`` and ``openler export --format case``, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.case import welding


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "welding.json"
    path.write_text(json.dumps(welding()), encoding="utf-8")
    return path


def test_a_framework_goes_in_and_comes_out_as_case(cli: Cli, file: Path, tmp_path: Path) -> None:
    ran = cli("import", "case", file, "--json")
    assert (ran.code, ran.json["published"]["published"], ran.json["remarks"]) == (0, 3, {"case.association_unsaid": 2})
    rows = cli("search", "joint", "--json")
    assert rows.code == 0
    cli("export", tmp_path / "all.csv", "--type", "CompetencyFramework")
    ctid = (tmp_path / "all.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]
    out = tmp_path / "out.json"
    told = cli("export", out, "--format", "case", "--ctid", ctid)
    assert (told.code, told.out) == (0, "")
    assert "4 statements and 10 associations" in told.err
    made = json.loads(out.read_text(encoding="utf-8"))
    assert {entry["identifier"] for entry in made["CFItems"]} == {entry["identifier"] for entry in welding()["CFItems"]}


def test_a_dry_run_publishes_nothing(cli: Cli, file: Path) -> None:
    assert cli("import", "case", file, "--dry-run", "--json").json["published"] is None


@pytest.mark.parametrize("arguments", [("--format", "case"), ("--ctid", "ce-aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")])
def test_a_package_wants_a_framework_and_the_format(cli: Cli, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = cli("export", tmp_path / "out.json", *arguments)
    assert ran.code == 2
    assert "cli.export_case_untold" in ran.err
    assert not (tmp_path / "out.json").exists()


def test_skill_descriptors_are_imported_from_json(cli: Cli, tmp_path: Path) -> None:
    skills = [{"skillName": "Weld", "skillStatement": "Weld a joint."}, {"skillName": "Cut", "skillStatement": "Cut.", "status": "draft"}]
    (tmp_path / "skills.json").write_text(json.dumps(skills), encoding="utf-8")
    owner = "ce-aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
    ran = cli("import", "osmt", tmp_path / "skills.json", "--library", "Lake", "--publisher", owner)
    assert (ran.code, "osmt.not_published" in ran.out, "published 1" in ran.err + ran.out) == (0, True, True)


def test_a_table_without_statements_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "skills.csv").write_text("Name\nWeld\n", encoding="utf-8")
    ran = cli("import", "osmt", tmp_path / "skills.csv", "--library", "Lake", "--publisher", "ce-aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
    assert (ran.code, "osmt.no_statements" in ran.err) == (2, True)


def test_a_folder_without_occupations_is_told(cli: Cli, tmp_path: Path) -> None:
    ran = cli("import", "esco", tmp_path)
    assert (ran.code, "import.directory_incomplete" in ran.err) == (2, True)
