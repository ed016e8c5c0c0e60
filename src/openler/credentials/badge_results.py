"""Results of an achievement, and the descriptions they refer to (Open Badges 3.0, sections B.1.16 to B.1.18).

A grade means nothing without its scale: a result that points to a description must find it in its own achievement, and
what it says must be possible there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openler.credentials.shapes import NOT_URL, WRONG_KIND, Shape, is_object, is_url, listed, pointer
from openler.errors import declare

RESULT_UNDESCRIBED = declare("credentials.badge_result_undescribed", by=__name__)
LEVEL_UNKNOWN = declare("credentials.badge_level_unknown", by=__name__)
VALUE_NOT_ALLOWED = declare("credentials.badge_value_not_allowed", by=__name__)
VALUE_OUT_OF_RANGE = declare("credentials.badge_value_out_of_range", by=__name__)
STATUS_UNKNOWN = declare("credentials.badge_status_unknown", by=__name__)

_ALIGNMENT = ["Alignment"]
_ALIGNMENT_TEXTS = ("targetName", "targetCode", "targetFramework", "targetType")

STATUSES = ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew")
"""The ResultStatusType enumeration (section B.1.19)."""


def descriptions(shape: Shape, achievement: Mapping[str, Any], path: str) -> None:
    """Note what the result descriptions of an achievement lack, and requirements that none of their values can meet."""
    for place, each in shape.objects(achievement, "resultDescription", at=path):
        shape.types(each, place, required=("ResultDescription",))
        shape.identifier(each, place, required=True)
        for name in ("name", "resultType"):
            shape.text(each, name, place, required=True)
        shape.texts(each, ("valueMin", "valueMax", "requiredValue"), place)
        alignments(shape, each, place)
        allowed = listed(each.get("allowedValue"))
        for number, value in enumerate(allowed):
            if not isinstance(value, str):
                shape.fault(WRONG_KIND, place + pointer("allowedValue", number), wanted="text")
        _possible(shape, each.get("requiredValue"), each, place + "/requiredValue")
        for level_place, level in shape.objects(each, "rubricCriterionLevel", at=place):
            shape.types(level, level_place, required=("RubricCriterionLevel",))
            shape.identifier(level, level_place, required=True)
            shape.text(level, "name", level_place, required=True)
            shape.texts(level, ("level", "points"), level_place)
            alignments(shape, level, level_place)
        required = each.get("requiredLevel")
        if required is not None and required not in tuple(_levels([each])):
            shape.fault(LEVEL_UNKNOWN, place + "/requiredLevel", seen=str(required)[:80])


def check(shape: Shape, subject: Mapping[str, Any], path: str, achievements: Sequence[Mapping[str, Any]]) -> None:
    """Note results that refer to nothing, or say what their description rules out."""
    if "result" not in subject:
        return
    described = [each for achievement in achievements for each in _mappings(achievement.get("resultDescription"))]
    by_id = {str(each.get("id")): each for each in described}
    for place, result in shape.objects(subject, "result", at=path):
        shape.types(result, place, required=("Result",))
        shape.text(result, "value", place)
        alignments(shape, result, place)
        named = result.get("resultDescription")
        description = by_id.get(named) if isinstance(named, str) else None
        if named is not None and description is None:
            shape.fault(RESULT_UNDESCRIBED, place + "/resultDescription", seen=str(named)[:80])
        if description is not None:
            _possible(shape, result.get("value"), description, place + "/value")
        # A level may belong to another of the achievement's descriptions: issuers split one rubric over several.
        achieved = result.get("achievedLevel")
        if achieved is not None and achieved not in set(_levels(described)):
            shape.fault(LEVEL_UNKNOWN, place + "/achievedLevel", seen=str(achieved)[:80])
        if "status" in result and result["status"] not in STATUSES:
            shape.fault(STATUS_UNKNOWN, place + "/status", seen=str(result["status"])[:80])


def alignments(shape: Shape, node: Mapping[str, Any], path: str) -> None:
    """Note what alignments lack."""
    for place, alignment in shape.objects(node, "alignment", at=path):
        if _is_sound(alignment):
            continue
        shape.types(alignment, place, required=("Alignment",))
        shape.text(alignment, "targetName", place, required=True)
        shape.texts(alignment, _ALIGNMENT_TEXTS[1:], place)
        if not is_url(alignment.get("targetUrl")):
            shape.fault(NOT_URL, place + "/targetUrl", seen=str(alignment.get("targetUrl"))[:80])


def _is_sound(alignment: Mapping[str, Any]) -> bool:
    """Whether an alignment is as most are, and there is nothing to be noted: a badge may have very many."""
    if alignment.get("type") != _ALIGNMENT or not is_url(alignment.get("targetUrl")):
        return False
    for name in _ALIGNMENT_TEXTS:
        words = alignment.get(name, "-")
        if not isinstance(words, str) or not words or words.isspace():
            return False
    return "targetName" in alignment


def _possible(shape: Shape, value: object, description: Mapping[str, Any], place: str) -> None:
    """Whether a value is one of those allowed, and within the range where all three are numbers."""
    if not isinstance(value, str):
        return
    allowed = [each for each in listed(description.get("allowedValue")) if isinstance(each, str)]
    if allowed and value not in allowed:
        shape.fault(VALUE_NOT_ALLOWED, place, seen=value[:80], allowed=", ".join(allowed)[:200])
    seen, least, most = (_number(each) for each in (value, description.get("valueMin"), description.get("valueMax")))
    if seen is not None and ((least is not None and seen < least) or (most is not None and seen > most)):
        parameters = {"seen": value[:80], "least": description.get("valueMin", "…"), "most": description.get("valueMax", "…")}
        shape.fault(VALUE_OUT_OF_RANGE, place, **parameters)


def _number(text: object) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        return float(text.strip().removesuffix("%"))
    except ValueError:
        return None


def _levels(described: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for each in described:
        yield from (str(level["id"]) for level in _mappings(each.get("rubricCriterionLevel")) if "id" in level)


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [each for each in listed(value) if is_object(each)]
