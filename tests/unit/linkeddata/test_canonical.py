"""RDFC-1.0 where implementations are known to go wrong, and where a graph is made to keep them busy."""

from __future__ import annotations

from itertools import permutations

import pytest
from pyld import jsonld

from openler.linkeddata.canonical import WorkLimitExceeded, canonical_dataset
from openler.linkeddata.rdf import Quad

P, G = "<https://example.org/p>", "<https://example.org/g>"


def reference(quads: list[Quad]) -> bytes:
    """The same by the reference implementation."""
    text = "".join(" ".join(filter(None, quad)) + " .\n" for quad in quads)
    canonical = jsonld.normalize(text, {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"})
    return str(canonical).encode()


def clique(size: int) -> list[Quad]:
    """Blank nodes that all point at each other: nothing tells them apart."""
    return [(f"_:n{one}", P, f"_:n{other}", "") for one, other in permutations(range(size), 2)]


def test_a_neighbour_met_twice_is_counted_twice() -> None:
    """Where a node names the same neighbour in two graphs, a set of neighbours would lose one and give other labels."""
    quads: list[Quad] = [
        ("_:a", P, "_:b", ""), ("_:a", P, "_:c", G), ("_:b", P, "_:d", ""), ("_:b", P, "_:d", G), ("_:c", P, "_:a", ""),
    ]  # fmt: skip
    assert canonical_dataset(quads).nquads() == reference(quads)


def test_a_graph_that_needs_too_much_work_is_given_up() -> None:
    assert canonical_dataset(clique(4)).nquads() == reference(clique(4))
    with pytest.raises(WorkLimitExceeded):
        canonical_dataset(clique(4), max_work=100)
