"""What a row may say beyond the achievement itself: results on a scale, and evidence of the work (Open Badges 3.0, B.1.14 and B.1.16)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openler.credentials.shapes import is_url
from openler.errors import Malformed, declare

RESULT_MALFORMED = declare("issue.result_malformed", by=__name__)
RESULT_KIND_UNKNOWN = declare("issue.result_kind_unknown", by=__name__)
RESULT_REPEATED = declare("issue.result_repeated", by=__name__)
EVIDENCE_NOT_ADDRESS = declare("issue.evidence_not_address", by=__name__)
TOO_MANY_DETAILS = declare("issue.too_many_details", by=__name__)

COLUMNS = ("results", "evidence", "evidence_narrative")
"""Optional columns of a table of achievements that this module reads."""
RESULT_TYPES = (
    "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result", "RubricCriterion",
    "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
)  # fmt: skip
"""The ResultType enumeration (Open Badges 3.0, section B.1.20)."""
MAX_DETAILS = 20
"""Most results, and most pieces of evidence, of one row."""

_RESULT = re.compile(r"(?P<name>[^=()]{1,100}?)\s*(?:\((?P<kind>[A-Za-z]{1,40})\))?\s*=\s*(?P<value>.{1,200})")


@dataclass(frozen=True, slots=True)
class ResultCell:
    """One result: what was measured, on which kind of scale, and what came out."""

    name: str
    kind: str
    value: str


def results(cell: str, place: str) -> tuple[ResultCell, ...]:
    """``Final grade (LetterGrade)=A; Attendance (Percent)=93``; without a kind it is a plain ``Result``.

    :raises Malformed: ``issue.result_malformed``, ``issue.result_kind_unknown``, ``issue.result_repeated``, ``issue.too_many_details``
    """
    found: dict[str, ResultCell] = {}
    for part in _parts(cell, place):
        match = _RESULT.fullmatch(part)
        if match is None:
            raise Malformed(RESULT_MALFORMED, place=place, seen=part[:80])
        kind = match["kind"] or "Result"
        if kind not in RESULT_TYPES:
            raise Malformed(RESULT_KIND_UNKNOWN, place=place, seen=kind, allowed=", ".join(RESULT_TYPES))
        name = match["name"].strip()
        if name in found:
            raise Malformed(RESULT_REPEATED, place=place, seen=name)
        found[name] = ResultCell(name, kind, match["value"].strip())
    return tuple(found.values())


def evidence(cell: str, narrative: str, place: str) -> tuple[dict[str, Any], ...]:
    """Evidence objects: one for each address, the narrative with the first; a narrative alone is evidence too.

    :raises Malformed: ``issue.evidence_not_address``, ``issue.too_many_details``
    """
    found: list[dict[str, Any]] = []
    for address in _parts(cell, place):
        if not (is_url(address) and address.startswith(("https://", "http://"))):
            raise Malformed(EVIDENCE_NOT_ADDRESS, place=place, seen=address[:80])
        found.append({"id": address, "type": ["Evidence"]})
    if narrative:
        first: dict[str, Any] = found[0] if found else {"type": ["Evidence"]}
        first["narrative"] = narrative
        found = found or [first]
    return tuple(found)


def described(achievement: Mapping[str, Any], measured: Sequence[ResultCell]) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """The achievement with the scales described, and the results that refer to them."""
    if not measured:
        return dict(achievement), ()
    descriptions: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for number, each in enumerate(measured, 1):
        name = f"{achievement['id']}#result-{number}"
        descriptions.append({"id": name, "type": ["ResultDescription"], "name": each.name, "resultType": each.kind})
        found.append({"type": ["Result"], "resultDescription": name, "value": each.value})
    return {**achievement, "resultDescription": descriptions}, tuple(found)


def _parts(cell: str, place: str) -> list[str]:
    found = [part.strip() for part in cell.split(";") if part.strip()]
    if len(found) > MAX_DETAILS:
        raise Malformed(TOO_MANY_DETAILS, place=place, count=len(found), limit=MAX_DETAILS)
    return found
