"""Results and evidence from a table: on the badge, on their scale, and told when they make no sense."""

from __future__ import annotations

from typing import Any

import pytest

from openler.actions.issuing import issue_details
from openler.actions.issuing.issue_rows import row
from openler.actions.verifying.verify import verify
from openler.errors import Malformed
from openler.linkeddata.canonical import jcs
from tests.support.issuing import a_row, world


def test_results_and_evidence_stand_on_the_badge_and_verify() -> None:
    w = world()
    cells: dict[str, Any] = {
        "results": "Final grade (LetterGrade)=A; Attendance (Percent)=93; Comment=Well done",
        "evidence": "https://college.example/frame; https://college.example/video",
        "evidence_narrative": "Welded a frame.",
    }
    signed = w.credential(a_row(**cells))
    subject = signed["credentialSubject"]
    scales = {each["id"]: (each["name"], each["resultType"]) for each in subject["achievement"]["resultDescription"]}
    assert [(*scales[each["resultDescription"]], each["value"]) for each in subject["result"]] == [
        ("Final grade", "LetterGrade", "A"), ("Attendance", "Percent", "93"), ("Comment", "Result", "Well done"),
    ]  # fmt: skip
    assert signed["evidence"] == [
        {"id": "https://college.example/frame", "type": ["Evidence"], "narrative": "Welded a frame."},
        {"id": "https://college.example/video", "type": ["Evidence"]},
    ]
    w.open_to_the_world()
    assert verify(w.ports, jcs(signed)).report.verdict == "valid"


def test_a_narrative_alone_is_evidence() -> None:
    assert world().credential(a_row(evidence_narrative="Welded a frame."))["evidence"] == [
        {"type": ["Evidence"], "narrative": "Welded a frame."}
    ]


def test_a_row_without_details_has_none() -> None:
    signed = world().credential()
    assert "evidence" not in signed
    assert "result" not in signed["credentialSubject"]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("results", "A", "issue.result_malformed"),
        ("results", "Grade (Letters)=A", "issue.result_kind_unknown"),
        ("results", "Grade=A; Grade=B", "issue.result_repeated"),
        ("results", ";".join(f"g{n}=1" for n in range(21)), "issue.too_many_details"),
        ("results", "x" * 4001, "issue.cell_too_long"),
        ("evidence", "see the folder", "issue.evidence_not_address"),
        ("evidence", "javascript:alert(1)", "issue.evidence_not_address"),
    ],
)
def test_a_cell_that_makes_no_sense_refuses_its_row_alone(column: str, cell: str, code: str) -> None:
    w = world()
    report = w.issue(a_row(2, **{column: cell}), a_row(3))
    assert [(each.number, each.code, each.place) for each in report.refused] == [(2, code, f"row 2, {column}")]
    assert report.issued == 1


def test_the_columns_are_read_from_a_table() -> None:
    cells: dict[str, Any] = {name: f"<{name}>" for name in issue_details.COLUMNS}
    read = row(2, cells)
    assert (read.results, read.evidence, read.evidence_narrative) == ("<results>", "<evidence>", "<evidence_narrative>")


def test_a_name_with_words_keeps_its_words() -> None:
    (found,) = issue_details.results("Welding, part 2 (PerformanceLevel) = very good = excellent", "row 2")
    assert (found.name, found.kind, found.value) == ("Welding, part 2", "PerformanceLevel", "very good = excellent")
    with pytest.raises(Malformed):
        issue_details.results("=A", "row 2")
