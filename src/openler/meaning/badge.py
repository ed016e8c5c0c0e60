"""A badge becomes a CTDL description: what Open Badges say of an achievement, in the registry's words.

The other direction of :mod:`openler.meaning.achievement`. The badge's id becomes the credential's id; alignments become
targets of a Requires condition, occupation or industry types, or organizations that recognize it. What has no place in
CTDL, or is not said plainly enough to be given one, is told and left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openler.credentials import openbadges2
from openler.credentials.shapes import is_url, listed, types_of
from openler.ctdl.document import Document, build
from openler.ctdl.terms import terms
from openler.errors import Malformed, declare
from openler.ids import Ctid
from openler.meaning.achievement import TYPES

NOT_A_BADGE = declare("meaning.not_a_badge", by=__name__)
UNNAMED = declare("meaning.badge_unnamed", by=__name__)

SOURCE = "openbadges"
"""The source id under which CTIDs are derived for badges that have none (ADR 0001, decision 9)."""
DEFAULT_CLASS = "ceterms:OpenBadge"

_CLASS_OF = {achievement_type: ctdl_class for ctdl_class, achievement_type in TYPES}
_SOC = re.compile(r"\d\d-\d{4}(?:\.\d\d)?")
_NAICS = re.compile(r"\d{2,6}")
_SOC_WORDS, _NAICS_WORDS = ("occupational classification", "o*net", "onet", "soc"), ("naics", "industry classification")
_TARGETS = (
    ("ceterms:Credential", "ceterms:targetCredential"), ("ceterms:LearningOpportunityProfile", "ceterms:targetLearningOpportunity"),
    ("ceterms:AssessmentProfile", "ceterms:targetAssessment"), ("ceterms:Job", "ceterms:targetJob"),
    ("ceterms:Task", "ceterms:targetTask"), ("ceasn:Competency", "ceterms:targetCompetency"),
    ("ceterms:Occupation", "ceterms:occupationType"), ("ceterms:Organization", "ceterms:recognizedBy"),
    ("ceterms:CredentialOrganization", "ceterms:recognizedBy"), ("ceterms:QACredentialOrganization", "ceterms:recognizedBy"),
)  # fmt: skip
_AS_OBJECTS = frozenset({"ceterms:targetCompetency", "ceterms:occupationType", "ceterms:industryType"})
_COMPETENCY_TYPES = frozenset({"ceasn:Competency", "CFItem", "CFRubricCriterion", "CFRubricCriterionLevel"})

KindOf = Callable[[Ctid], str | None]
"""The CTDL class of a CTID in a registry, None for one that is not known."""


@dataclass(frozen=True, slots=True)
class Described:
    """The description, and the alignments that found no place in it, by their names.

    ``adopted`` tells that the badge named the CTID itself, so that a registry may hold a fuller description already.
    """

    document: Document
    left: tuple[str, ...]
    adopted: bool = False


def achievements(document: object) -> Iterator[Mapping[str, Any]]:
    """The achievements that a badge is about: of a credential of version 3, an Achievement, or a BadgeClass of version 2.

    :raises Malformed: ``meaning.not_a_badge``
    """
    if not isinstance(document, Mapping):
        raise Malformed(NOT_A_BADGE)
    types = types_of(document)
    if "BadgeClass" in types:
        yield openbadges2.achievement_of(document)
        return
    if "Achievement" in types:
        yield document
        return
    subjects = [each for each in listed(document.get("credentialSubject")) if isinstance(each, Mapping)]
    found = [each for subject in subjects for each in listed(subject.get("achievement")) if isinstance(each, Mapping)]
    if not found:
        raise Malformed(NOT_A_BADGE)
    yield from found


def describe(
    achievement: Mapping[str, Any], *, base_url: str, owner: Ctid | None = None, language: str = "en", kind_of: KindOf | None = None
) -> Described:
    """The CTDL description of an achievement. ``owner`` is the organization that awards it, where it has a CTID.

    ``language`` is that of the badge's words where it does not name one; ``kind_of`` looks up what an aligned CTID is.

    :raises Malformed: ``meaning.badge_unnamed``: it has no name or id
    """
    name, identifier = _text(achievement.get("name")), achievement.get("id")
    if not name or not is_url(identifier):
        raise Malformed(UNNAMED, place="/name" if not name else "/id")
    tongue = _text(achievement.get("inLanguage")) or language
    kind = _CLASS_OF.get(_text(achievement.get("achievementType")), DEFAULT_CLASS)
    own, others = _own_ctid(achievement, str(identifier))
    criteria = achievement.get("criteria")
    criteria = criteria if isinstance(criteria, Mapping) else {}
    node: dict[str, Any] = {
        "@type": kind,
        "ceterms:ctid": str(own or Ctid.derive(SOURCE, kind, str(identifier))),
        "ceterms:name": {tongue: name},
    }
    _put(node, kind, "ceterms:description", {tongue: words} if (words := _text(achievement.get("description"))) else None)
    _put(node, kind, "ceterms:credentialId", str(identifier))
    _put(node, kind, "ceterms:subjectWebpage", next((url for url in (criteria.get("id"), identifier) if _is_web(url)), None))
    _put(node, kind, "ceterms:image", _image(achievement.get("image")))
    _put(node, kind, "ceterms:inLanguage", [stated] if (stated := _text(achievement.get("inLanguage"))) else None)
    _put(node, kind, "ceterms:keyword", {tongue: tags} if (tags := [t for t in listed(achievement.get("tag")) if _text(t)]) else None)
    _put(node, kind, "ceterms:ownedBy", [str(owner)] if owner else None)
    left = _aligned(node, kind, others, criteria, tongue, kind_of or (lambda _: None))
    return Described(build(base_url, [node]), tuple(left), own is not None)


def _put(node: dict[str, Any], kind: str, prop: str, value: Any) -> None:
    if value and prop in terms().properties_of(kind):
        node[prop] = value


def _own_ctid(achievement: Mapping[str, Any], identifier: str) -> tuple[Ctid | None, list[Mapping[str, Any]]]:
    """The CTID that the badge says is its own (an alignment to itself by address or name), and the other alignments."""
    found: Ctid | None = None
    others = []
    for each in listed(achievement.get("alignment")):
        if not isinstance(each, Mapping):
            continue
        ctid = Ctid.within(str(each.get("targetCode", ""))) or Ctid.within(str(each.get("targetUrl", "")))
        itself = each.get("targetUrl") == identifier or _text(each.get("targetName")) == _text(achievement.get("name"))
        if ctid is not None and itself and each.get("targetType") in {"ceterms:Credential", "CTDL"}:
            found = found or ctid
        else:
            others.append(each)
    return found or Ctid.within(identifier), others


def _aligned(
    node: dict[str, Any], kind: str, others: list[Mapping[str, Any]], criteria: Mapping[str, Any], tongue: str, kind_of: KindOf
) -> list[str]:
    condition: dict[str, Any] = {"@type": "ceterms:ConditionProfile"}
    if words := _text(criteria.get("narrative")):
        condition["ceterms:description"] = {tongue: words}
    left: list[str] = []
    for each in others:
        placed = _place(each, tongue, kind_of)
        if placed is None or (
            placed[0] not in terms().properties_of(kind) and placed[0] not in terms().properties_of("ceterms:ConditionProfile")
        ):
            left.append(_text(each.get("targetName")) or str(each.get("targetUrl"))[:200])
            continue
        prop, value = placed
        home = node if prop in {"ceterms:occupationType", "ceterms:industryType", "ceterms:recognizedBy"} else condition
        home.setdefault(prop, []).append(value)
    if len(condition) > 1:
        _put(node, kind, "ceterms:requires", [condition])
    return left


def _place(alignment: Mapping[str, Any], tongue: str, kind_of: KindOf) -> tuple[str, Any] | None:
    """Which property an alignment belongs to, and its value there."""
    code, url = _text(alignment.get("targetCode")), alignment.get("targetUrl")
    ctid = Ctid.within(code) or Ctid.within(str(url))
    kind = kind_of(ctid) if ctid is not None else None
    prop = _coded(alignment, code) or (_by_class(kind) if kind is not None else _by_word(_text(alignment.get("targetType"))))
    if prop is None:
        return None
    if prop in _AS_OBJECTS:
        return prop, _alignment_object(alignment, tongue)
    return (prop, url) if is_url(url) else None


def _coded(alignment: Mapping[str, Any], code: str) -> str | None:
    """Occupations and industries are known by their codes, where the framework says which codes they are."""
    words = _text(alignment.get("targetFramework")).casefold()
    if _SOC.fullmatch(code) and any(word in words for word in _SOC_WORDS):
        return "ceterms:occupationType"
    if _NAICS.fullmatch(code) and any(word in words for word in _NAICS_WORDS):
        return "ceterms:industryType"
    return None


def _by_class(kind: str) -> str | None:
    return next((prop for ancestor, prop in _TARGETS if terms().is_a(kind, ancestor)), None)


def _by_word(stated: str) -> str | None:
    """An alignment without a type is to a skill, as version 2 had it; ``CTDL`` alone could be anything."""
    if not stated or stated in _COMPETENCY_TYPES:
        return "ceterms:targetCompetency"
    return "ceterms:targetCredential" if stated == "ceterms:Credential" else None


def _alignment_object(alignment: Mapping[str, Any], tongue: str) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "ceterms:CredentialAlignmentObject"}
    if is_url(alignment.get("targetUrl")):
        found["ceterms:targetNode"] = alignment["targetUrl"]
    for prop, name in (
        ("ceterms:targetNodeName", "targetName"), ("ceterms:targetNodeDescription", "targetDescription"),
        ("ceterms:frameworkName", "targetFramework"),
    ):  # fmt: skip
        if words := _text(alignment.get(name)):
            found[prop] = {tongue: words}
    if code := _text(alignment.get("targetCode")):
        found["ceterms:codedNotation"] = code
    return found


def _image(value: object) -> str | None:
    address = value.get("id") if isinstance(value, Mapping) else value
    return str(address) if _is_web(address) else None


def _is_web(value: object) -> bool:
    return isinstance(value, str) and is_url(value) and value.startswith(("https://", "http://"))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
