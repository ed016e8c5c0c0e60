"""Badges, collections, old badges and resumes with anything anywhere: judged, never a crash, never called valid."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openler.credentials import badge2check, openbadges2
from openler.credentials.evidence import Evidence, Item, Kind, needs
from openler.credentials.policy import Policy
from openler.credentials.verify import verify
from openler.errors import OpenlerError
from openler.holding import ler_rs
from openler.meaning import badge as meaning
from tests.support.old_badges import HOST, OldIssuer
from tests.support.presenting import AT, Key, badge
from tests.unit.credentials.test_clr import item, whole
from tests.unit.credentials.test_employment import made as employment
from tests.unit.credentials.test_openbadges3_shapes import complete

ISSUER = Key(1)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("https://a.example/x") | st.just("urn:uuid:1"),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "name", "@context", "verifiableCredential", "x"]), inside, max_size=3)
    ),
    max_leaves=6,
)
SOUND: tuple[dict[str, Any], ...] = (complete(), whole(item(1), item(2)), employment(), {**badge(ISSUER), "endorsement": [badge(ISSUER)]})


def old_pages() -> dict[str, dict[str, Any]]:
    """An old badge with endorsements and extensions of all kinds."""
    issuer, board = OldIssuer(), OldIssuer("https://board.example")
    issuer.page("badge.json")["endorsement"] = [
        board.endorsement(issuer.url("badge.json"), "whole.json"), board.endorsement(issuer.url("badge.json"))["id"],
        board.signed_endorsement(issuer.url("badge.json")),
    ]  # fmt: skip
    issuer.page("badge.json")["extensions:OriginalCreator"] = {"type": ["Extension", "extensions:OriginalCreator"], "url": HOST}
    return {**issuer.pages, **board.pages}


PAGES = old_pages()


def places(node: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [path] if path else []
    items: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, each in items:
        found += places(each, (*path, step))
    return found


def spoiled(document: dict[str, Any], path: tuple[Any, ...], junk: object) -> dict[str, Any]:
    """A document with something else at one place."""
    made = copy.deepcopy(document)
    node: Any = made
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = junk
    return made


@st.composite
def spoiled_documents(draw: st.DrawFn) -> dict[str, Any]:
    document = draw(st.sampled_from(SOUND))
    return spoiled(document, draw(st.sampled_from(places(document))), draw(JUNK))


@settings(max_examples=150, deadline=None)
@given(spoiled_documents())
def test_a_spoiled_credential_is_judged_and_not_valid(document: dict[str, Any]) -> None:
    needs(document)
    # None of these is signed as it now stands.
    assert verify(document, Evidence(), Policy(), AT).verdict != "valid" or document in SOUND


@st.composite
def spoiled_pages(draw: st.DrawFn) -> dict[str, Any]:
    pages = copy.deepcopy(PAGES)
    url = draw(st.sampled_from(sorted(pages)))
    pages[url] = spoiled(pages[url], draw(st.sampled_from(places(pages[url]))), draw(JUNK))
    return pages


@settings(max_examples=150, deadline=None)
@given(spoiled_pages(), JUNK)
def test_a_spoiled_old_badge_is_judged(pages: dict[str, Any], junk: object) -> None:
    held = Evidence(tuple(Item(Kind.BADGE, url, AT, url, json.dumps(page).encode()) for url, page in pages.items()))
    for document in (next(page for url, page in pages.items() if url.endswith("assertion.json")), {"type": "Assertion", "badge": junk}):
        brought = openbadges2.read(json.dumps(document).encode())
        if brought is not None:
            badge2check.needs(brought, held)
            assert badge2check.verify(brought, held, Policy(), AT).verdict in {"valid", "invalid", "undetermined"}
            badge2check.carried(badge2check.gathered(brought, held), held)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["employmentHistories", "educationAndLearnings", "certifications", "skills", "person"]), JUNK, spoiled_documents())
def test_a_spoiled_resume_or_badge_is_read_or_refused(section: str, junk: object, document: dict[str, Any]) -> None:
    for read in (
        lambda: ler_rs.read({"licenses": [{"verifications": [document]}], section: junk}),
        lambda: [meaning.describe(each, base_url="https://registry.example") for each in meaning.achievements(document)],
    ):
        with suppress(OpenlerError):  # refused with a code; anything else is a crash
            read()
