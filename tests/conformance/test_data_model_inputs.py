"""The inputs of the W3C data-model suite, each ``-ok`` or ``-fail`` by name; the suite fills in issuer and times before it sends them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openler.credentials.evidence import Evidence
from openler.credentials.model import is_presentation
from openler.credentials.policy import Policy
from openler.credentials.report import Outcome
from openler.credentials.verify import verify

pytestmark = pytest.mark.shared
ISSUER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
TIMES = {"PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2040-01-01T00:00:00Z"}
"""What the suite writes in place of these words."""
INLINE = {"credentials.confusion_inline_context", "linkeddata.context_not_pinned"}
"""A sound document whose terms come from a context that is not held: its shape stands, its meaning could not be checked."""
MISMATCHES = {"presentation-self-asserted-vc-holder-mismatch", "presentation-self-asserted-vc-issuer-mismatch"}


def _filled(document: dict[str, Any], name: str) -> dict[str, Any]:
    times: dict[str, Any] = {
        member: TIMES.get(str(document[member]), document[member]) for member in ("validFrom", "validUntil") if member in document
    }
    if is_presentation(document) or name.startswith("presentation") or "no-issuer" in name:
        return {**document, **times}
    issuer = document.get("issuer", ISSUER)
    return {**document, **times, "issuer": {"id": ISSUER, **issuer} if isinstance(issuer, dict) else issuer}


def _sound(path: Path) -> bool:
    document = _filled(json.loads(path.read_bytes()), path.stem)
    if path.stem.startswith("presentation") and not is_presentation(document):
        return False
    found = verify(document, Evidence(), Policy(), datetime(2026, 6, 1, tzinfo=UTC)).check("shape")
    return found.outcome is Outcome.PASSED or (found.outcome is Outcome.UNKNOWN and found.code in INLINE)


def test_each_input_is_judged_as_its_name_says(shared: Path) -> None:
    folder = shared / "samples/credentials/vcdm2-inputs/tests/input"
    paths = [path for path in sorted(folder.rglob("*.json")) if path.stem not in MISMATCHES]
    wrong = [path.stem for path in paths if _sound(path) != ("ok" in path.stem.split("-"))]
    assert wrong == []
    assert len(paths) == 78


@pytest.mark.parametrize("name", sorted(MISMATCHES))
def test_a_self_asserted_record_that_nobody_signed_is_never_valid(shared: Path, name: str) -> None:
    document = json.loads((shared / f"samples/credentials/vcdm2-inputs/tests/input/{name}.json").read_bytes())
    assert verify(document, Evidence(), Policy(), datetime(2026, 6, 1, tzinfo=UTC)).verdict == "invalid"
