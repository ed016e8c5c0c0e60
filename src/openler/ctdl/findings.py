"""What the rules find, and how they tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from openler.errors import Code, declare
from openler.ids import Ctid

Severity = Literal["error", "gap", "note"]
"""ADR 0001, decision 11: an *error* refuses the document, a *gap* publishes and is counted, a *note* informs."""

FINDINGS_CUT = declare("ctdl.findings_cut", by=__name__)

MAX_FINDINGS = 20_000
"""Most findings of one severity told of one document. A severity never crowds out another, so an error is never lost to notes."""

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a document.

    ``place`` is a JSON Pointer (RFC 6901) into the normalised document. ``parameters`` fill the code's sentence.
    ``ctid`` is the resource it belongs to: the nearest node above with a CTID, else the main one; None where the
    document could not be named.
    """

    code: Code
    severity: Severity
    place: str
    parameters: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    ctid: Ctid | None = None


class Report:
    """Collects the findings of one document. ``ctid`` is the resource that the next findings belong to.

    ``memo`` lets a rule remember what it worked out for a node, so that a hostile document cannot make it do so twice.
    """

    __slots__ = ("_told", "ctid", "findings", "memo")

    def __init__(self, ctid: Ctid | None) -> None:
        self.ctid = ctid
        self.findings: list[Finding] = []
        self.memo: dict[tuple[int, str], frozenset[str]] = {}
        self._told: dict[Severity, int] = {"error": 0, "gap": 0, "note": 0}

    def add(self, severity: Severity, code: Code, place: str, **parameters: object) -> None:
        """Take a finding down. Long values are cut: a message is no place for a document."""
        self._told[severity] += 1
        if self._told[severity] > MAX_FINDINGS:
            if self._told[severity] == MAX_FINDINGS + 1:
                self.findings.append(Finding(FINDINGS_CUT, severity, "", MappingProxyType({"limit": str(MAX_FINDINGS)}), self.ctid))
            return
        told = {name: str(value)[:120] for name, value in parameters.items()}
        self.findings.append(Finding(code, severity, place, MappingProxyType(told), self.ctid))


def below(place: str, key: str, position: int | None = None) -> str:
    """The pointer one step down: into a property, and into one of its values where it has many."""
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{place}/{key}" if position is None else f"{place}/{key}/{position}"
