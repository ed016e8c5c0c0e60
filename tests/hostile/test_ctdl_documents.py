"""Documents made to exhaust a checker are refused or checked in time that grows with their size."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from openler.ctdl import findings as limits
from openler.ctdl.document import parse
from openler.ctdl.rules import check
from openler.errors import OpenlerError, TooLarge
from tests.support.ctdl import complete, named, program, raw

SECONDS = 5.0
"""Far above what each takes (under a second), far below what a quadratic rule would."""


def checked(*nodes: dict[str, Any]) -> set[str]:
    data = raw(*nodes)
    began = time.monotonic()
    codes: set[str] = {finding.code for finding in check(parse(data))}
    assert time.monotonic() - began < SECONDS
    return codes


def test_nesting_beyond_the_limit_is_refused() -> None:
    value: Any = "https://a.example"
    for _ in range(70):
        value = {"@type": "ceterms:ConditionProfile", "ceterms:alternativeCondition": [value]}
    with pytest.raises(OpenlerError) as caught:
        parse(raw(named(program(ceterms__requires=[value]))))
    assert caught.value.code == "linkeddata.too_deep"


def test_more_objects_than_the_limit_are_refused() -> None:
    node = json.dumps(named(program(ceterms__requires=[])))
    data = f'{{"@graph": [{node.replace("[]", "[" + ",".join(["{}"] * 200_001) + "]")}]}}'.encode()
    with pytest.raises(TooLarge) as caught:
        parse(data)
    assert caught.value.code == "ctdl.too_many_nodes"


def test_an_inverse_named_ten_thousand_times_on_both_sides_is_read_once() -> None:
    parent, child = named(complete("ceasn:Competency", "parent")), named(complete("ceasn:Competency", "child"))
    parent["ceasn:hasChild"] = [child["@id"]] * 20_000
    child["ceasn:isChildOf"] = [f"https://a.example/{number}" for number in range(20_000)]
    assert "ctdl.inverse_contradicted" in checked(parent, child)


def test_a_cost_referred_to_ten_thousand_times_is_covered_once() -> None:
    cost = {"@id": "_:c", "@type": "ceterms:CostProfile", "ceterms:description": [""] * 20_000}
    assert "ctdl.required_missing" in checked(named(program(ceterms__estimatedCost=["_:c"] * 20_000)), cost)


def test_ten_thousand_classes_are_refused_and_not_multiplied() -> None:
    many = {"@id": "_:m", "@type": [f"ceterms:No{number}" for number in range(20_000)]}
    assert "ctdl.too_many_classes" in checked(named(program(ceterms__ownedBy=["_:m"] * 20_000)), many)


def test_findings_are_cut_but_a_severity_never_hides_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FINDINGS", 50)
    node = named(program(ceterms__keyword={"en": [""] * 200}, ceterms__ownedBy=[3] * 200, ceterms__zzz=1, ceterms__name=None))
    found: list[tuple[str, str]] = [(finding.severity, finding.code) for finding in check(parse(raw(node)))]
    assert found.count(("error", "ctdl.reference_expected")) == 50
    assert found.count(("note", "ctdl.value_empty")) == 50
    assert ("error", "ctdl.findings_cut") in found
    assert ("note", "ctdl.findings_cut") in found
    assert ("gap", "ctdl.required_missing") in found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ceterms__inLanguage", "a" * 500_000),
        ("ceterms__inLanguage", "en" + "-a-bb" * 100_000),
        ("ceterms__inLanguage", "en" + "-1aaa" * 100_000 + "!"),
        ("ceterms__dateEffective", "2026-" * 100_000),
        ("ceterms__subjectWebpage", "https://" + "a." * 250_000 + " "),
        ("ceterms__subjectWebpage", "a" * 500_000 + ":"),
        ("ceterms__description", {"en": "219-09-" * 100_000}),
        ("ceterms__description", {"en" * 100_000: "x"}),
    ],
)
def test_a_long_value_costs_no_more_than_its_length(name: str, value: Any) -> None:
    checked(named(program(**{name: value})))


def test_a_long_duration_costs_no_more_than_its_length() -> None:
    duration = [{"@type": "ceterms:DurationProfile", "ceterms:exactDuration": "P" + "1" * 500_000}]
    assert "ctdl.duration_expected" in checked(named(program(ceterms__estimatedDuration=duration)))
