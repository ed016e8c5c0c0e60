"""What people say for the same thing: short forms of the field and their full names, in English and Spanish.

The table is package data, each row with where the fact is from. The greater source is what is published: alternate titles
of occupations, such as O*NET's, are searched as names, and their abbreviations are learned from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from openler.ctdl.places import folded
from openler.resources import read_toml

MAX_PHRASE = 5
"""Words that the longest entry of the table has."""

_ABBREVIATED = re.compile(r"(.{4,80}?) \(([A-Z][A-Za-z]{1,5})\)")


@dataclass(frozen=True, slots=True)
class Synonym:
    """``says`` all mean one thing. ``source`` tells where that is from."""

    says: tuple[str, ...]
    source: str


@cache
def table() -> tuple[Synonym, ...]:
    """The rows of the table, in its order."""
    return tuple(Synonym(tuple(row["says"]), row["source"]) for row in read_toml("openler.ctdl", "data", "synonyms.toml")["same"])


@cache
def _by_phrase() -> dict[str, Synonym]:
    return {folded(phrase): row for row in table() for phrase in row.says}


def others(phrase: str) -> tuple[str, ...]:
    """What else the same thing is called, also where many of it are named; nothing for a phrase that the table does not have."""
    for form in _forms(folded(phrase)):
        row = _by_phrase().get(form)
        if row is not None:
            return tuple(one for one in row.says if folded(one) != form)
    return ()


def _forms(phrase: str) -> Iterator[str]:
    """The phrase itself, and what it may be the plural of, in English and Spanish: ``CNAs``, ``enfermeras``, ``soldadores``."""
    yield phrase
    for ending in ("s", "es"):
        words = phrase.split()
        yield " ".join(word.removesuffix(ending) if len(word) > len(ending) + 1 else word for word in words)


def abbreviation(name: str) -> tuple[str, str] | None:
    """``Community Health Worker (CHW)`` as its short and its full form, where the letters are the words' own; else None."""
    found = _ABBREVIATED.fullmatch(name.strip())
    if found is None:
        return None
    full, short = found[1].strip(), found[2]
    initials = "".join(word[0] for word in folded(full).split())
    return (short.casefold(), full) if initials == short.casefold() else None
