"""ESCO 1.2.0 as downloaded: every figure counted again from the files, and no document with an error."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest

from openler.actions.interchange.import_skills import import_esco
from openler.actions.interchange.importing import ImportReport
from openler.actions.ports import Ports
from openler.ctdl.document import Document, nodes, refs, text
from openler.ctdl.formats.esco import occupation_ctid
from openler.ids import Ctid
from openler.stores.tables import FileTables

pytestmark = pytest.mark.shared

SKILLS = ("digitalSkills", "greenSkills", "languageSkills", "transversalSkills", "researchSkills", "digCompSkills")


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "esco-1.2.0"


@pytest.fixture(scope="module")
def report(folder: Path) -> ImportReport:
    ports = cast("Ports", SimpleNamespace(base_url="https://registry.example", tables=FileTables()))
    return import_esco(ports, str(folder), dry_run=True)


def raw(folder: Path, stem: str) -> list[dict[str, Any]]:
    with (folder / f"{stem}_en.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of(report: ImportReport, kind: str) -> list[Document]:
    return [document for document in report.documents if document.type == kind]


def profiles(folder: Path) -> list[tuple[str, list[str], list[str]]]:
    query = "SELECT occupation_uri, essential_skills, optional_skills FROM read_parquet($1)"
    found = duckdb.connect().execute(query, [str(folder / "esco_occupation_profiles.parquet")]).fetchall()
    return [(uri, essential or [], optional or []) for uri, essential, optional in found]


def test_every_row_is_accounted_for_and_no_document_has_an_error(report: ImportReport, folder: Path) -> None:
    read = {one.table: one.read for one in report.tables}
    assert read["occupations"] == len(raw(folder, "occupations")) == 3_039
    assert read["broader"] == len(raw(folder, "broaderRelationsOccPillar"))
    assert read["relations"] == len(raw(folder, "skillSkillRelations"))
    assert all(one.read == one.published + one.merged + one.refused for one in report.tables)
    assert set(report.findings) <= {"ctdl.required_missing"}


def test_occupations_groups_and_collections_are_all_there(report: ImportReport, folder: Path) -> None:
    assert {document.ctid for document in of(report, "ceterms:Occupation")} == {
        occupation_ctid(row["conceptUri"]) for row in raw(folder, "occupations")
    }
    (scheme,) = of(report, "skos:ConceptScheme")
    assert len(scheme.graph) - 1 == len(raw(folder, "ISCOGroups")) == 619
    sizes = sorted(len(refs(document.main, "ceterms:hasMember")) for document in of(report, "ceterms:Collection"))
    files = [f"{name}Collection" for name in SKILLS] + ["researchOccupationsCollection"]
    assert sizes == sorted(len(raw(folder, name)) for name in files)


def test_the_framework_has_each_skill_once(report: ImportReport, folder: Path) -> None:
    (framework,) = of(report, "ceasn:CompetencyFramework")
    addressed = {row["conceptUri"]: row["preferredLabel"].strip() for name in SKILLS for row in raw(folder, f"{name}Collection")}
    groups = {row["conceptUri"] for row in raw(folder, "skillGroups")}
    named = {label.strip() for _, essential, optional in profiles(folder) for label in (*essential, *optional)}
    assert len(framework.graph) - 1 == len(addressed.keys() | groups) + len(named - set(addressed.values()))


def test_every_occupation_asks_for_the_skills_of_its_profile(report: ImportReport, folder: Path) -> None:
    by_ctid = {document.ctid: document for document in of(report, "ceterms:Occupation")}
    (framework,) = of(report, "ceasn:CompetencyFramework")
    for uri, essential, optional in profiles(folder):
        document = by_ctid[occupation_ctid(uri)]
        for prop, labels in (("ceterms:requires", essential), ("ceterms:recommends", optional)):
            targets = [
                target
                for condition in nodes(document, document.main, prop)
                for target in nodes(document, condition, "ceterms:targetCompetency")
            ]
            assert {text(target, "ceterms:targetNodeName") for target in targets} == {label.strip() for label in labels}
            assert all(Ctid.within(text(target, "ceterms:targetNode")) in framework.index for target in targets)


def test_broader_occupations_are_those_of_the_file(report: ImportReport, folder: Path) -> None:
    told = {(d.ctid, Ctid.within(ref)) for d in of(report, "ceterms:Occupation") for ref in refs(d.main, "ceterms:isSpecializationOf")}
    wanted = {
        (occupation_ctid(row["conceptUri"]), occupation_ctid(row["broaderUri"]))
        for row in raw(folder, "broaderRelationsOccPillar")
        if row["broaderType"] == "Occupation"
    }
    assert told == wanted
