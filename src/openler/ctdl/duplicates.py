"""Whether two descriptions are of the same organization, credential or program: what tells for it, what against, and how much.

No pair is decided here: a likeness is a proposal for a person, every point of it with its reason. Which pairs are compared at all
follows from :func:`keys`: only what shares a key is, so that a million descriptions need no comparison of each with each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from openler.ctdl.document import Document
from openler.ctdl.summary import name_of
from openler.ctdl.terms import terms
from openler.ctdl.values import nodes, refs, texts
from openler.errors import Code, declare
from openler.ids import Ctid

SAME_IDENTIFIER = declare("duplicate.same_identifier", by=__name__)
OTHER_IDENTIFIER = declare("duplicate.other_identifier", by=__name__)
SAME_NAME = declare("duplicate.same_name", by=__name__)
LIKE_NAME = declare("duplicate.like_name", by=__name__)
SAME_DOMAIN = declare("duplicate.same_domain", by=__name__)
SAME_PLACE = declare("duplicate.same_place", by=__name__)
OTHER_PLACE = declare("duplicate.other_place", by=__name__)
SAME_PROVIDER = declare("duplicate.same_provider", by=__name__)
OTHER_PROVIDER = declare("duplicate.other_provider", by=__name__)
SAME_PROGRAM_CODE = declare("duplicate.same_program_code", by=__name__)
OTHER_PROGRAM_CODE = declare("duplicate.other_program_code", by=__name__)
SAME_PAGE = declare("duplicate.same_page", by=__name__)

THRESHOLD = 55
"""Points from which on a pair is proposed; at most 100."""
LIKE = 0.6
"""Share of words that two names must have in common to tell anything."""

Kind = Literal["organization", "credential", "learning"]
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("organization", "ceterms:Agent"), ("credential", "ceterms:Credential"), ("learning", "ceterms:LearningOpportunityProfile"),
)  # fmt: skip
_NUMBERS = ("ceterms:opeID", "ceterms:ipedsID", "ceterms:fein", "ceterms:duns", "ceterms:leiCode", "ceterms:ncesID")
_LABELS = {
    "ceterms:opeID": "OPE ID", "ceterms:ipedsID": "IPEDS ID", "ceterms:fein": "FEIN", "ceterms:duns": "DUNS number",
    "ceterms:leiCode": "LEI", "ceterms:ncesID": "NCES ID",
}  # fmt: skip
_PROVIDERS = ("ceterms:offeredBy", "ceterms:ownedBy")
_PAGES = ("ceterms:subjectWebpage",)
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = frozenset({"the", "of", "at", "in", "and", "for", "a", "an", "inc", "llc", "corp", "ltd", "co"})
_SHORT = {
    "univ": "university", "coll": "college", "comm": "community", "cmty": "community", "inst": "institute", "tech": "technical",
    "st": "saint", "mt": "mount", "ctr": "center", "centre": "center", "cty": "county", "cert": "certificate", "prog": "program",
    "asst": "assistant", "mgmt": "management", "dept": "department", "intl": "international", "natl": "national", "sch": "school",
}  # fmt: skip
_SHARED_HOSTS = frozenset({"facebook.com", "sites.google.com", "linkedin.com", "google.com", "wixsite.com", "wordpress.com"})


@dataclass(frozen=True, slots=True)
class Profile:
    """What of a description tells it from others."""

    ctid: Ctid
    kind: Kind
    name: str
    words: frozenset[str]
    numbers: Mapping[str, str]
    domains: frozenset[str]
    pages: frozenset[str]
    places: frozenset[str]
    providers: frozenset[Ctid]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that tells for a pair, or against it (``points`` below 0); ``value`` is what they share or differ in."""

    code: Code
    points: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two descriptions look like one thing: 0 to 100, with the reasons, the weightiest first."""

    score: int
    reasons: tuple[Reason, ...]


def kind_of(ctdl_type: str) -> Kind | None:
    """The kind that a class belongs to; None for what is not looked through for duplicates."""
    return next((kind for kind, top in _KINDS if terms().is_a(ctdl_type, top)), None)


def profile(document: Document) -> Profile | None:
    """The profile of a document's main resource, or None where it is of no such kind or has no name."""
    kind, node = kind_of(document.type), document.main
    name = name_of(node)
    if kind is None or not name:
        return None
    pages = {page for prop in _PAGES for one in refs(node, prop) if (page := _page(one))}
    places = {place for prop in ("ceterms:address", "ceterms:availableAt") for one in nodes(document, node, prop) if (place := _place(one))}
    coded = nodes(document, node, "ceterms:instructionalProgramType")
    return Profile(
        ctid=document.ctid,
        kind=kind,
        name=name,
        words=_words(name),
        numbers={prop: number for prop in _NUMBERS for one in texts(node, prop)[:1] if _bare(number := _number(one))},
        domains=frozenset(host for page in pages if (host := page.partition("/")[0]) not in _SHARED_HOSTS),
        pages=frozenset(page for page in pages if "/" in page),
        places=frozenset(places),
        providers=frozenset(found for prop in _PROVIDERS for one in refs(node, prop) if (found := Ctid.within(one)) is not None),
        codes=frozenset(_number(code) for one in coded for code in texts(one, "ceterms:codedNotation") if _number(code)),
    )


