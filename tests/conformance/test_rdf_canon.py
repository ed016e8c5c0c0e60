"""The W3C test suite of RDFC-1.0."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from openler.linkeddata.canonical import HashName, WorkLimitExceeded, canonical_dataset
from openler.linkeddata.nquads import parse_nquads

pytestmark = pytest.mark.shared

HASHES: dict[str | None, HashName] = {None: "sha256", "SHA384": "sha384"}
AT_MOST_SECONDS = 10
"""A generous multiple of the half second that the work limit allows on a slow machine."""


@pytest.fixture(scope="module")
def suite(shared: Path) -> tuple[Path, list[dict[str, Any]]]:
    folder = shared / "reference" / "vc" / "w3c-rdf-canon" / "tests"
    return folder, json.loads((folder / "manifest.jsonld").read_text())["entries"]


def entries(suite: tuple[Path, list[dict[str, Any]]], kind: str) -> list[dict[str, Any]]:
    found = [entry for entry in suite[1] if entry["type"] == f"rdfc:RDFC10{kind}Test"]
    assert found
    return found


def test_every_evaluation_test_gives_the_canonical_n_quads(suite: tuple[Path, list[dict[str, Any]]]) -> None:
    failed = []
    seen = set()
    for entry in entries(suite, "Eval"):
        hash_name = HASHES[entry.get("hashAlgorithm")]
        seen.add(hash_name)
        found = canonical_dataset(parse_nquads((suite[0] / entry["action"]).read_bytes()), hash_name=hash_name).nquads()
        if found != (suite[0] / entry["result"]).read_bytes():
            failed.append(entry["id"])
    assert not failed
    assert seen == set(HASHES.values())


def test_every_map_test_gives_the_issued_identifiers(suite: tuple[Path, list[dict[str, Any]]]) -> None:
    failed = []
    for entry in entries(suite, "Map"):
        hash_name = HASHES[entry.get("hashAlgorithm")]
        labels = canonical_dataset(parse_nquads((suite[0] / entry["action"]).read_bytes()), hash_name=hash_name).labels
        plain = {old.removeprefix("_:"): new.removeprefix("_:") for old, new in labels.items()}
        if plain != json.loads((suite[0] / entry["result"]).read_text()):
            failed.append(entry["id"])
    assert not failed


def test_poison_graphs_stop_at_the_work_limit(suite: tuple[Path, list[dict[str, Any]]]) -> None:
    for entry in entries(suite, "NegativeEval"):
        quads = parse_nquads((suite[0] / entry["action"]).read_bytes())
        started = time.monotonic()
        with pytest.raises(WorkLimitExceeded):
            canonical_dataset(quads)
        assert time.monotonic() - started < AT_MOST_SECONDS
