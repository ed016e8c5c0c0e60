"""The national Registry's query language is read as its clients mean it, and what cannot be meant is told with its place."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.query import MAX_CONDITIONS, MAX_DEPTH, order, read
from openler.ctdl.query_literals import MAX_VALUE
from openler.ctdl.query_model import (
    All,
    AnyOf,
    Between,
    Condition,
    Equals,
    Link,
    Matches,
    Named,
    Not,
    Order,
    Points,
    Stated,
    Words,
)
from openler.errors import Malformed, OpenlerError, TooLarge
from openler.ids import Ctid

CTID = str(Ctid.derive("tests", "any", "one"))
NAME = "ceterms:name"


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ({}, All(())),
        ({NAME: "welding"}, Words(NAME, ("weld",))),
        ({NAME: "Practical Nursing"}, Words(NAME, ("practical", "nurs"))),
        ({NAME: ["welding", "pipes"]}, AnyOf((Words(NAME, ("weld",)), Words(NAME, ("pipe",))))),
        ({NAME: {"search:value": ["welding", "safety"]}}, All((Words(NAME, ("weld",)), Words(NAME, ("safet",))))),
        ({NAME: {"en-US": "welding", "es": "soldadura"}}, All((Words(NAME, ("weld",), "en-us"), Words(NAME, ("soldadura",), "es")))),
        ({NAME: {"ja": "溶接"}}, Matches(NAME, "溶接", "contains", "ja")),
        ({NAME: {"search:value": "Weld", "search:matchType": "search:startsWith"}}, Matches(NAME, "weld", "startsWith")),
        ({NAME: "search:anyValue"}, Stated(NAME)),
        ({NAME: "search:noValue"}, Not(Stated(NAME))),
        ({f"!{NAME}": "welding"}, Not(Words(NAME, ("weld",)))),
        ({"ceterms:price": [100, 200]}, Between("ceterms:price", 100.0, 200.0)),
        ({"ceterms:price": ["", "200"]}, Between("ceterms:price", None, 200.0)),
        ({"ceterms:price": 5}, Between("ceterms:price", 5.0, 5.0)),
        ({"ceterms:isNonCredit": True}, Between("ceterms:isNonCredit", 1.0, 1.0)),
        (
            {"ceterms:estimatedDuration": {"ceterms:exactDuration": "P1Y"}},
            Link("ceterms:estimatedDuration", False, Equals("ceterms:exactDuration", ("p1y",))),
        ),
        ({"ceterms:ownedBy": CTID}, Points("ceterms:ownedBy", CTID)),
        ({"ceterms:ownedBy": "search:anyValue"}, Link("ceterms:ownedBy", False, None)),
        ({"ceterms:ownedBy": {}}, Link("ceterms:ownedBy", False, None)),
        ({"ceterms:ownedBy": "search:noValue"}, Not(Link("ceterms:ownedBy", False, None))),
        ({"ceterms:ownedBy": {NAME: "college"}}, Link("ceterms:ownedBy", False, Words(NAME, ("colleg",)))),
        ({"^ceterms:ownedBy": {NAME: "welding"}}, Link("ceterms:ownedBy", True, Words(NAME, ("weld",)))),
        ({"!^ceterms:ownedBy": CTID}, Not(Link("ceterms:ownedBy", True, Named("@id", CTID)))),
        ({"^!ceterms:ownedBy": CTID}, Not(Link("ceterms:ownedBy", True, Named("@id", CTID)))),
        ({"ceterms:ctid": CTID.upper()}, Named("ceterms:ctid", CTID)),
        ({"@type": "ceterms:Course"}, Equals("@type", ("ceterms:course", "https://purl.org/ctdl/terms/course"))),
        ({"search:recordOwnedBy": CTID}, Equals("search:recordOwnedBy", (CTID,))),
        ([{NAME: "welding"}, {NAME: "safety"}], AnyOf((Words(NAME, ("weld",)), Words(NAME, ("safet",))))),
        ({NAME: "welding", "ceterms:ctid": "ce-1"}, All((Words(NAME, ("weld",)), Named("ceterms:ctid", "ce-1")))),
        (
            {NAME: "welding", "ceterms:ctid": "ce-1", "search:operator": "search:orTerms"},
            AnyOf((Words(NAME, ("weld",)), Named("ceterms:ctid", "ce-1"))),
        ),
        (
            {"@id": "x", "search:termGroup": [{NAME: "welding"}, {NAME: "safety"}]},
            All((Named("@id", "x"), AnyOf((Words(NAME, ("weld",)), Words(NAME, ("safet",)))))),
        ),
        (
            {"search:value": [{NAME: "welding"}, {NAME: "safety"}], "search:operator": "search:orTerms"},
            AnyOf((Words(NAME, ("weld",)), Words(NAME, ("safet",)))),
        ),
    ],
)
def test_a_query_means_what_the_national_registry_takes_it_for(query: Any, meant: Condition) -> None:
    assert read(query) == meant


def test_a_concept_is_known_by_its_short_name_and_by_its_address() -> None:
    found = read({"ceterms:targetNode": "lifeCycle:Active"})
    assert found == Points("ceterms:targetNode", "lifeCycle:Active", ("https://purl.org/ctdl/vocabs/lifeCycle/Active",))


def test_classes_below_count_where_asked() -> None:
    found = read({"@type": {"search:value": "ceterms:Badge", "search:matchType": "search:subClassOf"}})
    assert isinstance(found, Equals)
    assert {"ceterms:badge", "ceterms:digitalbadge", "ceterms:openbadge"} <= set(found.values)
    assert "ceterms:digitalbadge" not in read({"@type": "ceterms:Badge"}).values  # type: ignore[union-attr]


def test_days_and_months_are_whole_in_a_range() -> None:
    found = read({"ceterms:dateEffective": ["2026-01", "2026-01"]})
    assert isinstance(found, Between)
    assert found.low is not None
    assert found.high is not None
    assert 31 * 86_400 - 1 < found.high - found.low < 31 * 86_400


@pytest.mark.parametrize(
    ("query", "code", "place"),
    [
        ("welding", "query.not_a_query", ""),
        ([], "query.empty_list", ""),
        ([{NAME: "a"}, 3], "query.not_a_query", "/1"),
        ({"ceterms:nme": "x"}, "query.property_unknown", "/ceterms:nme"),
        ({"a/b~c": "x"}, "query.property_unknown", "/a~1b~0c"),
        ({f"^{NAME}": "x"}, "query.property_unknown", f"/^{NAME}"),
        ({"^@type": "x"}, "query.property_unknown", "/^@type"),
        ({"search:matchType": "search:contains"}, "query.property_unknown", "/search:matchType"),
        ({NAME: None}, "query.value_unreadable", f"/{NAME}"),
        ({NAME: " "}, "query.value_unreadable", f"/{NAME}"),
        ({NAME: []}, "query.value_unreadable", f"/{NAME}"),
        ({NAME: {"search:value": "a", "search:matchType": "x"}}, "query.match_type_unknown", f"/{NAME}/search:matchType"),
        ({"ceterms:ownedBy": 3}, "query.value_unreadable", "/ceterms:ownedBy"),
        ({"ceterms:ownedBy": [{"ceterms:nme": "x"}]}, "query.property_unknown", "/ceterms:ownedBy/0/ceterms:nme"),
        ({"@type": 3}, "query.value_unreadable", "/@type"),
        ({"ceterms:price": ["", ""]}, "query.range_malformed", "/ceterms:price"),
        ({"ceterms:price": ["x", 3]}, "query.range_malformed", "/ceterms:price"),
        ({"ceterms:dateEffective": "yesterday"}, "query.value_unreadable", "/ceterms:dateEffective"),
        ({NAME: "a", "search:operator": "search:notTerms"}, "query.operator_unknown", "/search:operator"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(query: Any, code: str, place: str) -> None:
    with pytest.raises(Malformed) as raised:
        read(query)
    assert (raised.value.code, raised.value.place) == (code, place)


def test_a_query_has_limits() -> None:
    deep: Any = {NAME: "x"}
    for _ in range(MAX_DEPTH + 2):
        deep = {"ceterms:isPartOf": deep}
    for query, code in (
        (deep, "query.too_deep"),
        ({NAME: [f"word{number}" for number in range(MAX_CONDITIONS + 1)]}, "query.too_many_conditions"),
        ({NAME: " ".join(f"w{number}" for number in range(MAX_VALUE))}, "query.value_too_long"),
    ):
        with pytest.raises(TooLarge) as raised:
            read(query)
        assert raised.value.code == code


def test_the_order_is_newest_first_unless_said() -> None:
    assert order(None) == order("^search:recordUpdated") == order("^search:relevance") == Order()
    assert order("ceterms:name") == Order("ceterms:name", descending=False)
    assert order("^search:recordCreated") == Order("search:recordCreated", descending=True)
    for unknown in ("ceterms:nme", "ceterms:ownedBy", "^"):
        with pytest.raises(OpenlerError, match=r"query\.order_unknown"):
            order(unknown)


@pytest.mark.parametrize(("value", "seen"), [(None, "null"), (5, "5"), (True, "true"), ({"search:value": []}, "[]"), ([[1]], "[1]")])
def test_a_value_that_cannot_be_asked_for_is_told_as_it_was_written(value: Any, seen: str) -> None:
    with pytest.raises(Malformed) as caught:
        read({NAME: value})
    assert (str(caught.value.code), caught.value.parameters["seen"]) == ("query.value_unreadable", seen)
