"""The census over a registry: in step with the journal, told with what imports noted, the same by an independent count."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from openler.access.audit import AuditEvent
from openler.actions.interchange.importing import import_tables
from openler.actions.planning.census import census
from openler.actions.planning.region import region, region_at
from openler.actions.ports import EnvelopeFilter, Ports
from openler.ctdl.formats.mapping import parse as parse_mapping
from openler.ctdl.terms import terms
from openler.errors import Malformed, Unavailable
from openler.insight.census import SourceNote
from openler.insight.facts import Kind
from openler.insight.notes import tell
from openler.stores.memory import MemoryStore
from tests.support import sample
from tests.support.planning import planning_ports, put, remove
from tests.support.regions import MAPPING, TABLES
from tests.support.small_region import COST, ctid, documents, program


def counts(ports: Ports) -> dict[str, int]:
    return {cell.key[0]: cell.count for cell in census(ports).census.totals}


def test_a_registry_without_anything_has_a_census_of_nothing() -> None:
    ports, _ = planning_ports()
    found = census(ports)
    assert found.head == 0
    assert found.census.absent == tuple(Kind)
    assert {share.value for share in found.census.shares} == {None}


def test_the_census_follows_the_journal() -> None:
    region_documents = documents()
    ports, _ = planning_ports(region_documents.values())
    before = census(ports)
    assert counts(ports)["learning_opportunity"] == 4
    remove(ports, region_documents["baking"])
    assert counts(ports)["learning_opportunity"] == 3
    put(ports, program("cooking", "south"))
    put(ports, program("english", "south", ceterms__estimatedCost=COST))
    after = census(ports)
    assert after.head == before.head + 3
    assert set(after.census.share("learning_opportunity_cost").have) == {str(ctid("welding")), str(ctid("english"))}
    fresh, _ = planning_ports([*(d for key, d in region_documents.items() if key not in {"baking", "english"})])
    put(fresh, program("cooking", "south"))
    put(fresh, program("english", "south", ceterms__estimatedCost=COST))
    assert census(fresh).census == after.census, "kept in step or read at once, it is the same"


def test_while_nothing_changes_nothing_is_counted_again() -> None:
    ports, _ = planning_ports(documents().values())
    assert region(ports) is region(ports)
    assert census(ports).outcomes is census(ports).outcomes


def test_a_store_that_fails_in_between_makes_no_figure_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    ports, _ = planning_ports(documents().values())
    assert counts(ports)["learning_opportunity"] == 4
    put(ports, program("cooking", "south"))

    def failing(*_: object) -> Any:
        raise Unavailable(Malformed.__name__)  # type: ignore[arg-type]  # any code

    with monkeypatch.context() as broken:
        broken.setattr(MemoryStore, "current", failing)
        with pytest.raises(Unavailable):
            census(ports)
    assert counts(ports)["learning_opportunity"] == 5
    assert region_at(ports)[1] == ports.store.head()


def test_what_an_import_left_is_told_without_any_initiative(tmp_path: Any) -> None:
    ports, _ = planning_ports()
    for name, content in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    mapping = MAPPING.replace(b"language: en-US}", b'language: en-US, sample: "true", coverage: [Boats are missing.]}')
    import_tables(ports, parse_mapping(mapping), str(tmp_path), dry_run=True)
    assert census(ports).census.notes == (), "a dry run leaves nothing"
    import_tables(ports, parse_mapping(mapping), str(tmp_path), catch_up=False)
    told = [tell(note) for note in census(ports).census.notes]
    assert "sample" in told[0]
    assert told[1] == "Boats are missing."
    assert any(one.startswith("The program names no credential.") for one in told)
    assert told[-1].startswith(f"Rows read: {sum(table.count(chr(10)) - 1 for table in TABLES.values())}.")
    once = len(ports.store.audit())
    import_tables(ports, parse_mapping(mapping), str(tmp_path), catch_up=False)
    assert len(ports.store.audit()) == once, "importing twice writes nothing"
    assert [tell(note) for note in census(ports).census.notes] == told


def test_notes_given_are_told_beside_those_that_were_kept() -> None:
    ports, _ = planning_ports()
    assert [note.text for note in census(ports, notes=[SourceNote("x", "", text="By hand.")]).census.notes] == ["By hand."]


def test_notes_that_cannot_be_read_are_told_and_never_passed_over() -> None:
    ports, clock = planning_ports()
    ports.store.keep_notes("x", b"{}", at=clock.now(), event=AuditEvent("registry:source:note", "tests", clock.now()))
    with pytest.raises(Malformed):
        census(ports)


# --- the same numbers, counted again from the raw JSON, without any of the census's code -------------------------------


def raw() -> list[list[dict[str, Any]]]:
    return [json.loads(document.normalised)["@graph"] for document in sample.documents()]


def of_class(name: str, ancestor: str) -> bool:
    return terms().is_a(name, ancestor)


def referred(value: Any) -> Iterator[str]:
    yield from re.findall(r"ce-[0-9a-f-]{36}", json.dumps(value))


def test_the_samples_census_is_what_a_count_of_the_raw_documents_gives() -> None:
    ports, _ = planning_ports(sample.documents())
    found = census(ports).census
    nodes = [node for graph in raw() for node in graph if "ceterms:ctid" in node]
    assert ports.store.count(EnvelopeFilter()) == len(raw())

    credentials = [node for node in nodes if of_class(node["@type"], "ceterms:Credential")]
    by_type = Counter(node["@type"] for node in credentials)
    assert {cell.key[0]: cell.count for cell in found.table("credential_by_type").cells} == by_type
    assert found.total(Kind.CREDENTIAL) == len({node["ceterms:ctid"] for node in credentials}) == sum(by_type.values())

    programs = [node for node in nodes if of_class(node["@type"], "ceterms:LearningOpportunityProfile")]
    by_provider = Counter(next(referred(node["ceterms:offeredBy"])) for node in programs)
    assert {cell.key[0]: cell.count for cell in found.table("learning_opportunity_by_provider").cells} == by_provider

    priced = {node["ceterms:ctid"] for node in programs if any("ceterms:price" in cost for cost in node.get("ceterms:estimatedCost", []))}
    assert set(found.share("learning_opportunity_cost").have) == priced
    teaching = {node["ceterms:ctid"] for node in programs if node.get("ceterms:teaches")}
    assert set(found.share("learning_opportunity_taught").have) == teaching

    organizations = {node["ceterms:ctid"]: node for node in nodes if of_class(node["@type"], "ceterms:Organization")}
    sorts: Counter[str] = Counter()
    for node in programs:
        owner = organizations[next(referred(node["ceterms:offeredBy"]))]
        for kind in {each["ceterms:targetNode"].rpartition(":")[2] for each in owner.get("ceterms:agentType", [])} or {""}:
            sorts[kind] += 1
    assert {cell.key[0]: cell.count for cell in found.table("learning_opportunity_by_provider_type").cells} == sorts

    competencies = {node["ceterms:ctid"] for node in nodes if node["@type"] == "ceasn:Competency"}
    assert found.total(Kind.COMPETENCY) == len(competencies)
    assert found.total(Kind.JOB) == sum(1 for node in nodes if node["@type"] == "ceterms:Job")
