"""The reference of rules names every code that a document can get, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import openler.actions.registry.validate
import openler.ctdl.canonical
import openler.linkeddata.parse  # noqa: F401 - so that every code is declared
from openler.ctdl.findings import FINDINGS_CUT
from openler.errors import declared

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "rules.md"
OF_DOCUMENTS = re.compile(
    r"openler\.(ctdl\.(rules_\w+|rules|document|canonical|findings|benchmark|score)|linkeddata\.parse|actions\.registry\.validate)"
)


def test_every_code_of_the_rules_is_explained_and_none_is_made_up() -> None:
    told = set(re.findall(r"`([a-z]+\.[a-z_0-9]+)`", REFERENCE.read_text(encoding="utf-8")))
    known = {str(code) for code, owner in declared().items() if OF_DOCUMENTS.fullmatch(owner)} | {"ids.ctid_malformed"}
    assert str(FINDINGS_CUT) in told
    assert sorted(known - told) == []
    assert sorted(told - known) == []


def test_every_code_that_is_explained_is_tested() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parents[2].rglob("test_*.py")))
    tested = set(re.findall(r"[\"' ]((?:[a-z]+\.)?[a-z]+_[a-z_0-9]+|[a-z]+\.[a-z_]+|domain|range)[\"']", tests))
    told = set(re.findall(r"`([a-z]+\.[a-z_0-9]+)`", REFERENCE.read_text(encoding="utf-8")))
    assert sorted(code for code in told if code not in tested and code.partition(".")[2] not in tested) == []
