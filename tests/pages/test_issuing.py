"""Issuing over HTTP: who may, what is refused and how, and what verifiers elsewhere read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from openler import bootstrap
from openler.access.organisation import Role
from openler.actions.issuing.identity import link
from openler.actions.registry.publish import publish
from openler.actions.registry.tokens import add_organisation, create_token, revoke_token
from openler.linkeddata.jcs import jcs
from tests.support.ctdl import OWNER, complete, ctid, document
from tests.support.presenting import Key, badge, presentation

OTHER = ctid("another college", "ceterms:CredentialOrganization")
ISSUER = f"did:web:localhost%3A8000:issuers:{OWNER}"


@pytest.fixture
def tokens(client: TestClient) -> Iterator[dict[str, str]]:
    """An issuer's token by name: of the college, and of another that has a key of its own."""
    with bootstrap.open_ports() as ports:
        node = {**complete("ceterms:CredentialOrganization", "another college"), "ceterms:name": {"en-US": "Another College"}}
        publish(ports, [document(node)], publisher=OTHER, actor="tests:setup")
        for name in ("college", "other"):
            ports.keys.create(name, "Ed25519", at=ports.clock.now())
        add_organisation(ports, OWNER, name="Tests College", roles=[Role.ISSUER, Role.PUBLISHER], actor="tests:setup")
        add_organisation(ports, OTHER, name="Another College", roles=[Role.ISSUER], actor="tests:setup")
        link(ports, OWNER, key="file:college", actor="tests:setup")
        link(ports, OTHER, key="file:other", actor="tests:setup")
        made = {
            "college": (OWNER, Role.ISSUER),
            "other": (OTHER, Role.ISSUER),
            "publisher": (OWNER, Role.PUBLISHER),
        }
        yield {
            name: create_token(ports, owner, roles=[role], label=name, actor="tests:setup")[1].reveal()
            for name, (owner, role) in made.items()
        }


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def unsigned(**changes: Any) -> dict[str, Any]:
    """A badge that has no end and names no issuer or id of its own: the service fills them in."""
    return {**{name: value for name, value in badge(Key(1)).items() if name not in {"issuer", "id", "validUntil"}}, **changes}


def issue(client: TestClient, token: str, **changes: Any) -> dict[str, Any]:
    answer = client.post("/credentials/issue", json={"credential": unsigned(**changes)}, headers=bearer(token))
    assert answer.status_code == 201, answer.text
    credential: dict[str, Any] = answer.json()
    assert answer.headers["x-openler-credential"] == credential["id"]
    return credential


def test_what_is_issued_verifies_as_valid(client: TestClient, tokens: dict[str, str]) -> None:
    credential = issue(client, tokens["college"])
    assert credential["issuer"] == ISSUER
    assert {entry["statusPurpose"] for entry in credential["credentialStatus"]} == {"revocation", "suspension"}
    answer = client.post("/credentials/verify", json={"verifiableCredential": credential})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "valid"), answer.text
    bare = client.post("/credentials/verify", json=credential)
    assert bare.json()["verified"] is True
    changed = {**credential, "name": "Nuclear Welding"}
    assert client.post("/credentials/verify", json={"verifiableCredential": changed}).status_code == 400


@pytest.mark.parametrize(("form", "media_type"), [("jwt", "vc+jwt"), ("sd-jwt", "vc+sd-jwt"), ("cose", "vc+cose;base64")])
def test_an_envelope_is_issued_where_it_is_asked_for_and_verifies_as_valid(
    client: TestClient, tokens: dict[str, str], form: str, media_type: str
) -> None:
    asked = {"credential": unsigned(), "options": {"format": form}}
    answer = client.post("/credentials/issue", json=asked, headers=bearer(tokens["college"]))
    made = answer.json()
    assert (answer.status_code, made["type"]) == (201, "EnvelopedVerifiableCredential")
    kind, _, text = made["id"].partition(",")
    assert kind == f"data:application/{media_type}"
    for given in (made, text):
        told = client.post("/credentials/verify", json={"verifiableCredential": given})
        assert (told.status_code, told.json()["verdict"]) == (200, "valid"), told.text
    unknown = client.post("/credentials/issue", json={**asked, "options": {"format": "mdoc"}}, headers=bearer(tokens["college"]))
    assert (unknown.status_code, unknown.json()["place"]) == (400, "/options/format")


