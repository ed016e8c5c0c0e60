"""The JSON Canonicalization Scheme (RFC 8785): one sequence of octets for each JSON value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
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
# Between these, orjson and ECMAScript write a fraction alike: shortest digits, no exponent. Whole numbers differ (5.0 and 5).
_PLAIN_FROM, _PLAIN_TO = 1e-5, 1e15


def jcs(value: object) -> bytes:
    """The canonical form of a JSON value: dict, list or tuple, str, int, float, bool, None.

    An integer that would not come back from a double as it went in is refused: two documents must not share a form.

    :raises Malformed: ``linkeddata.number_inexact``, or ``linkeddata.not_canonical`` for NaN, infinities, lone surrogates,
        keys that are not strings and anything that is not JSON
    """
    try:
        if _plain(value):
            with suppress(orjson.JSONEncodeError):  # names of a class of their own, or that are no texts
                written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
                if written.isascii() or _plainly_named(value):
                    return written
        return orjson.dumps(_settled(value))
    except (orjson.JSONEncodeError, UnicodeEncodeError) as error:
        raise Malformed(NOT_CANONICAL, reason=type(error).__name__) from None
    except RecursionError:
        raise Malformed(NOT_CANONICAL, reason="nested too deeply") from None


def is_plain(value: object) -> bool:
    """Whether the canonical form depends on no more than sorting names as UTF-8 has them: numbers and names of every day."""
    return _plain(value) and _plainly_named(value)


def jcs_plain(value: object) -> bytes:
    """As :func:`jcs`, of a value that is known to be plain (:func:`is_plain`), whatever its texts."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return jcs(value)  # which says what is wrong


def _plain(value: object) -> bool:
    """Whether orjson writes all numbers as RFC 8785 does: plain fractions, integers up to 2^53."""
    stack: list[Any] = [value]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is dict:
            for held in item.values():
                if type(held) is not str:  # most are texts, of which there is nothing to be asked
                    stack.append(held)  # noqa: PERF401 - a list made on the way costs more
        elif kind is list:
            for held in item:
                if type(held) is not str:
                    stack.append(held)  # noqa: PERF401
        elif kind not in _SCALARS and not _plain_number(item) and not _plain_text(item):
            return False
    return True


def _plain_text(item: Any) -> bool:
    """Whether it is a text of a class of its own, such as a CTID, which orjson writes as the text that it is."""
    return isinstance(item, str) and type(item).__str__ is str.__str__


def _plainly_named(value: object) -> bool:
    """Whether all names are in the same order in UTF-8, which orjson sorts by, as in UTF-16."""
    stack: list[Any] = [value]
    while stack:
        item = stack.pop()
        if type(item) is dict:
            names = "".join(item)
            if not names.isascii() and max(names) >= "\ud800":
                return False
            stack.extend(item.values())
        elif type(item) is list:
            stack.extend(item)
    return True


def _plain_number(item: Any) -> bool:
    if type(item) is float:
        return not item.is_integer() and _PLAIN_FROM <= abs(item) < _PLAIN_TO  # NaN is in no range
    return type(item) is int and -LARGEST_SAFE_INTEGER <= item <= LARGEST_SAFE_INTEGER


def _settled(value: object) -> Any:
    """The same value, its numbers written and its members ordered as RFC 8785 has them, for orjson to write as it stands."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, float)):
        return orjson.Fragment(_number(value).encode())
    if isinstance(value, (list, tuple)):
        return [_settled(item) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise Malformed(NOT_CANONICAL, reason="a key that is not a string")
        # Section 3.2.3: members in the order of their names' UTF-16 code units.
        members = sorted(value.items(), key=_utf16)
        return {str(key): _settled(item) for key, item in members}
    raise Malformed(NOT_CANONICAL, reason=type(value).__name__)


def _utf16(member: tuple[str, object]) -> bytes:
    return member[0].encode("utf-16-be")


def _number(value: float) -> str:
    if isinstance(value, int) and -LARGEST_SAFE_INTEGER <= value <= LARGEST_SAFE_INTEGER:
        return str(int(value))
    try:
        real = float(value)
    except OverflowError:
        real = math.inf
    if not math.isfinite(real):
        raise Malformed(NOT_CANONICAL, reason="a number that is not finite")
    text = str(int(real)) if real.is_integer() and abs(real) <= LARGEST_SAFE_INTEGER else _shortest(real)
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
