"""The quick way through the rules lets through only what the rules themselves have nothing to say about."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openler.ctdl import rules
from openler.ctdl.document import Document, parse
from openler.ctdl.findings import Finding, Report
from openler.ctdl.rules_quick import is_sound
from openler.ctdl.terms import terms
from openler.errors import Malformed
from tests.support.ctdl import BASE, STANDALONE, complete, ctid, document

CLASSES = st.sampled_from([*terms().classes(), "ceterms:Nothing", "schema:Person", "schema:Thing", "other:Thing"])
NAMES = st.sampled_from([
    *terms().properties(), "@id", "@type", "@context", "@graph", "@value", "ceterms:ctid", "ceterms:nothing", "schema:birthDate", "x", "",
])  # fmt: skip
OTHERS = [str(ctid(key, "ceasn:Competency")) for key in ("a", "b", "nobody")]
CONCEPTS = [concept for scheme in terms().schemes() for concept in list(terms().concepts(scheme))[:1]]
TEXTS = st.sampled_from([
    "", " ", "x", "_:b", "_:nothing", "https://example.org/page", "ftp://example.org", "no address", "audLevel:nothing", "2026-09-01",
    "2026-13-01", "2026", "P1Y", "12", "1.5", "true", "en", "en_US", "123-45-6789", *CONCEPTS,
    *(text for other in OTHERS for text in (other, f"{BASE}/resources/{other}", f"{BASE}/ce-registry/{other}", f"{BASE}/{other.upper()}")),
])  # fmt: skip
SCALARS = TEXTS | st.integers(-3, 3) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
MAPS = st.dictionaries(
    st.sampled_from(["en", "en-US", "es", "english!", "@value", "@language"]), TEXTS | st.lists(SCALARS, max_size=2), max_size=2
)
ALIGNMENTS = st.fixed_dictionaries(
    {"@type": st.just("ceterms:CredentialAlignmentObject") | CLASSES, "ceterms:targetNode": SCALARS},
    optional={"ceterms:framework": TEXTS, "ceterms:targetNodeName": MAPS, "@id": TEXTS},
)
EMBEDDED = st.dictionaries(NAMES, SCALARS, max_size=2) | st.builds(
    lambda kind, more: {"@type": kind, **more}, CLASSES, st.dictionaries(NAMES, SCALARS, max_size=2)
)
VALUES = SCALARS | MAPS | ALIGNMENTS | EMBEDDED | st.builds(lambda reference: {"@id": reference}, SCALARS)
CHANGES = st.lists(st.tuples(st.integers(0, 4), NAMES, VALUES | st.lists(VALUES, max_size=3)), max_size=3)


def graph(kind: str) -> list[dict[str, Any]]:
    """A thing, a framework's two competencies that name each other, and a mention."""
    one, other = ({**complete("ceasn:Competency", key), "@id": f"{BASE}/resources/{ctid(key, 'ceasn:Competency')}"} for key in "ab")
    one["ceasn:hasChild"], other["ceasn:isChildOf"] = [other["@id"]], [one["@id"]]
    main = complete(kind)
    blank = {"@id": "_:b", "@type": "ceterms:Organization", "ceterms:name": {"en": "Somebody"}}
    return [{**main, "@id": f"{BASE}/resources/{main['ceterms:ctid']}"}, one, other, blank]


def told(read: Document) -> list[Finding]:
    report = Report(read.ctid)
    rules._tell(read, report)
    return report.findings


@settings(max_examples=400)
@given(st.sampled_from(STANDALONE), CHANGES)
def test_what_is_let_through_has_no_finding(kind: str, changes: list[tuple[int, str, Any]]) -> None:
    nodes = graph(kind)
    for position, name, value in changes:
        nodes[position % len(nodes)][name] = value
    try:
        read = parse(json.dumps({"@context": "https://credreg.net/ctdl/schema/context/json", "@graph": nodes}).encode())
    except Malformed:
        return
    findings = told(read)
    if is_sound(read):
        assert findings == []
    if not changes and findings == []:
        assert is_sound(read)


@given(st.sampled_from(STANDALONE))
def test_a_complete_document_is_let_through(kind: str) -> None:
    assert is_sound(document(complete(kind)))
