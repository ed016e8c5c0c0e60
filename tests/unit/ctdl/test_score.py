"""A score is the share of points held: 100 exactly where nothing that counts is missing, and each thing missing has its name."""

from __future__ import annotations

from fractions import Fraction

from openler.ctdl.profile import Profile, parse, standard
from openler.ctdl.score import score
from tests.support.ctdl import BASE, complete, ctid, document, program


def profile(classes: str, weights: str = "{required: 3, benchmark: 2, recommended: 1}") -> Profile:
    return parse(f"version: 1\nname: ours\ntitle: Ours\nweights: {weights}\nclasses:\n  {classes}".encode())


PROGRAM = "ceterms:LearningProgram: {required: [ceterms:name, ceterms:codedNotation], benchmark: [ceterms:teaches]}"


def test_each_level_weighs_what_the_profile_says() -> None:
    found = score(document(program()), profile(PROGRAM)).main
    assert found is not None
    assert found.share == Fraction(3, 8)
    assert found.points == 37, "rounded down, so that 100 is reached by nothing but everything"
    assert [(item.level, item.property) for item in found.missing] == [
        ("required", "ceterms:codedNotation"), ("benchmark", "ceterms:teaches"),
    ]  # fmt: skip
    assert (found.counts("required"), found.counts("recommended")) == ((1, 2), (0, 0))


def test_a_level_that_weighs_nothing_is_told_and_does_not_count() -> None:
    found = score(document(program(ceterms__codedNotation="W")), profile(PROGRAM, "{benchmark: 0}")).main
    assert found is not None
    assert (found.points, len(found.missing), found.lowering) == (100, 1, ())


def test_one_of_several_is_enough_and_an_empty_value_is_none() -> None:
    asked = profile("ceterms:LearningProgram: {required: [[ceterms:codedNotation, ceterms:name]]}")
    assert score(document(program()), asked).main.points == 100  # type: ignore[union-attr]
    assert score(document(program(ceterms__name={"en-US": "  "})), asked).main.points == 0  # type: ignore[union-attr]


def test_a_path_is_followed_into_parts_and_within_the_graph_and_ends_where_the_document_ends() -> None:
    asked = profile("ceterms:LearningProgram: {required: [ceterms:estimatedCost/ceterms:price, ceterms:commonCosts/ceterms:description]}")

    def points(cost: object, common: object = None) -> int:
        found = score(document(program(ceterms__estimatedCost=cost, ceterms__commonCosts=common)), asked).main
        assert found is not None
        return found.points

    assert points([{"@type": "ceterms:CostProfile", "ceterms:price": 0}]) == 50, "free of charge is a price"
    assert points([{"@type": "ceterms:CostProfile", "ceterms:currency": "USD"}]) == 0
    elsewhere = f"{BASE}/resources/{ctid('costs', 'ceterms:CostManifest')}"
    assert points(None, [elsewhere]) == 50, "what another document says cannot be seen from this one"
    blank = {"@id": "_:b1", "@type": "ceterms:CostProfile", "ceterms:price": 5}
    node = program(ceterms__estimatedCost=["_:b1"])
    found = score(document(node, blank), asked).main
    assert found is not None
    assert found.points == 50


def test_what_holds_all_the_minimum_has_all_the_required_points() -> None:
    for kind in ("ceterms:License", "ceterms:LearningProgram", "ceasn:Competency"):
        found = score(document(complete(kind)), standard()).main
        assert found is not None
        held, asked = found.counts("required")
        assert held == asked > 0


def test_a_class_that_nothing_is_asked_of_has_no_score() -> None:
    assert score(document(complete("ceterms:Job")), profile(PROGRAM)).main is None
