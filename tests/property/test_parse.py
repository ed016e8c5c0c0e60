"""Strict JSON: the quick way of reading and the careful one give the same values and the same refusals."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from openler.errors import OpenlerError
from openler.linkeddata.parse import parse_json

NUMBERS = (
    "0", "-0", "1", "1.0", "-0.0", "1.10", "1e5", "1E5", "1e+5", "1e16", "1e22", "1e400", "-1e400", "0.1", "1e-7", "01", "1.", "+1",
    "18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "9007199254740993", "1" * 310,
    "0.30000000000000004", "2.2250738585072011e-308", "5e-324", "1e-400", "NaN", "Infinity", "true", "false", "null", "nul",
)  # fmt: skip
STRINGS = (
    '""', '"a"', '"b"', '"a b"', '"ab"', '"a\\"b"', '"\\/"', '"é"', '"\\n"', '"\\u0061"', '"\\ud800"', '"\\ud83d\\ude00"', '":"', '","',
)  # fmt: skip
NAMES = ('"a"', '"a"', '"b"', '"\\u0061"', '"a b"', '""')
SPACES = ("", "", " ", "\n", "\t", "\u00a0")

space = st.sampled_from(SPACES)


def _object(parts: Any) -> Any:
    members = st.tuples(space, st.sampled_from(NAMES), space, parts).map(lambda one: f"{one[0]}{one[1]}{one[2]}:{one[3]}")
    return st.lists(members, max_size=4).map(lambda held: "{" + ",".join(held) + "}")


texts = st.recursive(
    st.tuples(space, st.sampled_from(NUMBERS + STRINGS), space).map("".join),
    lambda parts: st.one_of(st.lists(parts, max_size=4).map(lambda held: "[" + ",".join(held) + "]"), _object(parts)),
    max_leaves=12,
)


def told(text: str) -> tuple[str, str]:
    try:
        return "read", repr(parse_json(text))
    except OpenlerError as error:
        return "refused", error.code


@example('{"a":{"a":1},"a":1}')
@example('{"a" : 1e5, "a" : [1E5]}')
@example('{"a":"a","a":"a"}')
@given(texts)
def test_a_text_is_read_alike_whether_or_not_something_escaped_stands_beside_it(text: str) -> None:
    outcome, found = told(text)
    # An escape makes the whole text be read the careful way.
    beside = told(f'["\\u0061",{text}]')
    assert beside == (outcome, f"['a', {found}]" if outcome == "read" else found)
