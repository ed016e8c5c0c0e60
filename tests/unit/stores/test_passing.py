"""A pass over the journal: what comes of it does not depend on who derives it, where the journal is cut, or how often it was followed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from openler.actions.job_ports import Spread
from openler.actions.ports import Query, Store
from openler.ctdl.document import Document, parse
from openler.ctdl.summary import summaries, told_elsewhere
from openler.ids import Ctid
from openler.jobs.spread import Spread as Processes
from openler.linkeddata.canonical import jcs
from openler.stores import passing
from openler.stores.links import Links
from openler.stores.position import Load
from openler.stores.projections import projections
from openler.stores.projector import FollowingProjector
from openler.stores.search import TantivyIndex
from tests.support import sample
from tests.support.planning import planning_ports, put, remove
from tests.support.small_region import BASE, documents, program, school

REGION = documents()


def made(place: Path, store: Store, spread: Spread | None = None) -> dict[str, Any]:
    """What the projections hold after following a journal from wherever they are."""
    held = projections(place, store, BASE, spread)
    held.projector.catch_up()
    assert all(lag.seq == lag.head == store.head() for lag in held.projector.lags())
    found = held.search.find(Query(limit=1000))
    snapshot = held.graph._rdf.snapshots.newest()
    assert snapshot is not None
    quads = [str(quad) for quad in ox.Store.read_only(str(snapshot.place)) if "urn:openler:" not in str(quad)]
    return {
        "search": (
            found.total,
            found.facets,
            sorted((hit.ctid, hit.name, hit.owner_name, sorted(hit.facets.items())) for hit in found.hits),
        ),
        "links": {table: rows(place / "projections" / "links.sqlite", table) for table in ("resource", "link")},
        "graph": (len(quads), sorted(quad for quad in quads if "_:" not in quad)),
    }


def rows(file: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall())  # noqa: S608 - a test's own words


def columns(place: Path) -> dict[str, list[tuple[Any, ...]]]:
    file = place / "projections" / "query.sqlite"
    return {table: rows(file, table) for table in ("segment", "part", "document", "key", "word", "tongue")}


@pytest.fixture
def store() -> Store:
    return planning_ports(sample.documents())[0].store


def test_other_processes_derive_what_this_one_does(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "LOT", 20)
    monkeypatch.setattr(passing, "LOAD", 70)
    assert store.head() > 5 * passing.LOT, "enough for the others to get some"
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    assert made(here, store) == made(elsewhere, store, Processes(2, few=1))
    assert columns(here) == columns(elsewhere), "to the byte"


@pytest.mark.parametrize(("lot", "load"), [(40, 1), (7, 1000)])
def test_where_the_journal_is_cut_makes_no_difference(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lot: int, load: int
) -> None:
    whole = made(tmp_path / "whole", store)
    monkeypatch.setattr(passing, "LOT", lot)
    monkeypatch.setattr(passing, "SLICE", 3)
    monkeypatch.setattr(passing, "LOAD", load)
    assert made(tmp_path / "cut", store) == whole


@pytest.mark.parametrize("lot", [1, 2, 100])
def test_following_changes_comes_to_what_is_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lot: int) -> None:
    monkeypatch.setattr(passing, "LOT", lot)
    monkeypatch.setattr(passing, "LOAD", lot)
    ports, _ = planning_ports(REGION.values())
    followed = tmp_path / "followed"
    made(followed, ports.store)
    # One after the other, and several before anybody follows: owners that others show, a document twice, one that goes and returns.
    for changes in ([school("north", "Cedar", "TwoYear")], [program("welding", "south"), school("south", "Elm", "TwoYear")]):
        for one in changes:
            put(ports, one)
        made(followed, ports.store)
    remove(ports, REGION["baking"])
    remove(ports, REGION["south"])
    put(ports, program("welding", "north"))
    put(ports, REGION["baking"])
    after = made(followed, ports.store)
    assert after == made(tmp_path / "at once", ports.store)
    assert REGION["south"].ctid not in {row[0] for row in after["links"]["resource"]}


def test_a_pass_that_breaks_off_goes_on_from_where_each_projection_stood(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "LOT", 40)
    monkeypatch.setattr(passing, "LOAD", 40)
    whole = made(tmp_path / "whole", store)
    take, loads = TantivyIndex.take, iter(range(1000))

    def breaks(index: TantivyIndex, load: Load) -> None:
        if next(loads) == 1:
            raise OSError(28, "No space left on device")
        take(index, load)

    monkeypatch.setattr(TantivyIndex, "take", breaks)
    broken = projections(tmp_path / "broken", store, BASE)
    with pytest.raises(OSError, match="No space"):
        broken.projector.catch_up()
    reached = {lag.projection: lag.seq for lag in broken.projector.lags()}
    assert 0 < reached["search"] < reached["links"] < store.head()
    assert made(tmp_path / "broken", store) == whole


class _Witness(Links):
    """The links, which remember what each load brought."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.loads: list[tuple[bool, bool, list[Ctid]]] = []

    def take(self, load: Load) -> None:
        self.loads.append((load.fresh, load.last, load.documents))
        super().take(load)


def test_a_document_of_many_entries_is_taken_in_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "LOT", 1)
    monkeypatch.setattr(passing, "LOAD", 1)
    ports, _ = planning_ports([REGION["north"], program("welding", "south")])
    put(ports, program("welding", "north"))
    put(ports, program("welding", "south"))
    links = _Witness(tmp_path / "links.sqlite")
    FollowingProjector(tmp_path, ports.store, links, []).catch_up()
    taken = [ctid for _, _, documents in links.loads for ctid in documents]
    assert sorted(taken) == sorted([REGION["north"].ctid, REGION["welding"].ctid])
    assert [(fresh, last) for fresh, last, _ in links.loads][-1] == (True, True)
    with closing(sqlite3.connect(tmp_path / "links.sqlite")) as connection:
        indexes = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"resource_document", "link_document"} <= indexes, "what follows finds the rows of a document"


def test_a_summary_needs_no_more_of_others_than_what_is_carried_to_where_it_is_made() -> None:
    published: Sequence[Document] = [*sample.documents(), *REGION.values()]
    by_resource = {ctid: one for one in published for ctid in one.resources}
    cut = {id(one): parse(jcs({"@graph": told_elsewhere(one)})) for one in published}
    assert any(summary.owner_name for one in published for summary in summaries(one, by_resource.get))
    for one in published:
        shortened = list(summaries(one, lambda ctid: cut[id(by_resource[ctid])] if ctid in by_resource else None))
        assert shortened == list(summaries(one, by_resource.get))
