"""Pages in the order of the names: the same as if all names were sorted, from any position and in both directions."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import tantivy

from openler.actions.search_ports import Cursor
from openler.ids import Ctid
from openler.stores.search_names import ByName, Names
from openler.stores.search_schema import ORDER_NUMBERS, order_numbers, schema
from openler.stores.words import analysers

CTID = Ctid.derive("tests", "any", "hit")
BEGINNINGS = (
    "", "a", "associate of science in nursing and health, evening", "associate of science in nursing and health, ", "ärztin", "z",
    "\0" * 9, "12345678", "1234567812345678", "\U0010ffff" * 9,
)  # fmt: skip
"""Names alike in the bytes that are compared as numbers, in some of them, in none; and the least and the greatest."""


def names(count: int) -> list[str]:
    chance = Random(7)  # noqa: S311 - the same at every run
    return sorted({f"{chance.choice(BEGINNINGS)}{chance.randrange(10**6)}\tce-{number}" for number in range(count)}, key=str.encode)


@pytest.fixture
def ordered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ByName:
    monkeypatch.setattr("openler.stores.search_names.ONE_IN", 10)
    index = tantivy.Index(schema(), str(tmp_path))
    for name, analyser in analysers().items():
        index.register_tokenizer(name, analyser)
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    shuffled = names(2_000)
    Random(3).shuffle(shuffled)  # noqa: S311 - the same at every run
    for number, name in enumerate(shuffled):
        made = tantivy.Document()
        made.add_text("kind", "resource")
        made.add_text("order", name)
        for field, value in zip(ORDER_NUMBERS, order_numbers(name), strict=True):
            made.add_unsigned(field, value)
        if number % 10 == 0:
            made.add_text("kind", "sample")
        writer.add_document(made)
        if number % 700 == 699:
            writer.commit()
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    return ByName(searcher, tantivy.Query.term_query(schema(), "kind", "resource"), Names(searcher), 1.0)


@pytest.mark.parametrize("start", [0, 1, 39, 40, 41, 500, 1_234, 1_990, 1_999, 2_000, 5_000])
@pytest.mark.parametrize("limit", [1, 21, 300])
def test_a_page_from_any_position_is_that_of_all_names_sorted(ordered: ByName, start: int, limit: int) -> None:
    assert [name for name, _ in ordered.slice(start, limit)] == names(2_000)[start : start + limit]


@pytest.mark.parametrize("at", [0, 1, 300, 700, 1_100, 1_500, 1_900, 1_998, 1_999])
def test_behind_and_before_a_name_is_what_stands_there(ordered: ByName, at: int) -> None:
    name = names(2_000)[at]
    assert [one for one, _ in ordered.behind(name, 21)] == names(2_000)[at + 1 : at + 22]
    assert ordered.position(Cursor((CTID,), name, 0, back=True)) == at


@pytest.mark.parametrize("gone", ["", "a5\tzzz", "associate of science in nursing and health, evening5", "~", "\U0010ffff" * 20])
def test_a_name_that_is_no_longer_there_keeps_its_place(ordered: ByName, gone: str) -> None:
    behind = [name for name in names(2_000) if name.encode() > gone.encode()]
    assert [one for one, _ in ordered.behind(gone, 21)] == behind[:21]
    assert ordered.position(Cursor((CTID,), gone, 0, back=True)) == 2_000 - len(behind)


def test_a_share_that_was_guessed_wrong_costs_time_and_loses_nothing(ordered: ByName) -> None:
    few = tantivy.Query.term_query(schema(), "kind", "sample")
    wrong = ByName(ordered.searcher, few, ordered.names, 1.0)
    found = [name for name, _ in wrong.slice(0, 150)]
    assert len(found) == 150
    assert found == sorted(found, key=str.encode)
    assert found == [name for name, _ in ByName(ordered.searcher, few, ordered.names, 0.0001).slice(0, 150)]
