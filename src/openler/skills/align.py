"""Proposes competencies for a phrase in somebody's own words; a person confirms.

Cosine similarity of TF-IDF vectors over character 3- to 5-grams inside word boundaries: in published comparisons of this task it
beats word matching clearly and needs no model. The first candidate is right in under half of all cases, so candidates are ranked
and proposed, never taken over.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SHORTEST, LONGEST = 3, 5
MAX_PHRASE = 500
"""Longest phrase looked at, in characters; what comes after is left out."""

_ENDS = re.compile(r"[\r\n;:,•·‣▪◦\u2013\u2014()\[\]]+|[.!?]+(?=\s|$)|(?:^|\s)[-*](?=\s)|\s/\s", re.MULTILINE)
_LEADING = re.compile(
    r"^(?:(?:and|then|also|or|i|we|my|have|had|was|am|can|could|able to|responsible for|y|también|o|yo|puedo|he)\s+)+", re.IGNORECASE
)
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A competency that could be meant. ``score`` is the similarity, 0 to 1."""

    key: str
    name: str
    score: float


class Index:
    """Competencies (key, statement) made ready to be found."""

    def __init__(self, competencies: Iterable[tuple[str, str]]) -> None:
        held = sorted(set(competencies))
        counts = [_grams(statement) for _, statement in held]
        frequency = Counter(gram for count in counts for gram in count)
        # One is added as if one more statement held every gram: no weight is zero, none infinite.
        self._idf = {gram: math.log((1 + len(held)) / (1 + seen)) + 1 for gram, seen in frequency.items()}
        self._held = held
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for place, count in enumerate(counts):
            for gram, weight in self._vector(count).items():
                self._postings.setdefault(gram, []).append((place, weight))

    def candidates(self, phrase: str, *, limit: int = 10) -> tuple[Candidate, ...]:
        """The most similar competencies, best first, ties by key; none without a gram in common."""
        scores: dict[int, float] = {}
        for gram, weight in self._vector(_grams(phrase[:MAX_PHRASE])).items():
            for place, held in self._postings.get(gram, ()):
                scores[place] = scores.get(place, 0.0) + weight * held
        ranked = sorted((-round(score, 6), *self._held[place]) for place, score in scores.items())
        return tuple(Candidate(key, name, -score) for score, key, name in ranked[:limit] if score < 0)

    def _vector(self, count: Mapping[str, int]) -> dict[str, float]:
        # Sorted, so that the sum (floating point) is the same on every run.
        raw = {gram: (1 + math.log(seen)) * self._idf[gram] for gram, seen in sorted(count.items()) if gram in self._idf}
        length = math.sqrt(sum(weight * weight for weight in raw.values()))
        return {gram: weight / length for gram, weight in raw.items()} if length else {}


def phrases(words: str) -> tuple[str, ...]:
    """A text in somebody's own words, cut where a list, a sentence or a line ends; each phrase once, in order.

    "and" does not cut, since it joins things more often than deeds.

    >>> phrases("I fixed pumps and generators, and led a team of five. Drove a truck")
    ('fixed pumps and generators', 'led a team of five', 'Drove a truck')
    """
    found: dict[str, str] = {}
    for part in _ENDS.split(words):
        phrase = _LEADING.sub("", " ".join(part.split()) + " ", count=1).strip() if part else ""
        if sum(sign.isalpha() for sign in phrase) >= _FEWEST_LETTERS:
            found.setdefault(phrase.casefold(), phrase)
    return tuple(found.values())


def _grams(phrase: str) -> Counter[str]:
    folded = "".join(sign for sign in unicodedata.normalize("NFKD", phrase).casefold() if not unicodedata.combining(sign))
    found: Counter[str] = Counter()
    for word in "".join(sign if sign.isalnum() else " " for sign in folded).split():
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            found.update(padded[start : start + size] for start in range(len(padded) - size + 1))
    return found
