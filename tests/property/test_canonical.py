"""Canonical forms hold on to meaning and nothing else."""

from __future__ import annotations

import json
import struct
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from openler.linkeddata.canonical import WorkLimitExceeded, canonical_dataset
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import parse_json
from openler.linkeddata.rdf import Quad

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def _double(bits: int) -> float:
    """The double with these 64 bits."""
    return float(struct.unpack(">d", bits.to_bytes(8, "big"))[0])


ANY_DOUBLE = st.integers(0, 2**64 - 1).map(_double).filter(lambda real: abs(real) < float("inf"))
NEAR_EDGES = st.builds(
    lambda power, digits, steps, sign: sign * (digits * 10.0**power) * (1 + steps * 2**-52),
    st.integers(-12, 24),
    st.integers(1, 10),
    st.integers(-2, 2),
    st.sampled_from([1, -1]),
)
"""Round about the powers of ten, where ways of writing a number change."""
HALVES = st.integers(-(2**54), 2**54).map(lambda whole: whole / 2)
SUBNORMAL = st.integers(0, 2**52).map(_double)
FLOATS = st.floats(allow_nan=False, allow_infinity=False) | ANY_DOUBLE | NEAR_EDGES | HALVES | SUBNORMAL
NUMBERS = st.integers(-(2**53), 2**53) | FLOATS
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
NODES = ["<urn:a>", "<urn:b>", *(f"_:n{number}" for number in range(5))]
QUADS = st.lists(
    st.tuples(
        st.sampled_from(NODES),
        st.sampled_from(["<urn:p>", "<urn:q>"]),
        st.sampled_from([*NODES, '"x"']),
        st.sampled_from(["", "_:n0", "<urn:g>"]),
    ),
    max_size=9,
)


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(item) for key, item in reversed(value.items())}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@given(JSON)
def test_jcs_is_its_own_canonical_form(value: Any) -> None:
    once = jcs(value)
    assert jcs(parse_json(once)) == once


@given(JSON)
def test_jcs_is_blind_to_the_order_of_keys(value: Any) -> None:
    assert jcs(_turned(value)) == jcs(value)


def _number(real: float) -> str:
    """ECMAScript's Number::toString (ECMA-262, 6.1.6.1.20), step by step, from the digits that Python finds to be the shortest."""
    if real == 0:
        return "0"
    sign, figures, exponent = Decimal(repr(real)).normalize().as_tuple()
    digits = "".join(map(str, figures))
    k, n = len(digits), len(digits) + int(exponent)
    if k <= n <= 21:
        text = digits + "0" * (n - k)
    elif 0 < n <= 21:
        text = f"{digits[:n]}.{digits[n:]}"
    elif -6 < n <= 0:
        text = "0." + "0" * -n + digits
    else:
        mantissa = digits[0] + ("." + digits[1:] if k > 1 else "")
        text = f"{mantissa}e{'+' if n > 1 else '-'}{abs(n - 1)}"
    return ("-" if sign else "") + text


def _reference(value: Any) -> str:
    """RFC 8785 with no shortcut at all."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_reference(key)}:{_reference(item)}" for key, item in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_reference, value)) + "]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(float(value))
    return json.dumps(value, ensure_ascii=False)


@given(JSON)
def test_jcs_writes_what_the_standard_says_letter_by_letter(value: Any) -> None:
    assert jcs(value) == _reference(value).encode()


@settings(max_examples=2_000)
@given(FLOATS)
@example(-0.0)
@example(5e-324)
@example(1e21)
@example(999999999999999900000.0)
@example(1e-6)
@example(9.999999999999999e-7)
@example(1e-5)
@example(1e15)
@example(1e16)
@example(2.0**53 + 2)
def test_every_double_is_written_as_ecmascript_writes_it(real: float) -> None:
    written = jcs([real]).decode()
    assert written == f"[{_number(real)}]"
    assert json.loads(written, parse_int=float)[0] == real


@given(JSON)
def test_jcs_says_the_same_as_the_value(value: Any) -> None:
    assert json.loads(jcs(value), parse_int=float) == value  # JSON has one kind of number


def _renamed(quad: Quad, names: dict[str, str]) -> Quad:
    subject, predicate, object_, graph = (names.get(term, term) for term in quad)
    return subject, predicate, object_, graph


@settings(deadline=None)
@given(QUADS, st.permutations(range(5)), st.randoms(use_true_random=False))
def test_the_canonical_dataset_is_blind_to_blank_node_names_and_order(quads: list[Quad], order: list[int], chance: Any) -> None:
    names = {f"_:n{old}": f"_:m{new}" for old, new in enumerate(order)}
    renamed = [_renamed(quad, names) for quad in quads]
    chance.shuffle(renamed)
    try:
        expected = canonical_dataset(quads).nquads()
    except WorkLimitExceeded:
        return
    assert canonical_dataset(renamed).nquads() == expected


@settings(deadline=None)
@given(QUADS)
def test_canonicalising_twice_changes_nothing(quads: list[Quad]) -> None:
    once = canonical_dataset(quads)
    again = canonical_dataset([_renamed(quad, once.labels) for quad in quads])
    assert again.nquads() == once.nquads()
