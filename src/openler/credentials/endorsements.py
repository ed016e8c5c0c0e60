"""Endorsements (Open Badges 3.0, section 2.4): what others have said, signed, about a badge, its achievement or its issuer.

Each is a credential of its own, embedded or as a compact token. It is judged by itself and shown beside the verdict,
which it never changes: a lapsed endorsement makes a badge no less real.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openler.credentials.model import V2, Credential
from openler.credentials.nested import Inside, inside
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.credentials.shapes import is_object, listed, pointer
from openler.errors import declare

ALL_HOLD = declare("credentials.endorsements_hold", by=__name__)
SOME_FAIL = declare("credentials.endorsements_some_fail", by=__name__)
SOME_UNKNOWN = declare("credentials.endorsements_some_unknown", by=__name__)
ABOUT_THIS = declare("credentials.endorsement_about_this", by=__name__)
ABOUT_OTHER = declare("credentials.endorsement_about_other", by=__name__)

MAX_ENDORSEMENTS = 50
"""Most endorsements looked at in one credential."""


def found(document: Mapping[str, Any]) -> tuple[Inside, ...]:
    """The endorsements in a credential: its own, its issuer's, its achievements' and their creators'. Tokens come as envelopes."""
    return tuple(each for path, node in _endorsable(document) for each in _on(node, path))


def _on(node: Mapping[str, Any], path: str) -> Iterator[Inside]:
    if "endorsement" not in node and "endorsementJwt" not in node:
        return
    yield from (each for each in inside(node, "endorsement", path) if is_object(each.document))
    for each in inside(node, "endorsementJwt", path):
        if isinstance(each.document, str):
            yield Inside(each.path, enveloped(each.document))


def enveloped(token: str) -> dict[str, Any]:
    """A compact token as an EnvelopedVerifiableCredential (VCDM 2.0, section 4.13)."""
    return {"@context": V2, "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}


def _endorsable(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every node that can carry an endorsement, with its path; only those that Open Badges names."""
    yield "", document
    yield from _profiles(document, "issuer", "")
    for path, subject in _nodes(document, "credentialSubject", ""):
        yield from _profiles(subject, "source", path)
        for place, achievement in _nodes(subject, "achievement", path):
            yield place, achievement
            yield from _profiles(achievement, "creator", place)


def _profiles(node: Mapping[str, Any], name: str, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, profile in _nodes(node, name, path):
        yield place, profile
        yield from _nodes(profile, "parentOrg", place)


def _nodes(node: Mapping[str, Any], name: str, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if name not in node:
        return
    value = node[name]
    for number, each in enumerate(listed(value)):
        if is_object(each):
            yield path + (pointer(name, number) if isinstance(value, list) else pointer(name)), each


def about(endorsed: Mapping[str, Any], endorsement: Credential) -> CheckResult:
    """Whether an endorsement is of something in this credential, and not borrowed from another."""
    ids = {str(node["id"]) for _, node in _endorsable(endorsed) if "id" in node}
    ids |= {str(subject["id"]) for _, subject in _nodes(endorsed, "credentialSubject", "") if "id" in subject}
    named = [str(subject["id"]) for subject in endorsement.subjects if "id" in subject]
    if named and all(each in ids for each in named):
        return CheckResult("about", Weight.DECIDING, Outcome.PASSED, ABOUT_THIS)
    seen = ", ".join(each for each in named if each not in ids)[:120] or "?"
    return CheckResult("about", Weight.DECIDING, Outcome.FAILED, ABOUT_OTHER, {"seen": seen}, "/credentialSubject")


def summed(reports: tuple[Report, ...], weight: Weight, *, total: int) -> tuple[CheckResult, ...]:
    """The check *endorsements*: how many of ``total`` hold, those not looked at being unknown. Nothing where there are none."""
    if not reports:
        return ()
    verdicts = [*(report.verdict for report in reports), *(["undetermined"] * (total - len(reports)))]
    parameters: dict[str, object] = {"count": total}
    if "invalid" in verdicts:
        parameters["failed"] = verdicts.count("invalid")
        outcome, code = Outcome.FAILED, SOME_FAIL
    elif "undetermined" in verdicts:
        parameters["unknown"] = verdicts.count("undetermined")
        outcome, code = Outcome.UNKNOWN, SOME_UNKNOWN
    else:
        outcome, code = Outcome.PASSED, ALL_HOLD
    path = next((report.path for report in reports if report.verdict != "valid"), reports[0].path)
    return (CheckResult("endorsements", weight, outcome, code, parameters, path),)