def test_a_record_for_parts_is_issued_derived_and_verified_by_programs(client: TestClient, tokens: dict[str, str]) -> None:
    asked = {
        "credential": unsigned(description="Bent and held."),
        "options": {"cryptosuite": "ecdsa-sd-2023", "mandatoryPointers": ["/issuer"]},
    }
    refusal = client.post("/credentials/issue", json=asked, headers=bearer(tokens["college"]))
    assert (refusal.status_code, refusal.json()["code"]) == (400, "issue.key_cannot_part")
    with bootstrap.open_ports() as ports:
        ports.keys.create("parts", "P-256", at=ports.clock.now())
        link(ports, OWNER, key="file:parts", actor="tests:setup")
    base = client.post("/credentials/issue", json=asked, headers=bearer(tokens["college"])).json()
    assert client.post("/credentials/verify", json={"verifiableCredential": base}).json()["verdict"] == "undetermined"
    chosen = {"selectivePointers": ["/credentialSubject", "/credentialStatus", "/validFrom"]}
    answer = client.post("/credentials/derive", json={"verifiableCredential": base, "options": chosen})
    derived = answer.json()
    assert (answer.status_code, "description" in derived, derived["issuer"]) == (201, False, ISSUER)
    assert client.post("/credentials/verify", json={"verifiableCredential": derived}).status_code == 200
    for options, code in (
        ({"selectivePointers": ["/nothing"]}, "credentials.selection_pointer_nowhere"),
        ({"selectivePointers": "/"}, "http.option_malformed"),
    ):
        told = client.post("/credentials/derive", json={"verifiableCredential": base, "options": options})
        assert (told.status_code, told.json()["code"]) == (400, code)
    again = client.post("/credentials/derive", json={"verifiableCredential": derived})
    assert (again.status_code, again.json()["code"]) == (400, "credentials.sd_derived_not_base")
    malformed = {**asked, "options": {"mandatoryPointers": [3]}}
    assert (
        client.post("/credentials/issue", json=malformed, headers=bearer(tokens["college"])).json()["place"] == "/options/mandatoryPointers"
    )


def refused(client: TestClient, token: str, credential: object) -> tuple[int, str, str | None]:
    answer = client.post("/credentials/issue", json={"credential": credential}, headers=bearer(token))
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["type"] == f"urn:openler:problem:{told['code']}"
    assert told["status"] == answer.status_code
    assert told["title"]
    return answer.status_code, told["code"], told.get("place")


def test_what_may_not_be_signed_is_refused_with_code_and_place(client: TestClient, tokens: dict[str, str]) -> None:
    college = tokens["college"]
    assert refused(client, tokens["publisher"], unsigned())[:2] == (403, "access.role_missing")
    assert refused(client, tokens["other"], unsigned(issuer=ISSUER)) == (403, "issue.issuer_differs", "/issuer")
    assert refused(client, college, unsigned(issuer=Key(2).did)) == (403, "issue.issuer_differs", "/issuer")
    assert refused(client, college, issue(client, college)) == (400, "issue.already_signed", "/proof")
    assert refused(client, college, unsigned(shoeSize=42)) == (400, "linkeddata.undefined_term", "/shoeSize")
    assert refused(client, college, "a text") == (400, "issue.not_an_object", None)
    assert refused(client, college, unsigned(validFrom="yesterday"))[0] == 400
    assert refused(client, college, unsigned(**{"@context": ["https://www.w3.org/ns/credentials/v2", "https://evil.example/v1"]})) == (
        400,
        "linkeddata.context_not_pinned",
        "/@context/1",
    )
    missing = client.post("/credentials/issue", json={}, headers=bearer(college))
    assert (missing.status_code, missing.json()["code"], missing.json()["place"]) == (400, "http.body_incomplete", "/credential")


def test_a_refused_credential_leaves_nothing_that_counts_as_issued(client: TestClient, tokens: dict[str, str]) -> None:
    refused(client, tokens["college"], unsigned(shoeSize=42))
    with bootstrap.open_ports() as ports:
        assert ports.ledger.counts().issued == 0


def change(client: TestClient, token: str, credential: str, purpose: str, *, status: bool) -> Any:
    body = {"credentialId": credential, "credentialStatus": {"type": purpose, "status": status, "reason": "a test"}}
    return client.post("/credentials/status", json=body, headers=bearer(token))


