"""Extensions of Open Badges 2: what issuers added to the standard's words, named, and carried over where version 3 can say it.

Nothing is carried whose meaning would change on the way: ECTS points, say, are not version 3's credits of any kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from openler.credentials.report import CheckResult, Outcome, Weight
from openler.credentials.shapes import is_url, listed, pointer, types_of
from openler.errors import declare

CARRIED = declare("credentials.badge2_extensions_carried", by=__name__)
LEFT = declare("credentials.badge2_extensions_left", by=__name__)

MAX_EXTENSIONS = 50
"""Most extensions of one badge that are named."""
_PREFIX = "extensions:"
_DEPTH = 4
_ELSEWHERE = frozenset({"badge", "issuer", "endorsement"})
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[_-][A-Za-z]{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: its short name, and its JSON Pointer, the badge class being at ``/badge`` and its issuer at ``/badge/issuer``."""

    name: str
    path: str


def found(assertion: Mapping[str, Any], badge: Mapping[str, Any], issuer: Mapping[str, Any]) -> tuple[Extension, ...]:
    """The extensions of a badge's three parts, as many as are looked at."""
    every = (each for node, path in ((assertion, ""), (badge, "/badge"), (issuer, "/badge/issuer")) for each in _within(node, path, 0))
    return tuple(each for each, _ in zip(every, range(MAX_EXTENSIONS), strict=False))


def _within(node: Mapping[str, Any], path: str, depth: int) -> Iterator[Extension]:
    for key, value in node.items():
        if key in _ELSEWHERE and depth == 0:
            continue
        for number, each in enumerate(listed(value)):
            if not isinstance(each, Mapping):
                continue
            place = path + (pointer(key, number) if isinstance(value, list) else pointer(key))
            if _is_extension(key, each):
                yield Extension(_name(key, each), place)
            elif depth < _DEPTH:
                yield from _within(each, place, depth + 1)


def _is_extension(key: str, value: Mapping[str, Any]) -> bool:
    return key.startswith(_PREFIX) or "Extension" in types_of(value)


def _name(key: str, value: Mapping[str, Any]) -> str:
    """What it calls itself: the end of its own type, or of the member it stands under."""
    own = next((each for each in types_of(value) if each != "Extension"), key)
    return re.split(r"[:/#]", own)[-1][:80] or key[:80]


def words(badge: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a badge class's extensions say that an Achievement of version 3 has a member for: those members, by the extension's place."""
    said = {}
    for key, value in badge.items():
        if isinstance(value, Mapping) and _is_extension(key, value):
            read = _WORDS.get(_name(key, value).lower())
            members = read(value) if read is not None else None
            if members:
                said["/badge" + pointer(key)] = members
    return said


def _creator(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """Who first defined the badge: the address of a profile."""
    url = value.get("url")
    return {"creator": {"id": url, "type": ["Profile"]}} if is_url(url) else None


def _language(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The language of what was learned. It is written ``nl_NL`` and also ``en_EN``, so that only its first part says something."""
    stated = _LANGUAGE.fullmatch(str(value.get("Language")))
    return {"inLanguage": stated[1].lower()} if stated is not None else None


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = MappingProxyType(
    {"originalcreator": _creator, "languageextension": _language}
)


def check(assertion: Mapping[str, Any], badge: Mapping[str, Any], issuer: Mapping[str, Any]) -> tuple[CheckResult, ...]:
    """The check *extensions*, which only informs: which ones were carried over, or which ones were not. Nothing where there are none."""
    every = found(assertion, badge, issuer)
    if not every:
        return ()
    kept = words(badge)
    left = [each for each in every if each.path not in kept]
    outcome, code = (Outcome.UNKNOWN, LEFT) if left else (Outcome.PASSED, CARRIED)
    named = left or every
    names = ", ".join(dict.fromkeys(each.name for each in named))[:300]
    return (CheckResult("extensions", Weight.INFORMING, outcome, code, {"names": names}, named[0].path),)
