"""Expanded JSON-LD to RDF, statement by statement."""

from __future__ import annotations

from typing import Any

import pytest

from openler.errors import Malformed
from openler.linkeddata.canonical import canonicalise
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import to_quads

XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXT = {
    "p": "urn:p", "list": {"@id": "urn:list", "@container": "@list"}, "json": {"@id": "urn:json", "@type": "@json"},
    "double": {"@id": "urn:double", "@type": XSD + "double"}, "graph": {"@id": "urn:graph", "@container": "@graph"},
    "of": {"@reverse": "urn:has"},
}  # fmt: skip


def quads(**members: Any) -> list[tuple[str, str, str, str]]:
    return to_quads({"@context": CONTEXT, "@id": "urn:s", **members}, Contexts.pinned())


@pytest.mark.parametrize(
    ("value", "term"),
    [
        (5, f'"5"^^<{XSD}integer>'), (5.0, f'"5"^^<{XSD}integer>'), (-0.0, f'"0"^^<{XSD}integer>'), (5.5, f'"5.5E0"^^<{XSD}double>'),
        (1e21, f'"1.0E21"^^<{XSD}double>'), (10**20, f'"100000000000000000000"^^<{XSD}integer>'), (1e-7, f'"1.0E-7"^^<{XSD}double>'),
        (True, f'"true"^^<{XSD}boolean>'), (False, f'"false"^^<{XSD}boolean>'), ('a"\\\n\r\t\x00\x7f', '"a\\"\\\\\\n\\r\\t\\u0000\\u007F"'),
        ("é\u2028\U0001f600", '"é\u2028\U0001f600"'),
    ],
)  # fmt: skip
def test_json_values_become_literals(value: object, term: str) -> None:
    assert quads(p=value) == [("<urn:s>", "<urn:p>", term, "")]


@pytest.mark.parametrize(("value", "text"), [(1, "1.0E0"), (1.5, "1.5E0"), ("1.50", "1.5E0"), ("one", "one"), (10**21, "1.0E21")])
def test_typed_doubles_are_canonical(value: object, text: str) -> None:
    assert quads(double=value)[0][2] == f'"{text}"^^<{XSD}double>'


def test_an_integer_that_a_double_would_change_is_refused() -> None:
    with pytest.raises(Malformed):
        quads(p=2**53 + 1)


def test_json_literals_are_in_canonical_form() -> None:
    assert quads(json={"b": [1, None], "a": "x"})[0][2] == (
        '"{\\"a\\":\\"x\\",\\"b\\":[1,null]}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'
    )


def test_lists_keep_order_and_repetition() -> None:
    found = quads(list=["b", "a", "b"])
    assert [quad[2] for quad in reversed(found) if "first" in quad[1]] == ['"b"', '"a"', '"b"']
    assert quads(list=[])[0][2].endswith("#nil>")


def test_graphs_included_and_reversed_nodes_say_their_statements() -> None:
    assert ("<urn:x>", "<urn:p>", '"v"', "_:b0") in quads(graph={"@id": "urn:x", "p": "v"})
    assert ("<urn:i>", "<urn:p>", '"v"', "") in quads(**{"@included": [{"@id": "urn:i", "p": "v"}]})
    assert ("<urn:o>", "<urn:has>", "<urn:s>", "") in quads(of={"@id": "urn:o"})


def test_a_statement_made_twice_stands_once() -> None:
    assert len(quads(p=["v", "v"])) == 1


def test_blank_nodes_of_one_name_are_one_node_and_strange_names_cannot_leak() -> None:
    found = quads(p=[{"@id": "_:a b> .", "p": "1"}, {"@id": "_:a b> .", "p": "2"}])
    assert {quad[0] for quad in found} == {"<urn:s>", "_:b0"}


def test_the_canonical_form_sorts_the_lines() -> None:
    document = {"@context": CONTEXT, "@id": "urn:s", "p": ["b", "a"]}
    assert canonicalise(document, Contexts.pinned()) == b'<urn:s> <urn:p> "a" .\n<urn:s> <urn:p> "b" .\n'