def verdict(client: TestClient, credential: dict[str, Any]) -> tuple[str, list[str]]:
    told = client.post("/credentials/verify", json={"verifiableCredential": credential}).json()
    return told["verdict"], [check["code"] for check in told["checks"] if check["outcome"] == "failed"]


def test_suspended_reinstated_and_revoked_it_verifies_accordingly(client: TestClient, tokens: dict[str, str]) -> None:
    credential, college = issue(client, tokens["college"]), tokens["college"]
    assert change(client, college, credential["id"], "suspension", status=True).json()["suspended"] is True
    assert verdict(client, credential) == ("invalid", ["credentials.status_suspended"])
    assert change(client, college, credential["id"], "suspension", status=False).json()["suspended"] is False
    assert verdict(client, credential) == ("valid", [])
    assert change(client, college, credential["id"], "revocation", status=True).json()["revoked"] is True
    assert verdict(client, credential) == ("invalid", ["credentials.status_revoked"])
    back = change(client, college, credential["id"], "revocation", status=False)
    assert (back.status_code, back.json()["code"]) == (400, "http.body_incomplete"), "a revocation is for good"
    assert verdict(client, credential)[0] == "invalid"


OWN_ID = "urn:uuid:0f0e0d0c-1111-4222-8333-444455556666"


def test_a_credential_with_an_id_of_its_own_is_found_again_by_it(client: TestClient, tokens: dict[str, str]) -> None:
    asked = {"credential": unsigned(id=OWN_ID)}
    first, second = (client.post("/credentials/issue", json=asked, headers=bearer(tokens["college"])) for _ in range(2))
    assert first.json()["id"] == second.json()["id"] == OWN_ID
    assert first.headers["x-openler-credential"] != second.headers["x-openler-credential"], "asked for twice, each has its own standing"
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    body = {"credentialId": OWN_ID, "credentialStatus": entry, "status": True}
    for token in ("other", "publisher"):
        assert client.post("/credentials/status", json=body, headers=bearer(tokens[token])).status_code in {403, 404}
    assert verdict(client, first.json()) == ("valid", [])
    answer = client.post("/credentials/status", json=body, headers=bearer(tokens["college"]))
    assert (answer.status_code, answer.json()) == (200, {"credentialId": OWN_ID, "revoked": True, "suspended": False})
    for made in (first, second):
        assert verdict(client, made.json()) == ("invalid", ["credentials.status_revoked"])


def test_the_name_asked_for_stands_for_the_credential(client: TestClient, tokens: dict[str, str]) -> None:
    asked = {"credential": unsigned(), "options": {"credentialId": "award 17"}}
    made = client.post("/credentials/issue", json=asked, headers=bearer(tokens["college"])).json()
    change(client, tokens["college"], "award 17", "suspension", status=True)
    assert verdict(client, made) == ("invalid", ["credentials.status_suspended"])
    body = {"credentialId": "award 17", "credentialStatus": [{"type": "suspension", "status": "0"}]}
    assert client.post("/credentials/status", json=body, headers=bearer(tokens["college"])).json()["suspended"] is False
    assert verdict(client, made) == ("valid", [])


def test_an_issuer_can_ask_for_the_minimum(client: TestClient, tokens: dict[str, str]) -> None:
    def asked(required: object) -> tuple[int, str | None]:
        body = {"credential": unsigned(), "options": {"requireMinimum": required}}
        answer = client.post("/credentials/issue", json=body, headers=bearer(tokens["college"]))
        return answer.status_code, answer.json().get("code")

    assert asked(required=False) == (201, None)
    assert asked(required=True)[0] == 403
    assert asked(required=True)[1] in {"issue.no_ctid", "issue.not_described_here"}
    assert asked(required="yes") == (400, "http.option_malformed")


def test_only_the_issuer_changes_a_standing(client: TestClient, tokens: dict[str, str]) -> None:
    credential = issue(client, tokens["college"])
    for token, code in (("other", "issue.other_issuer"), ("publisher", "access.role_missing")):
        answer = change(client, tokens[token], credential["id"], "revocation", status=True)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    nobody = client.post("/credentials/status", json={"credentialId": credential["id"]})
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    unknown = change(client, tokens["college"], "urn:uuid:00000000-0000-4000-8000-000000000000", "revocation", status=True)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "issue.credential_unknown")
    assert verdict(client, credential) == ("valid", [])


