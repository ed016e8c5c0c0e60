"""A custodian's copy of a status list, by itself: how long it carries, and that only a listed custodian's word is taken."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from openler.credentials import custody
from openler.credentials.custody import Statement
from openler.credentials.evidence import Evidence, Kind
from openler.credentials.policy import Custodian, Policy
from openler.credentials.verify import verify
from openler.errors import OpenlerError
from openler.linkeddata.canonical import jcs
from tests.support.presenting import AT, Key, badge
from tests.unit.credentials.test_status_kinds import ENTRY, ISSUER, URL, bits_with, listing

AGENCY, STRANGER = Key(7), Key(8)
POLICY = Policy(custodians=(Custodian("Agency", AGENCY.did, "https://agency.example"),))
HERE = {**ENTRY, "statusListIndex": "0"}


def kept(value: int, *, hours: float, by: Key = AGENCY, ttl: int | None = None, **changes: Any) -> Evidence:
    """A list with that value in front, taken when it was signed and handed over that many hours later."""
    subject: dict[str, Any] = {} if ttl is None else {"ttl": ttl}
    (item,) = listing(bits_with(value), **subject).items
    digest = hashlib.sha256(item.body or b"").hexdigest()
    stated = replace(Statement(URL, "status_list", ISSUER.did, AT, digest, "application/vc", by.did), **changes)
    statement = jcs(by.sign(stated.unsigned(), suite="eddsa-jcs-2022")).decode()
    return Evidence((replace(item, retrieved=AT + timedelta(hours=hours), statement=statement),))


def told(evidence: Evidence, *, hours: float) -> tuple[str, str]:
    signed = ISSUER.sign(badge(ISSUER, credentialStatus=HERE))
    check = verify(signed, evidence, POLICY, AT + timedelta(hours=hours)).check("status")
    return check.outcome.value, check.code


@pytest.mark.parametrize(
    ("hours", "stated", "wanted"),
    [
        (1, {}, ("passed", "credentials.status_as_of")),
        (24, {}, ("passed", "credentials.status_as_of")),
        (25, {}, ("unknown", "credentials.status_only_as_of")),
        (1, {"ttl": 60_000}, ("unknown", "credentials.status_list_stale")),  # the issuer itself allows a minute
        (9000, {"ttl": 60_000, "final": True}, ("passed", "credentials.status_final")),
        (9000, {"final": True}, ("passed", "credentials.status_final")),
        (9000, {"final": True, "continued": True}, ("passed", "credentials.status_from_successor")),
    ],
)
def test_how_long_good_news_of_a_custodian_carries(hours: float, stated: dict[str, Any], wanted: tuple[str, str]) -> None:
    assert told(kept(0, hours=hours, **stated), hours=hours) == wanted


def test_bad_news_of_a_custodian_stands_however_old_it_is() -> None:
    assert told(kept(1, hours=9000), hours=9000) == ("failed", "credentials.status_revoked")


def test_the_word_of_a_stranger_is_as_if_nothing_had_been_found() -> None:
    assert told(kept(0, hours=1, by=STRANGER), hours=1) == ("unknown", "custody.not_believed")
    in_the_agency_s_name = kept(0, hours=1, by=STRANGER, custodian=AGENCY.did)
    assert told(in_the_agency_s_name, hours=1) == ("unknown", "custody.not_believed")


@pytest.mark.parametrize("document", [None, [], {}, {"type": "CustodySnapshot", "version": 1}, {"type": "CustodySnapshot", "version": 2}])
def test_what_is_no_statement_is_not_read_as_one(document: object) -> None:
    with pytest.raises(OpenlerError):
        custody.read(document)


def test_a_statement_about_another_kind_of_thing_or_address_is_not_taken() -> None:
    changed: tuple[dict[str, Any], ...] = ({"kind": Kind.CONTROLLER.value}, {"address": "https://a.example/status/2"}, {"digest": "0" * 64})
    for changes in changed:
        assert told(kept(0, hours=1, **changes), hours=1) == ("unknown", "custody.not_believed"), changes
