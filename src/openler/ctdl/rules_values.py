"""Rules for values: language maps, texts, numbers, dates, durations, truth values and addresses."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from openler.ctdl.findings import Report
from openler.ctdl.terms import Property
from openler.errors import Code, declare
from openler.ids import MAX_IRI

LANGUAGE_MAP = declare("ctdl.language_map_expected", by=__name__)
LANGUAGE_TAG = declare("ctdl.language_tag", by=__name__)
TEXT = declare("ctdl.text_expected", by=__name__)
NUMBER = declare("ctdl.number_expected", by=__name__)
INTEGER = declare("ctdl.integer_expected", by=__name__)
BOOLEAN = declare("ctdl.boolean_expected", by=__name__)
DATE = declare("ctdl.date_expected", by=__name__)
DATETIME = declare("ctdl.datetime_expected", by=__name__)
DURATION = declare("ctdl.duration_expected", by=__name__)
IRI = declare("ctdl.address_expected", by=__name__)
WEB_ADDRESS = declare("ctdl.web_address_expected", by=__name__)
EMPTY = declare("ctdl.value_empty", by=__name__)

WEB_PAGES: Final = frozenset({
    "ceterms:agentPurpose", "ceterms:assessmentExample", "ceterms:availabilityListing", "ceterms:availableOnlineAt", "ceterms:costDetails",
    "ceterms:hasCatalog", "ceterms:image", "ceterms:inCatalog", "ceterms:missionAndGoalsStatement", "ceterms:processMethod",
    "ceterms:processStandards", "ceterms:revocationCriteria", "ceterms:scoringMethodExample", "ceterms:socialMedia",
    "ceterms:subjectWebpage", "ceterms:transferValueStatement", "ceterms:verificationDirectory", "ceterms:verificationService",
})  # fmt: skip
"""Properties whose value a person is to open: an http or https address."""

# RFC 5646 section 2.1, well-formedness of what is in use: language, script, region, variants, extensions, private use.
_TAG: Final = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE | re.ASCII,
)
# XML Schema 1.1 part 2: 3.3.3 decimal, 3.3.4-5 float, 3.4.13 integer, 3.3.6 duration; 3.3.9 date with its time zone.
_FLOAT: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_INTEGER: Final = re.compile(r"[+-]?\d+", re.ASCII)
_ZONE: Final = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
_DATE: Final = re.compile(rf"(\d{{4}}-\d\d-\d\d){_ZONE}", re.ASCII)
_PARTIAL_DATE: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_DATETIME: Final = re.compile(rf"(\d{{4}}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?){_ZONE}", re.ASCII)
_FRACTION: Final = r"\d+(?:[.,]\d+)?"
# ISO 8601 4.4.3: a fraction may stand in any part here, since published documents have half weeks and half months.
_DURATION: Final = re.compile(
    rf"-?P(?=[\dT])(?:{_FRACTION}Y)?(?:{_FRACTION}M)?(?:{_FRACTION}W)?(?:{_FRACTION}D)?(?:T(?=\d)(?:{_FRACTION}H)?(?:{_FRACTION}M)?(?:{_FRACTION}S)?)?",
    re.ASCII,
)
_LONGEST_TAG: Final = 200
"""Longest language tag, in characters: RFC 5646 section 4.4.1 lets a reader stop at 35 and more."""
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f]+")
_WEB: Final = re.compile(r"https?://(?:[^\s/?#@:]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?#][^\x00-\x20<>\"{}|^`\\\x7f]*)?", re.IGNORECASE)


def language(value: Any, place: str, report: Report) -> None:
    """A language map: ``{"en-US": "..."}``, or arrays of texts under a tag."""
    if not isinstance(value, dict) or "@value" in value:
        report.add("error", LANGUAGE_MAP, place, seen=value if isinstance(value, str) else type(value).__name__)
        return
    for tag, entry in value.items():
        if not is_language(tag):
            report.add("error", LANGUAGE_TAG, f"{place}/{tag.replace('~', '~0').replace('/', '~1')}", seen=tag)
        for one in entry if isinstance(entry, list) else (entry,):
            if not isinstance(one, str):
                report.add("error", TEXT, f"{place}/{tag}", seen=one)
            elif not one.strip():
                report.add("note", EMPTY, f"{place}/{tag}")


def literal(value: Any, entry: Property, place: str, report: Report) -> None:
    """A value of any other literal kind, plain or as a JSON-LD value object of the declared datatype."""
    if isinstance(value, dict) and "@value" in value and set(value) <= {"@value", "@type"}:
        value = value["@value"]
    code, holds = _rule(entry)
    if not holds(value):
        report.add("error", code, place, seen=value if isinstance(value, str | int | float) else type(value).__name__)


def address(value: str, *, web: bool, place: str, report: Report) -> None:
    """An absolute IRI or a blank node's label; where ``web`` is set, an address that a browser can open."""
    if value.startswith("_:"):
        return
    if not is_address(value):
        report.add("error", IRI, place, seen=value)
    elif web and not is_web_address(value):
        report.add("error", WEB_ADDRESS, place, seen=value)


def is_address(value: str) -> bool:
    """Is it an absolute IRI?"""
    return len(value) <= MAX_IRI and _IRI.fullmatch(value) is not None


def is_web_address(value: str) -> bool:
    """Is it an address that a browser can open?"""
    return _WEB.fullmatch(value) is not None


def is_language(tag: str) -> bool:
    """Is it a well-formed language tag?"""
    return len(tag) <= _LONGEST_TAG and _is_well_formed(tag)


def holder(entry: Property) -> Callable[[Any], bool]:
    """The test that a plain value of a literal property must pass."""
    return _rule(entry)[1]


def _rule(entry: Property) -> tuple[Code, Callable[[Any], bool]]:
    return _RULES[entry.datatype] if entry.datatype in _RULES else _RULES[entry.kind]


def _is_tag(value: Any) -> bool:
    return isinstance(value, str) and is_language(value)


@lru_cache(maxsize=256)  # a region writes in few languages
def _is_well_formed(tag: str) -> bool:
    return _TAG.fullmatch(tag) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) or (isinstance(value, str) and _FLOAT.fullmatch(value) is not None)


def _is_integer(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) or (isinstance(value, str) and _INTEGER.fullmatch(value) is not None)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value in {"true", "false"})


def _is_date(value: Any) -> bool:
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    return found is not None and _parses(date.fromisoformat, found[1])


def _is_approximate(value: Any) -> bool:
    # schema:Date may be a year or a month alone, which is what an approximate date is for.
    return _is_date(value) or (isinstance(value, str) and _PARTIAL_DATE.fullmatch(value) is not None)


def _is_datetime(value: Any) -> bool:
    if _is_date(value):
        return True
    found = _DATETIME.fullmatch(value) if isinstance(value, str) else None
    return found is not None and _parses(datetime.fromisoformat, f"{found[1]}T{found[2][:8]}")


def _is_duration(value: Any) -> bool:
    return isinstance(value, str) and _DURATION.fullmatch(value) is not None


def _parses(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


_RULES: Mapping[str, tuple[Code, Callable[[Any], bool]]] = {
    "string": (TEXT, _is_text),
    "float": (NUMBER, _is_number),
    "integer": (INTEGER, _is_integer),
    "boolean": (BOOLEAN, _is_boolean),
    "date": (DATE, _is_date),
    "datetime": (DATETIME, _is_datetime),
    "duration": (DURATION, _is_duration),
    "xsd:language": (LANGUAGE_TAG, _is_tag),
    "schema:Date": (DATE, _is_approximate),
}
