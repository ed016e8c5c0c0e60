"""Strict JSON: what one parser accepts, every parser must read the same.

RFC 8259 leaves to each parser what to do with duplicate keys, numbers that are not finite and lone surrogates; a
signature over a document that two parsers read differently is worth nothing (Data Integrity 1.0, section 4.6), so
here they are refused. I-JSON (RFC 7493) is what remains, with limits on size and nesting.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import orjson

from openler.errors import Malformed, TooLarge, declare

JsonValue = dict[str, Any] | list[Any] | str | int | float | bool | None

MAX_BYTES = 64 * 1024 * 1024
"""Largest document read at all: the limit of publishing with a token. Callers with less trust pass less."""
MAX_DEPTH = 64
"""Deepest nesting of objects and arrays: ten times what published credentials and frameworks use."""
MAX_INTEGER_DIGITS = 309
"""An integer with more digits is beyond every double, and so beyond what JSON can exchange (RFC 7493, 2.2)."""

_MAX_QUICK = 8 * 1024 * 1024
"""Largest text that is written again to be compared, in bytes: beyond, the memory for it counts for more than the time."""
_SPACE = b" \t\n\r"

NOT_JSON = declare("linkeddata.not_json", by=__name__)
NOT_UTF8 = declare("linkeddata.not_utf8", by=__name__)
DUPLICATE_KEY = declare("linkeddata.duplicate_key", by=__name__)
NUMBER_NOT_FINITE = declare("linkeddata.number_not_finite", by=__name__)
LONE_SURROGATE = declare("linkeddata.lone_surrogate", by=__name__)
TOO_DEEP = declare("linkeddata.too_deep", by=__name__)
TOO_LARGE = declare("linkeddata.too_large", by=__name__)

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class _Duplicated(dict[str, Any]):
    """An object that named a member twice; found again after parsing, when its place can be told."""

    key: str = ""


def _integer(digits: str) -> int:
    if len(digits) > MAX_INTEGER_DIGITS + digits.startswith("-"):
        raise Malformed(NUMBER_NOT_FINITE, seen=digits[:20] + "…")
    value = int(digits)
    if len(digits) >= MAX_INTEGER_DIGITS:
        try:
            float(value)
        except OverflowError:
            raise Malformed(NUMBER_NOT_FINITE, seen=digits[:20] + "…") from None
    return value


def _real(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise Malformed(NUMBER_NOT_FINITE, seen=digits[:40])
    return value


def _constant(name: str) -> NoReturn:
    raise Malformed(NUMBER_NOT_FINITE, seen=name)


class _Objects:
    """Builds objects, and remembers whether any named a member twice."""

    __slots__ = ("duplicates",)

    def __init__(self) -> None:
        self.duplicates = False

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        self.duplicates = True
        seen: set[str] = set()
        marked = _Duplicated(members)
        for key, _ in pairs:
            if key in seen:
                marked.key = key
                break
            seen.add(key)
        return marked


def parse_json(data: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JsonValue:
    """Parse one JSON text into plain dicts, lists, strings, numbers, booleans and None.

    ``max_bytes`` counts UTF-8 octets, ``max_depth`` nested objects and arrays (a scalar has depth 0). A byte order mark
    is passed over, as RFC 8259 section 8.1 allows.

    :raises TooLarge: ``linkeddata.too_large`` with ``size`` and ``limit``
    :raises Malformed: ``linkeddata.not_json``, ``.not_utf8``, ``.duplicate_key``, ``.number_not_finite``,
        ``.lone_surrogate`` or ``.too_deep``; ``place`` is a JSON Pointer, or ``line L, column C`` where there is no tree
    """
    octets = _octets(data, max_bytes)
    value = _quick(octets)
    if value is not None:
        if octets.count(b"{") + octets.count(b"[") > max_depth:
            _refuse_depth(value, max_depth)
        return value
    return _careful(_text(octets), max_depth)


def _quick(octets: bytes) -> JsonValue:
    """The value of a text that orjson reads as it must be read; None for null, and wherever that is not certain.

    orjson keeps the last of two members of one name, and makes doubles of long integers. So its value is written again:
    when that gives the text back, but for white space, then both have the same tokens, and nothing was left out or changed.
    """
    if len(octets) > _MAX_QUICK or (b"\\" in octets and b"\\u" in octets):  # what is escaped comes back as the character it is
        return None
    try:
        value: JsonValue = orjson.loads(octets)
        again = orjson.dumps(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    same = again == octets or again.translate(None, _SPACE) == octets.translate(None, _SPACE)
    return value if same else None


def _careful(text: str, max_depth: int) -> JsonValue:
    """The same for every text, with the error that says what is wrong with it."""
    objects = _Objects()
    try:
        value = json.loads(text, object_pairs_hook=objects, parse_int=_integer, parse_float=_real, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise Malformed(NOT_JSON, place=f"line {error.lineno}, column {error.colno}", reason=error.msg) from None
    except RecursionError:
        raise Malformed(TOO_DEEP, limit=max_depth) from None
    # Cheap upper bounds first: most documents hold no escape for a surrogate and few brackets.
    if text.count("{") + text.count("[") > max_depth:
        _refuse_depth(value, max_depth)
    if _SURROGATE_ESCAPE.search(text):
        _refuse_surrogates(value)
    if objects.duplicates:
        _refuse_duplicates(value)
    return value  # type: ignore[no-any-return]  # json.loads builds nothing but JsonValue


def reread(data: bytes, *, max_depth: int | None = None) -> JsonValue:
    """Parse what :func:`openler.linkeddata.jcs.jcs` wrote: it names no member twice and holds nothing that is no JSON.

    ``max_depth`` where the value that was written has not been through :func:`parse_json`.

    :raises Malformed: ``linkeddata.not_json`` where the text was damaged since, ``linkeddata.too_deep``
    """
    try:
        value = _quick(data)
        if value is None:
            value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed(NOT_JSON, reason=type(error).__name__) from None
    if max_depth is not None and data.count(b"{") + data.count(b"[") > max_depth:
        _refuse_depth(value, max_depth)
    return value


def _octets(data: bytes | str, max_bytes: int) -> bytes:
    if isinstance(data, str):
        try:
            data = data.encode()
        except UnicodeEncodeError as error:
            raise Malformed(LONE_SURROGATE, place=f"character {error.start + 1}") from None
    if len(data) > max_bytes:
        raise TooLarge(TOO_LARGE, size=len(data), limit=max_bytes)
    return data


def _text(octets: bytes) -> str:
    try:
        return octets.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Malformed(NOT_UTF8, place=f"byte {error.start + 1}") from None


def pointer(parent: str, key: str | int) -> str:
    """One step further along a JSON Pointer (RFC 6901)."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"


