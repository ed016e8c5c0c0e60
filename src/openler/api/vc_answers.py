"""Verdicts as VC-API clients read them: ``verified``, our report, and problem details of the types that the standards name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from openler.credentials.report import CheckResult, Report

_MODEL = "https://www.w3.org/TR/vc-data-model#"
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "shape": _MODEL + "MALFORMED_VALUE_ERROR",
        "proof": _MODEL + "CRYPTOGRAPHIC_SECURITY_ERROR",
        "issuer_key": _MODEL + "CRYPTOGRAPHIC_SECURITY_ERROR",
        "validity_period": _MODEL + "RANGE_ERROR",
        "status": "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR",
    }
)
"""Section 7.3 of VC Data Model 2.0, and of Bitstring Status List 1.0 section 3.5; other checks have a type of ours."""


def verdict(report: Report) -> dict[str, Any]:
    """``verified`` is true for *valid* alone; ``problemDetails`` tells why not (RFC 9457), the report everything."""
    told: dict[str, Any] = {"verified": report.verdict == "valid", **report.told()}
    if report.verdict != "valid":
        told["problemDetails"] = [_problem(check) for check in report.reasons]
    return told


def _problem(check: CheckResult) -> dict[str, Any]:
    shown = check.told()
    found = {
        "type": _TYPES.get(check.name, f"urn:openler:problem:{check.code}"),
        "title": shown["message"],
        "code": check.code,
    }
    return found if check.path is None else {**found, "place": check.path}
