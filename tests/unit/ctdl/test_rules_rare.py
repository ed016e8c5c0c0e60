"""Faults that few documents have: each is found by its own code, and the document mended has none of it."""

from __future__ import annotations

from typing import Any

import pytest

from openler.actions.registry.validate import validate_all
from openler.ctdl.document import build, parse
from openler.ctdl.profile import parse as profile
from openler.ctdl.rules import check
from openler.errors import Malformed
from tests.support.ctdl import BASE, complete, document, named, program, raw


def codes(data: bytes) -> set[str]:
    return {str(finding.code) for finding in check(parse(data))}


@pytest.mark.parametrize(("value", "fault"), [(18, False), ("18", False), (18.5, True), ("eighteen", True), (True, True)])
def test_a_number_of_whole_things_has_no_fraction(value: Any, fault: bool) -> None:
    condition = [{"@type": "ceterms:ConditionProfile", "ceterms:minimumAge": value}]
    assert ("ctdl.integer_expected" in codes(raw(named(program(ceterms__requires=condition))))) is fault


@pytest.mark.parametrize(
    ("value", "fault"),
    [("2026-09-01T08:00:00Z", False), ("2026-09-01", False), ("2026-09-01T25:00:00Z", True), ("soon", True), (2026, True)],
)
def test_a_moment_is_one_of_the_calendar_and_the_clock(value: Any, fault: bool) -> None:
    node = {**named(complete("ceasn:CompetencyFramework")), "ceasn:dateModified": value}
    assert ("ctdl.datetime_expected" in codes(raw(node))) is fault


def test_every_resource_of_the_graph_says_what_it_is() -> None:
    child = named(complete("ceterms:Course", "two"))
    assert "ctdl.class_missing" not in codes(raw(named(program()), child))
    del child["@type"]
    assert "ctdl.class_missing" in codes(raw(named(program()), child))


def test_what_a_profile_asks_for_is_told_until_it_is_there() -> None:
    asked = profile(b"version: 1\nname: ours\ntitle: Ours\nclasses:\n  ceterms:LearningProgram: {required: [ceterms:codedNotation]}\n")

    def missing(node: dict[str, Any]) -> list[tuple[str, str]]:
        [result] = validate_all(None, document(node).normalised, "one.json", profile=asked)
        return [(one.severity, one.parameters["property"]) for one in result.findings if one.code == "ctdl.profile_missing"]

    assert missing(program()) == [("gap", "ceterms:codedNotation")]
    assert missing(program(ceterms__codedNotation="W-1")) == []


def test_a_document_of_our_own_is_made_of_nodes_that_have_names() -> None:
    for nodes, code in (
        ([], "ctdl.nodes_missing"),
        ([{"@type": "ceterms:Place"}], "ctdl.node_unnamed"),
        ([program(), {"@type": "ceterms:Place"}], "ctdl.node_unnamed"),
        ([program(), {"@id": "_:a", "@type": "ceterms:Place"}, {"@id": "_:a", "@type": "ceterms:Place"}], "ctdl.node_unnamed"),
    ):
        with pytest.raises(Malformed) as caught:
            build(BASE, nodes)
        assert caught.value.code == code
    assert build(BASE, [program(ceterms__availableAt=["_:a"]), {"@id": "_:a", "@type": "ceterms:Place"}]).resources
