"""Importing joins files, converters and registry: twice changes nothing, a dry run writes nothing, bad files are told."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from openler.actions.interchange.importing import import_onet, import_tables, read_mapping
from openler.actions.job_ports import Here
from openler.actions.ports import EnvelopeFilter, Ports
from openler.ctdl.document import build
from openler.ctdl.formats import onet
from openler.ctdl.formats.mapping import parse
from openler.errors import Malformed, Misused, NotFound
from openler.messages import LANGUAGES, render
from openler.stores.memory import MemoryStore
from openler.stores.tables import FileTables
from tests.support.regions import BASE, MAPPING, TABLES

ALDER = "ce-aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


@pytest.fixture
def ports() -> Ports:
    given = SimpleNamespace(
        spread=Here(),
        base_url=BASE,
        tables=FileTables(),
        store=MemoryStore(),
        clock=SimpleNamespace(now=lambda: datetime(2026, 6, 15, tzinfo=UTC)),
    )
    return cast("Ports", given)


@pytest.fixture
def lakes(tmp_path: Path) -> str:
    folder = tmp_path / "lakes"
    folder.mkdir()
    for name, content in TABLES.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return str(folder)


def count(ports: Ports) -> int:
    return ports.store.count(EnvelopeFilter())


def test_an_import_publishes_and_a_second_one_changes_nothing(ports: Ports, lakes: str) -> None:
    first = import_tables(ports, parse(MAPPING), lakes, catch_up=False)
    assert first.published is not None
    assert first.published.published == len(first.documents) == count(ports) == sum(first.by_class.values())
    assert first.published.refused == ()
    head = ports.store.head()
    second = import_tables(ports, parse(MAPPING), lakes, catch_up=False)
    assert second.published is not None
    assert (second.published.published, second.published.updated, second.published.unchanged) == (0, 0, len(first.documents))
    assert ports.store.head() == head


def test_the_report_sums_to_the_rows_read(ports: Ports, lakes: str) -> None:
    report = import_tables(ports, parse(MAPPING), lakes, dry_run=True)
    assert report.rows_read == len(report.fates) == sum(sums.published + sums.merged + sums.refused for sums in report.tables)
    assert len(report.refused) == sum(sums.refused for sums in report.tables)
    assert {remark.code for remark in report.contradictions} == {
        "import.standing_contradicts",
        "import.flag_other_award",
        "import.flag_without_award",
    }
    assert report.counted["import.no_credential"] == 1


def test_a_dry_run_writes_nothing_and_still_finds(ports: Ports, lakes: str) -> None:
    report = import_tables(ports, parse(MAPPING), lakes, dry_run=True)
    assert report.published is None
    assert count(ports) == 0
    assert report.findings["ctdl.required_missing"] > 0


def test_every_refusal_and_remark_has_its_sentence_in_both_languages(ports: Ports, lakes: str) -> None:
    report = import_tables(ports, parse(MAPPING), lakes, dry_run=True)
    entries = [(fate.code, fate.parameters) for fate in report.refused] + [(remark.code, remark.parameters) for remark in report.remarks]
    for code, parameters in entries:
        for language in LANGUAGES:
            sentence = render(code, parameters, language).text
            assert sentence not in {"", code}
            assert "?" not in sentence


def test_ctids_of_a_dump_are_adopted_and_what_is_no_document_is_counted(ports: Ports, lakes: str, tmp_path: Path) -> None:
    schools = Path(lakes) / "schools.csv"
    schools.write_text(TABLES["schools"].replace("ce-11111111-1111-4111-8111-111111111111", ""), encoding="utf-8")
    node: dict[str, Any] = {"@type": "ceterms:CredentialOrganization", "ceterms:ctid": ALDER, "ceterms:fein": "12-3456789"}
    document = build("https://credentialengineregistry.org", [{**node, "ceterms:name": {"en-US": "Alder"}}])
    dump = tmp_path / "dump"
    for folder in ("upserts/graphs", "upserts/metadata", "deletes/graphs"):
        (dump / folder).mkdir(parents=True)
    (dump / "upserts" / "graphs" / f"{ALDER}.json").write_bytes(document.normalised)
    (dump / "upserts" / "graphs" / "broken.json").write_text("{}", encoding="utf-8")
    (dump / "upserts" / "metadata" / "m.json").write_text(json.dumps({"envelope_id": 1}), encoding="utf-8")
    gone = document.normalised.replace(b"ce-aaaaaaaa", b"ce-bbbbbbbb").replace(b"12-3456789", b"98-7654321")
    (dump / "deletes" / "graphs" / "gone.json").write_bytes(gone)
    report = import_tables(ports, parse(MAPPING), lakes, adopt=str(dump), dry_run=True)
    assert report.adopted == (ALDER,)
    assert report.unread == 1


def test_a_missing_file_or_column_and_a_broken_row_store_nothing(ports: Ports, lakes: str) -> None:
    papers = Path(lakes) / "papers.csv"
    papers.write_text("No,Kind,Title\nP1,C,x\n", encoding="utf-8")
    with pytest.raises(Misused) as caught:
        import_tables(ports, parse(MAPPING), lakes, catch_up=False)
    assert (caught.value.code, caught.value.parameters["missing"]) == ("tables.columns_missing", "Board, Soc")
    papers.write_text('No,Kind,Title,Board,Soc\nP1,C,"x,Z,\n', encoding="utf-8")
    with pytest.raises(Malformed) as broken:
        import_tables(ports, parse(MAPPING), lakes, catch_up=False)
    assert broken.value.place == "row 2"
    papers.unlink()
    with pytest.raises(Misused) as missing:
        import_tables(ports, parse(MAPPING), lakes, catch_up=False)
    assert missing.value.code == "tables.file_missing"
    assert count(ports) == 0


def test_an_optional_table_may_be_absent(ports: Ports, lakes: str) -> None:
    (Path(lakes) / "results.csv").unlink()
    optional = MAPPING.replace(b"results: {file: results.csv,", b"results: {file: results.csv, optional: true,")
    report = import_tables(ports, parse(optional), lakes, dry_run=True)
    assert "qdata:DataSetProfile" not in report.by_class


def test_a_mapping_is_bundled_or_a_file(ports: Ports, tmp_path: Path) -> None:
    assert read_mapping(ports, "new-jersey").source.id == "us-nj-etpl"
    own = tmp_path / "own.yaml"
    own.write_bytes(MAPPING)
    assert read_mapping(ports, str(own)).source.id == "xx-lakes"
    with pytest.raises(NotFound):
        read_mapping(ports, "nowhere")
    with pytest.raises(Misused):
        read_mapping(ports, str(tmp_path / "none.yaml"))


def onet_files(folder: Path) -> str:
    folder.mkdir()
    rows = {
        "occupations": ["51-4121.00\tWelders\tJoin metal."],
        "skills": ["51-4121.00\tW1\tWelding by ear\tIM\t3.5\tN\t"],
        "knowledge": [],
        "content": ["W1\tWelding by ear\tListening to the arc."],
        "reported": [],
        "alternate": [],
    }
    for name, (stem, columns) in onet.TABLES.items():
        (folder / f"{stem}.tsv").write_text("\n".join(["\t".join(columns), *rows[name]]) + "\n", encoding="utf-8")
    return str(folder)


def test_onet_is_imported_with_its_release_and_its_elements_can_be_named_by_a_list(ports: Ports, lakes: str, tmp_path: Path) -> None:
    report = import_onet(ports, onet_files(tmp_path / "onet-29.2"), catch_up=False)
    assert report.published is not None
    assert report.published.refused == ()
    assert (report.rated, list(report.occupations)) == (1, ["51-4121.00"])
    framework = ports.store.get(onet.framework_ctid())
    assert framework is not None
    assert b"O*NET 29.2 Skills and Knowledge" in framework.normalised
    without = (
        {name: text for name, text in TABLES.items() if name == "skills"}["skills"].replace("W1,Weld a seam,\n", "").replace(",W1", ",")
    )
    (Path(lakes) / "skills.csv").write_text(without, encoding="utf-8")
    made = import_tables(ports, parse(MAPPING), lakes, dry_run=True)
    welding = next(document for document in made.documents if document.main.get("ceterms:name") == {"en-US": "Welding"})
    assert onet.competency_ctid("W1") in str(welding.main["ceterms:teaches"])


def test_an_incomplete_onet_directory_is_told(ports: Ports, tmp_path: Path) -> None:
    place = onet_files(tmp_path / "onet")
    (tmp_path / "onet" / "Skills.tsv").unlink()
    with pytest.raises(Misused) as caught:
        import_onet(ports, place, catch_up=False)
    assert (caught.value.code, caught.value.parameters) == ("import.directory_incomplete", {"file": "Skills"})


def test_reports_are_frozen(ports: Ports, lakes: str) -> None:
    report = import_tables(ports, parse(MAPPING), lakes, dry_run=True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.unread = 3  # type: ignore[misc]
