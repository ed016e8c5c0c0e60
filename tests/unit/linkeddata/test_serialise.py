"""RDF for display."""

from __future__ import annotations

from openler.linkeddata.canonical import canonicalise
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.serialise import to_nquads, to_turtle

DOCUMENT = {
    "@context": {"ceterms": "https://purl.org/ctdl/terms/", "schema": "https://schema.org/"},
    "@id": "https://a.example/1",
    "@type": "ceterms:Course",
    "ceterms:name": {"@value": "Welding", "@language": "en-us"},
    "ceterms:requires": [{"ceterms:name": "x"}, {"ceterms:name": "y"}],
}


def test_turtle_abbreviates_the_fields_names_and_only_those_used() -> None:
    text = to_turtle(DOCUMENT, Contexts.pinned()).decode()
    assert "@prefix ceterms: <https://purl.org/ctdl/terms/> ." in text
    assert 'ceterms:name "Welding"@en-us' in text
    assert "schema:" not in text


def test_key_order_does_not_change_a_byte() -> None:
    turned = dict(reversed(DOCUMENT.items())) | {"ceterms:requires": list(reversed(DOCUMENT["ceterms:requires"]))}  # type: ignore[call-overload]
    assert to_turtle(turned, Contexts.pinned()) == to_turtle(DOCUMENT, Contexts.pinned())


def test_n_quads_are_the_canonical_form() -> None:
    assert to_nquads(DOCUMENT, Contexts.pinned()) == canonicalise(DOCUMENT, Contexts.pinned())
