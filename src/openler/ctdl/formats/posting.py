"""A job as a posting tells it, whichever words it uses: schema.org's JobPosting or HR Open's JDX job description.

The two are read into one :class:`Posting`; :mod:`openler.ctdl.formats.postings` makes ``ceterms:Job`` of it. Nothing is
guessed: what a posting says in prose stays prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from openler.errors import Malformed, declare

NO_POSTING = declare("posting.none_found", by=__name__)

_YEARS: Final = re.compile(r"P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+)M)?")
_PERIODS: Final = {"HOUR": "PT1H", "DAY": "P1D", "WEEK": "P1W", "MONTH": "P1M", "YEAR": "P1Y"}
_MONTHS: Final = 12
_JDX_SKILLS: Final = ("skills", "competencies", "knowledge", "abilities")
_JDX_MARKS: Final = frozenset({"hiringOrganization", "positionID", "postingID", "responsibilities", "requiredCredentials", *_JDX_SKILLS})
# Each pattern takes what it began to the end of the text where nothing closes it: a hostile page is read in one pass.
_SCRIPT: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<script\b(?P<attributes>[^<>]*)>(?P<text>.*?)(?:</script\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_JSON_LD: Final = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json\b""", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"<!--.*?(?:-->|\Z)|<(?:script|style)\b.*?(?:</(?:script|style)\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BLOCK: Final = re.compile(r"</?(?:p|br|li|ul|ol|div|h[1-6]|tr)\b[^<>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_PARTS: Final = re.compile(r"[\r\n;•·▪]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A named thing of a set, such as a skill: its name, code, the set's name and address, and its own address."""

    name: str
    code: str = ""
    set_name: str = ""
    set_url: str = ""
    url: str = ""
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Pay:
    """An amount or a range, as told: ``low`` and ``high`` are equal for one amount; ``period`` is an ISO 8601 duration."""

    low: float
    high: float
    currency: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """One job. Empty means not told. ``requires`` and ``recommends`` are what is asked for in words."""

    key: str
    title: str
    description: str = ""
    url: str = ""
    language: str = ""
    employer: str = ""
    employer_url: str = ""
    skills: tuple[Term, ...] = ()
    occupations: tuple[Term, ...] = ()
    industries: tuple[Term, ...] = ()
    pay: Pay | None = None
    years: float | None = None
    experience: str = ""
    requires: tuple[str, ...] = ()
    recommends: tuple[str, ...] = ()
    until: str = ""


def scripts(page: str) -> tuple[str, ...]:
    """The JSON-LD texts in a page's script tags; what is commented out is not there."""
    found = (match for match in _SCRIPT.finditer(page) if match["attributes"] is not None)
    return tuple(match["text"] for match in found if _JSON_LD.search(match["attributes"]) and match["text"].strip())


def words(text: str) -> str:
    """A text without its HTML, if it has any: lines trimmed, blank ones left out; a block begins a line."""
    if "<" in text or "&" in text:
        text = unescape(_TAG.sub("", _BLOCK.sub("\n", _HIDDEN.sub("", text))))
    return "\n".join(line for raw in text.splitlines() if (line := " ".join(raw.split())))


def postings(value: Any) -> Iterator[Posting]:
    """The jobs in a document: a posting, a list of them, a ``@graph``, or a JDX message around one.

    :raises Malformed: ``posting.none_found``
    """
    found = [posting for entry in _entries(value, 0) for posting in (_read(entry),)]
    if not found:
        raise Malformed(NO_POSTING)
    yield from found


def _entries(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for entry in value:
            yield from _entries(entry, depth)
    elif isinstance(value, Mapping):
        if _is_schema(value) or (value.get("@type") is None and _one(value, "title", "name") and not _JDX_MARKS.isdisjoint(value)):
            yield value
        elif depth < 3:  # noqa: PLR2004 - a message, its body and its noun
            for entry in value.values():
                if isinstance(entry, Mapping | list):
                    yield from _entries(entry, depth + 1)


def _is_schema(value: Mapping[str, Any]) -> bool:
    kinds = value.get("@type")
    return any(isinstance(kind, str) and re.split(r"[/#:]", kind)[-1] == "JobPosting" for kind in _list(kinds))


def _read(value: Mapping[str, Any]) -> Posting:
    return _schema(value) if _is_schema(value) else _jdx(value)


def _schema(value: Mapping[str, Any]) -> Posting:
    """schema.org: https://schema.org/JobPosting"""
    employer = value.get("hiringOrganization")
    own = employer if isinstance(employer, Mapping) else {}
    experience = value.get("experienceRequirements")
    months = experience.get("monthsOfExperience") if isinstance(experience, Mapping) else None
    education = [_told(one, "credentialCategory", "name", "description") for one in _list(value.get("educationRequirements"))]
    wanted = [_told(one, "credentialCategory", "name", "description") for one in _list(value.get("qualifications"))]
    return Posting(
        key=_identifier(value.get("identifier")) or _one(value, "url", "@id"),
        title=words(_one(value, "title", "name")),
        description=words(_one(value, "description")),
        url=_one(value, "url", "@id"),
        language=_language(value.get("inLanguage")),
        employer=words(employer if isinstance(employer, str) else _one(own, "name", "legalName")),
        employer_url=_one(own, "sameAs", "url"),
        skills=tuple(_terms(value.get("skills"))),
        occupations=tuple(_terms(value.get("occupationalCategory"), apart=False)),
        industries=tuple(_terms(value.get("industry"), apart=False)),
        pay=_pay(value.get("baseSalary"), _one(value, "salaryCurrency")),
        years=months / _MONTHS if isinstance(months, int | float) and not isinstance(months, bool) and months > 0 else None,
        experience=words(experience if isinstance(experience, str) else ""),
        requires=tuple(text for text in (*education, *wanted) if text),
        until=_one(value, "validThrough")[:10],
    )


def _jdx(value: Mapping[str, Any]) -> Posting:
    """HR Open Standards 4.3, recruiting/json/jdx/JobDescriptionType and JobPostingType."""
    employer = value.get("hiringOrganization")
    own = employer if isinstance(employer, Mapping) else {}
    needed = [one for name in ("requiredExperiences", "minimumExperiences") for one in _list(value.get(name)) if isinstance(one, Mapping)]
    years = [length for one in needed if (length := _years(_one(one, "duration"))) is not None]
    credentials = ("requiredCredentials", "minimumCredentials", "requiredEducation", "minimumEducation")
    described = [text for name in ("descriptions", "formattedDescriptions") for text in _list(value.get(name)) if isinstance(text, str)]
    identifiers = [found for one in _list(value.get("identifiers")) if (found := _identifier(one))]
    return Posting(
        key=_one(value, "postingID", "positionID") or next(iter(identifiers), ""),
        title=words(_one(value, "title", "name")),
        description="\n".join(words(text) for text in described) or "\n".join(_several(value, "qualificationSummary")),
        language=_language(value.get("inLanguage")),
        employer=words(employer if isinstance(employer, str) else _one(own, "legalName", "name")),
        employer_url=_one(own, "sameAs", "url"),
        skills=tuple(term for name in _JDX_SKILLS for term in _terms(value.get(name), apart=False)),
        occupations=tuple(_terms(value.get("occupationCategories"), apart=False)),
        industries=tuple(_terms(value.get("industryCodes"), apart=False)),
        pay=next((pay for one in _list(value.get("baseSalaries")) if (pay := _pay(one, "")) is not None), None),
        years=min(years) if years else None,
        experience="\n".join(text for one in needed for text in _several(one, "descriptions")),
        requires=tuple(_credentials(value, credentials)),
        recommends=tuple(_credentials(value, ("preferredCredentials", "preferredEducation"))),
        until=_one(value, "validThrough")[:10],
    )


def _credentials(value: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    """What is asked for, in words: the kind, the program and the descriptions of each."""
    for name in names:
        for one in _list(value.get(name)):
            if isinstance(one, Mapping):
                kinds = [_told(one.get("credentialCategory"), "name", "termCode"), words(_one(one, "program"))]
                levels = [_told(level, "name", "termCode") for level in _list(one.get("educationLevels"))]
                said = ", ".join(part for part in (*kinds, *levels, *_several(one, "descriptions")) if part)
                if said:
                    yield said
            elif isinstance(one, str) and words(one):
                yield words(one)


def _terms(value: Any, *, apart: bool = True) -> Iterator[Term]:
    """Terms, each by itself; a text of several (``apart``) is parted at lines, semicolons and bullets, else at commas."""
    for one in _list(value):
        if isinstance(one, Mapping):
            group = one.get("inDefinedTermSet", one.get("inCodeSet"))
            about = group if isinstance(group, Mapping) else {}
            note = one.get("annotation")
            liked = isinstance(note, Mapping) and note.get("preferred") is True and note.get("required") is not True
            name = words(_one(one, "name") or next(iter(_several(one, "descriptions")), "") or _one(one, "description"))
            code = _one(one, "termCode", "codeValue")
            if name or code:
                address = _one(about, "url", "@id") or (group if isinstance(group, str) else "")
                yield Term(name, code, words(_one(about, "name")), address, _one(one, "url", "@id"), liked)
        elif isinstance(one, str):
            text = words(one)
            parts = [part for part in _PARTS.split(text) if part.strip()] if apart else [text]
            if apart and len(parts) == 1:
                parts = text.split(",")
            for part in parts:
                if part.strip(" .-*"):
                    yield Term(part.strip(" .-*"))


def _pay(value: Any, currency: str) -> Pay | None:
    if isinstance(value, int | float | str):
        value = {"value": value}
    if not isinstance(value, Mapping):
        return None
    inner = value.get("value")
    told = inner if isinstance(inner, Mapping) else value
    low, high = (_number(told.get(name)) for name in ("minValue", "maxValue"))
    amount = _number(told.get("value"))
    found = [one for one in (low, high, amount) if one is not None and one > 0]
    unit = (_one(told, "unitText") or _one(value, "unitText") or _told(value.get("payCycleInterval"), "name", "termCode")).upper()
    return Pay(min(found), max(found), _one(value, "currency") or currency, _PERIODS.get(unit, "")) if found else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value.replace(",", "").replace("$", "")) if isinstance(value, str) else float(value)
    except ValueError:
        return None
    return found if 0 <= found < float("inf") else None


def _years(text: str) -> float | None:
    found = _YEARS.fullmatch(text)
    if found is None or text == "P":
        return None
    return float(found[1] or 0) + int(found[2] or 0) / _MONTHS


def _identifier(value: Any) -> str:
    for one in _list(value):
        if isinstance(one, str | int) and not isinstance(one, bool) and str(one).strip():
            return str(one).strip()
        if isinstance(one, Mapping) and (found := one.get("value")) is not None and str(found).strip():
            scheme = _one(one, "name", "schemeId")
            return f"{scheme}/{found}" if scheme else str(found).strip()
    return ""


def _language(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value) else ""


def _told(value: Any, *names: str) -> str:
    return words(value) if isinstance(value, str) else words(_one(value, *names)) if isinstance(value, Mapping) else ""


def _several(value: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(words(one) for one in _list(value.get(name)) if isinstance(one, str) and words(one))


def _one(value: Mapping[str, Any], *names: str) -> str:
    """The first of these that holds a text, or a list that begins with one."""
    for name in names:
        found = value.get(name)
        found = found[0] if isinstance(found, list) and found else found
        if isinstance(found, Mapping):
            found = found.get("@value", found.get("@id"))
        if isinstance(found, str) and found.strip():
            return found.strip()
    return ""


def _list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
