"""The literal values of a query: texts by words or by letters, numbers and times by size, the rest by being equal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal, cast

from openler.ctdl.query_model import All, AnyOf, Between, Condition, Equals, How, Matches, Not, Stated, Words
from openler.ctdl.query_values import Sort, moment, number
from openler.ctdl.query_words import beginnings, folded
from openler.errors import Malformed, TooLarge, declare

VALUE_UNREADABLE = declare("query.value_unreadable", by=__name__)
VALUE_TOO_LONG = declare("query.value_too_long", by=__name__)
OPERATOR_UNKNOWN = declare("query.operator_unknown", by=__name__)
MATCH_TYPE_UNKNOWN = declare("query.match_type_unknown", by=__name__)
RANGE_MALFORMED = declare("query.range_malformed", by=__name__)

MAX_VALUE = 1_000
"""Longest text asked for, in characters."""

VALUE, OPERATOR, MATCH_TYPE = "search:value", "search:operator", "search:matchType"
ANY_VALUE, NO_VALUE = "search:anyValue", "search:noValue"

_OPERATORS = {"search:orTerms": "or", "search:andTerms": "and"}
_HOW: dict[str, How] = {
    "search:startsWith": "startsWith", "search:endsWith": "endsWith", "search:contains": "contains", "search:exactMatch": "exactMatch",
}  # fmt: skip
_RANGE = 2
_JAPANESE = "ja"
"""A language written without spaces: asked for by letters, as the national Registry does."""


def literal(name: str, sort: Sort, value: Any, place: str) -> Condition:
    """What is asked of a property that is no reference."""
    if isinstance(value, list):
        return _list(name, sort, value, place, together="or", match=None)
    if isinstance(value, dict) and VALUE in value:
        items = value[VALUE] if isinstance(value[VALUE], list) else [value[VALUE]]
        match = how(value, place)
        # The national Registry takes several values by words for all of them, by letters for any.
        together = operator(value, place, default="and" if match is None else "or")
        return _list(name, sort, items, f"{place}/{VALUE}", together=together, match=match)
    if isinstance(value, dict) and sort == "text":
        tongues = {key: inner for key, inner in value.items() if key != OPERATOR}
        parts = [_tongue(name, key, inner, f"{place}/{escaped(key)}") for key, inner in tongues.items()]
        return (any_of if operator(value, place) == "or" else all_of)(parts) if parts else Stated(name)
    return _one(name, sort, value, place, match=None)


def _list(name: str, sort: Sort, items: Sequence[Any], place: str, *, together: str, match: How | None) -> Condition:
    if not items:
        raise unreadable(place, items)
    if len(items) == _RANGE and sort in {"number", "time"} and not {ANY_VALUE, NO_VALUE} & {one for one in items if isinstance(one, str)}:
        return _range(name, sort, items, place)
    found = []
    for at, item in enumerate(items):
        where = f"{place}/{at}"
        found.append(literal(name, sort, item, where) if isinstance(item, dict) else _one(name, sort, item, where, match=match))
    return all_of(found) if together == "and" else any_of(found)


def _tongue(name: str, language: str, value: Any, place: str) -> Condition:
    """What is asked of the texts in one language."""
    tag = language.lower().replace("_", "-")
    items = value if isinstance(value, list) else [value]
    if isinstance(value, dict) and VALUE in value:
        items = value[VALUE] if isinstance(value[VALUE], list) else [value[VALUE]]
        match = how(value, place)
    else:
        match = "contains" if tag == _JAPANESE else None
    if not items or language.startswith("search:"):
        raise unreadable(place, value)
    return any_of([_one(name, "text", item, place, match=match, language=tag) for item in items])


def _one(name: str, sort: Sort, value: Any, place: str, *, match: How | None, language: str | None = None) -> Condition:
    if value == ANY_VALUE:
        return Stated(name)
    if value == NO_VALUE:
        return Not(Stated(name))
    if sort in {"number", "time"}:
        low, high = _bound(sort, value, last=False), _bound(sort, value, last=True)
        if low is None or high is None:
            raise unreadable(place, value)
        return Between(name, low, high)
    if not isinstance(value, str):
        raise unreadable(place, value)
    text = short(value, place)
    if sort == "plain":
        return Equals(name, (folded(text),))
    if match is not None:
        return Matches(name, folded(text), match, language)
    return Words(name, beginnings(text), language)


def _range(name: str, sort: Sort, items: Sequence[Any], place: str) -> Condition:
    blank = [item is None or item == "" for item in items]
    low = None if blank[0] else _bound(sort, items[0], last=False)
    high = None if blank[1] else _bound(sort, items[1], last=True)
    if all(blank) or (low is None and not blank[0]) or (high is None and not blank[1]):
        raise Malformed(RANGE_MALFORMED, place=place)
    return Between(name, low, high)


def _bound(sort: Sort, value: Any, *, last: bool) -> float | None:
    return number(value) if sort == "number" else moment(value, last=last)


def operator(value: dict[str, Any], place: str, *, default: Literal["and", "or"] = "and") -> Literal["and", "or"]:
    """How an object's members go together. :raises Malformed: ``query.operator_unknown``"""
    told = value.get(OPERATOR)
    if told is None:
        return default
    if not isinstance(told, str) or told not in _OPERATORS:
        raise Malformed(OPERATOR_UNKNOWN, place=f"{place}/{OPERATOR}", seen=str(told)[:80])
    return cast("Literal['and', 'or']", _OPERATORS[told])


def how(value: dict[str, Any], place: str) -> How | None:
    """How letters are compared; None for words. :raises Malformed: ``query.match_type_unknown``"""
    told = value.get(MATCH_TYPE)
    if told is None or told == "search:contain":  # so spelt, the national Registry takes it for words
        return None
    if not isinstance(told, str) or told not in _HOW:
        raise Malformed(MATCH_TYPE_UNKNOWN, place=f"{place}/{MATCH_TYPE}", seen=str(told)[:80])
    return _HOW[told]


def all_of(parts: Sequence[Condition]) -> Condition:
    """All of some conditions, without a box around one."""
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def any_of(parts: Sequence[Condition]) -> Condition:
    """Any of some conditions, without a box around one."""
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def short(value: str, place: str) -> str:
    """A text that is not too long, stripped.

    :raises Malformed: ``query.value_unreadable``, it is empty
    :raises TooLarge: ``query.value_too_long``
    """
    if len(value) > MAX_VALUE:
        raise TooLarge(VALUE_TOO_LONG, place=place, seen=len(value), limit=MAX_VALUE)
    if not (text := value.strip()):
        raise unreadable(place, value)
    return text


def escaped(key: str) -> str:
    """A member's name in a JSON Pointer (RFC 6901), no longer than needed to find it."""
    return key[:80].replace("~", "~0").replace("/", "~1")


def unreadable(place: str, value: Any) -> Malformed:
    """A value that cannot be asked for, as it was written."""
    return Malformed(VALUE_UNREADABLE, place=place, seen=json.dumps(value, ensure_ascii=False)[:80])
