"""What a verification found: checks, and how they add up to a verdict (ADR 0001, decision 4).

Invalid if a deciding check failed; else undetermined if a deciding check is unknown; else valid. Informing checks are
shown and never change the verdict. A presentation's report carries the reports of its credentials as *parts*, and is
no better than the worst of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from openler.messages import Language, render

Verdict = Literal["valid", "invalid", "undetermined"]


class Outcome(StrEnum):
    """What a check found."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Weight(StrEnum):
    """Whether a check decides the verdict or only informs the reader."""

    DECIDING = "deciding"
    INFORMING = "informing"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check. ``code`` and ``parameters`` make its sentence; ``path`` is a JSON Pointer into the credential, or None."""

    name: str
    weight: Weight
    outcome: Outcome
    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    path: str | None = None

    def told(self, language: Language = "en") -> dict[str, Any]:
        """The check as JSON, with its sentence."""
        return {
            "name": self.name,
            "weight": self.weight.value,
            "outcome": self.outcome.value,
            "code": self.code,
            "message": render(self.code, self.parameters, language).text,
            "path": self.path,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one credential or presentation. ``subject`` is its id where it has one.

    ``parts`` decide with it; ``endorsements`` are judged beside it and change nothing. A part inside a credential has its
    place there as ``path``, and the name it gives itself as ``title``.
    """

    checks: tuple[CheckResult, ...]
    subject: str | None = None
    parts: tuple[Report, ...] = ()
    endorsements: tuple[Report, ...] = ()
    path: str | None = None
    title: str | None = None

    @property
    def verdict(self) -> Verdict:
        """The checks added up, together with those of the parts."""
        outcomes = {check.outcome for check in self.checks if check.weight is Weight.DECIDING}
        verdicts = {part.verdict for part in self.parts}
        if Outcome.FAILED in outcomes or "invalid" in verdicts:
            return "invalid"
        if Outcome.UNKNOWN in outcomes or "undetermined" in verdicts:
            return "undetermined"
        return "valid"

    def check(self, name: str) -> CheckResult:
        """The check of that name. :raises KeyError: there is none"""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)

    @property
    def reasons(self) -> tuple[CheckResult, ...]:
        """The deciding checks behind a verdict other than valid: the failed ones, or else the unknown ones; of all parts."""
        wanted = {"invalid": Outcome.FAILED, "undetermined": Outcome.UNKNOWN}.get(self.verdict)
        return tuple(check for check in self.all_checks if check.weight is Weight.DECIDING and check.outcome is wanted)

    @property
    def all_checks(self) -> tuple[CheckResult, ...]:
        """The checks, and after them those of the parts."""
        return self.checks + tuple(check for part in self.parts for check in part.all_checks)

    def told(self, language: Language = "en") -> dict[str, Any]:
        """The report as JSON: ``{"verdict", "checks": [...]}``, and ``"parts"`` or ``"endorsements"`` where there are any."""
        found: dict[str, Any] = {"verdict": self.verdict, "checks": [check.told(language) for check in self.checks]}
        if self.subject is not None:
            found["id"] = self.subject
        found |= {name: value for name, value in (("path", self.path), ("name", self.title)) if value is not None}
        for name, reports in (("parts", self.parts), ("endorsements", self.endorsements)):
            if reports:
                found[name] = [report.told(language) for report in reports]
        return found
