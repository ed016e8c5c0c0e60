"""Consent is the holder's own: complete, signed by her key, ended by time or by her. Disclosures are kept as they happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openler.errors import Malformed, Misused
from openler.holding import consent, disclosure
from openler.holding.consent import LONGEST_CONSENT, Consent
from openler.holding.disclosure import LONGEST_OPENER, Disclosure
from tests.support.presenting import Key

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
KEY, OTHER = Key(1), Key(2)


def proposed(**changes: Any) -> Consent:
    given: dict[str, Any] = {
        "consent_id": "c1", "holder_id": "h1", "records": ("r1", "r2"), "purpose": "Matching", "party": "Lakes Work Office",
        "scope": "matching", "given": T0, "expires": T0 + timedelta(days=30),
    }  # fmt: skip
    return consent.propose(**{**given, **changes})


def signed(one: Consent, key: Key = KEY) -> Consent:
    return consent.signed(one, key.private.sign(consent.statement(one)))


@pytest.mark.parametrize("name", ["purpose", "party", "scope"])
@pytest.mark.parametrize("text", ["", "  ", "x" * 501])
def test_consent_names_purpose_party_and_scope(name: str, text: str) -> None:
    with pytest.raises(Malformed, match=r"holding\.consent_incomplete"):
        proposed(**{name: text})


def test_consent_names_records_and_ends() -> None:
    with pytest.raises(Malformed, match=r"holding\.consent_incomplete"):
        proposed(records=())
    for expires in (T0, T0 - timedelta(days=1), T0 + LONGEST_CONSENT + timedelta(seconds=1)):
        with pytest.raises(Misused, match=r"holding\.consent_expiry"):
            proposed(expires=expires)


def test_consent_stands_from_when_it_is_given_until_it_expires_or_is_withdrawn() -> None:
    one = proposed()
    assert one.stands(T0)
    assert not one.stands(T0 - timedelta(seconds=1))
    assert not one.stands(one.expires)
    assert not replace(one, withdrawn=T0 + timedelta(days=1)).stands(T0 + timedelta(days=2))


def test_only_the_holder_can_have_signed_and_only_this() -> None:
    one = signed(proposed())
    raw, other = (key.private.public_key().public_bytes_raw() for key in (KEY, OTHER))
    assert consent.verifies(one, raw)
    assert not consent.verifies(one, other)
    for changes in ({"party": "Somebody else"}, {"records": ("r1", "r2", "r3")}, {"expires": one.expires + timedelta(days=1)}):
        assert not consent.verifies(replace(one, **changes), raw), changes
    assert not consent.verifies(proposed(), raw), "no signature is no consent"


def test_what_the_vault_keeps_reads_back() -> None:
    for one in (signed(proposed()), replace(signed(proposed()), withdrawn=T0)):
        assert consent.read(consent.write(one)) == one


def test_a_disclosure_is_kept_as_it_happened_with_what_the_reader_said_cut_short() -> None:
    one = Disclosure("s1", T0, "x" * 1000, "Care Inc", "A job", ("r1",))
    kept = disclosure.read(disclosure.write(one))
    assert kept == replace(one, opener="x" * LONGEST_OPENER)
