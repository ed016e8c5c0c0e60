"""Parts of a record in plain words: what each is called, and what it says, short enough for a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from openler.credentials.shapes import listed
from openler.errors import Code, declare

OTHER = declare("part.title_other", by=__name__)
RESULT_OF = declare("part.title_result_of", by=__name__)
RESULT = declare("part.title_result", by=__name__)
NAME = declare("part.title_name", by=__name__)
EMAIL = declare("part.title_email", by=__name__)
EMAIL_HASHED = declare("part.title_email_hashed", by=__name__)
NUMBER = declare("part.title_number", by=__name__)
NUMBER_HASHED = declare("part.title_number_hashed", by=__name__)
BIRTH_DATE = declare("part.title_birth_date", by=__name__)
GPA = declare("part.title_gpa", by=__name__)

LONGEST: Final = 160
"""Letters of a part's words in a list."""
_DEEPEST: Final = 4

_BY_MEMBER: Final[Mapping[str, tuple[str, Code]]] = MappingProxyType(
    {
        "name": ("title", declare("part.title_record_name", by=__name__)),
        "description": ("description", declare("part.title_description", by=__name__)),
        "issuer": ("issuer", declare("part.title_issuer", by=__name__)),
        "validFrom": ("valid-from", since := declare("part.title_valid_from", by=__name__)),
        "issuanceDate": ("valid-from", since),
        "validUntil": ("valid-until", until := declare("part.title_valid_until", by=__name__)),
        "expirationDate": ("valid-until", until),
        "awardedDate": ("awarded", declare("part.title_awarded", by=__name__)),
        "credentialStatus": ("status", declare("part.title_status", by=__name__)),
        "relatedResource": ("described-then", declare("part.title_described_then", by=__name__)),
        "termsOfUse": ("terms", declare("part.title_terms", by=__name__)),
        "refreshService": ("renewal", declare("part.title_renewal", by=__name__)),
        "evidence": ("evidence", declare("part.title_evidence", by=__name__)),
        "endorsement": ("endorsement", endorsed := declare("part.title_endorsement", by=__name__)),
        "endorsementJwt": ("endorsement", endorsed),
        "achievement": ("achievement", declare("part.title_achievement", by=__name__)),
        "criteria": ("criteria", declare("part.title_criteria", by=__name__)),
        "alignment": ("skill", declare("part.title_skill", by=__name__)),
        "image": ("picture", declare("part.title_picture", by=__name__)),
        "narrative": ("story", declare("part.title_story", by=__name__)),
        "role": ("role", declare("part.title_role", by=__name__)),
        "term": ("term", declare("part.title_term", by=__name__)),
        "creditsEarned": ("credits", declare("part.title_credits", by=__name__)),
        "activityStartDate": ("began", declare("part.title_began", by=__name__)),
        "activityEndDate": ("ended", declare("part.title_ended", by=__name__)),
        "source": ("source", declare("part.title_source", by=__name__)),
        "licenseNumber": ("license", declare("part.title_license", by=__name__)),
        "resultDescription": ("scale", declare("part.title_scale", by=__name__)),
        "verifiableCredential": ("record", declare("part.title_inner_record", by=__name__)),
        "birthDate": ("birth-date", BIRTH_DATE),
        "birthdate": ("birth-date", BIRTH_DATE),
        "birth_date": ("birth-date", BIRTH_DATE),
        "email": ("email", EMAIL),
        "gpa": ("gpa", GPA),
        "gradePointAverage": ("gpa", GPA),
        "given_name": ("given-name", declare("part.title_given_name", by=__name__)),
        "family_name": ("family-name", declare("part.title_family_name", by=__name__)),
        "givenName": ("given-name", Code("part.title_given_name")),
        "familyName": ("family-name", Code("part.title_family_name")),
    }
)
AT_ITS_HEAD: Final = frozenset({NAME}) | {
    _BY_MEMBER[each][1] for each in ("achievement", "name", "description", "issuer", "validFrom", "validUntil", "resultDescription")
}
"""Titles of what a record's page tells before its parts."""
_WORDED: Final = ("name", "targetName", "narrative", "description", "value", "title", "@value", "text", "status", "caption", "id")
DAYS: Final = frozenset({"awarded", "began", "ended", "valid-from", "valid-until", "birth-date"})
"""Short names of parts whose words are a day."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")
_TYPED = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_:\s]+")


@dataclass(frozen=True, slots=True)
class Titled:
    """A part's short name, the code of its title, what fills that in, and its words."""

    name: str
    code: Code
    parameters: Mapping[str, object]
    value: str


