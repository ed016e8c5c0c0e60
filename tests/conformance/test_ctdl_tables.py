"""The generated tables are what the published schemas say, and our departures are still needed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from openler.actions.registry.vocabulary import SchemaFile, compare
from openler.ctdl import defects
from openler.ctdl.benchmark import ALTERNATIVES, CLASSES, EITHER_OWNER, MINIMUM, profile
from openler.ctdl.changes import SAID_ELSEWHERE
from openler.ctdl.schema import from_tables, read
from openler.ctdl.terms import packaged, terms
from openler.resources import names, read_bytes

pytestmark = pytest.mark.shared
SCRIPT = Path(__file__).parents[2] / "scripts" / "build_ctdl_tables.py"

SCHEMAS = ("ctdl/schema.json", "ctdlasn/schema.json", "qdata/schema_2023-10.json")

CONTEXT_DIFFERENCES: dict[str, str] = dict.fromkeys(defects.COERCED_AS_ADDRESSES, "a date that the published contexts take for an address")
"""Terms of our context that differ from the published ones, each with its reason."""

READ_OTHERWISE = {
    ("Pathway", "recommended", "ceasn:hasChild"): "the vocabulary does not let a pathway carry it",
}
"""Marks of the publisher that our profiles leave out, each with its reason."""


@pytest.fixture(scope="module")
def built(shared: Path) -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("build_ctdl_tables", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tables: dict[str, str] = module.build(shared)
    return tables


@pytest.fixture(scope="module")
def schemas(shared: Path) -> dict[str, list[dict[str, Any]]]:
    entries: dict[str, list[dict[str, Any]]] = {}
    for name in ("ctdl/schema.json", "ctdlasn/schema.json", "qdata/schema_2023-10.json"):
        for entry in json.loads((shared / "reference" / "ctdl" / name).read_text(encoding="utf-8"))["@graph"]:
            entries.setdefault(entry["@id"], []).append(entry)
    return entries


def test_building_the_tables_again_gives_the_same_bytes(built: dict[str, str]) -> None:
    generated = [name for name in names("openler.ctdl", "data") if name.endswith(".json")]  # synonyms are written by hand
    assert sorted(built) == generated
    for name, text in built.items():
        assert read_bytes("openler.ctdl", "data", name) == text.encode(), f"{name} is not what scripts/build_ctdl_tables.py writes"


def test_the_context_is_the_union_of_the_published_ones(shared: Path) -> None:
    union: dict[str, Any] = {}
    for name in ("ctdl", "ctdlasn"):
        union |= json.loads((shared / "reference" / "ctdl" / name / "context.json").read_text(encoding="utf-8"))["@context"]
    ours = terms().context()["@context"]
    assert {name for name in union.keys() | ours.keys() if union.get(name) != ours.get(name)} == set(CONTEXT_DIFFERENCES)


def test_no_definition_is_copied(built: dict[str, str], schemas: dict[str, list[dict[str, Any]]]) -> None:
    everything = "".join(built.values())
    prose = [
        entry[key]["en-US"]
        for entries in schemas.values()
        for entry in entries
        for key in ("rdfs:comment", "dct:description", "vann:usageNote", "skos:definition")
        if key in entry and len(entry[key]["en-US"]) > 60
    ]
    assert len(prose) > 900
    assert not [text for text in prose if text in everything]


def test_every_class_property_and_concept_of_the_schemas_is_known(schemas: dict[str, list[dict[str, Any]]]) -> None:
    known = {concept for scheme in terms().schemes() for concept in terms().concepts(scheme)}
    for name, [entry, *_] in schemas.items():
        match entry["@type"]:
            case "rdfs:Class":
                assert terms().is_class(name)
            case "rdf:Property":
                assert terms().is_property(name)
            case "skos:Concept":
                assert name in known


def test_an_extra_class_is_one_that_no_schema_defines(schemas: dict[str, list[dict[str, Any]]]) -> None:
    assert not [name for name in defects.EXTRA_CLASSES if name in schemas]


def test_a_misspelt_name_still_stands_in_the_schemas(schemas: dict[str, list[dict[str, Any]]]) -> None:
    used = {
        value
        for entries in schemas.values()
        for entry in entries
        for key in ("schema:domainIncludes", "schema:rangeIncludes")
        for value in entry.get(key, ())
    }
    assert set(defects.MISSPELT) <= used
    assert not [name for name in defects.MISSPELT if name in schemas]


def test_a_range_that_we_widen_is_still_too_narrow(schemas: dict[str, list[dict[str, Any]]]) -> None:
    def stated(name: str, key: str) -> set[str]:
        return {value for entry in schemas[name] for value in entry.get(key, ())}

    for name, other in defects.RANGES_AS_DOMAINS.items():
        assert stated(other, "schema:domainIncludes") - stated(name, "schema:rangeIncludes"), name
    for name, missing in defects.RANGES_MISSING.items():
        assert not stated(name, "schema:rangeIncludes") & set(missing), name
    for kind, carried in defects.DOMAINS_MISSING.items():
        assert not [name for name in carried if kind in stated(name, "schema:domainIncludes")], kind


def test_a_property_that_only_the_context_knows_is_retired_or_of_another_kind(schemas: dict[str, list[dict[str, Any]]]) -> None:
    orphans = {name for name in terms().properties() if name.startswith("ceterms:") and name not in schemas}
    assert orphans <= set(defects.RETIRED_PROPERTIES) | {"ceterms:credentialAlignment"}


def test_every_mark_of_the_publisher_is_asked_for_or_left_out_with_a_reason(shared: Path) -> None:
    marks = json.loads((shared / "reference" / "ctdl" / "benchmark" / "profiles_in_ctdl_terms.json").read_text(encoding="utf-8"))
    left_out = []
    for name, kind in CLASSES.items():
        asked = profile(kind)
        assert asked is not None
        for level in ("required", "benchmark", "recommended"):
            held = {term.rpartition(":")[2] for group in asked[level] for term in group}
            for term in marks[name].get(level, ()):
                local = term.partition("|")[0].rpartition(":")[2]
                if term[0] not in "?@" and local not in held:
                    left_out.append((name, level, term))
    assert sorted(left_out) == sorted(READ_OTHERWISE)


def test_what_we_read_into_the_marks_is_about_profiles_that_exist(shared: Path) -> None:
    marks = json.loads((shared / "reference" / "ctdl" / "benchmark" / "profiles_in_ctdl_terms.json").read_text(encoding="utf-8"))
    assert set(CLASSES) <= set(marks)
    assert set(MINIMUM) <= set(CLASSES)
    assert not [name for name in MINIMUM if marks[name].get("required")]
    assert set(EITHER_OWNER) <= set(CLASSES)
    assert all(terms().is_property(name) for pair in ALTERNATIVES for name in pair)


@pytest.mark.parametrize("names", [*((name,) for name in SCHEMAS), SCHEMAS])
def test_the_schemas_that_the_tables_are_made_of_are_no_news(shared: Path, names: tuple[str, ...]) -> None:
    found = compare([SchemaFile(name, (shared / "reference" / "ctdl" / name).read_bytes()) for name in names])
    assert found.changes == ()
    assert found.tables == packaged()
    assert found.speaks_for


def test_what_is_said_elsewhere_is_still_absent_from_the_own_file(shared: Path) -> None:
    own = {"ceterms": SCHEMAS[0], "qdata": SCHEMAS[2]}
    for name, aspect, value in SAID_ELSEWHERE:
        file = shared / "reference" / "ctdl" / own[name.partition(":")[0]]
        assert value not in read([file.read_bytes()]).properties[name][aspect], name
        assert value in from_tables(packaged()).properties[name][aspect], name


def test_every_domain_range_inverse_and_scheme_of_the_schemas_is_known(shared: Path) -> None:
    said = read((shared / "reference" / "ctdl" / name).read_bytes() for name in SCHEMAS)
    known = from_tables(packaged())
    assert said.classes == known.classes
    assert said.properties == known.properties
    assert {scheme: members for scheme, members in said.concepts.items() if members} == known.concepts
