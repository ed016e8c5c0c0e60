"""Credentials in COSE_Sign1."""

from __future__ import annotations

import base64
from typing import Any

import cbor2
import pytest

from openler.credentials import cose, jose
from openler.credentials.envelopes import is_token, open_bytes
from openler.credentials.enveloping import as_cose, enveloped
from openler.credentials.faults import CannotCheck
from openler.errors import Malformed, OpenlerError
from tests.support.enveloping import judge
from tests.support.presenting import Key, badge

ISSUER = Key(1)


def signed(**changes: Any) -> bytes:
    prepared = as_cose({**badge(ISSUER), **changes}, kid=ISSUER.url, key_type="Ed25519")
    return prepared.finish(ISSUER.private.sign(prepared.message))


def made(header: dict[Any, Any], *, unprotected: dict[Any, Any] | None = None, payload: bytes = b"{}") -> bytes:
    protected = cbor2.dumps(header)
    message = cbor2.dumps(["Signature1", protected, b"", payload])
    return cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected or {}, payload, ISSUER.private.sign(message)]))


def test_a_record_in_cose_is_as_good_as_any_in_bytes_in_base64_and_enveloped() -> None:
    data = signed()
    as_text = jose.encode(data).encode()
    address = enveloped(base64.b64encode(data).decode(), "vc+cose;base64")
    assert is_token(data)
    assert is_token(as_text)
    assert {judge(open_bytes(data)).verdict, judge(open_bytes(as_text)).verdict, judge(address).verdict} == {"valid"}


def test_a_changed_record_is_invalid() -> None:
    data = signed()
    changed = data.replace(b"Joins metal", b"Bends metal")
    assert judge(open_bytes(changed)).check("proof").code == "jose.signature_wrong"


def test_a_key_may_be_named_outside_of_what_is_signed_since_it_must_be_the_issuers_anyway() -> None:
    payload = as_cose(badge(ISSUER), kid="", key_type="Ed25519").payload
    header = {1: -8, 3: "application/vc", 16: "application/vc+cose"}
    assert judge(open_bytes(made(header, unprotected={4: ISSUER.url.encode()}, payload=payload))).verdict == "valid"
    assert judge(open_bytes(made(header, unprotected={4: Key(2).url.encode()}, payload=payload))).verdict == "invalid"


@pytest.mark.parametrize(("number", "value", "code"), [(3, "text/plain", "jose.content_other"), (16, "really/bad", "jose.type_other")])
def test_an_envelope_for_something_else_is_invalid(number: int, value: str, code: str) -> None:
    payload = as_cose(badge(ISSUER), kid="", key_type="Ed25519").payload
    header = {1: -8, 3: "application/vc", 4: ISSUER.url.encode(), 16: "application/vc+cose"}
    report = judge(open_bytes(made({**header, number: value}, payload=payload)))
    assert (report.verdict, report.check("shape").code) == ("invalid", code)


@pytest.mark.parametrize(
    ("header", "error", "code"),
    [
        ({}, Malformed, "jose.cose_header"),
        ({1: -7}, Malformed, "jose.algorithm_unfit"),
        ({1: -36}, CannotCheck, "jose.algorithm_unsupported"),
        ({1: True}, CannotCheck, "jose.algorithm_unsupported"),
        ({1: -8, 2: [99], 99: 1}, CannotCheck, "jose.cose_critical"),
    ],
)
def test_a_header_that_asks_for_what_cannot_be_is_refused(header: dict[Any, Any], error: type[OpenlerError], code: str) -> None:
    with pytest.raises(error) as raised:
        cose.parse(made(header)).verify(ISSUER.public)
    assert raised.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xd2\x84",
        b"\x9f" * 5000,
        cbor2.dumps(cbor2.CBORTag(17, [b"", {}, b"", b""])),
        cbor2.dumps([b"", {}, b""]),
        cbor2.dumps([b"", {}, None, b""]),
        cbor2.dumps(["", {}, b"", b""]),
        cbor2.dumps([cbor2.dumps([1]), {}, b"", b""]),
        cbor2.dumps([cbor2.dumps({1: -8}), {1: -7}, b"", b""]),
        cbor2.dumps([b"\xa2\x01\x27\x01\x26", {}, b"", b""]),
        b"\xd2\x9f\x40\xa0\x40\x40\xff",
        signed() + b"\x00",
    ],
)
def test_what_is_not_strictly_a_cose_sign1_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        cose.parse(data)


def test_both_names_of_eddsa_are_known_and_a_bare_array_is_read() -> None:
    data = made({1: -19})
    cose.parse(data).verify(ISSUER.public)
    cose.parse(cbor2.dumps(cbor2.loads(data).value)).verify(ISSUER.public)
