"""ctdl update, show, reset: a newer schema told, taken in for one data directory, and given back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openler.ctdl.terms import CONTEXT_IRI
from tests.cli.conftest import Cli
from tests.support.ctdl import OWNER, named, program

NEWER = {"@graph": [
    {
        "@id": "ceterms:GuidedProgram", "@type": "rdfs:Class", "rdfs:subClassOf": ["ceterms:LearningProgram"],
        "rdfs:label": {"en-US": "Guided Program"},
    },
    {
        "@id": "ceterms:guidance", "@type": "rdf:Property", "schema:domainIncludes": ["ceterms:GuidedProgram"],
        "schema:rangeIncludes": ["rdf:langString"],
    },
]}  # fmt: skip


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    path = tmp_path / "newer.json"
    path.write_text(json.dumps(NEWER))
    return path


def ran(data: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A process of its own: a vocabulary is in use for as long as its process runs."""
    command = [sys.executable, "-c", "from openler.cli.main import run; run()", *map(str, arguments)]
    environment = {**os.environ, "OPENLER_DATA": str(data)}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=120)


def test_what_a_schema_changes_is_told_and_nothing_is_made(cli: Cli, newer: Path) -> None:
    told = cli("ctdl", "update", newer)
    assert told.code == 0
    assert "added class ceterms:GuidedProgram" in told.out
    assert "added property ceterms:guidance" in told.out
    assert "--apply" in told.err
    assert cli("ctdl", "update", newer, "--json").json["counts"] == {"class added": 1, "property added": 1}
    assert not cli.home.exists()


def test_an_applied_schema_holds_for_its_data_directory_until_it_is_given_back(tmp_path: Path, newer: Path) -> None:
    node: dict[str, Any] = {**named(program()), "@type": "ceterms:GuidedProgram", "ceterms:guidance": {"en-US": "Every week"}}
    file, data = tmp_path / "guided.json", tmp_path / "home"
    file.write_text(json.dumps({"@context": CONTEXT_IRI, "@graph": [node]}))
    assert ran(data, "validate", file).returncode == 1
    assert ran(data, "ctdl", "update", newer, "--apply").returncode == 0
    again = json.loads(ran(data, "ctdl", "update", newer, "--json").stdout)
    assert (again["changes"], again["applied"]) == ([], False)
    published = ran(data, "publish", file, "--publisher", OWNER, "--json")
    assert (published.returncode, json.loads(published.stdout)["published"]) == (0, 1), published.stderr
    assert "ceterms:LearningProgram" in ran(data, "ctdl", "show", "ceterms:GuidedProgram").stdout
    assert ran(tmp_path / "another", "validate", file).returncode == 1, "another data directory knows nothing of it"
    assert ran(data, "ctdl", "reset").returncode == 0
    assert ran(data, "validate", file).returncode == 1


def test_a_kept_vocabulary_that_cannot_be_read_is_told_with_the_way_back(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "vocabulary.json").write_text('{"format": 1}')
    told = ran(tmp_path / "home", "ctdl", "show")
    assert told.returncode == 1
    assert "stores.vocabulary_unreadable" in told.stderr
    assert "openler ctdl reset" in told.stderr


def test_what_cannot_be_is_told_in_two_lines(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "page.json").write_text("<html>")
    for arguments, code, said in (
        (("ctdl", "update", tmp_path / "page.json"), 1, "linkeddata.not_json"),
        (("ctdl", "update", tmp_path / "absent.json"), 2, "cli.file_missing"),
        (("ctdl", "update", "http://127.0.0.1:9/schema"), 1, "net."),
        (("ctdl", "show", "ceterms:Nothing"), 2, "cli.term_unknown"),
    ):
        told = cli(*arguments)
        assert (told.code, told.out) == (code, ""), arguments
        assert said in told.err
        assert len(told.err.splitlines()) == 2
