"""score, profile, validate --profile, gaps --profile: what is asked for, and what a description still lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, complete, ctid, document, program

OURS = """version: 1
name: ours
title: What our state asks of programs
classes:
  ceterms:LearningProgram:
    required: [ceterms:name, ceterms:codedNotation]
    benchmark: [ceterms:teaches]
    recommended: [ceterms:keyword]
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "ours.yaml"
    path.write_text(OURS)
    return path


@pytest.fixture
def welding(tmp_path: Path) -> Path:
    path = tmp_path / "welding.json"
    path.write_bytes(document(program(ceterms__offeredBy=[str(OWNER)])).normalised)
    return path


def test_validate_against_a_profile_tells_each_lack_with_its_level_and_a_score(cli: Cli, ours: Path, welding: Path) -> None:
    assert cli("validate", welding, "--strict").code == 0
    ran = cli("validate", welding, "--profile", ours, "--json")
    assert ran.code == 0
    (result,) = ran.json
    found = [(finding["severity"], finding["parameters"]["property"]) for finding in result["findings"]]
    assert found == [("gap", "ceterms:codedNotation"), ("gap", "ceterms:teaches"), ("note", "ceterms:keyword")]
    assert result["score"]["resources"][0]["score"] == 33
    assert cli("validate", welding, "--profile", ours, "--strict").code == 1
    assert "33 of 100" in cli("validate", welding, "--profile", ours).out


def test_what_the_minimum_already_told_is_not_told_twice(cli: Cli, welding: Path) -> None:
    welding.write_bytes(document(program(ceterms__name=None)).normalised)
    (result,) = cli("validate", welding, "--profile", "ctdl", "--json").json
    named = [finding for finding in result["findings"] if finding["parameters"]["property"] == "ceterms:name"]
    assert [finding["code"] for finding in named] == ["ctdl.required_missing"]


def test_score_tells_one_published_description_a_file_and_all_of_them(cli: Cli, ours: Path, welding: Path) -> None:
    assert cli("publish", welding, "--publisher", OWNER).code == 0
    one = cli("score", ctid("one"), "--profile", ours)
    assert one.code == 0
    assert "33 of 100 (ceterms:LearningProgram; required 1 of 2, benchmark 0 of 1, recommended 0 of 1)" in one.out
    assert "add Coded Notation (ceterms:codedNotation), required" in one.out
    both = cli("score", ctid("one"), welding, "--profile", ours, "--json").json
    assert both["published"][0]["score"] == both["files"][0]["score"]["resources"][0]["score"] == 33
    every = cli("score", "--profile", ours, "--json").json
    assert (every["count"], every["classes"][0]["whole"], every["classes"][0]["mean"]) == (1, 0, 0.333333)
    assert every["worst"][0]["ctid"] == str(ctid("one"))


def test_a_description_that_lacks_nothing_is_not_among_the_worst(cli: Cli, ours: Path, tmp_path: Path) -> None:
    whole = program(ceterms__codedNotation="W", ceterms__teaches=["https://x.example/s"], ceterms__keyword={"en": ["w"]})
    (tmp_path / "whole.json").write_bytes(document(whole).normalised)
    cli("publish", tmp_path / "whole.json", "--publisher", OWNER)
    every = cli("score", "--profile", ours, "--json").json
    assert (every["classes"][0]["whole"], every["worst"]) == (1, [])


def test_gaps_are_listed_against_the_profile(cli: Cli, ours: Path, welding: Path) -> None:
    cli("publish", welding, "--publisher", OWNER)
    (usual,) = cli("gaps", "--provider", OWNER, "--json").json["providers"]
    (own,) = cli("gaps", "--provider", OWNER, "--profile", ours, "--json").json["providers"]
    assert [fix["property"] for fix in own["fixes"]] == ["ceterms:codedNotation", "ceterms:teaches"]
    assert usual["fixes"] != own["fixes"]


def test_what_cannot_be_is_told_in_two_lines_with_its_place(cli: Cli, ours: Path, welding: Path) -> None:
    ours.write_text(OURS.replace("ceterms:keyword", "ceterms:keywrod"))
    for arguments, code, said in (
        (("validate", welding, "--profile", ours), 1, "ceterms:keywrod is no property of CTDL"),
        (("score", "--profile", "nothing"), 2, "There is no profile called “nothing”"),
        (("score", "--profile", "nothing.yaml"), 2, "nothing.yaml"),
        (("score", ctid("absent")), 2, "registry.not_found"),
        (("profile", "show", "ctdl", "--type", "ceterms:Nothing"), 2, "not a class of CTDL"),
    ):
        ran = cli(*arguments)
        assert (ran.code, ran.out) == (code, ""), arguments
        assert said in ran.err
        assert len(ran.err.splitlines()) == 2


def test_a_class_of_which_nothing_is_asked_is_told(cli: Cli, ours: Path, tmp_path: Path) -> None:
    (tmp_path / "job.json").write_bytes(document(complete("ceterms:Job")).normalised)
    cli("publish", tmp_path / "job.json", "--publisher", OWNER)
    ran = cli("score", ctid("one", "ceterms:Job"), "--profile", ours)
    assert ran.code == 2
    assert "asks nothing of ceterms:Job" in ran.err


def test_a_bundled_profile_is_printed_as_the_file_to_start_from(cli: Cli, tmp_path: Path) -> None:
    assert [one["name"] for one in cli("profile", "list", "--json").json] == ["ctdl", "choosing"]
    (tmp_path / "mine.yaml").write_text(cli("profile", "show", "choosing").out)
    own = cli("profile", "show", tmp_path / "mine.yaml", "--type", "ceterms:License", "--json").json
    assert own["classes"]["ceterms:License"]["required"][-1] == ["ceterms:jurisdiction"]
