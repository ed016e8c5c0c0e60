"""The projector's work on many documents at once: side by side, in bulk, and what fails is told and done again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from openler.actions.ports import Query
from openler.ctdl.document import Document, parse
from openler.ids import Digest
from openler.stores import graph
from openler.stores.graph import RdfStore
from openler.stores.links import Links
from openler.stores.position import Batch, Load, Position
from openler.stores.projector import FollowingProjector
from openler.stores.search import TantivyIndex
from tests.support import sample
from tests.support.planning import planning_ports, put, remove
from tests.support.projecting import take
from tests.support.small_region import BASE, documents, program, school

REGION = documents()
POSITION = Position(1, Digest.of(b"an entry"))


def held(store: RdfStore, published: Sequence[Document]) -> dict[str, list[bytes]]:
    """The statements of each document that name no blank node, which have other labels each time."""
    told = {document.ctid: store.dump(document.ctid) or b"" for document in published}
    return {ctid: [line for line in content.splitlines() if b"_:" not in line] for ctid, content in told.items()}


def applied(place: Path, batches: Sequence[Sequence[Document]]) -> RdfStore:
    store = RdfStore(place, BASE)
    for batch in batches:
        take(store, Batch({document.ctid: document for document in batch}, lambda _: None), POSITION)
    return store


def test_documents_loaded_in_bulk_say_what_they_say_one_by_one(tmp_path: Path) -> None:
    published = sample.onet().documents[:20]
    single = held(applied(tmp_path / "single", [[document] for document in published]), published)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(graph, "BULK_FROM", 2)
        bulk = held(applied(tmp_path / "bulk", [published]), published)
    assert single == bulk
    assert all(single.values())


def test_a_version_loaded_in_bulk_leaves_nothing_of_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "BULK_FROM", 1)
    after = program("welding", "south")
    assert after.ctid == REGION["welding"].ctid
    changed = applied(tmp_path / "changed", [[REGION["welding"]], [after]])
    assert held(changed, [after]) == held(applied(tmp_path / "fresh", [[after]]), [after])


def test_blank_nodes_of_documents_loaded_together_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "BULK_FROM", 2)
    first, second = REGION["welding outcomes"], REGION["wages"]
    assert {"_:employed", "_:o0"}.isdisjoint(first.index), "documents of our own have labels of their own; these are made alike"
    alike = [_relabelled(first), _relabelled(second)]
    store = applied(tmp_path / "graph", [alike])
    labels = [{word for word in (store.dump(one.ctid) or b"").split() if word.startswith(b"_:")} for one in alike]
    assert all(labels)
    assert labels[0].isdisjoint(labels[1])


def _relabelled(document: Document) -> Document:
    """The document with labels that say nothing of whose they are."""
    content = document.normalised
    for number, label in enumerate(name for name in document.index if name.startswith("_:")):
        content = content.replace(label.encode(), b"_:b%d" % number)
    return parse(content)


def _nothing(_batch: Batch) -> None:
    pass


class _Failing:
    """A projection that cannot be written, until it can."""

    name = "failing"
    reads: tuple[str, ...] = ()
    derive = staticmethod(_nothing)

    def __init__(self) -> None:
        self.broken = True
        self.at: Position | None = None
        self.applied: list[Any] = []

    def position(self) -> Position | None:
        return self.at

    def take(self, load: Load) -> None:
        if self.broken:
            raise OSError(28, "No space left on device")
        self.applied.extend(load.documents)
        self.at = load.position

    def reset(self) -> None:
        self.at = None

    def close(self) -> None:
        pass


def test_a_projection_that_fails_is_told_and_goes_on_where_it_stood(tmp_path: Path) -> None:
    ports, _ = planning_ports(REGION.values())
    links, search, failing = Links(tmp_path / "links.sqlite"), TantivyIndex(tmp_path / "search"), _Failing()
    projector = FollowingProjector(tmp_path, ports.store, links, [search, failing])
    with pytest.raises(OSError, match="No space"):
        projector.catch_up()
    assert {lag.projection: lag.seq for lag in projector.lags()} == {"links": len(REGION), "search": len(REGION), "failing": 0}
    failing.broken = False
    projector.catch_up()
    assert sorted(failing.applied) == sorted(document.ctid for document in REGION.values())
    assert {lag.seq for lag in projector.lags()} == {len(REGION)}


def test_what_is_shown_of_a_provider_follows_the_provider(tmp_path: Path) -> None:
    ports, _ = planning_ports(REGION.values())
    search = TantivyIndex(tmp_path / "search")
    projector = FollowingProjector(tmp_path, ports.store, Links(tmp_path / "links.sqlite"), [search])

    def counties() -> dict[str, tuple[str, ...]]:
        return {hit.name: hit.facets.get("county", ()) for hit in search.find(Query(facets={"group": ("learning",)})).hits}

    projector.catch_up()
    assert counties() == {"welding": ("Alder",), "nursing": ("Alder",), "baking": ("Birch",), "english": ("Birch",)}
    put(ports, school("north", "Cedar", "TwoYear"))
    projector.catch_up()
    assert counties() == {"welding": ("Cedar",), "nursing": ("Cedar",), "baking": ("Birch",), "english": ("Birch",)}
    remove(ports, REGION["south"])
    projector.catch_up()
    assert counties() == {"welding": ("Cedar",), "nursing": ("Cedar",), "baking": (), "english": ()}
