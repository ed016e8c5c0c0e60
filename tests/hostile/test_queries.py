"""Queries made to hurt: too deep, too many, too large, of texts with a meaning elsewhere. Each is answered or refused, plainly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from openler.actions.finding.query_request import read_request
from openler.ctdl.document import parse
from openler.ctdl.query import MAX_BYTES, order, read
from openler.errors import Malformed, OpenlerError, TooLarge
from openler.ids import Digest
from openler.stores.columns.index import ColumnIndex
from openler.stores.position import Batch, Position
from tests.support.projecting import take
from tests.support.small_region import documents

REGION = tuple(documents().values())


@pytest.fixture
def index(tmp_path: Path) -> ColumnIndex:
    made = ColumnIndex(tmp_path / "query.sqlite")
    take(made, Batch({one.ctid: one for one in REGION}, lambda _: None), Position(1, Digest.of(b"x")))
    return made


@pytest.mark.parametrize("opening", [b"[", b'{"search:termGroup":', b'{"ceterms:isPartOf":', b'{"!^ceterms:isPartOf":['])
def test_deep_queries_are_refused(opening: bytes) -> None:
    for depth in (60, 100_000 // len(opening)):
        with pytest.raises((Malformed, TooLarge)):
            read_request(opening * depth)
    closing = {b"[": b"]", b"{": b"}"}
    ends = b"".join(closing[opening[at : at + 1]] for at in reversed(range(len(opening))) if opening[at : at + 1] in closing)
    with pytest.raises(OpenlerError) as raised:
        read_request(opening * 40 + b'{"ceterms:name":"x"}' + ends * 40)
    assert raised.value.code in {"query.too_deep", "linkeddata.too_deep"}


def test_large_queries_are_refused() -> None:
    with pytest.raises(TooLarge):
        read_request(b'{"ceterms:name":"' + b"x" * MAX_BYTES + b'"}')
    with pytest.raises(TooLarge) as raised:
        read_request(orjson.dumps([{"ceterms:name": f"w{number}"} for number in range(3_000)]))
    assert raised.value.code == "query.too_many_conditions"


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "'; DROP TABLE part; --",
        '" OR 1=1',
        "\x00",
        "a\x00b",
        "\U0010ffff",
        "🙂",
        "(" * 500,
        ".*",
        "\\",
        "é" * 400,
        "ce-",
        "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    ],
)
@pytest.mark.parametrize("how", [None, "search:contains", "search:startsWith", "search:endsWith", "search:exactMatch"])
def test_no_text_means_anything_but_itself(index: ColumnIndex, text: str, how: str | None) -> None:
    asked: Any = text if how is None else {"search:value": text, "search:matchType": how}
    for prop in ("ceterms:name", "ceterms:codedNotation"):
        if not text.strip():
            with pytest.raises(Malformed, match=r"query\.value_unreadable"):
                read({prop: asked})
            continue
        found = index.select(read({prop: asked}), order(None))
        told = [node for document in REGION for node in document.graph if text.lower() in str(node.get(prop, "")).lower()]
        assert how is None or found.total <= len(told)
    assert index.select(read({}), order(None)).total > 0, "nothing was dropped"


@pytest.mark.parametrize("value", ["_:b0", "https://", "ceterms:", ":", "//", "ce-00000000-0000-4000-8000-000000000000" * 2])
def test_no_address_makes_a_query_fail(index: ColumnIndex, value: str) -> None:
    for query in ({"ceterms:ownedBy": value}, {"^ceterms:ownedBy": value}, {"@id": value}, {"ceterms:ctid": value}, {"@type": value}):
        assert index.select(read(query), order(None)).total >= 0


def test_documents_made_to_hurt_the_index_are_taken_in(tmp_path: Path) -> None:
    node = {
        "@id": "https://x.example/resources/ce-00000000-0000-4000-8000-000000000000",
        "@type": ["ceterms:Certificate", 3, None],
        "ceterms:ctid": "ce-00000000-0000-4000-8000-000000000000",
        "ceterms:name": {"en\x00": ["a\x00b", None, 3, {"x": ["y"]}], "@language": "en"},
        "ceterms:ownedBy": [None, 3, "", {}, {"@id": 3}, [], {"@id": "_:gone"}, "ce-00000000-0000-4000-8000-000000000000"],
        "ceterms:price": ["x", True, {}, 1e300, [1]],
        "ceterms:dateEffective": ["0001-01-01", "9999-12-31", "x", 3, {}],
        "x" * 5_000: "y",
    }
    document = parse(orjson.dumps({"@graph": [node, node, {"@id": "_:b"}]}))
    made = ColumnIndex(tmp_path / "query.sqlite")
    take(made, Batch({document.ctid: document}, lambda _: None), Position(1, Digest.of(b"x")))
    assert made.select(read({"ceterms:ownedBy": {"ceterms:ownedBy": "search:anyValue"}}), order(None)).total == 1
    assert made.select(read({"ceterms:name": "a"}), order(None)).total == 1
    assert made.select(read({"ceterms:dateEffective": ["", "9999-12-31"]}), order(None)).total == 1
