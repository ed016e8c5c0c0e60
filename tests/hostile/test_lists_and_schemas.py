"""Lists, schemas and proofs made to mislead or to exhaust: none turns bad news into good, and none goes on for ever."""

from __future__ import annotations

import base64
import gzip
import json
from copy import deepcopy
from typing import Any

import pytest

from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.policy import Policy
from openler.credentials.proofs.ecdsa_sd_2023 import derive
from openler.credentials.proofs.sd_values import DerivedValue, read_base, read_derived
from openler.credentials.report import Report
from openler.credentials.status import MAX_DECOMPRESSED, entry, list_credential
from openler.credentials.verify import verify
from openler.linkeddata.canonical import jcs
from openler.linkeddata.contexts import Contexts
from tests.support.other_keys import EcKey
from tests.support.presenting import AT, Key, badge

ISSUER, THIEF = Key(1), Key(9)
ONE, TWO = "https://a.example/status/1", "https://a.example/status/2"
SCHEMA = "https://a.example/schema"
REVOKED = ISSUER.sign(badge(ISSUER, credentialStatus=entry(ONE, index=5, purpose="revocation")))


def listing(url: str, *, revoked: list[int], key: Key = ISSUER, **subject: Any) -> bytes:
    made = list_credential(url, issuer=key.did, purpose="revocation", set_indexes=revoked, valid_from=AT)
    made["credentialSubject"] |= subject
    return jcs(key.sign(made))


def judge(document: object, *, listed: bytes | None = None, schema: bytes | None = None) -> Report:
    items = [(Kind.STATUS_LIST, ONE, listed), (Kind.SCHEMA, SCHEMA, schema)]
    return verify(document, Evidence(tuple(Item(kind, url, AT, url, body) for kind, url, body in items if body)), Policy(), AT)


def test_the_record_is_revoked_to_begin_with() -> None:
    assert judge(REVOKED, listed=listing(ONE, revoked=[5])).verdict == "invalid"


def test_another_list_of_the_same_issuer_does_not_answer_for_this_one() -> None:
    assert judge(REVOKED, listed=listing(TWO, revoked=[])).verdict == "undetermined"


def test_a_list_of_ones_own_under_the_issuers_name_does_not_answer() -> None:
    made = list_credential(ONE, issuer=ISSUER.did, purpose="revocation", set_indexes=[], valid_from=AT)
    assert judge(REVOKED, listed=jcs(THIEF.sign(made))).verdict == "undetermined"
    forged = json.loads(listing(ONE, revoked=[5]))
    forged["credentialSubject"]["encodedList"] = made["credentialSubject"]["encodedList"]
    assert judge(REVOKED, listed=jcs(forged)).verdict == "undetermined"


def test_a_second_subject_cannot_answer_in_the_lists_place() -> None:
    made = list_credential(ONE, issuer=ISSUER.did, purpose="revocation", set_indexes=[5], valid_from=AT)
    clean = list_credential(ONE, issuer=ISSUER.did, purpose="revocation", set_indexes=[], valid_from=AT)
    both = {**made, "credentialSubject": [clean["credentialSubject"], made["credentialSubject"]]}
    assert judge(REVOKED, listed=jcs(ISSUER.sign(both))).verdict == "undetermined"


@pytest.mark.parametrize("letter", ["u", "z", "U", ""])
def test_a_list_that_unpacks_to_more_than_the_limit_is_given_up(letter: str) -> None:
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(MAX_DECOMPRESSED * 8))).decode().rstrip("=")
    report = judge(REVOKED, listed=listing(ONE, revoked=[], encodedList=letter + packed))
    assert report.verdict == "undetermined"
    assert (report.check("status").code == "credentials.status_list_too_large") == (letter == "u")


def test_several_packed_streams_in_one_do_not_add_up() -> None:
    packed = gzip.compress(bytes(16_384)) + gzip.compress(bytes(MAX_DECOMPRESSED * 8))
    text = "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    assert judge(REVOKED, listed=listing(ONE, revoked=[], encodedList=text)).verdict == "undetermined"
    cut = "u" + base64.urlsafe_b64encode(gzip.compress(bytes(16_384))[:-12]).decode().rstrip("=")
    assert judge(REVOKED, listed=listing(ONE, revoked=[], encodedList=cut)).verdict == "undetermined"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100 + b"1" + b"}" * 100, b'{"@context":1,"@context":2}', b"\xff\xfe", b"null"])