def keys(one: Profile) -> tuple[str, ...]:
    """What a description is filed under: two that share no key are never compared."""
    name = " ".join(sorted(one.words))
    found = [f"{prop} {_bare(number)}" for prop, number in one.numbers.items()]
    if name:
        found.append(f"name {name}")
    if one.kind == "organization":
        found.extend(f"domain {domain}" for domain in one.domains)
    else:
        found.extend(f"page {page}" for page in one.pages)
        found.extend(f"name {name} by {provider}" for provider in one.providers)
        found.extend(f"name {name} code {code}" for code in one.codes)
        found.extend(f"code {code} by {provider}" for code in one.codes for provider in one.providers)
    return tuple(f"{one.kind} {key}" for key in dict.fromkeys(found))


def compare(one: Profile, other: Profile, same: Callable[[Ctid, Ctid], bool]) -> Likeness:
    """How alike two descriptions are; ``same`` tells whether two organizations are one, confirmed or proposed."""
    reasons: list[Reason] = []
    if one.kind == other.kind:
        reasons.extend(_numbers(one, other))
        reasons.extend(_names(one, other))
        reasons.extend(_organizations(one, other) if one.kind == "organization" else _offers(one, other, same))
    ordered = tuple(sorted(reasons, key=lambda reason: (-abs(reason.points), reason.code)))
    return Likeness(max(0, min(100, sum(reason.points for reason in reasons))), ordered)


def _numbers(one: Profile, other: Profile) -> list[Reason]:
    shared = [prop for prop in _NUMBERS if prop in one.numbers and prop in other.numbers]
    equal = [prop for prop in shared if _bare(one.numbers[prop]) == _bare(other.numbers[prop])]
    unequal = [prop for prop in shared if prop not in equal]
    return [
        *(Reason(SAME_IDENTIFIER, 60 if number == 0 else 5, f"{_LABELS[prop]} {one.numbers[prop]}") for number, prop in enumerate(equal)),
        *(Reason(OTHER_IDENTIFIER, -40, f"{_LABELS[prop]} {one.numbers[prop]}, {other.numbers[prop]}") for prop in unequal),
    ]


def _names(one: Profile, other: Profile) -> list[Reason]:
    if not one.words or not other.words:
        return []
    if one.words == other.words:
        return [Reason(SAME_NAME, 40, one.name[:120])]
    share = len(one.words & other.words) / len(one.words | other.words)
    return [Reason(LIKE_NAME, round(35 * share), f"{one.name[:80]}, {other.name[:80]}")] if share >= LIKE else []


def _organizations(one: Profile, other: Profile) -> list[Reason]:
    reasons = [Reason(SAME_DOMAIN, 30, domain) for domain in sorted(one.domains & other.domains)[:1]]
    return [*reasons, *_places(one, other, alike=20, apart=-20)]


def _offers(one: Profile, other: Profile, same: Callable[[Ctid, Ctid], bool]) -> list[Reason]:
    reasons: list[Reason] = []
    if any(same(mine, theirs) for mine in one.providers for theirs in other.providers):
        reasons.append(Reason(SAME_PROVIDER, 30))
    elif one.providers and other.providers:
        reasons.append(Reason(OTHER_PROVIDER, -15))
    if one.codes & other.codes:
        reasons.append(Reason(SAME_PROGRAM_CODE, 15, ", ".join(sorted(one.codes & other.codes)[:3])))
    elif one.codes and other.codes:
        reasons.append(Reason(OTHER_PROGRAM_CODE, -20, f"{min(one.codes)}, {min(other.codes)}"))
    reasons.extend(Reason(SAME_PAGE, 20, page) for page in sorted(one.pages & other.pages)[:1])
    return [*reasons, *_places(one, other, alike=5, apart=-20)]


def _places(one: Profile, other: Profile, *, alike: int, apart: int) -> list[Reason]:
    if one.places & other.places:
        return [Reason(SAME_PLACE, alike, min(one.places & other.places))]
    return [Reason(OTHER_PLACE, apart, f"{min(one.places)}; {min(other.places)}")] if one.places and other.places else []


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    return frozenset(_SHORT.get(word, word) for word in _WORD.findall(plain) if word not in _EMPTY)


def _number(text: str) -> str:
    """An identifier without what people write between its digits."""
    return re.sub(r"[^0-9a-z]", "", text.lower())[:40]


def _bare(number: str) -> str:
    """Without leading zeros, which spreadsheets lose."""
    return number.lstrip("0")


def _page(address: str) -> str:
    """Host without www., and path: what two spellings of one address have in common."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return f"{host}{parts.path.rstrip('/')}"[:300] if "." in host else ""


def _place(node: Mapping[str, object]) -> str:
    """Postal code and street's number, or the town: enough to tell two campuses apart."""
    code = "".join(texts(node, "ceterms:postalCode")[:1])[:5]
    street = " ".join(texts(node, "ceterms:streetAddress")[:1]).lower()
    number = next(iter(re.findall(r"\d+", street)), "")
    if code:
        return f"{code} {number}".strip()
    return "".join(texts(node, "ceterms:addressLocality")[:1]).lower()
