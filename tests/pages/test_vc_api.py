"""The VC-API as clients elsewhere use it: how to sign, what to check, what to show of a record, and how it says no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from openler import bootstrap
from openler.access.organisation import Role
from openler.actions.issuing.identity import link
from openler.actions.ports import Ports
from openler.actions.registry.publish import publish
from openler.actions.registry.tokens import add_organisation, create_token
from openler.ids import Ctid
from tests.support.ctdl import OWNER, complete, ctid, document
from tests.support.presenting import V2, Key, badge, presentation

V1 = "https://www.w3.org/2018/credentials/v1"
CURVES = ctid("curves college", "ceterms:CredentialOrganization")


def issuer(ports: Ports, owner: Ctid, key: str, kind: Any) -> str:
    ports.keys.create(key, kind, at=ports.clock.now())
    add_organisation(ports, owner, name=key, roles=[Role.ISSUER], actor="tests:setup")
    link(ports, owner, key=f"file:{key}", form="key", actor="tests:setup")
    return create_token(ports, owner, roles=[Role.ISSUER], label=key, actor="tests:setup")[1].reveal()


@pytest.fixture
def tokens(client: TestClient) -> Iterator[dict[str, str]]:
    """An issuer's token by the kind of its key."""
    with bootstrap.open_ports() as ports:
        node = {**complete("ceterms:CredentialOrganization", "curves college"), "ceterms:name": {"en-US": "Curves College"}}
        publish(ports, [document(node)], publisher=CURVES, actor="tests:setup")
        yield {"Ed25519": issuer(ports, OWNER, "edwards", "Ed25519"), "P-256": issuer(ports, CURVES, "curves", "P-256")}


def plain(**changes: Any) -> dict[str, Any]:
    """A credential of the fewest words."""
    subject = {"id": "did:example:ana", "name": "Ana"}
    return {"@context": [V2], "type": ["VerifiableCredential"], "credentialSubject": subject, **changes}


def ask(client: TestClient, token: str, credential: object, **options: Any) -> Any:
    body = {"credential": credential, "options": options}
    return client.post("/credentials/issue", json=body, headers={"authorization": f"Bearer {token}"})


def verified(client: TestClient, credential: object, **options: Any) -> Any:
    return client.post("/credentials/verify", json={"verifiableCredential": credential, "options": options})


@pytest.mark.parametrize(
    ("kind", "suite"),
    [
        ("Ed25519", "eddsa-rdfc-2022"),
        ("Ed25519", "eddsa-jcs-2022"),
        ("Ed25519", "Ed25519Signature2020"),
        ("P-256", "ecdsa-rdfc-2019"),
        ("P-256", "ecdsa-jcs-2019"),
    ],
)
@pytest.mark.parametrize("version", ["2.0", "1.1"])
def test_a_record_is_signed_in_the_suite_that_is_asked_for_and_is_valid(
    client: TestClient, tokens: dict[str, str], kind: str, suite: str, version: str
) -> None:
    given = plain() if version == "2.0" else plain(**{"@context": [V1], "issuanceDate": "2026-01-01T00:00:00Z", "credentialSubject": {}})
    given["credentialSubject"] = {"id": "did:example:ana"}
    answer = ask(client, tokens[kind], given, cryptosuite=suite)
    assert answer.status_code == 201, answer.text
    proof = answer.json()["proof"]
    assert suite in {proof["type"], proof.get("cryptosuite")}
    told = verified(client, answer.json(), checks=["proof"])
    assert (told.status_code, told.json()["verified"]) == (200, True), told.text
    assert "problemDetails" not in told.json()


