"""What a client of the national Registry may send to ask: the query by itself, or in the wrapper of its search service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from openler.ctdl.query import MAX_BYTES, MAX_DEPTH, order, read
from openler.ctdl.query_model import UPDATED, Condition, Order
from openler.errors import Malformed, Misused, declare
from openler.linkeddata.parse import parse_json

MEMBER_UNREADABLE = declare("query.member_unreadable", by=__name__)
PAGE_TOO_FAR = declare("query.page_too_far", by=__name__)

TAKE = 10
MAX_TAKE = 500
"""Most records in one answer."""
MAX_SKIP = 10_000_000
MAX_BRANCH = 1_000
"""Most nodes told of one description set; the count is always of all."""

_SETS = ("Resource", "Resource_Graph", "Resource_RelatedURIs", "Resource_RelatedURIs_Graph", "Resource_RelatedURIs_RelatedData",
         "Resource_RelatedURIs_Graph_RelatedData")  # fmt: skip


NEWEST = Order()


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with how much of its answer is wanted. ``wrapped`` says that it came in the search service's wrapper."""

    condition: Condition
    order: Order = NEWEST
    skip: int = 0
    take: int = TAKE
    sets: bool = False
    set_records: bool = False
    graphs: bool = False
    metadata: bool = False
    branch: int = MAX_BRANCH
    wrapped: bool = False


def read_request(body: bytes | str, options: Mapping[str, Any] | None = None) -> Asked:
    """A request's body, with the ``options`` beside it (``skip``, ``take``, ``order_by``, ``include_...``, ``per_branch_limit``).

    :raises Malformed: what is no query, or no wrapper around one
    :raises TooLarge: over a limit of :mod:`openler.ctdl.query`
    :raises Misused: ``query.page_too_far``
    """
    value = parse_json(body, max_bytes=MAX_BYTES, max_depth=2 * MAX_DEPTH)
    if isinstance(value, dict) and "Query" in value:
        return _wrapped(value)
    told = dict(options or {})
    asked = Asked(
        condition=read(value),
        order=order(told.get("order_by")),
        sets=bool(told.get("include_description_sets")) or bool(told.get("include_description_set_resources")),
        set_records=bool(told.get("include_description_set_resources")),
        graphs=bool(told.get("include_graph_data")),
        metadata=bool(told.get("include_results_metadata")),
        branch=_branch(told.get("per_branch_limit")),
    )
    return paged(asked, int(told.get("skip", 0)), int(told.get("take", TAKE)))


def paged(asked: Asked, skip: int, take: int) -> Asked:
    """The same with a page chosen. :raises Misused: ``query.page_too_far``"""
    if not 0 <= skip <= MAX_SKIP or not 0 <= take <= MAX_TAKE:
        raise Misused(PAGE_TOO_FAR, skip=skip, take=take, limit=MAX_TAKE)
    return replace(asked, skip=skip, take=take)


def _wrapped(value: dict[str, Any]) -> Asked:
    """``Sort``, or ``OrderBy`` with ``OrderDescending``; ``DescriptionSetType`` names what is wanted beside the records."""
    sets = value.get("DescriptionSetType") or _SETS[0]
    if sets not in _SETS:
        raise Malformed(MEMBER_UNREADABLE, place="/DescriptionSetType", member="DescriptionSetType")
    asked = Asked(
        condition=read(value["Query"]),
        order=_order(value),
        sets="RelatedURIs" in sets,
        set_records="RelatedData" in sets,
        graphs="Graph" in sets,
        metadata=value.get("IncludeResultsMetadata") is True,
        branch=_branch(_whole(value, "DescriptionSetRelatedURIsLimit", MAX_BRANCH)),
        wrapped=True,
    )
    return paged(asked, _whole(value, "Skip", 0), _whole(value, "Take", TAKE))


def _order(value: dict[str, Any]) -> Order:
    sort = value.get("Sort")
    if sort is None:
        by = {"default": "", "created": "search:recordCreated", "updated": UPDATED}
        told = value.get("OrderBy")
        sort = by.get(told.lower(), told) if isinstance(told, str) else ""
        if sort and value.get("OrderDescending") is not False:
            sort = f"^{sort}"
    if not isinstance(sort, str):
        raise Malformed(MEMBER_UNREADABLE, place="/Sort", member="Sort")
    return order(sort)


def _whole(value: dict[str, Any], member: str, default: int) -> int:
    told = value.get(member)
    if told is None:
        return default
    if isinstance(told, bool) or not isinstance(told, int):
        raise Malformed(MEMBER_UNREADABLE, place=f"/{member}", member=member)
    return told


def _branch(told: int | None) -> int:
    """The most of a branch; none given, or a negative number, asks for as much as may be told."""
    return MAX_BRANCH if told is None or told < 0 else min(told, MAX_BRANCH)
