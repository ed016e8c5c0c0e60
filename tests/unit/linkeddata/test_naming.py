"""Names for nameless nodes: the same node in the part and in the whole, and no trace of the names in what is signed."""

from __future__ import annotations

from typing import Any

import pytest

from openler.errors import Malformed
from openler.linkeddata.canonical import canonical_dataset, canonicalise
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.naming import PREFIX, named, statements

CONTEXTS = Contexts.pinned().with_document(
    "https://a.example/terms",
    {
        "@context": {
            "@vocab": "https://a.example/#",
            "ordered": {"@id": "https://a.example/#ordered", "@container": "@list"},
            "kept": {"@id": "https://a.example/#kept", "@type": "@json"},
            "inside": {"@id": "https://a.example/#inside", "@container": "@graph"},
        }
    },
)


def document(**members: Any) -> dict[str, Any]:
    return {"@context": "https://a.example/terms", **members}


@pytest.mark.parametrize(
    "members",
    [
        {"name": "x"},
        {"part": [{"name": "a"}, {"name": "b", "part": {"name": "c"}}]},
        {"part": {"@id": "https://a.example/1", "name": "a"}},
        {"name": [{"@value": "x", "@language": "en"}, {"@value": 7}], "part": {"@set": [{"name": "a"}]}},
        {"inside": {"name": "a", "part": {"name": "b"}}},
    ],
)
def test_the_canonical_form_with_names_is_that_without(members: dict[str, Any]) -> None:
    assert canonical_dataset(statements(named(document(**members)), CONTEXTS)).nquads() == canonicalise(document(**members), CONTEXTS)


def test_a_part_says_of_a_node_what_the_whole_says() -> None:
    whole = named(document(part=[{"name": "a"}, {"name": "b"}], name="x"))
    part = {"@context": whole["@context"], "@id": whole["@id"], "part": [whole["part"][1]]}
    assert set(statements(part, CONTEXTS)) < set(statements(whole, CONTEXTS))


def test_the_document_itself_is_left_as_it_was() -> None:
    before = document(part={"name": "a"})
    named(before)
    assert before == document(part={"name": "a"})


@pytest.mark.parametrize("name", ["_:b0", f"{PREFIX}n0"])
def test_names_that_are_blank_or_ours_are_refused_where_they_stand(name: str) -> None:
    with pytest.raises(Malformed) as caught:
        named(document(part={"@id": name}))
    assert (caught.value.code, caught.value.place) == ("linkeddata.naming_unsupported", "/part/@id")


def test_a_list_has_no_place_for_names() -> None:
    with pytest.raises(Malformed) as caught:
        statements(named(document(ordered=["a", "b"])), CONTEXTS)
    assert caught.value.code == "linkeddata.naming_unsupported"


def test_a_name_inside_a_json_literal_changes_what_is_said_and_is_found_out() -> None:
    given = document(kept={"a": {"b": 1}})
    assert canonical_dataset(statements(named(given), CONTEXTS)).nquads() != canonicalise(given, CONTEXTS)
