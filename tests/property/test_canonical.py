"""Canonical forms hold on to meaning and nothing else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openler.linkeddata.canonical import WorkLimitExceeded, canonical_dataset
from openler.linkeddata.jcs import _slow, jcs
from openler.linkeddata.parse import parse_json
from openler.linkeddata.rdf import Quad

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
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


@given(JSON)
def test_the_fast_path_writes_what_the_slow_path_writes(value: Any) -> None:
    assert jcs(value) == _slow(value).encode()


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
