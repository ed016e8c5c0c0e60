"""The national Registry's query language, read into conditions. Any JSON may come in; what cannot be meant is told with its place.

An object holds of a node when all its members do, an array when any of its items does; ``search:operator`` says otherwise,
``search:termGroup`` puts members together, a nested object is asked of what a property refers to, ``^`` asks of what refers
here, ``!`` turns a member round. :mod:`openler.ctdl.query_literals` reads the values of properties that are no references.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openler.ctdl.query_literals import (
    ANY_VALUE,
    MATCH_TYPE,
    NO_VALUE,
    OPERATOR,
    VALUE,
    all_of,
    any_of,
    escaped,
    how,
    literal,
    operator,
    short,
    unreadable,
)
from openler.ctdl.query_model import (
    CTID,
    ID,
    RECORD_PARTIES,
    RECORD_TIMES,
    RELEVANCE,
    TYPE,
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
from openler.ctdl.query_values import sort_of
from openler.ctdl.query_words import folded
from openler.ctdl.terms import terms
from openler.errors import Malformed, TooLarge, declare
from openler.ids import Ctid

NOT_A_QUERY = declare("query.not_a_query", by=__name__)
PROPERTY_UNKNOWN = declare("query.property_unknown", by=__name__)
EMPTY_LIST = declare("query.empty_list", by=__name__)
TOO_DEEP = declare("query.too_deep", by=__name__)
TOO_MANY = declare("query.too_many_conditions", by=__name__)
ORDER_UNKNOWN = declare("query.order_unknown", by=__name__)

MAX_BYTES = 256 * 1024
"""Largest query, in bytes."""
MAX_DEPTH = 24
"""Deepest nesting of objects and arrays."""
MAX_CONDITIONS = 2_000
"""Most conditions that one query may come to: each costs a look over a part of the index."""

TERM_GROUP = "search:termGroup"
SUBCLASS_OF = "search:subClassOf"


def read(value: Any) -> Condition:
    """A query, as JSON already parsed.

    :raises Malformed: with its place, what cannot be meant
    :raises TooLarge: over :data:`MAX_DEPTH`, :data:`MAX_CONDITIONS` or the longest value
    """
    found = _node(value, "", 0)
    if (seen := _count(found)) > MAX_CONDITIONS:
        raise TooLarge(TOO_MANY, seen=seen, limit=MAX_CONDITIONS)
    return found


def order(text: str | None) -> Order:
    """What results are sorted by, as ``^search:recordUpdated``: ``^`` for descending. None and relevance are newest first.

    :raises Malformed: ``query.order_unknown``
    """
    if not text:
        return Order()
    name, descending = text.lstrip("^"), text.startswith("^")
    if name == RELEVANCE:
        return Order()
    if name in RECORD_TIMES or sort_of(name) not in {None, "reference"} or name == CTID:
        return Order(name, descending)
    raise Malformed(ORDER_UNKNOWN, place="order_by", seen=text[:80])


def _node(value: Any, place: str, depth: int) -> Condition:
    """What a node must be: an object or an array of them."""
    _shallow(depth, place)
    if isinstance(value, list):
        if not value:
            raise Malformed(EMPTY_LIST, place=place)
        return any_of([_node(item, f"{place}/{at}", depth + 1) for at, item in enumerate(value)])
    if not isinstance(value, dict):
        raise Malformed(NOT_A_QUERY, place=place)
    parts: list[Condition] = []
    for key, inner in value.items():
        where = f"{place}/{escaped(key)}"
        if key == OPERATOR:
            continue
        if key == VALUE:
            parts.extend(_node(item, f"{where}/{at}", depth + 2) for at, item in enumerate(inner if isinstance(inner, list) else [inner]))
        else:
            parts.append(_member(key, inner, where, depth + 1))
    return any_of(parts) if parts and operator(value, place) == "or" else all_of(parts)


def _member(key: str, value: Any, place: str, depth: int) -> Condition:
    name = key.lstrip("!^")
    marks = key[: len(key) - len(name)]
    found = _property(name, value, place, depth, reverse="^" in marks)
    return Not(found) if marks.count("!") % 2 else found


def _property(name: str, value: Any, place: str, depth: int, *, reverse: bool) -> Condition:  # noqa: PLR0911 - one return a sort
    _shallow(depth, place)
    sort = sort_of(name)
    if reverse and sort != "reference":
        raise Malformed(PROPERTY_UNKNOWN, place=place, seen=f"^{name}"[:80])
    if name == TERM_GROUP:
        return _node(value, place, depth)
    if name == TYPE:
        return _each(value, place, _class)
    if name in {ID, CTID}:
        return _each(value, place, lambda item, _, where: _named(name, item, where))
    if name in RECORD_PARTIES:
        return _each(value, place, lambda item, _, where: _party(name, item, where))
    if name in RECORD_TIMES:
        return literal(name, "time", value, place)
    if sort is None:
        raise Malformed(PROPERTY_UNKNOWN, place=place, seen=name[:80])
    if sort == "reference":
        return _reference(name, value, place, depth, reverse=reverse)
    return literal(name, sort, value, place)


def _reference(name: str, value: Any, place: str, depth: int, *, reverse: bool) -> Condition:
    _shallow(depth, place)
    if isinstance(value, list):
        if not value:
            raise Malformed(EMPTY_LIST, place=place)
        return any_of([_reference(name, item, f"{place}/{at}", depth + 1, reverse=reverse) for at, item in enumerate(value)])
    if isinstance(value, dict) and VALUE in value and not (set(value) - {VALUE, OPERATOR, MATCH_TYPE}):
        items = value[VALUE] if isinstance(value[VALUE], list) else [value[VALUE]]
        if items and all(isinstance(item, str) for item in items):
            kind = how(value, place)
            found = [_address(name, item, f"{place}/{VALUE}", reverse=reverse, match=kind) for item in items]
            return all_of(found) if operator(value, place, default="or") == "and" else any_of(found)
        if any(isinstance(item, str) for item in items):
            return _reference(name, items, f"{place}/{VALUE}", depth + 1, reverse=reverse)
    if isinstance(value, dict):
        return Link(name, reverse, _node(value, place, depth)) if value else Link(name, reverse, None)
    if isinstance(value, str):
        return _address(name, value, place, reverse=reverse, match=None)
    raise unreadable(place, value)


def _address(name: str, value: str, place: str, *, reverse: bool, match: Any) -> Condition:
    text = short(value, place)
    if text == ANY_VALUE:
        return Link(name, reverse, None)
    if text == NO_VALUE:
        return Not(Link(name, reverse, None))
    if reverse:
        return Link(name, True, Named(ID, folded(text)))
    return Points(name, text, _aliases(text), match or "contains")


def _each(value: Any, place: str, one: Callable[[Any, Any, str], Condition]) -> Condition:
    """A value, or any of several; an object tells more of its value."""
    if isinstance(value, list):
        if not value:
            raise Malformed(EMPTY_LIST, place=place)
        return any_of([_each(item, f"{place}/{at}", one) for at, item in enumerate(value)])
    if isinstance(value, dict):
        if VALUE not in value:
            raise unreadable(place, value)
        items = value[VALUE] if isinstance(value[VALUE], list) else [value[VALUE]]
        if not items:
            raise Malformed(EMPTY_LIST, place=place)
        return any_of([one(item, value.get(MATCH_TYPE), f"{place}/{VALUE}") for item in items])
    return one(value, None, place)


def _class(value: Any, match: Any, place: str) -> Condition:
    text = _text(value, place)
    if text == ANY_VALUE:
        return Stated(TYPE)
    if text == NO_VALUE:
        return Not(Stated(TYPE))
    spelt = _aliases(text)
    if match == SUBCLASS_OF:
        below = {sub for name in (text, *spelt) for sub in terms().subclasses(name)}
        spelt = tuple(sorted(below))
    return Equals(TYPE, tuple(dict.fromkeys(folded(name) for name in (text, *spelt))))


def _named(name: str, value: Any, place: str) -> Condition:
    text = _text(value, place)
    if text == ANY_VALUE:
        return Stated(name)
    return Not(Stated(name)) if text == NO_VALUE else Named(name, folded(text))


def _party(name: str, value: Any, place: str) -> Condition:
    text = _text(value, place)
    if text == ANY_VALUE:
        return Stated(name)
    if text == NO_VALUE:
        return Not(Stated(name))
    return Equals(name, (str(Ctid.within(text.lower()) or folded(text)),))


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise unreadable(place, value)
    return short(value, place)


def _aliases(text: str) -> tuple[str, ...]:
    """Other spellings: what a CURIE stands for, the CURIE of an address."""
    prefix, colon, local = text.partition(":")
    spaces = terms().prefixes()
    if colon and prefix in spaces and not local.startswith("//"):
        return (spaces[prefix] + local,)
    return tuple(f"{name}:{text.removeprefix(space)}" for name, space in spaces.items() if text.startswith(space) and text != space)


def _shallow(depth: int, place: str) -> None:
    if depth > MAX_DEPTH:
        raise TooLarge(TOO_DEEP, place=place[:200], limit=MAX_DEPTH)


def _count(found: Condition) -> int:  # noqa: PLR0911 - one return a kind of condition
    """How many looks over the index a condition comes to."""
    match found:
        case All(parts) | AnyOf(parts):
            return sum(map(_count, parts))
        case Not(part):
            return _count(part)
        case Link(_, _, inner):
            return 1 + (0 if inner is None else _count(inner))
        case Points(_, _, aliases):
            return 1 + len(aliases)
        case Words(_, starts):
            return max(len(starts), 1)
        case Equals(_, values):
            return len(values)
        case Named() | Stated() | Matches() | Between():
            return 1
