"""A schema from an address is compared like one from a file, and what did not come is told."""

from __future__ import annotations

import json

import pytest

from openler.actions.ports import Fetched
from openler.actions.registry.vocabulary import compare, fetch_schema
from openler.ctdl.schema import MAX_SCHEMA_BYTES
from openler.errors import OpenlerError
from openler.ids import Digest
from tests.support.simulated_fetch import SimulatedFetch

URL = "https://publisher.example/schema"
SCHEMA = json.dumps({"@graph": [{"@id": "ceterms:Newest", "@type": "rdfs:Class", "rdfs:subClassOf": ["ceterms:License"]}]}).encode()


def test_what_an_address_brings_is_compared_and_its_digest_is_told() -> None:
    moved = Fetched(f"{URL}/moved", 200, "application/ld+json", SCHEMA)
    found = compare([fetch_schema(SimulatedFetch({URL: moved}), URL)])
    assert found.counts == {"class added": 1}
    assert found.sources == ({"from": f"{URL}/moved", "digest": str(Digest.of(SCHEMA))},)
    assert found.speaks_for == ()
    assert "ceterms:Newest" in found.tables["classes.json"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Fetched(URL, 404, "text/html", b""), "registry.schema_not_found"),
        (Fetched(URL, 500, "text/html", SCHEMA), "registry.schema_no_answer"),
        (b" " * (MAX_SCHEMA_BYTES + 1), "net.too_large"),
    ],
)
def test_what_is_not_there_is_told(answer: bytes | Fetched, code: str) -> None:
    with pytest.raises(OpenlerError) as failed:
        fetch_schema(SimulatedFetch({URL: answer}), URL)
    assert failed.value.code == code