def scales(document: Mapping[str, Any]) -> Mapping[str, str]:
    """What results are called, by the identifier of their description (Open Badges 3.0, section B.1.15)."""
    found: dict[str, str] = {}
    for subject in _mappings(document.get("credentialSubject")):
        for achieved in _mappings(subject.get("achievement")):
            for scale in _mappings(achieved.get("resultDescription")):
                if isinstance(scale.get("id"), str) and isinstance(scale.get("name"), str):
                    found[scale["id"]] = scale["name"]
                for level in _mappings(scale.get("rubricCriterionLevel")):
                    if isinstance(level.get("id"), str) and isinstance(level.get("name"), str):
                        found[level["id"]] = level["name"]
    return found


def title(member: str, value: Any, named: Mapping[str, str]) -> Titled:
    """What a part is called, by the member that holds it and by what it says. ``named`` is what :func:`scales` found."""
    if member == "identifier" and isinstance(value, Mapping):
        return _identity(value)
    if member == "result" and isinstance(value, Mapping):
        words = _cut(value.get("value") or value.get("status") or named.get(str(value.get("achievedLevel")), ""))
        of = named.get(str(value.get("resultDescription")))
        return Titled(_short(of) or "result", RESULT_OF, {"of": _cut(of)}, words) if of else Titled("result", RESULT, {}, words)
    known = _BY_MEMBER.get(member)
    if known is not None:
        words = "" if member in {"credentialStatus", "relatedResource"} else words_of(value)
        return Titled(known[0], known[1], {}, words[:10] if known[0] in DAYS and _MOMENT.match(words) else words)
    split = [word.lower() for word in _CAMEL.split(member) if word]
    return Titled(_short("-".join(split)) or "part", OTHER, {"name": " ".join(split).capitalize()[:60] or "?"}, words_of(value))


def _short(text: str) -> str:
    """A name that can be typed: letters of the English alphabet, digits and hyphens."""
    return "-".join(_TYPED.findall(text.lower()))[:40].strip("-")


def _identity(value: Mapping[str, Any]) -> Titled:
    """An IdentityObject (Open Badges 3.0, section B.1.8): in words, or as a fingerprint that tells nothing by itself."""
    kind, hashed = value.get("identityType"), value.get("hashed") is True
    words = "" if hashed else _cut(value.get("identityHash"))
    if kind == "name":
        return Titled("name", NAME, {}, words)
    if kind == "emailAddress":
        return Titled("email", EMAIL_HASHED if hashed else EMAIL, {}, words)
    return Titled("number", NUMBER_HASHED if hashed else NUMBER, {}, words)


def words_of(value: Any) -> str:
    """The words of a value, cut to ``LONGEST`` letters."""
    return _cut("; ".join(dict.fromkeys(_words(value, 0))))


def _words(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("data:"):
        return  # a file or a token, which are no words
    if isinstance(value, str | int | float):
        yield {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    elif depth < _DEEPEST and isinstance(value, list):
        for each in value[:20]:
            yield from _words(each, depth + 1)
    elif depth < _DEEPEST and isinstance(value, Mapping):
        first = next((value[name] for name in _WORDED if value.get(name)), None)
        if first is not None:
            yield from _words(first, depth + 1)
        else:
            for name, each in value.items():
                if name not in {"type", "@type", "@context"}:
                    yield from _words(each, depth + 1)


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in listed(value) if isinstance(each, Mapping))


def _cut(value: object) -> str:
    text = " ".join(str(value).split()) if value is not None else ""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
