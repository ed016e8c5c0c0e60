"""The query index follows every kind of store alike: what is published is found, what changed is found as it is, what is gone is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from openler.actions.ports import Store
from openler.ctdl.query import order, read
from openler.stores.projections import Projections, projections
from tests.contract.test_store import T0, append, change, deletion
from tests.support.ctdl import BASE, OWNER, ctid


@pytest.fixture
def projected(store: Store, tmp_path: Path) -> Projections:
    return projections(tmp_path / "data", store, BASE)


def found(projected: Projections, query: Any, by: str | None = None, skip: int = 0, take: int = 100) -> list[str | None]:
    projected.projector.catch_up()
    return [one.ctid for one in projected.queries.select(read(query), order(by), skip=skip, take=take).nodes]


def test_queries_follow_what_is_published_changed_and_deleted(store: Store, projected: Projections) -> None:
    append(store, change("a", "Pipefitting"), change("b", "Carpentry"))
    assert found(projected, {"ceterms:name": "pipefitting"}) == [ctid("a")]
    append(store, change("a", "Plumbing"))
    assert found(projected, {"ceterms:name": "pipefitting"}) == []
    assert found(projected, {"ceterms:name": "plumbing"}) == [ctid("a")]
    append(store, deletion("b"))
    assert found(projected, {}) == [ctid("a")]
    lags = {lag.projection: lag for lag in projected.projector.lags()}
    assert (lags["query"].seq, lags["query"].head) == (4, 4)


def test_what_changed_last_comes_first_also_after_a_rebuild(store: Store, projected: Projections) -> None:
    for number, key in enumerate(("c", "a", "b")):
        append(store, change(key), at=T0 + timedelta(hours=number))
    append(store, change("c", "Advanced Welding"), at=T0 + timedelta(hours=9))
    newest = [ctid("c"), ctid("b"), ctid("a")]
    assert found(projected, {}) == newest
    assert found(projected, {}, "search:recordUpdated") == newest[::-1]
    assert found(projected, {}, "search:recordCreated") == [ctid("c"), ctid("a"), ctid("b")]
    projected.projector.rebuild()
    assert found(projected, {}) == newest
    assert [found(projected, {}, skip=at, take=1) for at in range(4)] == [[ctid("c")], [ctid("b")], [ctid("a")], []]


def test_records_are_found_by_what_the_registry_knows_of_them(store: Store, projected: Projections) -> None:
    append(store, change("a"), at=T0)
    append(store, change("b"), at=T0 + timedelta(days=40))
    day = T0.date().isoformat()
    assert found(projected, {"search:recordCreated": [day, day]}) == [ctid("a")]
    assert found(projected, {"search:recordUpdated": [day, ""]}) == [ctid("b"), ctid("a")]
    assert found(projected, {"search:recordPublishedBy": str(OWNER)}) == [ctid("b"), ctid("a")]
    assert found(projected, {"search:recordPublishedBy": str(ctid("absent"))}) == []


def test_an_answer_says_where_each_node_stands(store: Store, projected: Projections) -> None:
    append(store, change("a"))
    projected.projector.catch_up()
    one = projected.queries.select(read({}), order(None)).nodes[0]
    assert (one.ctid, one.document, one.place, one.seq) == (ctid("a"), ctid("a"), 0, 1)


def test_before_anything_is_projected_nothing_is_found(projected: Projections) -> None:
    assert projected.queries.select(read({}), order(None)).total == 0
    assert projected.queries.related(ctid("a"), (), limit=1) == ()