def test_status_lists_and_did_documents_are_served_in_their_own_forms(client: TestClient, tokens: dict[str, str]) -> None:
    credential = issue(client, tokens["college"])
    for entry in credential["credentialStatus"]:
        answer = client.get(entry["statusListCredential"])
        assert answer.headers["content-type"] == "application/vc+ld+json"
        told = answer.json()
        assert told["id"] == entry["statusListCredential"]
        assert told["credentialSubject"]["type"] == "BitstringStatusList"
        assert told["credentialSubject"]["statusPurpose"] == entry["statusPurpose"]
        assert told["credentialSubject"]["encodedList"].startswith("u")
        assert told["issuer"] == ISSUER
        assert client.post("/credentials/verify", json=told).json()["verified"] is True, "a list is itself a credential that verifies"
    did = client.get(f"/issuers/{OWNER}/did.json")
    assert did.headers["content-type"] == "application/did+json"
    [method] = did.json()["verificationMethod"]
    assert did.json()["id"] == ISSUER
    assert did.json()["assertionMethod"] == [method["id"]]
    assert method["id"] == credential["proof"]["verificationMethod"]
    assert "secret" not in did.text.lower()
    assert client.get(f"/issuers/{ctid('nobody')}/did.json").json()["code"] == "issue.issuer_unknown"
    assert client.get("/status/none-such").json()["code"] == "issue.status_list_unknown"


def test_a_presentation_is_valid_only_for_the_domain_and_challenge_it_was_made_for(client: TestClient, tokens: dict[str, str]) -> None:
    holder = Key(7)
    subject = {**badge(holder)["credentialSubject"], "id": holder.did}
    credential = issue(client, tokens["college"], credentialSubject=subject)
    shown = presentation(holder, credential, domain="https://employer.example", challenge="x9-77")

    def verified(**options: str) -> tuple[int, str]:
        answer = client.post("/presentations/verify", json={"verifiablePresentation": shown, "options": options})
        return answer.status_code, answer.json()["verdict"]

    assert verified(domain="https://employer.example", challenge="x9-77") == (200, "valid")
    assert verified(domain="https://employer.example", challenge="another") == (400, "invalid")
    assert verified(domain="https://elsewhere.example", challenge="x9-77") == (400, "invalid")
    stolen = presentation(Key(8), credential, domain="https://employer.example", challenge="x9-77")
    options = {"domain": "https://employer.example", "challenge": "x9-77"}
    answer = client.post("/presentations/verify", json={"verifiablePresentation": stolen, "options": options})
    assert answer.json()["verdict"] == "invalid", "whom it is about must be who shows it"


def test_no_token_in_whatever_form_gets_further(client: TestClient, tokens: dict[str, str]) -> None:
    body = jcs({"credential": unsigned()})
    good = tokens["college"]
    for header in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {good}",
        f"Bearer {good}x",
        f"Bearer {good[:-1]}",
        f"Bearer {good[:20]}",
        "Bearer \x7f",
    ):
        answer = client.post("/credentials/issue", content=body, headers={"authorization": header})
        assert answer.status_code == 401, header
        assert good not in answer.text
    assert client.post("/credentials/issue", content=body, headers={"authorization": f"token {good}"}).status_code == 201


def test_a_token_ended_or_expired_is_no_longer_good(client: TestClient, tokens: dict[str, str]) -> None:
    with bootstrap.open_ports() as ports:
        past = ports.clock.now() - timedelta(seconds=1)
        expired = create_token(ports, OWNER, roles=[Role.ISSUER], label="old", expires=past, actor="tests:setup")[1].reveal()
        revoke_token(ports, tokens["college"].split("_")[1], actor="tests:setup")
    for token, code in ((expired, "access.token_expired"), (tokens["college"], "access.token_revoked")):
        answer = client.post("/credentials/issue", json={"credential": unsigned()}, headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_private_things_stand_in_no_answer(client: TestClient, tokens: dict[str, str]) -> None:
    credential = issue(client, tokens["college"])
    change(client, tokens["college"], credential["id"], "revocation", status=True)
    served = [client.get(entry["statusListCredential"]).text for entry in credential["credentialStatus"]]
    served += [client.get(address).text for address in ("/envelopes", "/envelopes/events", "/search?q=ana", "/health")]
    for text in served:
        assert "did:example:ana" not in text
        assert credential["id"] not in text
