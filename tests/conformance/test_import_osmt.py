"""The skill descriptors of the Open Skills Management Tool: counted again from the file, every statement kept."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from openler.actions.interchange.import_skills import import_osmt
from openler.actions.interchange.importing import ImportReport
from openler.actions.ports import Ports
from openler.ctdl.document import refs, text
from openler.ctdl.values import items
from openler.ids import Ctid
from openler.stores.tables import FileTables

pytestmark = pytest.mark.shared

OWNER = Ctid.derive("tests", "ceterms:Organization", "library")


def imported(file: Path, **more: Any) -> ImportReport:
    ports = cast("Ports", SimpleNamespace(base_url="https://registry.example", tables=FileTables()))
    return import_osmt(ports, str(file), library="Skills", publisher=OWNER, dry_run=True, **more)


def test_published_skills_are_taken_with_statement_and_occupations_and_drafts_are_not(shared: Path) -> None:
    file = shared / "data" / "osmt" / "rsd_samples.json"
    given = {one["uuid"]: one for one in json.loads(file.read_text(encoding="utf-8"))}
    report = imported(file)
    (framework,) = report.documents
    nodes = {name.removeprefix("urn:uuid:"): node for node in framework.graph for name in refs(node, "ceasn:identifier")}
    assert set(nodes) == {uuid for uuid, one in given.items() if one["status"] == "published"}
    for uuid, node in nodes.items():
        assert text(node, "ceasn:competencyText") == given[uuid]["skillStatement"].strip()
        codes = [text(entry, "ceterms:codedNotation") for entry in items(node, "ceterms:occupationType")]
        assert codes == list(dict.fromkeys(entry["code"] for entry in given[uuid]["occupations"]))
    assert (report.rows_read, len(report.refused)) == (len(given), len(given) - len(nodes))
    assert not set(report.findings) - {"ctdl.required_missing", "ctdl.recommended_missing"}
    assert len(imported(file, drafts=True).documents[0].graph) - 1 == len(given)


def test_the_tools_own_table_is_read(shared: Path) -> None:
    report = imported(shared / "data" / "osmt" / "Skills-Import.csv")
    (framework,) = report.documents
    assert [(one.read, one.published) for one in report.tables] == [(2, 2)]
    assert sorted(text(node, "ceasn:competencyLabel") for node in framework.graph[1:]) == [
        "Data and Data Store Access", "Large-Scale Web Application Build",
    ]  # fmt: skip
