"""The query index's columns: merged without a difference, kept in memory no longer than they are true, made anew when mostly waste."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from openler.ctdl.description_sets import Branch, Step
from openler.ctdl.document import Document, build
from openler.ctdl.query import order, read
from openler.errors import Unavailable
from openler.ids import Ctid, Digest
from openler.stores.columns import evaluate, index, relations, segments
from openler.stores.columns.index import ColumnIndex
from openler.stores.columns.snapshot import Kept
from openler.stores.position import Batch, Position
from tests.support.ctdl import BASE
from tests.support.projecting import take
from tests.support.small_region import documents

REGION = tuple(documents().values())
HASH = Digest.of(b"an entry")


def filled(place: Path, lots: Sequence[Sequence[Document]]) -> ColumnIndex:
    made = ColumnIndex(place)
    for number, lot in enumerate(lots):
        take(made, Batch({one.ctid: one for one in lot}, lambda _: None), Position(number + 1, HASH))
    return made


def found(made: ColumnIndex, query: Any, by: str | None = None) -> list[str | None]:
    return [one.ctid for one in made.select(read(query), order(by), take=500).nodes]


def one(key: str, **said: Any) -> Document:
    node = {"@type": "ceterms:Certificate", "ceterms:ctid": str(Ctid.derive("columns", "any", key))}
    return build(BASE, [{**node, **{name.replace("__", ":"): value for name, value in said.items()}}])


ASKED: tuple[Any, ...] = (
    {}, {"@type": "ceterms:Certificate"}, {"ceterms:name": "technology"}, {"ceterms:offeredBy": {"ceterms:name": "college"}},
    {"^ceterms:offeredBy": {"ceterms:name": "search:anyValue"}}, {"!ceterms:ownedBy": "search:anyValue"},
    {"ceterms:name": {"search:value": "e", "search:matchType": "search:endsWith"}},
)  # fmt: skip


def test_merged_segments_answer_as_the_many_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    single = filled(tmp_path / "single.sqlite", [REGION])
    monkeypatch.setattr(segments, "FEW", 10_000)
    many = filled(tmp_path / "many.sqlite", [[document] for document in REGION])
    monkeypatch.setattr(segments, "FEW", 2)
    merged = filled(tmp_path / "merged.sqlite", [[document] for document in REGION])
    for query in ASKED:
        expected = sorted(found(single, query))  # type: ignore[type-var]  # records have CTIDs
        assert sorted(found(many, query)) == sorted(found(merged, query)) == expected  # type: ignore[type-var]
    with merged._snapshot() as snapshot:
        assert snapshot is not None
        assert len(snapshot.moment.segments) == 1


def test_a_reference_to_what_was_replaced_is_one_to_what_stands_now(tmp_path: Path) -> None:
    target = str(Ctid.derive("columns", "any", "b"))
    made = filled(tmp_path / "q.sqlite", [[one("a", ceterms__isPartOf=target)], [one("b", ceterms__name="Old")]])
    assert len(found(made, {"ceterms:isPartOf": {"ceterms:name": "old"}})) == 1
    take(
        made,
        Batch({target_document.ctid: target_document for target_document in [one("b", ceterms__name="New")]}, lambda _: None),
        Position(3, HASH),
    )
    assert found(made, {"ceterms:isPartOf": {"ceterms:name": "old"}}) == []
    assert len(found(made, {"ceterms:isPartOf": {"ceterms:name": "new"}})) == 1
    assert len(found(made, {"ceterms:isPartOf": target})) == 1
    take(made, Batch({Ctid(target): None}, lambda _: None), Position(4, HASH))
    assert found(made, {"ceterms:isPartOf": {"ceterms:name": "search:anyValue"}}) == []
    assert len(found(made, {"ceterms:isPartOf": target})) == 1, "what is referred to is still known when it is gone"


def test_nothing_gone_refers_to_anything(tmp_path: Path) -> None:
    target = str(Ctid.derive("columns", "any", "b"))
    made = filled(tmp_path / "q.sqlite", [[one("a", ceterms__isPartOf=target), one("b")], [one("a")]])
    assert found(made, {"^ceterms:isPartOf": "search:anyValue"}) == []
    assert found(made, {"^ceterms:isPartOf": {"@type": "ceterms:Certificate"}}) == []


def test_languages_are_told_apart(tmp_path: Path) -> None:
    made = filled(
        tmp_path / "q.sqlite",
        [[one("a", ceterms__name={"en-US": "Welding", "es": "Soldadura"}), one("b", ceterms__name={"es": "Welding"})]],
    )
    assert found(made, {"ceterms:name": {"en": "welding"}}) == [Ctid.derive("columns", "any", "a")]
    assert len(found(made, {"ceterms:name": "welding"})) == 2


def test_an_index_made_again_in_the_same_place_is_not_taken_for_the_one_before(tmp_path: Path) -> None:
    made = filled(tmp_path / "q.sqlite", [[one("a", ceterms__name="Old")]])
    assert len(found(made, {"ceterms:name": "old"})) == 1
    made.reset()
    assert (made.position(), found(made, {})) == (None, [])
    take(made, Batch({document.ctid: document for document in [one("a", ceterms__name="New")]}, lambda _: None), Position(1, HASH))
    assert found(made, {"ceterms:name": "old"}) == []
    assert len(found(made, {"ceterms:name": "new"})) == 1


def test_a_file_that_is_mostly_waste_or_no_index_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "WASTE_FROM", 1)
    made = filled(tmp_path / "q.sqlite", [[one("a")]])
    assert made.position() == Position(1, HASH)
    made = filled(tmp_path / "q.sqlite", [[one("a", ceterms__name=name)] for name in ("x", "y", "z")])
    assert made.position() is None
    (tmp_path / "broken.sqlite").write_bytes(b"no database at all, but some bytes of it")
    broken = ColumnIndex(tmp_path / "broken.sqlite")
    assert broken.position() is None
    broken.reset()
    assert not (tmp_path / "broken.sqlite").exists()


def test_results_are_sorted_by_texts_and_numbers_what_has_none_last(tmp_path: Path) -> None:
    lots = [
        [one("a", ceterms__name="Beta", ceterms__yearsOfExperience=2)],
        [one("b", ceterms__name="alpha")],
        [one("c", ceterms__yearsOfExperience=1)],
    ]
    made = filled(tmp_path / "q.sqlite", lots)
    a, b, c = (Ctid.derive("columns", "any", key) for key in "abc")
    assert found(made, {}, "ceterms:name") == [b, a, c]
    assert found(made, {}, "^ceterms:name") == [a, b, c]
    assert found(made, {}, "ceterms:yearsOfExperience") == [c, a, b]
    assert found(made, {}, "^ceterms:yearsOfExperience") == [a, c, b]


@pytest.mark.parametrize("few", [0, 64])
def test_paths_are_followed_the_same_for_few_nodes_and_for_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(relations, "FEW", few)
    hub = str(Ctid.derive("columns", "any", "hub"))
    parts = [one(f"part{number}", ceterms__isPartOf=hub) for number in range(5)]
    made = filled(
        tmp_path / "q.sqlite", [[one("hub", ceterms__ownedBy=str(Ctid.derive("columns", "any", "owner")))], parts, [one("owner")]]
    )
    owner = Branch(
        "x", (Step("ceterms:isPartOf", reverse=False), Step("ceterms:ownedBy", reverse=False)), frozenset({"ceterms:Certificate"})
    )
    up = made.related(parts[0].ctid, [owner], limit=9)
    assert [(entry.total, [node.ctid for node in entry.nodes]) for entry in up] == [(1, [Ctid.derive("columns", "any", "owner")])]
    down = Branch("y", (Step("ceterms:ownedBy", reverse=True), Step("ceterms:isPartOf", reverse=True)), frozenset())
    found_down = made.related(Ctid.derive("columns", "any", "owner"), [down], limit=2)
    assert [(entry.total, len(entry.nodes)) for entry in found_down] == [(5, 2)]
    none = Branch("z", owner.steps, frozenset({"ceterms:Course"}))
    assert made.related(parts[0].ctid, [none], limit=9) == ()


def test_a_query_that_takes_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = filled(tmp_path / "q.sqlite", [REGION])
    with made._snapshot() as snapshot:
        assert snapshot is not None
        ticks = iter(range(0, 1000, 6))
        slow = evaluate.Evaluation(snapshot, clock=lambda: float(next(ticks)))
        with pytest.raises(Unavailable, match=r"query\.too_slow"):
            slow.mask(read({"ceterms:ownedBy": {"ceterms:name": "x"}, "ceterms:name": "y"}))


def test_columns_in_memory_stay_within_their_budget() -> None:
    kept = Kept(budget=1_000)
    for number in range(50):
        assert kept.get(("part", number), lambda: b"x" * 200) == b"x" * 200
    assert kept._held <= 1_000
    assert kept.get(("big",), lambda: b"x" * 5_000) == b"x" * 5_000
