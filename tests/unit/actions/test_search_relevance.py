"""On the sample region what people look for comes first: the golden set that bench/relevance.py measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.relevance import SAMPLE, mean, ranks
from tests.support.sample import documents
from tests.support.searching import Searched


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    index = Searched(Path(tmp_path_factory.mktemp("relevance")), documents())
    return ranks(index.find, SAMPLE)


def test_what_is_wanted_is_nearly_always_first(found: dict[str, float]) -> None:
    assert len(found) >= 40
    assert mean(found) >= 0.95, {words: rank for words, rank in found.items() if rank < 1}


def test_every_search_shows_what_is_wanted_among_the_first(found: dict[str, float]) -> None:
    assert [words for words, rank in found.items() if rank < 1 / 5] == []
