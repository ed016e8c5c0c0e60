"""Codes and parameters become plain sentences, in English and Spanish.

One TOML file a room and language: ``en/ids.toml`` holds ``["ids.ctid_malformed"]`` with ``text`` and, where there is
something to do about it, ``hint``. A test fails on a declared code without a text, a text without a code, and
placeholders that differ between the languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from openler.errors import OpenlerError
from openler.resources import names, read_toml

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


@dataclass(frozen=True, slots=True)
class Message:
    """One plain sentence, and what to do about it (may be empty)."""

    text: str
    hint: str = ""


@cache
def catalogue(language: Language) -> Mapping[str, Message]:
    """All messages of a language by code, unfilled."""
    found: dict[str, Message] = {}
    for name in names("openler.messages", language):
        for code, entry in read_toml("openler.messages", language, name).items():
            found[code] = Message(entry["text"], entry.get("hint", ""))
    return found


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def render(code: str, parameters: Mapping[str, object] | None = None, language: Language = "en") -> Message:
    """The sentence for a code. A missing parameter shows as ``?``: a message must never fail while telling a failure."""
    message = catalogue(language).get(code) or catalogue("en").get(code) or Message(code)
    filling = _Lenient(parameters or {})
    return Message(message.text.format_map(filling), message.hint.format_map(filling))


def explain(error: OpenlerError, language: Language = "en") -> Message:
    """The sentence for an error."""
    return render(error.code, error.parameters, language)
