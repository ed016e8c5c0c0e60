"""HR Open's LER-RS 4.4, the resume of records: taken into a wallet, and written from one.

What carries verifiable credentials comes in as those credentials, word for word; everything else is the holder's own
statement. Contact data, preferences and files are not taken in: a wallet has no place for them, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openler.errors import Malformed, OpenlerError, TooLarge, declare
from openler.holding import experience as own_words
from openler.holding.collection import Collection
from openler.holding.cutting import whole
from openler.holding.experience import LONGEST_DESCRIPTION, LONGEST_LINE, MOST_SKILLS, Experience
from openler.holding.record import Record

NOT_LER_RS: Final = declare("holding.not_ler_rs", by=__name__)
TOO_MANY_ENTRIES: Final = declare("holding.ler_rs_too_many", by=__name__)

TYPE: Final = "http://schema.hropenstandards.org/4.4/recruiting/json/ler-rs/LER-RSType.json"
MOST_ENTRIES: Final = 2000
"""Most entries of one file that are looked at."""
SKILLS_TITLE: Final = "Skills"
"""How unverified skills, which LER-RS keeps in a list of their own, are called as one statement."""

_SECTIONS: Final = ("employmentHistories", "educationAndLearnings", "certifications", "licenses", "skills")
_SECTION_OF: Final = {"License": "licenses", "Certification": "certifications", "Certificate": "certifications", "Badge": "certifications"}
_LEARNING: Final = ("Degree", "Diploma", "Course", "LearningProgram", "Program", "Doctorate")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file holds for a wallet.

    ``credentials`` are JSON objects or compact tokens; ``left`` are the places of what was not taken in, each with why.
    """

    experiences: tuple[Experience, ...]
    credentials: tuple[Mapping[str, Any] | str, ...]
    left: tuple[tuple[str, str], ...]


def read(document: object) -> Taken:
    """Take an LER-RS apart; it may stand alone or be the subject of a credential around it.

    :raises Malformed: ``holding.not_ler_rs``: it has none of the sections that hold records
    :raises TooLarge: ``holding.ler_rs_too_many``
    """
    body = document.get("credentialSubject", document) if isinstance(document, Mapping) else None
    if not isinstance(body, Mapping) or not any(isinstance(body.get(name), list) for name in _SECTIONS):
        raise Malformed(NOT_LER_RS)
    entries = [(f"/{name}/{number}", name, each) for name in _SECTIONS for number, each in enumerate(_items(body.get(name)))]
    if len(entries) > MOST_ENTRIES:
        raise TooLarge(TOO_MANY_ENTRIES, seen=len(entries), limit=MOST_ENTRIES)
    left = [(f"/{name}", "section") for name in body if name not in {*_SECTIONS, "type", "id", "documentId", "@context"}]
    experiences: list[Experience] = []
    credentials: list[Mapping[str, Any] | str] = []
    skills: list[str] = []
    for place, section, entry in entries:
        if not isinstance(entry, Mapping):
            left.append((place, "shape"))
        elif "verifications" in entry:
            for number, each in enumerate(_items(entry["verifications"])):
                found = _credential(each)
                credentials += [found] if found is not None else []
                left += [(f"{place}/verifications/{number}", "reference")] if found is None else []
        elif section == "skills":
            skills += [name] if (name := _text(entry.get("name"))) else []
        else:
            _state(entry, section, place, experiences, left)
    status = _text((body.get("person") or {}).get("militaryStatus")) if isinstance(body.get("person"), Mapping) else ""
    if status:
        experiences.append(Experience(f"Military status: {status}"[:LONGEST_LINE]))
    if skills:
        statement = {"title": SKILLS_TITLE, "skills": [name[:LONGEST_LINE] for name in skills[:MOST_SKILLS]]}
        experiences.append(own_words.parse(statement))
        left += [("/skills", "too many")] if len(skills) > MOST_SKILLS else []
    return Taken(tuple(experiences), tuple(credentials), tuple(left))


def _state(entry: Mapping[str, Any], section: str, place: str, into: list[Experience], left: list[tuple[str, str]]) -> None:
    statements = list(_statements(entry, section))
    for statement in statements:
        try:
            into.append(own_words.parse(statement))
        except OpenlerError as error:
            left.append((place, error.code))
    if not statements:
        left.append((place, "nothing said"))


