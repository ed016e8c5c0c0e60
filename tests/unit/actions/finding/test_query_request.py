"""What comes around a query: options beside it, or the search service's wrapper; each read strictly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openler.actions.finding.query_request import MAX_BRANCH, MAX_TAKE, read_request
from openler.ctdl.query_model import Order, Words
from openler.errors import OpenlerError

QUERY = {"ceterms:name": "welding"}


def wrapped(**members: Any) -> bytes:
    return json.dumps({"Query": QUERY, **members}).encode()


def test_the_options_beside_a_query_choose_what_comes_with_it() -> None:
    asked = read_request(json.dumps(QUERY).encode(), {"skip": 5, "take": 7, "order_by": "ceterms:name", "include_graph_data": True})
    assert asked.condition == Words("ceterms:name", ("weld",))
    assert (asked.skip, asked.take, asked.order) == (5, 7, Order("ceterms:name", descending=False))
    assert (asked.graphs, asked.sets, asked.set_records, asked.metadata, asked.wrapped) == (True, False, False, False, False)
    assert read_request(b"{}").branch == MAX_BRANCH
    assert read_request(b"{}", {"per_branch_limit": 3}).branch == 3


def test_the_wrapper_says_the_same_in_its_own_words() -> None:
    asked = read_request(
        wrapped(Skip=5, Take=7, Sort="ceterms:name", IncludeResultsMetadata=True, DescriptionSetType="Resource_RelatedURIs", Community="x")
    )
    assert (asked.skip, asked.take, asked.order) == (5, 7, Order("ceterms:name", descending=False))
    assert (asked.sets, asked.set_records, asked.metadata, asked.wrapped) == (True, False, True, True)
    related = read_request(wrapped(DescriptionSetType="Resource_RelatedURIs_Graph_RelatedData", DescriptionSetRelatedURIsLimit=-1))
    assert (related.sets, related.set_records, related.graphs, related.branch) == (True, True, True, MAX_BRANCH)


@pytest.mark.parametrize(
    ("members", "order"),
    [
        ({}, Order()), ({"OrderBy": "Default"}, Order()), ({"OrderBy": "", "OrderDescending": True}, Order()),
        ({"OrderBy": "created"}, Order("search:recordCreated", descending=True)),
        ({"OrderBy": "Updated", "OrderDescending": False}, Order("search:recordUpdated", descending=False)),
        ({"Sort": "^search:relevance"}, Order()),
    ],
)  # fmt: skip
def test_the_wrapper_may_name_the_order_in_two_ways(members: dict[str, Any], order: Order) -> None:
    assert read_request(wrapped(**members)).order == order


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (wrapped(Take=MAX_TAKE + 1), "query.page_too_far"),
        (wrapped(Skip=-1), "query.page_too_far"),
        (wrapped(Skip="5"), "query.member_unreadable"),
        (wrapped(Take=True), "query.member_unreadable"),
        (wrapped(Sort=["x"]), "query.member_unreadable"),
        (wrapped(DescriptionSetType="Everything"), "query.member_unreadable"),
        (wrapped(Sort="ceterms:nme"), "query.order_unknown"),
        (b'{"Query": 3}', "query.not_a_query"),
        (b"[]", "query.empty_list"),
        (b'{"a": 1, "a": 2}', "linkeddata.duplicate_key"),
        (b"", "linkeddata.not_json"),
    ],
)
def test_what_cannot_be_read_is_told(body: bytes, code: str) -> None:
    with pytest.raises(OpenlerError) as raised:
        read_request(body)
    assert raised.value.code == code
