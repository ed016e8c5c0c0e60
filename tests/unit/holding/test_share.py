"""A share has a purpose and an end, and opens for who has its link and its code while it lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openler.errors import Malformed, Misused, Refused
from openler.holding import share
from openler.holding.share import CODE_DIGITS, LONGEST_LIFE, LONGEST_TEXT, Share

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
SALT, NONCE = bytes(16), bytes(12)


def proposed(**changes: Any) -> Share:
    given: dict[str, Any] = {
        "share_id": "s1", "records": ("r1",), "purpose": "A job", "audience": "Care Inc", "created": T0,
        "expires": T0 + timedelta(days=7), "needs_code": False,
    }  # fmt: skip
    return share.propose(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"purpose": " "}, Malformed, "share.purpose_missing"),
        ({"purpose": "x" * (LONGEST_TEXT + 1)}, Malformed, "share.purpose_missing"),
        ({"audience": "x" * (LONGEST_TEXT + 1)}, Malformed, "share.audience_too_long"),
        ({"expires": T0}, Misused, "share.expiry_past"),
        ({"expires": T0 + LONGEST_LIFE + timedelta(seconds=1)}, Misused, "share.expiry_too_far"),
    ],
)
def test_a_share_without_purpose_or_reasonable_end_is_refused(changes: dict[str, Any], kind: type[Exception], code: str) -> None:
    with pytest.raises(kind) as caught:
        proposed(**changes)
    assert getattr(caught.value, "code", None) == code


def test_a_share_ends_at_the_moment_it_expires() -> None:
    one = proposed()
    assert one.state(one.expires - timedelta(microseconds=1)) == "open"
    assert one.state(one.expires) == "expired"
    assert replace(one, withdrawn=T0).state(T0) == "withdrawn"
    share.check_open(expires=one.expires, withdrawn=None, now=one.expires - timedelta(microseconds=1))
    with pytest.raises(Refused, match=r"share\.expired"):
        share.check_open(expires=one.expires, withdrawn=None, now=one.expires)
    with pytest.raises(Refused, match=r"share\.withdrawn"):
        share.check_open(expires=one.expires, withdrawn=T0, now=T0)


def test_what_is_shown_opens_only_with_its_link_and_its_code() -> None:
    sealed = share.seal_shown(b"shown", token="link", code="12345678", salt=SALT, nonce=NONCE, share_id="s1")
    assert b"shown" not in sealed
    assert share.open_shown(sealed, token="link", code="1234 5678", salt=SALT, share_id="s1") == b"shown", "as people read it out"
    for token, code, share_id in (("link", "12345679", "s1"), ("link", None, "s1"), ("kiln", "12345678", "s1"), ("link", "12345678", "s2")):
        with pytest.raises(Refused, match=r"share\.code_wrong"):
            share.open_shown(sealed, token=token, code=code, salt=SALT, share_id=share_id)


def test_a_code_has_always_as_many_digits() -> None:
    codes = [share.make_code(bytes([number]) * 16) for number in range(50)]
    assert all(len(code) == CODE_DIGITS and code.isdigit() for code in codes)
    assert len(set(codes)) == len(codes)
    assert share.make_code(bytes(16)) == "0" * CODE_DIGITS


def test_what_the_vault_keeps_of_a_share_reads_back() -> None:
    one = proposed(needs_code=True, records=("r1", "r2"))
    assert share.read(share.write(one), withdrawn=None) == one
    assert share.read(share.write(one), withdrawn=T0) == replace(one, withdrawn=T0)
