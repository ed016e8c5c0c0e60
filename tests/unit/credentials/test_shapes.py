"""Places in a record."""

from __future__ import annotations

from openler.credentials import shapes
from openler.credentials.shapes import pointer


def test_no_memo_of_places_holds_what_strangers_call_their_members() -> None:
    before = shapes._remembered.cache_info().currsize
    assert pointer("a" * 100_000, 1) == "/" + "a" * 100_000 + "/1"
    assert shapes._remembered.cache_info().currsize == before
