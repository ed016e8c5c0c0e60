"""The JSON Canonicalization Scheme (RFC 8785): one sequence of octets for each JSON value."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from openler.errors import Malformed, declare

LARGEST_SAFE_INTEGER = 2**53
"""Up to here every integer is a double of its own (RFC 7493, section 2.2)."""

NOT_CANONICAL = declare("linkeddata.not_canonical", by=__name__)
NUMBER_INEXACT = declare("linkeddata.number_inexact", by=__name__)

_SCALARS = frozenset({str, bool, type(None)})
_FIXED_FROM = 21  # ECMAScript Number::toString writes an exponent from 1e21 on
_FIXED_TO = -7  # and below 1e-6


def jcs(value: object) -> bytes:
    """The canonical form of a JSON value: dict, list or tuple, str, int, float, bool, None.

    An integer that would not come back from a double as it went in is refused: two documents must not share a form.

    :raises Malformed: ``linkeddata.number_inexact``, or ``linkeddata.not_canonical`` for NaN, infinities, lone surrogates,
        keys that are not strings and anything that is not JSON
    """
    try:
        if _plain(value):
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        return _slow(value).encode()
    except (orjson.JSONEncodeError, UnicodeEncodeError) as error:
        raise Malformed(NOT_CANONICAL, reason=type(error).__name__) from None
    except RecursionError:
        raise Malformed(NOT_CANONICAL, reason="nested too deeply") from None


def _plain(value: object) -> bool:
    """Whether orjson's form is RFC 8785's: no floats, no integers beyond 2^53, keys alike in UTF-8 and UTF-16 order."""
    stack: list[Any] = [value]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind in _SCALARS:
            continue
        if kind is int:
            if not -LARGEST_SAFE_INTEGER <= item <= LARGEST_SAFE_INTEGER:
                return False
        elif kind is dict:
            if not all(type(key) is str and (key.isascii() or max(key) < "\ud800") for key in item):
                return False
            stack.extend(item.values())
        elif kind is list:
            stack.extend(item)
        else:
            return False
    return True


def _slow(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return f"[{','.join(_slow(item) for item in value)}]"
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise Malformed(NOT_CANONICAL, reason="a key that is not a string")
        # Section 3.2.3: members in the order of their names' UTF-16 code units.
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return f"{{{','.join(f'{_slow(key)}:{_slow(item)}' for key, item in members)}}}"
    raise Malformed(NOT_CANONICAL, reason=type(value).__name__)


def _number(value: float) -> str:
    if isinstance(value, int) and -LARGEST_SAFE_INTEGER <= value <= LARGEST_SAFE_INTEGER:
        return str(int(value))
    try:
        real = float(value)
    except OverflowError:
        real = math.inf
    if not math.isfinite(real):
        raise Malformed(NOT_CANONICAL, reason="a number that is not finite")
    text = _shortest(real)
    if isinstance(value, int) and Decimal(text) != value:
        raise Malformed(NUMBER_INEXACT, seen=str(value)[:40])
    return text


def _shortest(real: float) -> str:
    """ECMAScript's Number::toString: the shortest digits that read back as the same double."""
    if real == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(real)).normalize().as_tuple()
    figures = "".join(map(str, digits))
    point = len(figures) + int(exponent)  # how many figures stand before the decimal point
    if len(figures) <= point <= _FIXED_FROM:
        text = figures.ljust(point, "0")
    elif 0 < point <= _FIXED_FROM:
        text = f"{figures[:point]}.{figures[point:]}"
    elif _FIXED_TO < point - 1 < 0:
        text = f"0.{'0' * -point}{figures}"
    else:
        power = point - 1
        text = f"{figures[0]}{'.' if len(figures) > 1 else ''}{figures[1:]}e{'+' if power > 0 else '-'}{abs(power)}"
    return f"{'-' if sign else ''}{text}"
