"""Token Status Lists, as JWT and CWT: every width read from the right end, every way of not standing by itself told."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import timedelta
from typing import Any

import cbor2
import pytest

from openler.credentials.evidence import Evidence, Item, Kind, needs
from openler.credentials.policy import Policy
from openler.credentials.report import CheckResult
from openler.credentials.status import entry, list_credential
from openler.credentials.token_lists import read, unpacked
from openler.credentials.verify import verify
from tests.support.presenting import AT, Key, badge

ISSUER, OTHER = Key(1), Key(2)
URL = "https://a.example/statuslists/1"
NOW = int(AT.timestamp())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwt(claims: dict[str, Any], header: dict[str, Any], key: Key = ISSUER) -> str:
    said = f"{encoded(json.dumps({'alg': 'EdDSA', 'kid': key.url, **header}).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{said}.{encoded(key.private.sign(said.encode()))}"


def listing(bits: bytes, *, width: int = 1, key: Key = ISSUER, header: dict[str, Any] | None = None, **changes: Any) -> bytes:
    claims = {
        "iss": key.did, "sub": URL, "iat": NOW - 60, "exp": NOW + 3600,
        "status_list": {"bits": width, "lst": encoded(zlib.compress(bits))}, **changes,
    }  # fmt: skip
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt(kept, {"typ": "statuslist+jwt", **(header or {})}, key).encode()


def cwt(bits: bytes, *, key: Key = ISSUER, subject: str = URL, typ: str = "application/statuslist+cwt") -> bytes:
    protected = cbor2.dumps({1: -8, 4: key.url.encode(), 16: typ})
    payload = cbor2.dumps({1: key.did, 2: subject, 4: NOW + 3600, 6: NOW - 60, 65533: {"bits": 1, "lst": zlib.compress(bits)}})
    signature = key.private.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def token(index: object = 3, *, uri: object = URL) -> str:
    """An SD-JWT VC that points to place ``index``."""
    claims = {"iss": ISSUER.did, "iat": NOW - 60, "vct": "https://a.example/welder", "status": {"status_list": {"idx": index, "uri": uri}}}
    return jwt(claims, {"typ": "dc+sd-jwt"}) + "~"


def status(body: bytes | None, *, index: object = 3, uri: object = URL, at: Any = AT, read_at: Any = AT) -> CheckResult:
    held = Evidence((Item(Kind.STATUS_LIST, URL, read_at, URL, body),)) if body is not None else Evidence()
    report = verify(token(index, uri=uri), held, Policy(), at)
    check = report.check("status")
    assert (report.verdict == "valid") == (check.outcome == "passed"), report.reasons
    return check


def told(check: CheckResult) -> tuple[str, str]:
    return check.outcome.value, check.code.removeprefix("credentials.status_")


@pytest.mark.parametrize(
    ("width", "value", "wanted"),
    [
        (1, 0, ("passed", "good")), (1, 1, ("failed", "revoked")), (2, 0, ("passed", "good")), (2, 1, ("failed", "revoked")),
        (2, 2, ("failed", "suspended")), (2, 3, ("unknown", "message_unknown")), (4, 2, ("failed", "suspended")),
        (8, 1, ("failed", "revoked")), (8, 0, ("passed", "good")), (8, 255, ("unknown", "message_unknown")),
    ],
)  # fmt: skip
def test_each_width_is_read_from_the_lowest_bits_up(width: int, value: int, wanted: tuple[str, str]) -> None:
    number = value << 3 * width
    assert told(status(listing(number.to_bytes(16, "little"), width=width))) == wanted


def test_the_example_of_the_specification_reads_as_it_says() -> None:
    found = read(listing(b"\xb9\xa3"), issuer=None)
    assert [found.value_at(unpacked(found), index) for index in range(16)] == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]


def test_a_list_as_a_cwt_is_read_too() -> None:
    assert told(status(cwt(b"\x00\x00"))) == ("passed", "good")
    assert told(status(cwt(b"\x08\x00"))) == ("failed", "revoked")
    assert told(status(cwt(b"\x00", subject="https://a.example/other"))) == ("unknown", "list_unbound")
    assert told(status(cwt(b"\x00", typ="application/cwt"))) == ("unknown", "token_list_malformed")


def test_a_list_without_an_issuer_must_be_signed_by_the_tokens_own() -> None:
    assert told(status(listing(b"\x00", iss=None))) == ("passed", "good")
    assert told(status(listing(b"\x00", iss=None, key=OTHER))) == ("unknown", "list_untrusted")


def test_a_list_for_another_address_is_never_taken_for_this_one() -> None:
    assert told(status(listing(b"\xff", sub="https://a.example/statuslists/2"))) == ("unknown", "list_unbound")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"exp": NOW - 1}, "list_untrusted"), ({"iat": NOW + 3600}, "list_untrusted"), ({"nbf": NOW + 3600}, "list_untrusted"),
        ({"exp": "tomorrow"}, "token_list_malformed"), ({"iat": None}, "token_list_malformed"), ({"sub": None}, "token_list_malformed"),
        ({"status_list": None}, "token_list_malformed"),
        ({"status_list": {"bits": 3, "lst": ""}}, "token_list_malformed"),
        ({"status_list": {"bits": True, "lst": ""}}, "token_list_malformed"),
        ({"status_list": {"bits": 1, "lst": "!"}}, "token_list_malformed"),
        ({"status_list": {"bits": 1, "lst": encoded(b"nonsense")}}, "list_malformed"), ({"iss": 7}, "token_list_malformed"),
        ({"header": {"typ": "JWT"}}, "token_list_malformed"), ({"header": {"alg": "none"}}, "list_untrusted"),
        ({"header": {"kid": OTHER.url}}, "list_untrusted"),
    ],
)  # fmt: skip
def test_a_list_that_does_not_stand_by_itself_says_nothing(changes: dict[str, Any], wanted: str) -> None:
    assert told(status(listing(b"\xff", **changes))) == ("unknown", wanted)


@pytest.mark.parametrize("body", [None, b"", b"<html>", b"a.b.c", b"\xd2\x84\x40", b"{}", "ü.b.c".encode()])
def test_what_is_no_list_says_nothing(body: bytes | None) -> None:
    assert status(body).outcome == "unknown"


@pytest.mark.parametrize(
    ("index", "wanted"),
    [(8, "index_outside"), (-1, "index_outside"), ("3", "entry_malformed"), (True, "entry_malformed"), (None, "entry_malformed")],
)
def test_a_place_that_is_not_there_says_nothing(index: object, wanted: str) -> None:
    assert told(status(listing(b"\x00"), index=index)) == ("unknown", wanted)


def test_an_old_copy_is_good_for_bad_news_only() -> None:
    later = AT + timedelta(minutes=30)
    assert told(status(listing(b"\x00", ttl=600), at=later)) == ("unknown", "list_stale")
    assert told(status(listing(b"\x08", ttl=600), at=later)) == ("failed", "revoked")
    assert told(status(listing(b"\x00", ttl=600), at=later, read_at=later)) == ("passed", "good")


def test_a_bomb_stops_at_the_limit() -> None:
    bomb = {"bits": 1, "lst": encoded(zlib.compress(bytes(17 * 1024 * 1024), 9))}
    assert told(status(listing(b"", status_list=bomb))) == ("unknown", "list_too_large")


def test_the_list_and_then_its_issuers_keys_are_looked_for() -> None:
    wanted = needs(token())
    assert [(need.kind, need.key) for need in wanted] == [(Kind.STATUS_LIST, URL)]
    assert "statuslist+jwt" in wanted[0].accept
    body = listing(b"\x00", iss="did:web:lists.example", header={"kid": "did:web:lists.example#1"})
    more = needs(token(), Evidence((Item(Kind.STATUS_LIST, URL, AT, URL, body),)))
    assert [(need.kind, need.key) for need in more] == [(Kind.CONTROLLER, "did:web:lists.example")]


@pytest.mark.parametrize(("place", "wanted"), [(5, ("failed", "revoked")), (4, ("passed", "good"))])
def test_a_bitstring_list_inside_a_token_is_read_as_well(place: int, wanted: tuple[str, str]) -> None:
    made = list_credential(URL, issuer=ISSUER.did, purpose="revocation", set_indexes=[5], valid_from=AT - timedelta(days=1))
    signed = ISSUER.sign(badge(ISSUER, credentialStatus=entry(URL, index=place, purpose="revocation")))
    for key, expected in ((ISSUER, wanted), (OTHER, ("unknown", "list_untrusted"))):
        body = jwt({**made, "iss": ISSUER.did}, {"typ": "vc+jwt", "kid": key.url}, key).encode()
        held = Evidence((Item(Kind.STATUS_LIST, URL, AT, URL, body),))
        assert told(verify(signed, held, Policy(), AT).check("status")) == expected