def walk(value: object) -> Iterator[tuple[str, int, Any]]:
    """Every value in a JSON tree with its JSON Pointer and depth, in document order, without recursion."""
    stack: list[tuple[str, int, Any]] = [("", 0, value)]
    while stack:
        place, depth, item = stack.pop()
        yield place, depth, item
        if isinstance(item, dict):
            stack.extend((pointer(place, key), depth + 1, item[key]) for key in reversed(item))
        elif isinstance(item, list):
            stack.extend((pointer(place, index), depth + 1, item[index]) for index in range(len(item) - 1, -1, -1))


def _children(item: dict[str, Any] | list[Any]) -> Iterator[Any]:
    return iter(item.values() if isinstance(item, dict) else item)


def _refuse_depth(value: object, max_depth: int) -> None:
    level: list[Any] = [[value]]
    for _ in range(max_depth + 1):
        level = [child for item in level for child in _children(item) if isinstance(child, (dict, list))]
        if not level:
            return
    place = next(place for place, depth, item in walk(value) if depth == max_depth and isinstance(item, (dict, list)))
    raise Malformed(TOO_DEEP, place=place, limit=max_depth)


def _refuse_surrogates(value: object) -> None:
    for place, _, item in walk(value):
        if isinstance(item, str) and _SURROGATE.search(item):
            raise Malformed(LONE_SURROGATE, place=place)
        if isinstance(item, dict):
            for key in item:
                if _SURROGATE.search(key):
                    raise Malformed(LONE_SURROGATE, place=place)


def _refuse_duplicates(value: object) -> None:
    # A marked object that a later duplicate replaced is gone, but the object that replaced it is marked in its stead.
    place, key = next((place, item.key) for place, _, item in walk(value) if isinstance(item, _Duplicated))
    raise Malformed(DUPLICATE_KEY, place=pointer(place, key), key=key)
