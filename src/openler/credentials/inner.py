"""Judging what stands inside a credential: the items of a collection, and endorsements (ADR 0011)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from openler.credentials import clr, endorsements
from openler.credentials.envelopes import opened
from openler.credentials.model import Credential, read_credential
from openler.credentials.nested import Inside
from openler.credentials.policy import Policy
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.errors import OpenlerError, declare
from openler.linkeddata.compiled import Fit

ITEMS_HOLD = declare("credentials.clr_items_hold", by=__name__)
ITEMS_SOME = declare("credentials.clr_items_some", by=__name__)
TOO_MANY_ITEMS = declare("credentials.clr_too_many_items", by=__name__)
SAME_LEARNER = declare("credentials.clr_same_learner", by=__name__)
OTHER_LEARNER = declare("credentials.clr_other_learner", by=__name__)

_EMPTY = "inner.empty"
"""That nothing stands inside depends on the members and how they nest alone."""

Judge = Callable[[Any, str], Report]
"""Verifies one credential inside another, given its place."""


def complete(report: Report, read: Credential, policy: Policy, judge: Judge, fit: Fit | None = None) -> Report:
    """A credential's report together with those of everything it carries. ``fit`` is that of the credential without its proofs."""
    if fit is not None and _EMPTY in fit.plan.passed:
        return report
    items = clr.items(read.document)
    vouched = endorsements.found(read.document)
    if not items and not vouched:
        if fit is not None:
            fit.plan.passed.add(_EMPTY)
        return report
    parts = tuple(_placed(each, judge) for each in items[: clr.MAX_ITEMS])
    vouching = tuple(_endorsement(read.document, each, judge) for each in vouched[: endorsements.MAX_ENDORSEMENTS])
    summed = endorsements.summed(vouching, policy.weight("endorsements"), total=len(vouched))
    checks = (*_items(read, items, parts), *summed)
    return replace(report, checks=(*report.checks, *checks), parts=(*report.parts, *parts), endorsements=vouching)


def _placed(each: Inside, judge: Judge) -> Report:
    return replace(judge(each.document, each.path), path=each.path, title=each.title)


def _endorsement(endorsed: Mapping[str, Any], each: Inside, judge: Judge) -> Report:
    report = _placed(each, judge)
    try:
        envelope = opened(each.document)
    except OpenlerError:
        return report  # which says why it could not be opened
    read = envelope.read if envelope is not None else read_credential(each.document)
    if not isinstance(read, Credential):
        return report
    return replace(report, checks=(*report.checks, endorsements.about(endorsed, read)))


def _items(read: Credential, items: tuple[Inside, ...], parts: tuple[Report, ...]) -> tuple[CheckResult, ...]:
    """How many items hold, whether all are about one learner, and how they belong together: the parts decide, these only tell."""
    if not items:
        return ()
    path = parts[0].path
    if len(items) > clr.MAX_ITEMS:
        parameters = {"count": len(items), "limit": clr.MAX_ITEMS}
        return (CheckResult("items", Weight.DECIDING, Outcome.UNKNOWN, TOO_MANY_ITEMS, parameters, path),)
    held = sum(1 for part in parts if part.verdict == "valid")
    if held == len(parts):
        summed = CheckResult("items", Weight.INFORMING, Outcome.PASSED, ITEMS_HOLD, {"count": len(parts)}, path)
    else:
        outcome = Outcome.FAILED if any(part.verdict == "invalid" for part in parts) else Outcome.UNKNOWN
        path = next(part.path for part in parts if part.verdict != "valid")
        summed = CheckResult("items", Weight.INFORMING, outcome, ITEMS_SOME, {"held": held, "count": len(parts)}, path)
    return (summed, *_learner(read, items), *clr.associations(read.document, Weight.INFORMING))


def _learner(read: Credential, items: tuple[Inside, ...]) -> tuple[CheckResult, ...]:
    """One person may have several identifiers, so items that name another are told and not condemned."""
    own = {str(subject["id"]) for subject in read.subjects if "id" in subject}
    if not own:
        return ()
    for each in items:
        about = read_credential(each.document).subjects if isinstance(each.document, Mapping) else ()
        named = {str(subject["id"]) for subject in about if "id" in subject}
        if named and not named & own:
            parameters = {"name": each.title or each.path, "seen": min(named)[:80]}
            return (CheckResult("one_learner", Weight.INFORMING, Outcome.UNKNOWN, OTHER_LEARNER, parameters, each.path),)
    return (CheckResult("one_learner", Weight.INFORMING, Outcome.PASSED, SAME_LEARNER, {}, "/credentialSubject"),)
