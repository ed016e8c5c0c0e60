"""Shapes become known without a canonical form being asked for."""

from __future__ import annotations

from typing import Any

from openler.linkeddata import canonical
from openler.linkeddata.compiled import RECENT, canonicalise, notice, plan_for
from openler.linkeddata.contexts import Contexts


def about(name: str) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": f"urn:uuid:{name}",
        "type": ["VerifiableCredential"],
        "issuer": f"did:example:{name}",
        "credentialSubject": {"id": f"did:example:learner-{name}"},
    }


def test_a_shape_that_was_noticed_twice_has_a_plan_that_agrees_with_the_reference() -> None:
    contexts = Contexts.pinned().with_document("https://a.example/of-this-test-alone", {"@context": {}})
    notice(about("a"), contexts)
    assert plan_for(about("b"), contexts) is None
    notice(about("b"), contexts)
    assert plan_for(about("c"), contexts) is not None
    assert canonicalise(about("c"), contexts) == canonical.canonicalise(about("c"), contexts)


def test_a_shape_is_known_however_many_others_came_since() -> None:
    contexts = Contexts.pinned().with_document("https://a.example/of-this-test-too", {"@context": {}})

    def of_size(size: int, name: str) -> dict[str, Any]:
        return {**about(name), "credentialSubject": [{"id": f"did:example:{name}-{number}"} for number in range(size)]}

    sizes = range(1, 2 * RECENT + 1)
    for size in sizes:
        for name in "ab":
            notice(of_size(size, name), contexts)
    found = [plan_for(of_size(size, "c"), contexts) for size in sizes]
    assert None not in found
    assert len(set(map(id, found))) == len(sizes)
