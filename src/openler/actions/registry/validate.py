"""Validate: what is wrong with a document, what it lacks, and what might be better, without storing anything.

Malformed input is an answer, not an exception: its result has one finding, an error, that says what and where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openler.actions.ports import Ports
from openler.ctdl.benchmark import REQUIRED_MISSING, Coverage, coverage
from openler.ctdl.document import Document, parse
from openler.ctdl.findings import Finding, Report, Severity, below
from openler.ctdl.profile import Profile
from openler.ctdl.rules import check
from openler.ctdl.score import Score, lacks, score
from openler.ctdl.terms import terms
from openler.ctdl.values import refs
from openler.errors import Malformed, OpenlerError, TooLarge, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import NOT_JSON, parse_json

REFERENCE_UNPUBLISHED = declare("registry.reference_unpublished", by=__name__)

MAX_LIST_BYTES = 64 * 1024 * 1024
"""Largest JSON array of documents read at once; longer lists come as lines (:func:`validate_lines`), which have no limit."""


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What was found in one document.

    ``source`` says where it came from (a path; ``path:3`` for the third line or entry). ``ctid``, ``type`` and ``coverage``
    are None where the document could not be read far enough to name it; ``score`` also where no profile was asked for.
    """

    source: str
    ctid: Ctid | None
    type: str | None
    findings: tuple[Finding, ...]
    coverage: Coverage | None
    score: Score | None = None

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings of each severity."""
        return MappingProxyType({
            "error": self.count("error"),
            "gap": self.count("gap"),
            "note": self.count("note"),
        })  # fmt: skip

    def count(self, severity: Severity) -> int:
        """How many findings of one severity."""
        return sum(1 for finding in self.findings if finding.severity == severity)

    def passes(self, *, strict: bool = False) -> bool:
        """Whether it could be published: no errors, and where ``strict`` no gaps either."""
        return not any(finding.severity == "error" or (strict and finding.severity == "gap") for finding in self.findings)


def validate(ports: Ports | None, data: bytes, source: str, *, profile: Profile | None = None) -> ValidationResult:
    """Check one document. With ``ports``, also that what it refers to in this registry is published there.

    With a ``profile``, what it asks for and the document lacks is found too, and scored.
    """
    try:
        document = parse(data)
    except (Malformed, TooLarge) as error:
        return _unreadable(error, source)
    findings = check(document)
    if ports is not None:
        findings += tuple(_unpublished(document, ports))
    scored = None
    if profile is not None:
        scored = score(document, profile)
        findings += tuple(_lacking(document, scored, findings))
    return ValidationResult(source, document.ctid, document.type, findings, coverage(document), scored)


def validate_all(ports: Ports | None, data: bytes, source: str, *, profile: Profile | None = None) -> Iterator[ValidationResult]:
    """Check everything in a file: one document, a JSON array of documents, or one document a line (NDJSON)."""
    try:
        value = parse_json(data, max_bytes=MAX_LIST_BYTES)
    except (Malformed, TooLarge) as error:
        if error.code == NOT_JSON and _looks_like_lines(data):
            yield from validate_lines(ports, data.splitlines(), source, profile=profile)
        else:
            yield _unreadable(error, source)
        return
    if not isinstance(value, list):
        yield validate(ports, data, source, profile=profile)
        return
    for position, entry in enumerate(value, start=1):
        where = f"{source}:{position}"
        try:
            one = jcs(entry)
        except Malformed as error:
            yield _unreadable(error, where)
        else:
            yield validate(ports, one, where, profile=profile)


def validate_lines(
    ports: Ports | None, lines: Iterable[bytes], source: str, *, profile: Profile | None = None
) -> Iterator[ValidationResult]:
    """Check one document a line, each as it comes; blank lines are passed over but counted."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield validate(ports, line, f"{source}:{number}", profile=profile)


def _looks_like_lines(data: bytes) -> bool:
    lines = [line for line in data.splitlines() if line.strip()][:2]
    return len(lines) > 1 and all(line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}") for line in lines)


def _unreadable(error: OpenlerError, source: str) -> ValidationResult:
    parameters = {name: str(value)[:120] for name, value in error.parameters.items()}
    finding = Finding(error.code, "error", error.place or "", MappingProxyType(parameters))
    return ValidationResult(source, None, None, (finding,), None)


def _lacking(document: Document, scored: Score, told: Iterable[Finding]) -> Iterator[Finding]:
    """What the profile misses, save what the minimum data already told."""
    known = {(finding.place, finding.parameters.get("property")) for finding in told if finding.code == REQUIRED_MISSING}
    report = Report(document.ctid)
    lacks(document, scored, report)
    for finding in report.findings:
        if (finding.place, finding.parameters.get("property")) not in known:
            yield finding


def _unpublished(document: Document, ports: Ports) -> Iterator[Finding]:
    own = f"{ports.base_url}/resources/"
    known: dict[Ctid, bool] = dict.fromkeys(document.resources, True)
    for position, node in enumerate(document.graph):
        for name in node:
            entry = terms().find_property(name)
            if entry is None or entry.kind != "iri":
                continue
            for reference in refs(node, name):
                ctid = Ctid.within(reference) if reference.startswith(own) else None
                if ctid is None:
                    continue
                if ctid not in known:
                    stored = ports.store.get(ctid)
                    known[ctid] = stored is not None and not stored.deleted
                if not known[ctid]:
                    place = below(f"/@graph/{position}", name)
                    yield Finding(REFERENCE_UNPUBLISHED, "note", place, MappingProxyType({"seen": str(ctid)}), document.ctid)
