"""Our way to RDF against pyld's own, on every sample document whose contexts are held."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from openler.errors import OpenlerError
from openler.linkeddata.canonical import canonical_dataset, canonicalise
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.nquads import parse_nquads

pytestmark = pytest.mark.shared

LARGEST_SAMPLE = 300_000
AT_LEAST = 200
"""Samples that must be comparable, so that a loader that finds none does not pass."""


def _load(url: str, _: object) -> dict[str, Any]:
    document = copy.deepcopy(Contexts.pinned().document(url))
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}


def _reference(document: dict[str, Any]) -> bytes:
    options = {"documentLoader": _load, "format": "application/n-quads", "rdfDirection": "i18n-datatype"}
    return canonical_dataset(parse_nquads(jsonld.to_rdf(document, options).encode())).nquads()


def test_what_safe_mode_lets_through_is_what_pyld_reads(shared: Path) -> None:
    compared = 0
    differing = []
    for file in sorted((shared / "samples").rglob("*.json")) + sorted((shared / "reference").rglob("*.json")):
        if file.stat().st_size > LARGEST_SAMPLE:
            continue
        try:
            document = json.loads(file.read_text())
        except ValueError:
            continue
        if not isinstance(document, dict) or "@context" not in document or len(document) == 1:
            continue
        try:
            ours = canonicalise(document, Contexts.pinned())
        except OpenlerError:
            continue
        compared += 1
        if "1EdTechJsonSchemaValidator2019" not in str(document) and ours != _reference(document):
            differing.append(file.name)
    assert not differing
    assert compared >= AT_LEAST
