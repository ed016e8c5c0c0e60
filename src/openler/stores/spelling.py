"""The word that was probably meant: the nearest one that something published has."""

from __future__ import annotations

from functools import lru_cache

import tantivy

ONE_FROM = 4
"""Letters from which a word may differ by one letter: left out, put in, exchanged, or two in the wrong order."""
TWO_FROM = 8
"""Letters from which it may by two."""
MAX_VOCABULARY = 20_000
"""Words looked through, those that begin alike; a registry has fewer under one letter."""


def allowed(word: str) -> int:
    """How many slips of the pen a word may have."""
    return 2 if len(word) >= TWO_FROM else (1 if len(word) >= ONE_FROM else 0)


def nearest(searcher: tantivy.Searcher, word: str) -> str | None:
    """The nearest word that is published, None where none is near enough; of equally near ones one that ends alike, then the most frequent.

    Words that begin with the same letter come before others, because few slips happen there.
    """
    most = allowed(word)
    if not most or not word.isalpha():
        return None
    for beginning in (word[0], ""):
        best: tuple[int, bool, int, str] | None = None
        for known, count in searcher.terms_with_prefix("word", beginning, limit=MAX_VOCABULARY):
            if abs(len(known) - len(word)) <= most and (slips := distance(word, known, most)) <= most:
                rank = (slips, known[-1] != word[-1], -count, known)
                best = rank if best is None else min(best, rank)
        if best is not None:
            return best[-1]
    return None


@lru_cache(maxsize=4096)
def distance(one: str, other: str, most: int) -> int:
    """How many slips lie between two words (optimal string alignment); ``most + 1`` for any more than ``most``."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        previous, row = row, [index]
        for place, meant in enumerate(other, start=1):
            cost = min(previous[place] + 1, row[place - 1] + 1, previous[place - 1] + (letter != meant))
            if index > 1 < place and letter == other[place - 2] and one[index - 2] == meant:
                cost = min(cost, before[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = previous
    return min(row[-1], most + 1)
