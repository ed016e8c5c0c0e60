"""Judging documents before they are published: pure work, a lot at a time, so that other processes can do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from openler.ctdl.document import Document, parse
from openler.ctdl.findings import Finding
from openler.ctdl.rules import check
from openler.errors import Code, Malformed, TooLarge
from openler.ids import Ctid, Digest

LOT: Final = 500
"""Most documents of a lot: a transaction's worth, large enough that the lock and the disk are paid for seldom."""
LOT_BYTES: Final = 16 * 1024 * 1024
"""From so many bytes on a lot takes no other document: what is in memory at once is a few lots."""

Given = tuple[str, bytes]
"""A document's bytes as they came, with the name of its source."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that was not published, and why: the findings that are errors, or the one failure's code and place."""

    source: str
    ctid: Ctid | None
    code: Code
    place: str | None
    parameters: Mapping[str, object]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """A document without an error, as the journal needs it. ``normalised`` is None where the bytes came in normal form."""

    source: str
    ctid: Ctid
    ctdl_type: str
    owner: Ctid | None
    digest: Digest
    resources: tuple[Ctid, ...]
    normalised: bytes | None
    findings: Mapping[Code, int]


def lots(given: Iterable[Given]) -> Iterator[list[Given]]:
    """The documents by the lot."""
    lot: list[Given] = []
    size = 0
    for one in given:
        lot.append(one)
        size += len(one[1])
        if len(lot) == LOT or size >= LOT_BYTES:
            yield lot
            lot, size = [], 0
    if lot:
        yield lot


def judge(lot: Sequence[Given]) -> list[Sound | Refusal]:
    """Read and check each document of a lot."""
    return [_judged(source, content) for source, content in lot]


def judged(source: str, document: Document) -> Sound | Refusal:
    """Check a document that was read already."""
    findings = check(document)
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        first = errors[0]
        return Refusal(source, document.ctid, first.code, first.place, dict(first.parameters), errors)
    return Sound(
        source,
        document.ctid,
        document.type,
        document.owner,
        document.digest,
        document.resources,
        None if document.normalised == document.received else document.normalised,
        Counter(finding.code for finding in findings),
    )


def _judged(source: str, content: bytes) -> Sound | Refusal:
    try:
        document = parse(content)
    except (Malformed, TooLarge) as error:
        return Refusal(source, None, error.code, error.place, error.parameters)
    return judged(source, document)
