"""CASE to CTDL and back keeps every item, identifier, statement and association, whatever the framework looks like."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openler.ctdl.formats.case import convert_case
from openler.ctdl.formats.case_out import case_package
from openler.ctdl.formats.case_terms import ASSOCIATION_TYPES
from openler.ctdl.rules import check
from tests.support.case import BASE, association, item, package, uuid

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=20)
KEPT = (
    "identifier", "uri", "fullStatement", "abbreviatedStatement", "humanCodingScheme", "listEnumeration", "notes", "language",
    "CFItemType", "conceptKeywords", "educationLevel", "subject", "alternativeLabel", "statusStartDate", "lastChangeDateTime",
)  # fmt: skip
LISTS = st.lists(WORDS, unique=True, min_size=1)
TYPES = st.sampled_from([*sorted(ASSOCIATION_TYPES), "ext:usesTool"])
OUTSIDE = 5_000


@st.composite
def packages(draw: st.DrawFn) -> dict[str, Any]:
    size = draw(st.integers(0, 8))
    fields = st.fixed_dictionaries({}, optional={
        "abbreviatedStatement": WORDS, "humanCodingScheme": WORDS, "listEnumeration": WORDS, "notes": WORDS, "alternativeLabel": WORDS,
        "language": st.sampled_from(["en", "es", "fr-CA"]), "CFItemType": WORDS, "conceptKeywords": LISTS,
        "educationLevel": LISTS, "subject": LISTS,
        "statusStartDate": st.just("2024-09-01"),
    })  # fmt: skip
    items = [item(number, draw(WORDS), **draw(fields)) for number in range(2, 2 + size)]
    ends = st.sampled_from([*range(1, 2 + size), OUTSIDE, OUTSIDE + 1])
    kinds = draw(st.lists(st.tuples(TYPES, ends, ends, st.none() | st.integers(0, 9)), max_size=16))
    links = [
        association(100 + number, kind, origin, target, **({} if order is None else {"sequenceNumber": order}))
        for number, (kind, origin, target, order) in enumerate(kinds)
    ]
    return package(items, links, description=draw(WORDS), notes=draw(WORDS), frameworkType=draw(WORDS))


def back(value: dict[str, Any]) -> dict[str, Any]:
    made = convert_case(value, base_url=BASE)
    assert [finding for document in made.documents for finding in check(document) if finding.severity == "error"] == []
    by = {document.type: document for document in made.documents}
    return case_package(by["ceasn:CompetencyFramework"], by["ceterms:AlignmentMap"], creator="nobody", changed="2026-01-01T00:00:00Z")


def ends(entry: dict[str, Any]) -> tuple[Any, ...]:
    sides = (entry["originNodeURI"], entry["destinationNodeURI"])
    names = [(side["identifier"], side["uri"]) for side in sides]
    # Inside the package a title is the item's own; outside it is all that is known of the other end.
    titles = [side["title"] for side in sides if side["identifier"] in {uuid(OUTSIDE), uuid(OUTSIDE + 1)}]
    more = tuple(entry.get(name) for name in ("identifier", "uri", "associationType", "sequenceNumber", "lastChangeDateTime"))
    return (more, names, titles)


@settings(max_examples=60, deadline=None)
@given(packages())
def test_a_package_comes_back_with_every_item_and_association(value: dict[str, Any]) -> None:
    out = back(value)
    for name in ("identifier", "uri", "title", "creator", "description", "notes", "frameworkType", "adoptionStatus", "lastChangeDateTime"):
        assert out["CFDocument"][name] == value["CFDocument"][name]
    kept = {entry["identifier"]: {name: entry[name] for name in KEPT if name in entry} for entry in value["CFItems"]}
    assert {entry["identifier"]: {name: entry[name] for name in KEPT if name in entry} for entry in out["CFItems"]} == kept
    assert sorted(map(repr, map(ends, out["CFAssociations"]))) == sorted(map(repr, map(ends, value["CFAssociations"])))


@settings(max_examples=30, deadline=None)
@given(packages())
def test_a_package_that_came_back_is_the_same_framework(value: dict[str, Any]) -> None:
    first = convert_case(value, base_url=BASE)
    second = convert_case(back(value), base_url=BASE)
    assert {document.ctid: document.digest for document in first.documents} == {
        document.ctid: document.digest for document in second.documents
    }


@given(packages())
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_lists_changes_no_association(value: dict[str, Any]) -> None:
    turned = {**value, "CFItems": value["CFItems"][::-1], "CFAssociations": value["CFAssociations"][::-1]}
    made, other = convert_case(value, base_url=BASE), convert_case(turned, base_url=BASE)
    assert {d.digest for d in made.documents if "Map" in d.type} == {d.digest for d in other.documents if "Map" in d.type}
