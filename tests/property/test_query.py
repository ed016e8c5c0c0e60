"""Whatever is published and whatever is asked: the index finds what looking at every node by itself finds."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openler.actions.ports import StoredDocument
from openler.ctdl.document import Document, build
from openler.ctdl.query import read
from openler.ctdl.query_model import Order
from openler.ids import Ctid, Digest
from openler.stores.columns import segments
from openler.stores.columns.index import ColumnIndex
from openler.stores.position import Batch, Position
from tests.support.ctdl import BASE
from tests.support.projecting import take
from tests.support.query_reference import Reference

CTIDS = [Ctid.derive("query", "any", str(number)) for number in range(4)]
NAMES = ["Welding", "Practical Nursing", "Nurse Aide", "welding technology", "Soldadura Básica"]
LANGUAGES = ["en", "en-US", "es"]
DATES = ["2024", "2024-05", "2024-05-17", "2025-01-01"]
ADDRESSES = ["https://college.example/welding", "https://college.example/nursing", "credentialStat:Active"]

maps = st.dictionaries(
    st.sampled_from(LANGUAGES),
    st.one_of(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), min_size=1, max_size=2)),
    min_size=1,
    max_size=2,
)
references = st.one_of(st.sampled_from([f"{BASE}/resources/{one}" for one in CTIDS]), st.sampled_from(CTIDS), st.sampled_from(ADDRESSES))
embedded = st.fixed_dictionaries(
    {
        "@type": st.sampled_from(["ceterms:ConditionProfile", "ceterms:CredentialAlignmentObject"]),
        "ceterms:targetNodeName": maps,
        "ceterms:targetNode": references.map(str),
    },
    optional={
        "ceterms:targetCredential": st.lists(references.map(str), min_size=1, max_size=2),
        "ceterms:yearsOfExperience": st.sampled_from([0, 1, 2.5]),
    },
)
bodies = st.fixed_dictionaries(
    {
        "@type": st.sampled_from(["ceterms:Certificate", "ceterms:Course"]),
        "ceterms:name": maps,
        "ceterms:isPartOf": references.map(str),
    },
    optional={
        "ceterms:keyword": maps,
        "ceterms:codedNotation": st.sampled_from(["W-1", "W-10", "51.3901"]),
        "ceterms:subjectWebpage": st.sampled_from(ADDRESSES[:2]),
        "ceterms:requires": st.lists(embedded, min_size=1, max_size=2),
        "ceterms:dateEffective": st.sampled_from(DATES),
        "ceterms:isNonCredit": st.booleans(),
    },
)
worlds = st.dictionaries(st.sampled_from(CTIDS), bodies, min_size=1, max_size=4)

texts = st.one_of(
    st.sampled_from([*NAMES, "nurs", "tech", "search:anyValue", "search:noValue"]),
    st.lists(st.sampled_from(["welding", "nursing", "basica"]), min_size=1, max_size=2),
    st.fixed_dictionaries({
        "search:value": st.sampled_from(["weld", "Nursing", "a", "welding", "technology"]),
        "search:matchType": st.sampled_from([f"search:{how}" for how in ("startsWith", "endsWith", "contains", "exactMatch")]),
    }),
    st.fixed_dictionaries({"search:value": st.lists(st.sampled_from(["welding", "nurse", "aide"]), min_size=1, max_size=2)}),
    st.dictionaries(st.sampled_from(["en", "en-US", "es"]), st.sampled_from(["welding", "soldadura", "nurse"]), min_size=1, max_size=2),
)  # fmt: skip
addresses = st.one_of(
    st.sampled_from([str(one) for one in CTIDS]), st.sampled_from([*ADDRESSES, "college.example", "search:anyValue", "search:noValue"])
)
dates = st.one_of(st.sampled_from(DATES), st.tuples(st.sampled_from([None, "", *DATES]), st.sampled_from(DATES)).map(list))

leaves: dict[str, st.SearchStrategy[Any]] = {
    "@type": st.sampled_from(["ceterms:Certificate", "ceterms:Course", ["ceterms:Certificate", "ceterms:Course"]]),
    "ceterms:ctid": st.one_of(st.sampled_from([str(one) for one in CTIDS]), st.sampled_from(["ce-", CTIDS[0][3:9]])),
    "ceterms:name": texts,
    "ceterms:keyword": texts,
    "ceterms:codedNotation": texts,
    "ceterms:targetNodeName": texts,
    "ceterms:subjectWebpage": addresses,
    "ceterms:dateEffective": dates,
    "ceterms:yearsOfExperience": st.one_of(st.sampled_from([0, 1, "2.5"]), st.just(["", 1]), st.just([1, 3])),
    "ceterms:isNonCredit": st.sampled_from([True, "false"]),
}
joins = ["ceterms:requires", "ceterms:isPartOf", "ceterms:targetCredential", "ceterms:targetNode"]


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    marks = st.sampled_from(["", "", "!"])
    member = st.one_of(
        st.sampled_from(sorted(leaves)).flatmap(lambda name: st.tuples(marks.map(lambda mark: mark + name), leaves[name])),
        st.tuples(
            st.tuples(st.sampled_from(["", "", "!", "^", "!^"]), st.sampled_from(joins)).map("".join),
            st.one_of(inner, addresses, st.just({})),
        ),
        st.tuples(st.just("search:termGroup"), inner),
    )
    node = st.tuples(st.lists(member, min_size=1, max_size=2).map(dict), st.sampled_from([None, "search:orTerms", "search:andTerms"])).map(
        lambda pair: pair[0] if pair[1] is None else {**pair[0], "search:operator": pair[1]}
    )
    return st.one_of(
        node, st.lists(node, min_size=1, max_size=2), st.fixed_dictionaries({"search:value": st.lists(node, min_size=1, max_size=2)})
    )


queries = st.lists(st.recursive(objects(st.just({})), objects, max_leaves=3), min_size=4, max_size=8)


def documents(world: dict[Ctid, dict[str, Any]]) -> list[Document]:
    return [build(BASE, [{"ceterms:ctid": str(ctid), **body}]) for ctid, body in world.items()]


def batch(published: list[Document], gone: tuple[Ctid, ...] = (), *, seq: int = 1) -> Batch:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    stored = {
        one.ctid: StoredDocument(one.ctid, one.type, one.owner, CTIDS[0], one.normalised, one.digest, seq + number, at, at)
        for number, one in enumerate(published)
    }
    return Batch({**{one.ctid: one for one in published}, **dict.fromkeys(gone)}, lambda _: None, stored)


POSITION = Digest.of(b"an entry")


@settings(deadline=None, max_examples=80)
@given(worlds, queries)
def test_the_index_finds_what_looking_at_every_node_finds(world: dict[Ctid, dict[str, Any]], asked: list[Any]) -> None:
    published = documents(world)
    with tempfile.TemporaryDirectory() as folder:
        index = ColumnIndex(Path(folder) / "query.sqlite")
        take(index, batch(published), Position(1, POSITION))
        for query in asked:
            condition = read(query)
            found = index.select(condition, Order(), take=100)
            assert {one.ctid for one in found.nodes} == Reference(published).find(condition)
            assert found.total == len(found.nodes)


@settings(deadline=None, max_examples=40)
@given(st.lists(worlds, min_size=1, max_size=4), st.lists(st.sampled_from(CTIDS), max_size=3), queries)
def test_an_index_that_followed_changes_is_one_made_at_once(
    history: list[dict[Ctid, dict[str, Any]]], gone: list[Ctid], asked: list[Any]
) -> None:
    conditions = [read(query) for query in asked]
    standing: dict[Ctid, Document] = {}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "FEW", 2)  # merges as often as may be
        index = ColumnIndex(Path(folder) / "query.sqlite")
        for number, world in enumerate(history):
            published = documents(world)
            standing |= {one.ctid: one for one in published}
            take(index, batch(published, seq=10 * number), Position(number + 1, POSITION))
            index.select(conditions[0], Order())  # what is kept in memory from here on must not be believed too long
        take(index, batch([], tuple(gone)), Position(len(history) + 1, POSITION))
        for ctid in gone:
            standing.pop(ctid, None)
        for condition in conditions:
            found = index.select(condition, Order(), take=100)
            assert {one.ctid for one in found.nodes} == Reference(list(standing.values())).find(condition)
