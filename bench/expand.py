"""JSON-LD documents expanded in safe mode, a second, beside pyld and pyoxigraph, which have none."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph

from bench import timing, world
from bench.peers import contexts, pyld_expanded, pyld_options
from openler.ctdl.terms import terms
from openler.errors import Malformed
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import expand

SIZE = 100
TINY = 5


def run(size: int) -> dict[str, object]:
    """``size`` CTDL documents. pyoxigraph has the context put into each document and goes on to the statements."""
    held = contexts()
    documents = [document for content in world.grown(min(size * 2, 800)) if _means_something(document := json.loads(content), held)][:size]
    options = pyld_options(held)
    inline = [json.dumps({**document, "@context": terms().context()["@context"]}).encode() for document in documents]
    works: dict[str, timing.Work] = {
        timing.OURS: lambda: sum(1 for document in documents if expand(document, held)),
        "pyld": lambda: sum(1 for document in documents if pyld_expanded(document, options)),
        "pyoxigraph": lambda: sum(1 for content in inline if _statements(content)),
    }
    return {"documents": len(documents), **timing.compared(timing.rates(works, rounds=3))}


def _means_something(document: dict[str, Any], held: Contexts) -> bool:
    try:
        return bool(expand(document, held))
    except Malformed:
        return False


def _statements(content: bytes) -> int:
    return sum(1 for _ in pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.JSON_LD, base_iri="http://localhost:8000/"))
