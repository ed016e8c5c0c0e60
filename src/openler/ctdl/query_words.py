"""Texts as queries see them: folded, cut into words, and a word's beginning in place of its stem.

The national Registry compares English stems and takes each for the beginning of a word. Here only the asked word is cut,
so that ``accounting`` finds accountants and ``nurse`` finds nursing; what is published is kept whole.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_VOWEL = re.compile(r"[aeiouy]")
_ENDINGS = ("ies", "ing", "ed", "es", "s", "y", "e")
_LEFT = 4
"""Letters that must be left: shorter beginnings find too much."""
_NEVER_PLURAL = ("ss", "us", "is")

_STOP_WORDS = """
    a an and are as at be been being but by can did do does during each few for from had has have having he her here him his how i if in
    into is it its just me more most my no nor not of off on once only or other our out over own same she should so some such than that
    the their them then there these they this those through to too under until up very was we were what when where which while who whom
    why will with you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""English words that are left out of a question: they tell nothing apart."""


def folded(text: str) -> str:
    """A text for comparing: capital letters as small ones, accents left out."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The words of a folded text, in order, with repetitions."""
    return _WORD.findall(text)


def beginnings(text: str) -> tuple[str, ...]:
    """What words must begin with to answer a question, each once; stop words count only where there is nothing else."""
    found = words(folded(text))
    telling = [word for word in found if word not in STOP_WORDS]
    return tuple(dict.fromkeys(beginning(word) for word in telling or found))


def beginning(word: str) -> str:
    """The part of a folded word that its other forms share."""
    for ending in _ENDINGS:
        if word.endswith(ending):
            left = word[: -len(ending)]
            if len(left) < _LEFT or not _VOWEL.search(left) or (ending == "s" and word.endswith(_NEVER_PLURAL)):
                continue
            if ending in {"ing", "ed"} and left[-1] == left[-2] and left[-1] not in "lsz":
                left = left[:-1]
            return left
    return word