def test_a_holder_shows_what_she_chooses_with_what_the_issuer_wants_shown(client: TestClient, tokens: dict[str, str]) -> None:
    subject = {"id": "did:example:ana", "name": "Ana", "description": "Reads plans"}
    signed = ask(
        client, tokens["P-256"], plain(credentialSubject=subject), cryptosuite="ecdsa-sd-2023", mandatoryPointers=["/issuer"]
    ).json()  # fmt: skip
    assert verified(client, signed).json()["verdict"] == "undetermined", "a base proof is its holder's and for no verifier"
    pointers = ["/credentialSubject/name", "/credentialStatus"]
    part = client.post("/credentials/derive", json={"verifiableCredential": signed, "options": {"selectivePointers": pointers}})
    assert (part.status_code, part.headers["cache-control"]) == (201, "no-store")
    assert part.json()["credentialSubject"]["name"] == "Ana"
    assert part.json()["issuer"] == signed["issuer"]
    assert "Reads plans" not in part.text
    assert verified(client, part.json()).status_code == 200
    changed = {**part.json(), "credentialSubject": {**part.json()["credentialSubject"], "name": "Bea"}}
    assert verified(client, changed).json()["verdict"] == "invalid"


@pytest.mark.parametrize(
    ("given", "pointers", "code"),
    [
        ("a text", [], "derive.not_an_object"),
        ({"@context": [V2], "type": ["VerifiableCredential"]}, ["/type"], "credentials.sd_no_base_proof"),
        ({}, ["type"], "credentials.sd_no_base_proof"),
    ],
)
def test_what_cannot_be_shown_in_parts_is_refused(client: TestClient, given: object, pointers: list[str], code: str) -> None:
    answer = client.post("/credentials/derive", json={"verifiableCredential": given, "options": {"selectivePointers": pointers}})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("path", "options", "code", "place"),
    [
        ("issue", {"nonsense": 1}, "http.option_unknown", "/options"),
        ("issue", {"cryptosuite": 7}, "http.option_malformed", "/options/cryptosuite"),
        ("issue", {"format": "mdoc"}, "http.option_malformed", "/options/format"),
        ("issue", {"format": "jwt", "cryptosuite": "eddsa-jcs-2022"}, "http.option_malformed", "/options/cryptosuite"),
        ("issue", {"mandatoryPointers": "/issuer"}, "http.option_malformed", "/options/mandatoryPointers"),
        ("issue", {"cryptosuite": "bbs-2023"}, "credentials.suite_not_issued", "/options/cryptosuite"),
        ("issue", {"cryptosuite": "ecdsa-rdfc-2019"}, "credentials.suite_key_unfit", "/options/cryptosuite"),
        ("issue", "all of them", "http.option_malformed", "/options"),
        ("verify", {"nonsense": 1}, "http.option_unknown", "/options"),
        ("verify", {"checks": "proof"}, "http.option_malformed", "/options/checks"),
        ("verify", {"challenge": 7}, "http.option_malformed", "/options/challenge"),
        ("verify", {"holderBinding": "off"}, "http.option_malformed", "/options/holderBinding"),
        ("derive", {"selectivePointers": [7]}, "http.option_malformed", "/options/selectivePointers"),
    ],
)
def test_an_option_that_is_not_known_is_refused_and_not_passed_over(
    client: TestClient, tokens: dict[str, str], path: str, options: object, code: str, place: str
) -> None:
    body = {"credential": plain(), "verifiableCredential": plain(), "options": options}
    answer = client.post(f"/credentials/{path}", json=body, headers={"authorization": f"Bearer {tokens['Ed25519']}"})
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (told["code"], told["place"], told["status"]) == (code, place, 400)


def test_a_refusal_tells_why_in_the_standards_own_types(client: TestClient, tokens: dict[str, str]) -> None:
    signed = ask(client, tokens["Ed25519"], plain()).json()
    for changes, kind in (
        ({"credentialSubject": {"id": "did:example:bea"}}, "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"),
        ({"validFrom": "yesterday"}, "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"),
    ):
        answer = verified(client, {**signed, **changes})
        problems = answer.json()["problemDetails"]
        assert (answer.status_code, answer.json()["verified"]) == (400, False)
        assert kind in {each["type"] for each in problems}
        assert all(each["title"] and each["code"] for each in problems)


