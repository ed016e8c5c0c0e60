"""What is like a resource, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from openler.actions.ports import Query
from openler.ctdl.document import Document
from openler.errors import NotFound
from tests.support.ctdl import complete, ctid, document
from tests.support.searching import Searched, offer


def teaching(name: str, *skills: str, occupation: str = "") -> Document:
    aligned = [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en-US": skill}} for skill in skills]
    titled = [{"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en-US": occupation}}] if occupation else []
    more = {"ceterms__teaches": aligned} | ({"ceterms__occupationType": titled} if titled else {})
    return offer(name, name, **more)


@pytest.fixture
def index(tmp_path: Path) -> Searched:
    job = document({**complete("ceterms:Job", "welder"), "ceterms:name": {"en-US": "Arc Joining"}})
    return Searched(
        tmp_path,
        [
            teaching("Arc Joining", "Reading weld symbols", "Cutting torch", occupation="Welders"),
            teaching("Metalwork", "Reading weld symbols", "Cutting torch"),
            teaching("Shop Practice", "Cutting torch"),
            teaching("Fabrication", occupation="Welders"),
            teaching("Bread Baking", "Proofing dough"),
            job,
        ],
    )


def test_what_shares_most_comes_first_and_what_shares_nothing_is_left_out(index: Searched) -> None:
    names = index.names(similar=ctid("Arc Joining"))
    assert set(names) == {"Metalwork", "Shop Practice", "Fabrication"}
    assert names.index("Metalwork") < names.index("Shop Practice")


def test_each_hit_says_what_it_has_in_common(index: Searched) -> None:
    alike = {hit.name: {one.kind: one.values for one in hit.alike} for hit in index.find(Query(similar=ctid("Arc Joining"))).hits}
    assert alike["Metalwork"] == {"skill": ("Reading weld symbols", "Cutting torch")}
    assert alike["Fabrication"] == {"occupation": ("Welders",)}


def test_other_kinds_are_alike_only_where_they_are_asked_for(index: Searched) -> None:
    found = index.find(Query(similar=ctid("Arc Joining"), facets={"group": ("job",)}))
    assert [hit.name for hit in found.hits] == ["Arc Joining"]
    assert found.hits[0].ctid != ctid("Arc Joining")


def test_nothing_is_like_what_is_not_there(index: Searched) -> None:
    with pytest.raises(NotFound, match=r"search\.similar_to_nothing"):
        index.find(Query(similar=ctid("no such")))
