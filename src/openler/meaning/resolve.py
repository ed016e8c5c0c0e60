"""What a credential's CTID means: the registry's description, as it was when the credential was earned and as it is now.

Informing: a description that cannot be had does not make a credential less genuine, it makes it less clear.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from openler.credentials.evidence import Evidence, Kind, described
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential
from openler.credentials.remembered import Remembered
from openler.credentials.report import CheckResult, Outcome, Weight
from openler.ctdl.document import parse
from openler.errors import OpenlerError, declare
from openler.ids import MAX_IRI, Ctid, Digest
from openler.linkeddata.canonical import jcs
from openler.meaning.changes import Change, changes
from openler.meaning.describe import Meaning, describe

NO_CTID = declare("meaning.no_ctid", by=__name__)
UNCHANGED = declare("meaning.unchanged", by=__name__)
RESOLVED = declare("meaning.resolved", by=__name__)
CHANGED_SINCE = declare("meaning.changed_since", by=__name__)
EARLIER_UNAVAILABLE = declare("meaning.earlier_unavailable", by=__name__)
NOW_UNAVAILABLE = declare("meaning.now_unavailable", by=__name__)
NOT_RESOLVED = declare("meaning.not_resolved", by=__name__)
PIN_DIFFERS = declare("meaning.pin_differs", by=__name__)
OTHER_RESOURCE = declare("meaning.other_resource", by=__name__)


_meanings: Remembered[tuple[Meaning | None, str | None]] = Remembered(32 * 1024 * 1024)
"""Descriptions that many records are earned by, read once; the limit is of their bytes."""


Achievements = tuple[tuple[str, Mapping[str, Any]], ...]

_ORDER = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one CTID of a credential means, summed up by ``code``.

    ``pinned`` is the digest that the credential fixes, ``then`` the description behind it, ``now`` the current one; each is
    None where it could not be had.
    """

    ctid: Ctid
    code: str
    outcome: Outcome
    pinned: Digest | None = None
    then: Meaning | None = None
    now: Meaning | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What has changed since it was earned, where both descriptions are at hand."""
        return changes(self.then, self.now)


def resolve(credential: Credential, evidence: Evidence, language: str = "en") -> tuple[Resolved, ...]:
    """What each CTID that the credential's achievements are aligned to means, as far as the evidence tells."""
    return _resolved(credential, credential.achievements, evidence, language)


def _resolved(credential: Credential, achievements: Achievements, evidence: Evidence, language: str) -> tuple[Resolved, ...]:
    return tuple([_one(credential, ctid, evidence, language) for ctid in dict(described(achievements))])


def _one(credential: Credential, ctid: Ctid, evidence: Evidence, language: str) -> Resolved:
    url, pinned = _pin(credential, ctid)
    now, now_code = _read(evidence, Kind.RESOURCE, ctid, ctid, language)
    then, then_code = _read(evidence, Kind.VERSION, url, ctid, language) if url else (None, None)
    if OTHER_RESOURCE in {now_code, then_code}:
        return Resolved(ctid, OTHER_RESOURCE, Outcome.FAILED, pinned)
    if then is not None and then.digest != pinned:
        return Resolved(ctid, PIN_DIFFERS, Outcome.FAILED, pinned, None, now)
    if now is not None and (pinned is None or now.digest == pinned):
        return Resolved(ctid, UNCHANGED if pinned else RESOLVED, Outcome.PASSED, pinned, now if pinned else None, now)
    if now is not None:
        code, outcome = (CHANGED_SINCE, Outcome.PASSED) if then else (EARLIER_UNAVAILABLE, Outcome.UNKNOWN)
        return Resolved(ctid, code, outcome, pinned, then, now)
    if then is not None:
        return Resolved(ctid, NOW_UNAVAILABLE, Outcome.PASSED, pinned, then)
    return Resolved(ctid, NOT_RESOLVED, Outcome.UNKNOWN, pinned)


def _pin(credential: Credential, ctid: Ctid) -> tuple[str, Digest | None]:
    for related in credential.related:
        url, stated = related.get("id"), related.get("digestSRI")
        if isinstance(url, str) and isinstance(stated, str):
            found = _fixed(url, stated) if len(url) + len(stated) <= MAX_IRI else _fixed.__wrapped__(url, stated)
            if found is not None and found[0] == ctid:
                return url, found[1]
    return "", None


@lru_cache(maxsize=4096)
def _fixed(url: str, stated: str) -> tuple[Ctid, Digest] | None:
    """What an address and the digest beside it pin; all records of an achievement say the same."""
    ctid = Ctid.within(url)
    if ctid is None or not stated.startswith("sha256-"):
        return None
    try:
        return ctid, Digest.parse(base64.b64decode(stated.removeprefix("sha256-"), validate=True).hex())
    except (binascii.Error, ValueError, OpenlerError):
        return None


def _read(evidence: Evidence, kind: Kind, key: str, ctid: Ctid, language: str) -> tuple[Meaning | None, str | None]:
    try:
        data = evidence.body(kind, key)
        return _meanings.get((data, ctid, language), lambda: (_described(evidence.json(kind, key), ctid, language), len(data)))
    except (CannotCheck, OpenlerError) as error:
        return None, error.code


def _described(value: object, ctid: Ctid, language: str) -> tuple[Meaning | None, str | None]:
    document = parse(jcs(value))
    if ctid not in document.resources:
        return None, OTHER_RESOURCE
    return describe(document, language, ctid=ctid), None


def check(credential: Credential, evidence: Evidence, now: datetime) -> CheckResult:
    """The check *meaning*, to be handed to :func:`openler.credentials.verify.verify`."""
    del now
    achievements = credential.achievements
    found = _resolved(credential, achievements, evidence, "en")
    if not found:
        return CheckResult("meaning", Weight.INFORMING, Outcome.NOT_APPLICABLE, NO_CTID)
    worst = found[0] if len(found) == 1 else min(found, key=lambda each: _ORDER.index(each.outcome))
    shown = worst.then or worst.now
    path = achievements[0][0] if achievements else "/credentialSubject"
    parameters = {"ctid": str(worst.ctid), "name": shown.name if shown else "?", "type": shown.type if shown else "?"}
    return CheckResult("meaning", Weight.INFORMING, worst.outcome, worst.code, parameters, path + "/alignment")
