"""The inputs of the W3C data-model suite, each ``-ok`` or ``-fail`` by name; the suite fills in the issuer before it sends them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openler.credentials.confusion import check
from openler.credentials.model import is_presentation, read_credential, read_presentation
from openler.errors import OpenlerError
from openler.linkeddata.contexts import Contexts

pytestmark = pytest.mark.shared
ISSUER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
PLACEHOLDERS = {"credential-validUntil-validFrom-ok"}
"""Holds no times, only the names of what the suite puts there."""


def _filled(document: dict[str, Any]) -> dict[str, Any]:
    issuer = document.get("issuer", ISSUER)
    return {**document, "issuer": {"id": ISSUER, **issuer} if isinstance(issuer, dict) else issuer}


def _sound(path: Path) -> bool:
    document = json.loads(path.read_bytes())
    if is_presentation(document) or path.stem.startswith("presentation"):
        return not read_presentation(document).faults
    bare = "no-issuer" in path.stem
    document = document if bare else _filled(document)
    if read_credential(document).faults:
        return False
    try:
        check({name: value for name, value in document.items() if name != "proof"}, Contexts.pinned())
    except OpenlerError as error:
        return error.code in {"credentials.confusion_inline_context", "linkeddata.context_not_pinned"}
    return True


def test_each_input_is_judged_as_its_name_says(shared: Path) -> None:
    folder = shared / "samples/credentials/vcdm2-inputs/tests/input"
    paths = [path for path in sorted(folder.rglob("*.json")) if {"ok", "fail"} & set(path.stem.split("-"))]
    wrong = [path.stem for path in paths if path.stem not in PLACEHOLDERS and _sound(path) != ("ok" in path.stem.split("-"))]
    assert wrong == []
    assert len(paths) > 70
