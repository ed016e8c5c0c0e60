"""Evidence: what is asked for, in which order, and that a saved bundle says the same as the one that was saved."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from openler.credentials.evidence import Evidence, Item, Kind, needs
from openler.credentials.faults import CannotCheck
from openler.errors import Malformed

AT = datetime(2026, 6, 1, tzinfo=UTC)
CTID = "ce-d3cb89ff-b2f6-48d0-9c6d-0a171d0b9862"
LIST = "https://a.example/status/1"
DOCUMENT: dict[str, Any] = {
    "issuer": "did:web:a.example",
    "proof": {"verificationMethod": "did:web:a.example#k"},
    "credentialStatus": {"type": "BitstringStatusListEntry", "statusListCredential": LIST},
    "credentialSchema": {"id": "https://a.example/schema", "type": "JsonSchema"},
    "credentialSubject": {
        "achievement": {
            "alignment": [
                {"targetCode": CTID, "targetUrl": f"https://r.example/resources/{CTID}"},
                {"targetCode": CTID, "targetUrl": f"https://r.example/resources/{CTID}", "targetType": "ceasn:Competency"},
            ]
        }
    },
}


def test_a_credential_names_what_it_needs_once_each() -> None:
    assert [(need.kind, need.key, need.urls) for need in needs(DOCUMENT)] == [
        (Kind.CONTROLLER, "did:web:a.example", ("https://a.example/.well-known/did.json",)),
        (Kind.STATUS_LIST, LIST, (LIST,)),
        (Kind.SCHEMA, "https://a.example/schema", ("https://a.example/schema",)),
        (Kind.RESOURCE, CTID, (f"https://r.example/graph/{CTID}",)),
    ]


def test_a_status_list_asks_for_its_own_issuer_and_then_nothing_more() -> None:
    listed = {"issuer": "did:web:lists.example", "proof": {"verificationMethod": "did:web:lists.example#k"}}
    held = Evidence((Item(Kind.STATUS_LIST, LIST, AT, LIST, json.dumps(listed).encode()),))
    wanted = needs(DOCUMENT, held)
    assert "did:web:lists.example" in [need.key for need in wanted]
    assert needs(DOCUMENT, held.adding(Item(need.kind, need.key, AT, code="net.unreachable") for need in wanted)) == ()


def test_every_credential_of_a_presentation_is_asked_for() -> None:
    presentation = {"type": "VerifiablePresentation", "holder": "did:web:h.example", "verifiableCredential": [DOCUMENT, "a.b.c"]}
    assert {need.key for need in needs(presentation)} >= {"did:web:h.example", "did:web:a.example", LIST}


@pytest.mark.parametrize("document", [None, 3, [], "x", {"credentialStatus": [{"statusListCredential": "file:///etc/passwd"}]}])
def test_nothing_is_asked_for_what_names_nothing(document: object) -> None:
    assert needs(document) == ()


def test_a_bundle_reads_back_as_it_was() -> None:
    bundle = Evidence(
        (
            Item(Kind.STATUS_LIST, LIST, AT, code="net.unreachable", parameters={"url": LIST}),
            Item(Kind.CONTROLLER, "did:web:a.example", AT, "https://a.example/did.json", b'{"id": 1}'),
        )
    )
    read = Evidence.read(json.loads(json.dumps(bundle.told())))
    assert read.told() == bundle.told()
    assert read.json(Kind.CONTROLLER, "did:web:a.example") == {"id": 1}
    with pytest.raises(CannotCheck) as caught:
        read.json(Kind.STATUS_LIST, LIST)
    assert caught.value.code == "net.unreachable"


def test_evidence_that_is_not_json_could_not_be_read() -> None:
    with pytest.raises(CannotCheck):
        Evidence((Item(Kind.SCHEMA, "x", AT, "x", b"<html>"),)).json(Kind.SCHEMA, "x")


@pytest.mark.parametrize("bundle", [None, {}, {"openlerEvidence": 1, "items": [{}]}, {"openlerEvidence": 1, "items": [3]}])
def test_what_is_no_bundle_is_refused(bundle: object) -> None:
    with pytest.raises(Malformed):
        Evidence.read(bundle)


@pytest.mark.parametrize("broken", ["https://[a.example/x", "http://[", "https://[::g]/x"])
def test_an_address_that_is_none_is_asked_for_by_nobody_and_stops_nobody(broken: str) -> None:
    document = {**DOCUMENT, "issuer": broken, "credentialStatus": {**DOCUMENT["credentialStatus"], "statusListCredential": broken}}
    document["proof"] = {"verificationMethod": f"{broken}#k"}
    assert {need.kind for need in needs(document)} >= {Kind.SCHEMA, Kind.RESOURCE}
    assert Kind.CONTROLLER not in {need.kind for need in needs(document)}
