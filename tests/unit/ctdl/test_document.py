"""Documents are read in three forms, named once, and made in one way only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openler.ctdl import document as documents
from openler.ctdl.document import nodes, parse, refs, restored, text, texts
from openler.errors import Malformed, TooLarge
from openler.ids import Ctid
from tests.support.ctdl import BASE, OWNER, complete, ctid, document, named, program, raw


def test_a_graph_a_single_resource_and_an_envelope_name_the_same_document() -> None:
    node = named(program())
    graph = parse(raw(node))
    single = parse(json.dumps({"@context": graph.context, **node}).encode())
    envelope = parse(json.dumps({"envelope_ceterms_ctid": graph.ctid, "decoded_resource": json.loads(raw(node))}).encode())
    assert graph.ctid == single.ctid == envelope.ctid
    assert graph.type == single.type == envelope.type == "ceterms:LearningProgram"
    assert graph.digest == envelope.digest
    assert single.main == graph.main
    assert single.iri == f"{BASE}/graph/{graph.ctid}"


def test_the_first_node_is_the_main_one_and_every_ctid_is_listed_once() -> None:
    first, second = named(program()), named(complete("ceterms:Course", "two"))
    parsed = parse(raw(first, second, {"@id": "_:b1", "@type": "ceterms:Organization"}))
    assert parsed.main is parsed.graph[0]
    assert parsed.resources == (first["ceterms:ctid"], second["ceterms:ctid"])


def test_the_bytes_received_are_kept_and_the_digest_is_of_the_normal_form() -> None:
    data = raw(named(program()))
    spaced = json.dumps(json.loads(data), indent=4).encode()
    assert parse(spaced).received == spaced
    assert parse(spaced).digest == parse(data).digest


def test_upper_case_is_folded_in_ctids_and_addresses_but_not_in_prose() -> None:
    low = ctid("one")
    loud = low.upper()
    node = program(ceterms__description={"en-US": f"See {loud} for more"})
    node |= {"ceterms:ctid": loud, "@id": f"{BASE}/resources/{loud}"}
    parsed = parse(raw(node))
    assert parsed.ctid == low
    assert parsed.main["@id"] == f"{BASE}/resources/{low}"
    assert text(parsed.main, "ceterms:description") == f"See {loud} for more"


@pytest.mark.parametrize(
    ("change", "owner"),
    [
        ({"ceterms__ownedBy": [f"{BASE}/resources/{OWNER}"]}, OWNER),
        ({"ceterms__ownedBy": None, "ceterms__offeredBy": f"{BASE}/resources/{OWNER}"}, OWNER),
        ({"ceterms__ownedBy": [{"@id": f"{BASE}/resources/{OWNER}"}]}, OWNER),
        ({"ceterms__ownedBy": ["https://college.example"]}, None),
        ({"ceterms__ownedBy": None}, None),
    ],
)
def test_the_owner_is_the_first_agent_with_a_ctid(change: dict[str, Any], owner: Ctid | None) -> None:
    assert parse(raw(named(program(**change)))).owner == owner


def test_an_owner_described_in_the_graph_is_found_by_its_label() -> None:
    organization = {"@id": "_:school", "@type": "ceterms:CredentialOrganization", "ceterms:ctid": str(OWNER)}
    assert parse(raw(named(program(ceterms__ownedBy=["_:school"])), organization)).owner == OWNER


def test_an_organization_owns_itself() -> None:
    node = complete("ceterms:QACredentialOrganization")
    assert parse(raw(named(node))).owner == node["ceterms:ctid"]


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"[]", "ctdl.not_an_object", ""),
        (b'{"@graph": []}', "ctdl.graph_empty", "/@graph"),
        (b'{"@graph": {}}', "ctdl.graph_empty", "/@graph"),
        (b'{"@graph": ["x"]}', "ctdl.graph_entry", "/@graph/0"),
        (b"{}", "ctdl.type_missing", "/@graph/0"),
        (b'{"@type": 3}', "ctdl.type_missing", "/@graph/0/@type"),
        (b'{"@type": "ceterms:Course"}', "ctdl.ctid_missing", "/@graph/0"),
        (b'{"@type": "ceterms:Course", "ceterms:ctid": "ce-1"}', "ids.ctid_malformed", "/@graph/0/ceterms:ctid"),
        (b'{"decoded_resource": {"@type": "ceterms:Course"}}', "ctdl.ctid_missing", "/decoded_resource/@graph/0"),
        (b'{"@type": "a", "@type": "b"}', "linkeddata.duplicate_key", None),
        (b'{"@type": NaN}', "linkeddata.number_not_finite", None),
        (b"{", "linkeddata.not_json", None),
    ],
)
def test_what_cannot_be_named_is_refused_with_its_place(data: bytes, code: str, place: str | None) -> None:
    with pytest.raises(Malformed) as caught:
        parse(data)
    assert caught.value.code == code
    if place is not None:
        assert caught.value.place == place


def test_an_envelope_for_another_document_is_refused() -> None:
    data = json.dumps({"envelope_ceterms_ctid": str(OWNER), "decoded_resource": json.loads(raw(named(program())))}).encode()
    with pytest.raises(Malformed) as caught:
        parse(data)
    assert caught.value.code == "ctdl.envelope_contradicts"


def test_too_many_objects_are_refused_with_the_number_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_NODES", 10)
    node = named(program(ceterms__estimatedCost=[{"@type": "ceterms:CostProfile"}] * 20))
    with pytest.raises(TooLarge) as caught:
        parse(raw(node))
    assert caught.value.parameters["limit"] == 10
    assert caught.value.parameters["seen"] == 25


def test_what_we_build_is_named_ordered_and_complete() -> None:
    children = [complete("ceasn:Competency", key) for key in ("c", "a", "b")]
    framework = complete("ceasn:CompetencyFramework") | {"ceasn:hasTopChild": [child["ceterms:ctid"] for child in children]}
    built = document(framework, *children)
    assert built.iri == f"{BASE}/graph/{built.ctid}"
    assert built.context == "https://credreg.net/ctdl/schema/context/json"
    assert [node["@id"] for node in built.graph[1:]] == sorted(f"{BASE}/resources/{child['ceterms:ctid']}" for child in children)
    assert refs(built.main, "ceasn:hasTopChild") == tuple(f"{BASE}/resources/{child['ceterms:ctid']}" for child in children)
    assert len(nodes(built, built.main, "ceasn:hasTopChild")) == 3


def test_blank_nodes_are_renamed_by_content_and_not_by_the_label_they_came_with() -> None:
    def made(label: str) -> documents.Document:
        return document(
            program(ceterms__ownedBy=[label]), {"@id": label, "@type": "ceterms:Organization", "ceterms:name": {"en-US": "School"}}
        )

    assert made("_:x").normalised == made("_:y").normalised
    [owner] = nodes(made("_:x"), made("_:x").main, "ceterms:ownedBy")
    assert owner["@id"].startswith("_:")
    assert owner["@id"] != "_:x"


def test_building_leaves_the_given_nodes_as_they_were() -> None:
    node = program()
    before = json.dumps(node)
    document(node)
    assert json.dumps(node) == before


@pytest.mark.parametrize(
    "given",
    [
        [],
        [{"@type": "ceterms:Course"}],
        [complete("ceterms:Course"), {"@type": "ceterms:Place"}],
        [complete("ceterms:Course"), {"@id": "_:a"}, {"@id": "_:a"}],
    ],
)
def test_nodes_without_a_name_of_their_own_are_refused(given: list[dict[str, Any]]) -> None:
    with pytest.raises(Malformed):
        documents.build(BASE, given)


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ({"en-US": "a", "es": "b"}, "en", ("a",)),
        ({"en-US": "a", "es": "b"}, "es-MX", ("b",)),
        ({"EN-us": "a"}, "en-US", ("a",)),
        ({"fr": "c", "en": "a"}, "de", ("a",)),
        ({"fr": "c", "de": "d"}, "es", ("d",)),
        ({"en": ["a", "b"]}, "en", ("a", "b")),
        ("plain", "es", ("plain",)),
        ({"@value": "v", "@language": "en"}, "en", ("v",)),
        (4, "en", ("4",)),
        ({}, "en", ()),
        (None, "en", ()),
    ],
)
def test_texts_are_looked_up_by_language(value: Any, language: str, expected: tuple[str, ...]) -> None:
    node = {"ceterms:keyword": value}
    assert texts(node, "ceterms:keyword", language) == expected
    assert text(node, "ceterms:keyword", language) == (expected[0] if expected else "")


def test_references_are_addresses_labels_and_what_an_alignment_points_at() -> None:
    node = {
        "p": ["https://a.example/x", {"@id": "_:b"}, {"ceterms:targetNode": "https://c.example"}, {"ceterms:name": {"en": "no address"}}]
    }
    assert refs(node, "p") == ("https://a.example/x", "_:b", "https://c.example")
    assert refs(node, "q") == ()


def test_nodes_are_found_in_the_graph_by_another_registrys_address_too() -> None:
    child = named(complete("ceterms:Course", "two"))
    elsewhere = f"https://credentialengineregistry.org/resources/{child['ceterms:ctid']}"
    parsed = parse(raw(named(program(ceterms__hasPart=[elsewhere, "https://nowhere.example"])), child))
    assert nodes(parsed, parsed.main, "ceterms:hasPart") == (child,)


def test_a_document_restored_from_a_store_is_the_one_that_was_stored() -> None:
    stored = document(program())
    found = restored(stored.normalised, stored.digest)
    assert found == parse(stored.normalised)
    assert found.index == parse(stored.normalised).index


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"@graph": []}'])
def test_what_a_store_cannot_have_kept_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        restored(content, document(program()).digest)
