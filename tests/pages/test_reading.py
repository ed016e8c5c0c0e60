"""Reading over HTTP as the national Registry's clients do."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from starlette.testclient import TestClient

from openler import bootstrap
from openler.actions.registry.publish import publish
from tests.support.ctdl import BASE, OWNER, complete, ctid, document, program

WELDING = ctid("one")
NURSING = ctid("two")


@pytest.fixture
def registry(client: TestClient) -> TestClient:
    """A college, a welding program, a nursing program of two conditions, and a certificate that it leads to; all projected."""
    certificate = {
        **complete("ceterms:Certificate", "cert"), "ceterms:name": {"en-US": "Welding Certificate"}, "ceterms:ownedBy": [str(OWNER)],
    }  # fmt: skip
    nursing = {
        **complete("ceterms:LearningProgram", "two"),
        "ceterms:name": {"en-US": "Practical Nursing", "es": "Enfermería Práctica"},
        "ceterms:offeredBy": [str(OWNER)],
        "ceterms:isPreparationFor": [
            {"@type": "ceterms:ConditionProfile", "ceterms:targetCredential": [f"{BASE}/resources/{ctid('cert', 'ceterms:Certificate')}"]}
        ],
    }
    with bootstrap.open_ports() as ports:
        publish(ports, [document(certificate), document(nursing)], publisher=OWNER, actor="tests:setup")
        ports.projector.catch_up()
    return client


def ask(client: TestClient, query: Any, path: str = "/ctdl") -> Any:
    answer = client.post(path, json=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(found: Any) -> list[str]:
    return [node["ceterms:name"]["en-US"] for node in found["data"]]


def test_a_query_is_answered_with_the_nodes_and_their_number(registry: TestClient) -> None:
    found = ask(registry, {"@type": "ceterms:LearningProgram", "ceterms:offeredBy": {"ceterms:name": "college"}})
    assert (names(found), found["total"]) == (["Practical Nursing", "Welding Technology"], 2), "what changed last comes first"
    assert set(found) == {"data", "total"}
    assert names(ask(registry, {"ceterms:name": {"es": "enfermeria"}})) == ["Practical Nursing"]
    assert names(ask(registry, {"^ceterms:targetCredential": {"@type": "ceterms:ConditionProfile"}})) == ["Welding Certificate"]
    nested = {"ceterms:isPreparationFor": {"ceterms:targetCredential": {"ceterms:ownedBy": str(OWNER)}}}
    assert names(ask(registry, nested)) == ["Practical Nursing"]


@pytest.mark.parametrize("prefix", ["/ce-registry", "/ce_registry"])
def test_a_path_may_name_the_community(registry: TestClient, prefix: str) -> None:
    assert names(ask(registry, {"ceterms:name": "nursing"}, f"{prefix}/ctdl")) == ["Practical Nursing"]
    assert registry.get(f"{prefix}/resources/{WELDING}").json()["ceterms:ctid"] == WELDING


def test_pages_and_order_are_chosen_beside_the_query(registry: TestClient) -> None:
    everything = {"ceterms:name": "search:anyValue"}
    by_name = ask(registry, everything, "/ctdl?order_by=ceterms:name&take=2")
    assert (names(by_name), by_name["total"]) == (["Practical Nursing", "Tests College"], 4)
    assert names(ask(registry, everything, "/ctdl?order_by=ceterms:name&skip=2")) == ["Welding Certificate", "Welding Technology"]
    assert names(ask(registry, everything, "/ctdl?order_by=^ceterms:name&take=1")) == ["Welding Technology"]


def test_the_search_services_wrapper_is_answered_in_its_own_form(registry: TestClient) -> None:
    wrapper = {
        "Query": {"ceterms:name": "nursing"}, "Skip": 0, "Take": 5, "Sort": "^search:recordCreated", "IncludeResultsMetadata": True,
        "DescriptionSetType": "Resource_RelatedURIs_RelatedData", "DescriptionSetRelatedURIsLimit": 10, "IncludeDebugInfo": True,
    }  # fmt: skip
    for path in ("/assistant/search/ctdl", "/ctdl"):
        found = ask(registry, wrapper, path)
        assert (names(found), found["valid"], found["extra"]["TotalResults"]) == (["Practical Nursing"], True, 1)
        related = {one["Path"]: one for one in found["extra"]["RelatedItemsMap"][0]["RelatedItems"]}
        assert related["> ceterms:offeredBy > ceterms:Agent"]["TotalURIs"] == 1
        assert "Tests College" in {node["ceterms:name"]["en-US"] for node in found["extra"]["RelatedItems"]}
        assert found["extra"]["ResultsMetadata"][0]["RecordPublishedBy"] == OWNER


def test_what_belongs_to_a_description_comes_with_the_answer(registry: TestClient) -> None:
    found = ask(registry, {"ceterms:name": "nursing"}, "/ctdl?include_description_set_resources=yes&include_results_metadata=true")
    sets = {one["path"]: one for one in found["description_sets"][0]["description_set"]}
    assert found["description_sets"][0]["ctid"] == NURSING
    certificate = f"{BASE}/resources/{ctid('cert', 'ceterms:Certificate')}"
    told = sets["> ceterms:isPreparationFor > ceterms:ConditionProfile > ceterms:targetCredential > ceterms:Credential"]
    assert (told["total"], told["uris"]) == (1, [certificate])
    assert certificate in {node.get("@id") for node in found["description_set_resources"]}
    assert found["results_metadata"][0]["resource_uri"] == f"{BASE}/resources/{NURSING}"


def test_description_sets_are_read_by_path(registry: TestClient) -> None:
    every = registry.get(f"/description_sets/{NURSING}").json()
    assert [one["path"] for one in every] == sorted(one["path"] for one in every)
    one = registry.get(f"/description_sets/{NURSING}", params={"path_contains": "OFFEREDBY > ceterms:agent", "limit": 0}).json()
    assert [(entry["total"], entry["uris"]) for entry in one] == [(1, [])]
    exact = registry.get(f"/description_sets/{NURSING}", params={"path_exact": one[0]["path"]}).json()
    assert [entry["path"] for entry in exact] == [one[0]["path"]]
    backwards = registry.get(f"/description_sets/{OWNER}").json()
    assert {f"{BASE}/resources/{WELDING}", f"{BASE}/resources/{NURSING}"} <= {uri for entry in backwards for uri in entry["uris"]}
    assert registry.get(f"/description_sets/{ctid('absent')}").status_code == 404


def test_description_sets_of_many_are_read_at_once(registry: TestClient) -> None:
    asked = {"ctids": [str(NURSING), str(ctid("absent")), str(WELDING)], "path_contains": "offeredby"}
    plain = registry.post("/description_sets", json=asked).json()
    assert set(plain) == {"data", "description_sets"}
    assert names(plain) == ["Practical Nursing", "Welding Technology"]
    for one in plain["description_sets"]:
        assert (
            one["description_set"] == registry.get(f"/description_sets/{one['ctid']}", params={"path_contains": "offeredby"}).json() != []
        )
    more = {"include_resources": True, "include_results_metadata": True, "per_branch_limit": 1}
    full = registry.post("/ce-registry/description_sets", json={"ctids": [str(NURSING)], **more}).json()
    assert {"Tests College", "Welding Certificate"} <= {
        node.get("ceterms:name", {}).get("en-US") for node in full["description_set_resources"]
    }
    assert [(one["resource_uri"], one["published_by"]) for one in full["results_metadata"]] == [(NURSING, OWNER)]
    for wrong, code in (
        ({}, "query.ctids_unreadable"), ([], "query.ctids_unreadable"),
        ({**asked, "include_resources": "yes"}, "query.option_unreadable"), ({**asked, "per_branch_limit": -1}, "query.option_unreadable"),
        ({**asked, "per_branch_limit": True}, "query.option_unreadable"), ({**asked, "path_exact": ["x"]}, "query.option_unreadable"),
    ):  # fmt: skip
        answer = registry.post("/description_sets", json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_query_that_cannot_be_meant_is_told_with_its_place(registry: TestClient) -> None:
    for query, status, code, place in (
        ({"ceterms:nme": "x"}, 422, "query.property_unknown", "/ceterms:nme"),
        (
            {"ceterms:requires": {"ceterms:targetCredential": {"^ceterms:name": "x"}}},
            422,
            "query.property_unknown",
            "/ceterms:requires/ceterms:targetCredential/^ceterms:name",
        ),
        ({"ceterms:name": []}, 422, "query.value_unreadable", "/ceterms:name"),
        ("welding", 422, "query.not_a_query", None),
    ):
        answer = registry.post("/ctdl", json=query)
        assert (answer.status_code, answer.json()["code"], answer.json().get("place")) == (status, code, place)
    assert registry.post("/ctdl", content=b"{").json()["code"] == "linkeddata.not_json"
    assert registry.post("/ctdl?order_by=ceterms:nme", json={}).json()["code"] == "query.order_unknown"
    assert registry.post("/ctdl?take=501", json={}).status_code == 400


def test_many_resources_are_read_at_once(registry: TestClient) -> None:
    asked = {"ctids": [str(NURSING), str(ctid("absent")), str(WELDING).upper(), "nonsense"]}
    assert [node["ceterms:ctid"] for node in registry.post("/resources/search", json=asked).json()] == [NURSING, WELDING]
    assert registry.post("/resources/check_existence", json=asked).json() == [NURSING, WELDING]
    assert registry.post("/resources/check_existence", json={**asked, "@type": "ceterms:Credential"}).json() == []
    assert registry.post("/resources/check_existence", json={**asked, "@type": "ceterms:LearningOpportunityProfile"}).json() == [
        NURSING,
        WELDING,
    ]
    assert [graph["@graph"][0]["ceterms:ctid"] for graph in registry.post("/graph/search", json=asked).json()] == [NURSING, WELDING]
    assert registry.post("/resources/search", json={"ctids": "x"}).json()["code"] == "query.ctids_unreadable"
    assert registry.post("/resources/search", json={"ctids": ["x"] * 501}).json()["code"] == "query.too_many_ctids"


def test_blank_nodes_come_along_as_deep_as_asked(client: TestClient) -> None:
    inner = {"@id": "_:inner", "@type": "ceterms:ConditionProfile", "ceterms:name": {"en-US": "Inner"}}
    outer = {"@id": "_:outer", "@type": "ceterms:ConditionProfile", "ceterms:alternativeCondition": ["_:inner"]}
    node = {**complete("ceterms:LearningProgram", "deep"), "ceterms:offeredBy": [str(OWNER)], "ceterms:requires": ["_:outer"]}
    with bootstrap.open_ports() as ports:
        publish(ports, [document(node, outer, inner)], publisher=OWNER, actor="tests:setup")
    at = f"/resources/{ctid('deep')}"
    assert "@included" not in client.get(at).json()
    assert len(client.get(f"{at}?depth=1").json()["@included"]) == 1
    assert len(client.get(f"{at}?depth=2").json()["@included"]) == 2
    assert client.get(f"/resources/{WELDING}?depth=3").json()["ceterms:ctid"] == WELDING


def test_events_are_read_from_a_number_or_a_day_on(registry: TestClient) -> None:
    every = registry.get("/envelopes/events").json()
    assert [(one["id"], one["event"]) for one in every] == [(1, "publish"), (2, "publish"), (3, "publish"), (4, "publish")]
    day = every[0]["created_at"][:10]
    assert registry.get("/envelopes/events", params={"after": day}).json() == every
    assert registry.get("/envelopes/events", params={"after": "2999-01-01"}).json() == []
    assert registry.get("/envelopes/events", params={"ctid": NURSING}).json() == [
        one for one in every if one["envelope_ceterms_ctid"] == NURSING
    ]
    assert registry.get("/envelopes/events", params={"event": "destroy"}).json() == []
    assert registry.get("/envelopes/events", params={"event": "create"}).json() == every, "the national Registry's word for it"
    assert registry.get("/envelopes/events", params={"after": "yesterday"}).json()["code"] == "export.since_malformed"


def test_envelopes_are_read_page_by_page_by_number_as_by_cursor(registry: TestClient) -> None:
    everything = [one["envelope_ceterms_ctid"] for one in registry.get("/envelopes").json()]
    read: list[str] = []
    address = "/ce-registry/envelopes?per_page=3&metadata_only=true"
    while address:
        answer = registry.get(address)
        read += [one["envelope_ceterms_ctid"] for one in answer.json()]
        address = answer.links.get("next", {}).get("url", "")
    assert read == everything
    assert len(everything) == 4
    second = registry.get("/envelopes", params={"page": 2, "per_page": 3})
    assert [one["envelope_ceterms_ctid"] for one in second.json()] == everything[3:]
    assert {name: second.headers[name] for name in ("x-total", "x-page", "x-per-page", "x-total-pages")} == {
        "x-total": "4", "x-page": "2", "x-per-page": "3", "x-total-pages": "2",
    }  # fmt: skip
    assert set(second.links) == {"first", "prev", "last"}
    assert registry.get("/envelopes", params={"page": 9}).json() == []
    assert registry.get("/envelopes", params={"page": 0}).status_code == 400
    after = registry.get("/envelopes", params={"per_page": 3}).headers["x-after"]
    assert [one["envelope_ceterms_ctid"] for one in registry.get("/envelopes", params={"after": after}).json()] == everything[3:]


def test_an_envelope_is_found_by_its_own_name_through_all_versions(registry: TestClient) -> None:
    [first, *_] = registry.get("/envelopes").json()
    name = first["envelope_id"]
    for address in (name, name.upper(), first["envelope_ceterms_ctid"]):
        assert registry.get(f"/envelopes/{address}").json()["envelope_ceterms_ctid"] == first["envelope_ceterms_ctid"]
    assert registry.get(f"/envelopes/{name}/revisions").json()[0]["seq"] == first["seq"]
    assert registry.get(f"/envelopes/{name}/revisions/{first['seq']}").json() == first["decoded_resource"]
    assert len({one["envelope_id"] for one in registry.get("/envelopes").json()}) == 4
    assert registry.get(f"/envelopes/{name[:-1]}").json()["code"] == "ids.ctid_malformed"


def test_events_are_read_page_by_page_without_a_gap(registry: TestClient) -> None:
    for more in ({}, {"event": "create"}, {"ctid": NURSING}, {"after": "1"}):
        every = registry.get("/envelopes/events", params=more).json()
        pages = [registry.get("/envelopes/events", params={**more, "page": page, "per_page": 1}).json() for page in range(1, 6)]
        assert [one for page in pages for one in page] == every
        assert every
    refused = registry.get("/envelopes/events", params={"documents": "true", "page": 2})
    assert (refused.status_code, refused.json()["code"]) == (400, "registry.pages_with_documents")


def test_everything_and_what_changed_can_be_downloaded(registry: TestClient) -> None:
    told = registry.get("/envelopes/download").json()
    assert (told["status"], told["head"]) == ("finished", 4)
    whole = registry.get(told["url"])
    assert whole.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archive:
        assert f"graphs/{NURSING}.json" in archive.namelist()
        assert archive.comment == b"journal 4"
    lines = registry.get("/envelopes/download/registry.ndjson", params={"type": "LearningProgram"}).content.splitlines()
    assert len(lines) == 2
    changed = registry.get("/envelopes/changesets/changes.zip", params={"since": "3"})
    with zipfile.ZipFile(io.BytesIO(changed.content)) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"upserts"}
        assert len([name for name in archive.namelist() if "/graphs/" in name]) == 1
    assert registry.get("/envelopes/download/registry.exe").json()["code"] == "http.form_unknown"
    assert registry.get("/envelopes/download/registry.zip?type=Nonsense").json()["code"] == "export.type_unknown"
    assert registry.get("/envelopes/changesets/changes.zip?since=x").json()["code"] == "export.since_malformed"
    assert program()["ceterms:ctid"] == WELDING