def test_json_written_as_a_text_is_no_record(client: TestClient, tokens: dict[str, str]) -> None:
    signed = ask(client, tokens["Ed25519"], plain())
    assert verified(client, signed.json()).status_code == 200
    for given in (signed.text, [signed.json()], 7, None, ""):
        answer = verified(client, given)
        assert (answer.status_code, answer.json()["code"]) == (400, "http.body_incomplete")


def test_a_presentation_is_told_from_a_wrapped_record_wherever_it_is_sent(client: TestClient, tokens: dict[str, str]) -> None:
    holder = Key(7)
    signed = ask(client, tokens["Ed25519"], plain(credentialSubject={"id": holder.did, "name": "Ana"})).json()
    shown = presentation(holder, signed)
    for path in ("/credentials/verify", "/presentations/verify"):
        assert client.post(path, json=shown).status_code == 200, path


def test_who_may_present_is_the_verifiers_to_say_and_whether_it_is_signed_is_not(client: TestClient, tokens: dict[str, str]) -> None:
    signed = ask(client, tokens["Ed25519"], plain()).json()
    shown = presentation(Key(8), signed, challenge="x9-77", domain="employer.example")

    def asked(**options: Any) -> tuple[int, str]:
        answer = client.post("/presentations/verify", json={"verifiablePresentation": shown, "options": options})
        return answer.status_code, answer.json()["verdict"]

    assert asked(challenge="x9-77") == (400, "invalid"), "whom it is about must be who shows it"
    assert asked(challenge="x9-77", holderBinding="informing") == (200, "valid")
    assert asked(challenge="another", holderBinding="informing") == (400, "invalid")


def test_a_record_of_version_1_1_has_no_status_and_none_is_pretended(client: TestClient, tokens: dict[str, str]) -> None:
    old = plain(**{"@context": [V1], "issuanceDate": "2026-01-01T00:00:00Z", "credentialSubject": {"id": "did:example:ana"}})
    answer = ask(client, tokens["Ed25519"], old)
    assert "credentialStatus" not in answer.json()
    body = {"credentialId": answer.headers["x-openler-credential"], "credentialStatus": {"type": "revocation", "status": True}}
    refused = client.post("/credentials/status", json=body, headers={"authorization": f"Bearer {tokens['Ed25519']}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "issue.no_status_place")


def test_only_what_will_verify_is_signed(client: TestClient, tokens: dict[str, str]) -> None:
    plain_terms = plain(**{"@context": [V2, {"shift": "https://plant.example/terms#shift"}]})
    plain_terms["credentialSubject"] = {"id": "did:example:ana", "shift": "late"}
    signed = ask(client, tokens["Ed25519"], plain_terms)
    assert (signed.status_code, verified(client, signed.json()).status_code) == (201, 200)
    renamed = {**plain_terms, "@context": [V2, {"shift": "https://plant.example/terms#turn"}]}
    refused = ask(client, tokens["Ed25519"], renamed)
    assert (refused.status_code, refused.json()["code"]) == (400, "credentials.confusion_inline_context")
    # The digest that VC Data Model 2.0, section B.1, publishes for its context; and another.
    for digest, status in (("l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU", 201), ("A" * 64, 400)):
        related = plain(relatedResource=[{"id": V2, "digestSRI": f"sha384-{digest}"}])
        assert ask(client, tokens["Ed25519"], related).status_code == status


def test_a_badge_is_signed_in_parts_too(client: TestClient, tokens: dict[str, str]) -> None:
    given = {name: value for name, value in badge(Key(1)).items() if name not in {"issuer", "id", "validUntil"}}
    answer = ask(client, tokens["P-256"], given, cryptosuite="ecdsa-sd-2023", mandatoryPointers=["/issuer", "/credentialStatus"])
    assert answer.status_code == 201, answer.text
    nowhere = ask(client, tokens["P-256"], given, cryptosuite="ecdsa-sd-2023", mandatoryPointers=["/nowhere"])
    assert (nowhere.status_code, nowhere.json()["code"]) == (400, "credentials.selection_pointer_nowhere")
