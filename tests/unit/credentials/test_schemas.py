"""Schemas that a credential names: met, not met, or not to be told; none is fetched, and none runs for ever."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from openler.credentials.evidence import Evidence, Item, Kind, needs
from openler.credentials.faults import CannotCheck
from openler.credentials.policy import Policy
from openler.credentials.report import CheckResult
from openler.credentials.schemas import from_bytes
from openler.credentials.verify import verify
from openler.linkeddata.canonical import jcs
from tests.support.presenting import AT, V2, Key, badge

ISSUER, PUBLISHER = Key(1), Key(2)
URL = "https://a.example/schema"
NAMED = b'{"required": ["name"]}'
DANCING = b'{"properties": {"name": {"const": "Dancing"}}}'


def sri(body: bytes, name: str = "sha256") -> str:
    return f"{name}-{base64.b64encode(hashlib.new(name, body).digest()).decode()}"


def multibase(body: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(b"\x12\x20" + hashlib.sha256(body).digest()).decode().rstrip("=")


def schema(body: bytes | None, *, kind: str = "JsonSchema", also: dict[str, Any] | None = None, **changes: Any) -> CheckResult:
    """The check of a badge that names one schema; ``also`` are further members of what names it."""
    signed = ISSUER.sign(badge(ISSUER, credentialSchema=[{"id": URL, "type": kind, **(also or {})}], **changes))
    held = Evidence((Item(Kind.SCHEMA, URL, AT, URL, body),)) if body is not None else Evidence()
    report = verify(signed, held, Policy(), AT)
    check = report.check("schema")
    assert (report.verdict == "valid") == (check.outcome == "passed"), report.reasons
    return check


def told(check: CheckResult) -> tuple[str, str]:
    return check.outcome.value, check.code.removeprefix("credentials.schema_")


@pytest.mark.parametrize("kind", ["JsonSchema", "1EdTechJsonSchemaValidator2019"])
def test_a_schema_is_met_or_not(kind: str) -> None:
    assert told(schema(NAMED, kind=kind)) == ("passed", "met")
    check = schema(DANCING, kind=kind)
    assert (told(check), check.path) == (("failed", "not_met"), "/name")


def test_an_unknown_kind_could_not_be_checked() -> None:
    assert told(schema(NAMED, kind="https://a.example/Shapes")) == ("unknown", "kind_unknown")


@pytest.mark.parametrize("also", [{"digestSRI": sri(NAMED)}, {"digestSRI": sri(NAMED, "sha384")}, {"digestMultibase": multibase(NAMED)}])
def test_a_schema_with_the_right_digest_counts_and_another_one_in_its_place_does_not(also: dict[str, Any]) -> None:
    assert told(schema(NAMED, also=also)) == ("passed", "met")
    assert told(schema(NAMED + b" ", also=also)) == ("failed", "differs")


@pytest.mark.parametrize(
    ("text", "outcome"), [("md5-AAAA", "unknown"), ("sha256-!", "failed"), (sri(b"") + " " + sri(NAMED, "sha512"), "passed")]
)
def test_of_several_digests_the_strongest_counts_and_an_unknown_one_leaves_it_open(text: str, outcome: str) -> None:
    assert schema(NAMED, also={"digestSRI": text}).outcome == outcome


@pytest.mark.parametrize(
    "reference", ["https://a.example/other", "file:///etc/passwd", "http://127.0.0.1/x", "urn:x", "json-schema:///other", "other.json"]
)
def test_no_reference_leads_out_of_a_schema(reference: str) -> None:
    assert told(schema(json.dumps({"$ref": reference}).encode())) == ("unknown", "unusable")
    below = {"properties": {"name": {"$ref": reference}}}
    assert told(schema(json.dumps(below).encode())) == ("unknown", "unusable")


def doubling(levels: int) -> bytes:
    """A schema of ``levels`` short lines that asks the same 2 ** levels times."""
    steps: dict[str, Any] = {str(n): {"allOf": [{"$ref": f"#/$defs/{n + 1}"}, {"$ref": f"#/$defs/{n + 1}"}]} for n in range(levels)}
    return json.dumps({"$defs": {**steps, str(levels): {"type": "object"}}, "$ref": "#/$defs/0"}).encode()


def test_a_schema_that_asks_a_billion_times_is_not_run() -> None:
    assert told(schema(doubling(40))) == ("unknown", "too_costly")
    assert told(schema(doubling(4))) == ("passed", "met")


def test_a_schema_that_doubles_at_every_depth_of_a_document_is_not_run() -> None:
    deep: Any = 1
    for _ in range(50):
        deep = {"a": deep}
    branching = {"properties": {"a": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}}
    with pytest.raises(CannotCheck) as caught:
        from_bytes(json.dumps(branching).encode()).first_fault(deep)
    assert caught.value.code == "credentials.schema_too_costly"


def test_a_large_document_is_judged_by_what_is_in_it() -> None:
    items = {"type": "array", "items": {"$ref": "#/$defs/item"}}
    recursive = {"$defs": {"item": {"properties": {"name": {"type": "string"}, "parts": items}}}, "properties": {"parts": items}}
    document = {"parts": [{"name": "x", "parts": [{"name": "y", "parts": []}] * 10}] * 300}
    assert from_bytes(json.dumps(recursive).encode()).first_fault(document) is None


@pytest.mark.parametrize(
    "loop",
    [{"$ref": "#"}, {"allOf": [{"$ref": "#"}]}, {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}],
)
def test_a_schema_that_is_its_own_answer_ends(loop: dict[str, Any]) -> None:
    assert told(schema(json.dumps(loop).encode())) == ("passed", "met")


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(?=(a+)+$)b", "(.*a){25}$"])
def test_a_pattern_that_backtracks_ends(pattern: str) -> None:
    body = json.dumps({"properties": {"name": {"pattern": pattern}}}).encode()
    assert schema(body, name="a" * 5_000 + "!").outcome != "passed"


@pytest.mark.parametrize(
    "body", [b"[]", b'"x"', b"7", b'{"type": 7}', b'{"pattern": "("}', b'{"$schema": "https://a.example/dialect"}', b"null"]
)
def test_what_is_no_schema_could_not_be_used(body: bytes) -> None:
    assert told(schema(body)) == ("unknown", "unusable")


def carried(held: object, *, signer: Key = PUBLISHER, **changes: Any) -> bytes:
    """A JsonSchemaCredential (VC JSON Schema, section 3.2)."""
    made = {
        "@context": [V2, {"@vocab": "https://a.example/#"}] if "vocab" in changes else [V2],
        "id": URL, "type": ["VerifiableCredential", "JsonSchemaCredential"], "issuer": PUBLISHER.did,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "https://a.example/plain", "type": "JsonSchema", "jsonSchema": held},
    }  # fmt: skip
    return jcs(signer.sign({**made, **{name: value for name, value in changes.items() if name != "vocab"}}))


def test_a_schema_in_a_credential_counts_where_that_credential_holds() -> None:
    assert told(schema(carried(json.loads(NAMED)), kind="JsonSchemaCredential")) == ("passed", "met")
    assert told(schema(carried(json.loads(DANCING)), kind="JsonSchemaCredential")) == ("failed", "not_met")
    assert told(schema(carried({}, signer=Key(9)), kind="JsonSchemaCredential")) == ("unknown", "untrusted")
    assert told(schema(carried({}, validUntil="2026-02-01T00:00:00Z"), kind="JsonSchemaCredential")) == ("unknown", "untrusted")
    assert told(schema(carried({}).replace(b'"jsonSchema":{}', b'"jsonSchema":{"minimum":1}'), kind="JsonSchemaCredential")) == (
        "unknown",
        "untrusted",
    )
    assert told(schema(NAMED, kind="JsonSchemaCredential")) == ("unknown", "unusable")


def test_who_signed_a_schema_is_looked_up() -> None:
    body = json.loads(carried({}))
    body["issuer"] = "did:web:schemas.example"
    named = badge(ISSUER, credentialSchema=[{"id": URL, "type": "JsonSchemaCredential"}])
    held = Evidence((Item(Kind.SCHEMA, URL, AT, URL, jcs(body)),))
    wanted = [need.key for need in needs(ISSUER.sign(named), held) if need.kind is Kind.CONTROLLER]
    assert wanted == ["did:web:schemas.example"]


def test_of_several_schemas_the_worst_counts_and_not_too_many_are_run() -> None:
    other = "https://a.example/other"
    both = Evidence(tuple(Item(Kind.SCHEMA, url, AT, url, body) for url, body in ((URL, NAMED), (other, DANCING))))
    for count, code in ((1, "credentials.schema_not_met"), (10, "credentials.schema_too_many")):
        named = [{"id": URL, "type": "JsonSchema"}, *[{"id": other, "type": "JsonSchema"}] * count]
        assert verify(ISSUER.sign(badge(ISSUER, credentialSchema=named)), both, Policy(), AT).check("schema").code == code


def test_a_related_schema_must_be_the_one_that_was_meant() -> None:
    for stated, verdict in ((NAMED, "valid"), (DANCING, "invalid")):
        related = [{"id": URL, "digestSRI": sri(stated)}]
        signed = ISSUER.sign(badge(ISSUER, credentialSchema=[{"id": URL, "type": "JsonSchema"}], relatedResource=related))
        report = verify(signed, Evidence((Item(Kind.SCHEMA, URL, AT, URL, NAMED),)), Policy(), AT)
        assert report.verdict == verdict


def test_a_context_of_another_digest_leaves_the_meaning_open() -> None:
    for digest, verdict in ((sri(b"{}"), "undetermined"), ("md5-AA", "undetermined")):
        signed = ISSUER.sign(badge(ISSUER, relatedResource=[{"id": V2, "digestSRI": digest}]))
        assert verify(signed, Evidence(), Policy(), AT).verdict == verdict
