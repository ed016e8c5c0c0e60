"""Validation answers for every input, each document by itself, and never raises for what it was handed."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from openler.actions.ports import Ports
from openler.actions.registry.validate import validate, validate_all, validate_lines
from openler.ids import Ctid
from openler.messages import LANGUAGES, render
from tests.support.ctdl import BASE, OWNER, named, program, raw

GOOD = raw(named(program()))


def test_a_good_document_passes_with_its_coverage() -> None:
    result = validate(None, GOOD, "good.json")
    assert (result.source, result.type, result.findings) == ("good.json", "ceterms:LearningProgram", ())
    assert result.ctid == program()["ceterms:ctid"]
    assert result.coverage is not None
    assert result.coverage.share_required == 1
    assert result.passes(strict=True)


def test_a_gap_passes_unless_strict_and_an_error_never_does() -> None:
    gap = validate(None, raw(named(program(ceterms__name=None))), "gap.json")
    error = validate(None, raw(named(program(ceterms__name="plain"))), "error.json")
    assert (gap.passes(), gap.passes(strict=True)) == (True, False)
    assert (error.passes(), error.passes(strict=True)) == (False, False)
    assert dict(gap.counts) == {"error": 0, "gap": 1, "note": 0}
    assert dict(error.counts) == {"error": 1, "gap": 0, "note": 0}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "linkeddata.not_json"),
        (b"\xff\xfe", "linkeddata.not_utf8"),
        (b'{"@graph": [{"@type": "x", "@type": "y"}]}', "linkeddata.duplicate_key"),
        (b"[" * 1000, "linkeddata.too_deep"),
        (b"3", "ctdl.not_an_object"),
        (b'{"@type": "ceterms:Course", "ceterms:ctid": "nonsense"}', "ids.ctid_malformed"),
    ],
)
def test_malformed_input_is_a_result_with_an_error(data: bytes, code: str) -> None:
    result = validate(None, data, "bad.json")
    assert [(finding.code, finding.severity) for finding in result.findings] == [(code, "error")]
    assert (result.ctid, result.type, result.coverage, result.passes()) == (None, None, None, False)


def test_lines_are_checked_each_by_itself_and_named_by_their_number() -> None:
    lines = [GOOD, b"", b"{", GOOD]
    results = list(validate_lines(None, lines, "all.ndjson"))
    assert [(result.source, result.passes()) for result in results] == [
        ("all.ndjson:1", True),
        ("all.ndjson:3", False),
        ("all.ndjson:4", True),
    ]
    assert [result.source for result in validate_all(None, b"\n".join([GOOD, GOOD]), "x")] == ["x:1", "x:2"]


def test_an_array_is_a_list_of_documents() -> None:
    data = json.dumps([json.loads(GOOD), 3, {"@type": "x"}]).encode()
    assert [(result.source, result.passes()) for result in validate_all(None, data, "x")] == [("x:1", True), ("x:2", False), ("x:3", False)]


def test_a_single_document_and_a_broken_one_are_each_one_result() -> None:
    assert [result.source for result in validate_all(None, GOOD, "x")] == ["x"]
    assert [result.source for result in validate_all(None, b'{"a": ', "x")] == ["x"]
    pretty = json.dumps(json.loads(GOOD), indent=1).encode()
    assert [result.passes() for result in validate_all(None, pretty, "x")] == [True]


class _Registry:
    """A registry that holds what it was told to."""

    def __init__(self, *held: Ctid, deleted: bool = False) -> None:
        self.held = held
        self.deleted = deleted

    def get(self, ctid: Ctid) -> Any:
        return SimpleNamespace(deleted=self.deleted) if ctid in self.held else None


@pytest.mark.parametrize(("registry", "expected"), [(_Registry(), 1), (_Registry(OWNER), 0), (_Registry(OWNER, deleted=True), 1)])
def test_a_reference_into_this_registry_that_is_not_published_here_is_noted(registry: _Registry, expected: int) -> None:
    ports = cast("Ports", SimpleNamespace(base_url=BASE, store=registry))
    result = validate(ports, GOOD, "good.json")
    assert [finding.code for finding in result.findings] == ["registry.reference_unpublished"] * expected
    assert result.passes(strict=True)


def test_every_finding_is_told_in_both_languages_with_nothing_left_open() -> None:
    bad = program(
        ceterms__name="plain", ceterms__nmae=1, ceterms__dateEffective="soon", ceterms__ownedBy="_:x", ceterms__subjectWebpage=None
    )
    for finding in validate(None, raw(named(bad)), "bad.json").findings:
        for language in LANGUAGES:
            assert "?" not in render(finding.code, finding.parameters, language).text