def test_a_list_or_schema_that_is_no_decent_json_says_nothing(body: bytes) -> None:
    assert judge(REVOKED, listed=body).verdict == "undetermined"
    named = ISSUER.sign(badge(ISSUER, credentialSchema=[{"id": SCHEMA, "type": "JsonSchema"}]))
    assert judge(named, schema=body).verdict == "undetermined"


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        ({"properties": {"name": {"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}}}, "schema_not_met"),
        ({"properties": {"name": {"pattern": "(?=((a|aa)+)+$)(?!b)x"}}}, "schema_not_met"),
        ({"properties": {"name": {"pattern": "(" * 200 + "a{1,1000}" + "){1,1000}" * 200}}}, "schema_unusable"),
        (
            {"$defs": {str(n): {"anyOf": [{"$ref": f"#/$defs/{n // 29 * 29 or n + 1}"}] * 9} for n in range(30)}, "$ref": "#/$defs/0"},
            "schema_too_costly",
        ),
        ({"allOf": [{"patternProperties": {".*": {"allOf": [{"$ref": "#"}] * 50}}}]}, "schema_too_costly"),
    ],
)
def test_a_schema_made_to_take_for_ever_ends(schema: dict[str, Any], code: str) -> None:
    named = ISSUER.sign(badge(ISSUER, name="a" * 2_000 + "!", credentialSchema=[{"id": SCHEMA, "type": "JsonSchema"}]))
    assert judge(named, schema=json.dumps(schema).encode()).check("schema").code == f"credentials.{code}"


SELLER = EcKey(5)
SOLD = SELLER.sign(
    {
        **badge(ISSUER),
        "issuer": {"id": SELLER.did, "type": ["Profile"]},
        "description": "Failed twice.",
        "evidence": [{"type": ["Evidence"], "name": "First test", "narrative": "Failed."}, {"type": ["Evidence"], "name": "Second test"}],
    },
    suite="ecdsa-sd-2023",
    mandatory=("/issuer", "/description", "/validFrom", "/validUntil", "/credentialSubject"),
)


def shown(*pointers: str) -> dict[str, Any]:
    return derive(SOLD, pointers or ["/name"], contexts=Contexts.pinned())


def test_what_the_issuer_wants_shown_cannot_be_moved_among_what_may_be_left_out() -> None:
    assert judge(shown()).verdict == "valid"
    value = read_derived(shown()["proof"]["proofValue"])
    for mandatory in ((), value.mandatory[1:], (*value.mandatory, 999), value.mandatory[::-1]):
        forged = deepcopy(shown())
        forged["proof"]["proofValue"] = DerivedValue(value.signature, value.public_key, value.signatures, value.labels, mandatory).encoded()
        del forged["description"]
        assert judge(forged).verdict == "invalid"


def test_a_signature_of_one_statement_does_not_serve_another() -> None:
    value, base = read_derived(shown()["proof"]["proofValue"]), read_base(SOLD["proof"]["proofValue"])
    for signatures in ((), value.signatures, base.signatures[:1], value.signatures * 2, base.signatures):
        forged = deepcopy(shown())
        forged["proof"]["proofValue"] = DerivedValue(value.signature, value.public_key, signatures, value.labels, value.mandatory).encoded()
        forged["name"] = "Doctor of Medicine"
        assert judge(forged).verdict == "invalid"


def test_labels_cannot_be_swapped_to_let_one_thing_stand_for_another() -> None:
    made = shown("/evidence")
    assert judge(made).verdict == "valid"
    value = read_derived(made["proof"]["proofValue"])
    names = list(value.labels)
    assert len(names) > 1
    swapped = dict(zip(names, [*list(value.labels.values())[1:], value.labels[names[0]]], strict=True))
    forged = deepcopy(made)
    forged["proof"]["proofValue"] = DerivedValue(value.signature, value.public_key, value.signatures, swapped, value.mandatory).encoded()
    assert judge(forged).verdict == "invalid"
