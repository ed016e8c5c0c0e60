"""Credentials and CTDL documents in their canonical RDF form (RDFC-1.0), a second, beside pyld."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from bench import timing, world
from bench.peers import contexts, pyld_canonical, pyld_options
from openler.errors import Malformed
from openler.linkeddata import canonical, compiled
from openler.linkeddata.contexts import Contexts

SIZE = 30
TINY = 3


def run(size: int) -> dict[str, object]:
    """``size`` records of the sample's learners, and as many CTDL documents of the region."""
    with world.issuer() as made:
        records = [json.loads(content) for content in made.issued(size, "canonicalise")]
    held = contexts()
    published = (document for content in world.grown(size * 2) if _means_something(document := json.loads(content), held))
    return {"credentials": _compared(records, held), "ctdl": _compared(list(islice(published, size)), held)}


def _means_something(document: dict[str, Any], held: Contexts) -> bool:
    """Whether every term is defined where it stands; what is not would be refused by us and dropped by pyld."""
    try:
        return bool(canonical.canonicalise(document, held))
    except Malformed:
        return False


def _compared(documents: list[dict[str, Any]], held: Contexts) -> dict[str, object]:
    options = pyld_options(held)
    works: dict[str, timing.Work] = {
        timing.OURS: lambda: sum(1 for document in documents if compiled.canonicalise(document, held)),
        "openler_reference": lambda: sum(1 for document in documents if canonical.canonicalise(document, held)),
        "pyld": lambda: sum(1 for document in documents if pyld_canonical(document, options)),
    }
    agree = all(compiled.canonicalise(document, held).decode() == pyld_canonical(document, options) for document in documents)
    return {"documents": len(documents), "agree": agree, **timing.compared(timing.rates(works, rounds=3))}