def _statements(entry: Mapping[str, Any], section: str) -> Iterator[dict[str, Any]]:
    if section == "employmentHistories":
        organization = _name(entry.get("organization"))
        for position in _items(entry.get("positionHistories")) or [entry]:
            if isinstance(position, Mapping) and (title := _text(position.get("title")) or organization):
                yield _statement(title, organization, position)
    elif section == "educationAndLearnings":
        degrees = [*_items(entry.get("educationDegrees")), *_items(entry.get("programs"))] or [entry]
        institution = _name(entry.get("institution"))
        for degree in degrees:
            title = (_name(degree) if degree is not entry else "") or institution
            if title:
                yield _statement(title, institution, degree if isinstance(degree, Mapping) and "start" in degree else entry)
    elif title := _text(entry.get("name")):
        yield _statement(title, _name(entry.get("issuingAuthority")), entry)


def _statement(title: str, organization: str, node: Mapping[str, Any]) -> dict[str, Any]:
    location = node.get("location")
    told = [*_items(node.get("descriptions")), *_items(location.get("descriptions") if isinstance(location, Mapping) else None)]
    return {
        "title": title[:LONGEST_LINE], "organisation": organization[:LONGEST_LINE], "started": _day(node.get("start")),
        "ended": "" if node.get("current") is True else _day(node.get("end")),
        "description": "\n".join(each for each in told if isinstance(each, str))[:LONGEST_DESCRIPTION],
    }  # fmt: skip


def _credential(verification: object) -> Mapping[str, Any] | str | None:
    """The credential in a verification; None for a reference to one, or an organization's bare name."""
    if not isinstance(verification, Mapping):
        return None
    inner = verification.get("otherW3CVerifiableCredential", verification)
    if not isinstance(inner, Mapping):
        return None
    types = inner.get("type")
    named = types if isinstance(types, list) else [types]
    address = inner.get("id")
    if "EnvelopedVerifiableCredential" in named and isinstance(address, str) and address.startswith("data:"):
        return address.partition(",")[2] or None
    return inner if "VerifiableCredential" in named else None


def write(collection: Collection, *, holder: str | None = None) -> dict[str, Any]:
    """A wallet as LER-RS: credentials as verifications in their sections, own words as unverified entries."""
    body: dict[str, Any] = {"type": TYPE}
    if holder:
        body["documentId"] = {"value": holder}
    for record in collection.records:
        if record.statement is not None:
            _own(record.statement, body)
        else:
            held = whole(record).credential
            if isinstance(held, str):
                held = {
                    "@context": ["https://www.w3.org/ns/credentials/v2"],
                    "type": "EnvelopedVerifiableCredential",
                    "id": f"data:application/vc+{'sd-jwt' if '~' in held else 'jwt'},{held}",
                }
            body.setdefault(_section(record), []).append({"verifications": [{"otherW3CVerifiableCredential": held}]})
    return body


def _own(statement: Experience, body: dict[str, Any]) -> None:
    names = [{"name": skill.text or str(skill.competency)} for skill in statement.skills]
    if names:
        body.setdefault("skills", []).extend(names)
    if statement.title == SKILLS_TITLE and not (statement.organisation or statement.description or statement.started):
        return
    position: dict[str, Any] = {"title": statement.title}
    position |= {name: value for name, value in (("start", statement.started), ("end", statement.ended)) if value}
    if statement.started and not statement.ended:
        position["current"] = True
    if statement.description:
        position["descriptions"] = [statement.description]
    organization = {"name": statement.organisation} if statement.organisation else {}
    body.setdefault("employmentHistories", []).append({"organization": organization, "positionHistories": [position]})


def _section(record: Record) -> str:
    """Where a credential belongs, by what it says it is; what says nothing known is a certification."""
    document = record.document or {}
    if "EmploymentCredential" in _items(document.get("type")):
        return "employmentHistories"
    subject = document.get("credentialSubject")
    first = subject[0] if isinstance(subject, list) and subject else subject
    achievement = first.get("achievement") if isinstance(first, Mapping) else None
    kind = str(achievement.get("achievementType") or "") if isinstance(achievement, Mapping) else ""
    if "ClrCredential" in _items(document.get("type")) or any(kind.endswith(ending) for ending in _LEARNING):
        return "educationAndLearnings"
    return _SECTION_OF.get(kind, "certifications")


def _items(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _name(value: object) -> str:
    if isinstance(value, Mapping):
        return _text(value.get("name")) or _text(value.get("tradeName")) or _text(value.get("programName"))
    return _text(value)


def _day(value: object) -> str:
    """A date as far as it is one: the day of a moment, a month, a year."""
    text = _text(value.get("value") if isinstance(value, Mapping) else value)
    return text.partition("T")[0][:10]
