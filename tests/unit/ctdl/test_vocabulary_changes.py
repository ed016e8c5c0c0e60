"""A newer schema is read for its facts; what it changes is told, and what it leaves out is not forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openler.ctdl.changes import Change, changes, spoken_for, taken_in
from openler.ctdl.schema import Facts, from_tables, read
from openler.ctdl.terms import packaged
from openler.errors import Malformed, OpenlerError


def schema(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"@graph": list(entries)}).encode()


def whole(**but: Any) -> Facts:
    """The known vocabulary of CTDL as a schema would tell it, to be changed by a test."""
    facts = from_tables(packaged())
    facts.classes |= but.get("classes", {})
    return facts


NEW = (
    {
        "@id": "ceterms:MicroLicense", "@type": "rdfs:Class", "rdfs:label": {"en-US": "Micro License"},
        "rdfs:subClassOf": ["ceterms:License"],
    },
    {
        "@id": "ceterms:licenseNote", "@type": "rdf:Property", "schema:domainIncludes": ["ceterms:MicroLicense"],
        "schema:rangeIncludes": ["rdf:langString"], "rdfs:label": {"en-US": "License Note"},
    },
    {"@id": "ceterms:licenseDay", "@type": "rdf:Property", "schema:domainIncludes": "ceterms:License", "schema:rangeIncludes": "xsd:date"},
    {"@id": "audience:Retired", "@type": "skos:Concept", "skos:inScheme": ["ceterms:Audience"], "skos:prefLabel": {"en-US": "Retired"}},
    {"@id": "ceterms:License", "@type": "rdfs:Class", "vs:term_status": "vs:archaic"},
)  # fmt: skip


def test_what_is_new_is_told_by_what_it_is() -> None:
    found = changes(from_tables(packaged()), read([schema(*NEW)]))
    assert Change("class", "ceterms:MicroLicense", "added") in found
    assert Change("property", "ceterms:licenseNote", "added") in found
    assert Change("concept", "ceterms:Audience", "added", ("audience:Retired",)) in found
    assert Change("class", "ceterms:License", "deprecated") in found
    assert not [change for change in found if change.how == "removed" and change.what in {"class", "property"}], "a small file is silent"


def test_what_a_whole_schema_leaves_out_is_told_as_gone() -> None:
    newer = whole()
    del newer.properties["ceterms:teaches"]
    newer.properties["ceterms:keyword"]["domains"] -= {"ceterms:Course"}
    assert "ceterms" in spoken_for(whole(), newer)
    assert changes(whole(), newer) == (
        Change("domains", "ceterms:keyword", "removed", ("ceterms:Course",)),
        Change("property", "ceterms:teaches", "removed"),
    )


def test_a_concept_is_gone_only_where_its_scheme_is_defined_anew() -> None:
    members = [{"@id": "audience:Youth", "@type": "skos:Concept", "skos:inScheme": ["ceterms:Audience"]}]
    assert changes(whole(), read([schema(*members)])) == ()
    (gone,) = changes(whole(), read([schema(*members, {"@id": "ceterms:Audience", "@type": "skos:ConceptScheme"})]))
    assert (gone.what, gone.how) == ("concept", "removed")
    assert "audience:Resident" in gone.values


def test_the_same_schema_again_is_no_news_and_changes_no_table() -> None:
    assert changes(whole(), whole()) == ()
    assert taken_in(packaged(), whole()) == packaged()


def test_the_tables_take_in_what_is_new_and_keep_what_is_gone() -> None:
    newer = read([schema(*NEW)])
    tables = taken_in(packaged(), newer)
    assert tables["classes.json"]["ceterms:MicroLicense"] == {"label": "Micro License", "parents": ["ceterms:License"]}
    note, day = tables["properties.json"]["ceterms:licenseNote"], tables["properties.json"]["ceterms:licenseDay"]
    assert (note["kind"], day["kind"]) == ("language", "date")
    assert "ceterms:licenseNote" in tables["context.json"]["coercions"]["@container @language"]
    assert "ceterms:licenseDay" in tables["context.json"]["coercions"]["@type xsd:date"]
    assert tables["concepts.json"]["ceterms:Audience"]["concepts"]["audience:Retired"] == {"label": "Retired"}
    assert packaged()["properties.json"].keys() <= tables["properties.json"].keys()
    assert changes(from_tables(tables), newer) == (), "taken in once, it is no news"
    assert taken_in(packaged(), from_tables(tables)) == tables, "kept tables are read as they were written"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"[]", "ctdl.schema_malformed"),
        (b'{"@graph": {}}', "ctdl.schema_malformed"),
        (b'{"@graph": []}', "ctdl.schema_malformed"),
        (b'{"@graph": [1]}', "ctdl.schema_malformed"),
        (b'{"@graph": [{"@type": "rdfs:Class"}]}', "ctdl.schema_malformed"),
        (b'{"@graph": [{"@id": "x", "@type": "ceterms:License"}]}', "ctdl.schema_malformed"),
        (b'{"@graph": [' + b",".join([b'{"@id":"x"}'] * 50_001) + b"]}", "ctdl.schema_too_many_terms"),
        (b"<html>", "linkeddata.not_json"),
    ],
)
def test_what_is_no_schema_is_refused(document: bytes, code: str) -> None:
    with pytest.raises(OpenlerError) as wrong:
        read([document])
    assert wrong.value.code == code


def test_values_of_the_wrong_form_say_nothing() -> None:
    odd = {"@id": "ceterms:x", "@type": ["rdf:Property"], "schema:domainIncludes": [1, {"@id": "ceterms:License"}], "rdfs:label": 5}
    assert read([schema(odd)]).properties["ceterms:x"]["domains"] == {"ceterms:License"}
    with pytest.raises(Malformed):
        read([schema({**odd, "@id": "x" * 301})])
