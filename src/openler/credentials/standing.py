"""The check of validity period: whether now lies between a credential's first and last moment."""

from __future__ import annotations

from datetime import datetime

from openler.credentials.model import Credential
from openler.credentials.proofcheck import Finding
from openler.credentials.report import Outcome
from openler.credentials.times import xsd
from openler.errors import declare

PERIOD_CURRENT = declare("credentials.period_current", by=__name__)
PERIOD_OPEN = declare("credentials.period_open", by=__name__)
PERIOD_NOT_STATED = declare("credentials.period_not_stated", by=__name__)
EXPIRED = declare("credentials.period_expired", by=__name__)
NOT_YET_VALID = declare("credentials.period_not_yet", by=__name__)

_OPEN = Finding(Outcome.PASSED, PERIOD_OPEN, {})


def period(credential: Credential, now: datetime) -> Finding:
    """Whether now lies between the credential's first and last moment."""
    since, until = credential.valid_from, credential.valid_until
    names = ("issuanceDate", "expirationDate") if credential.version == "1.1" else ("validFrom", "validUntil")
    if since is not None and now < since:
        return Finding(Outcome.FAILED, NOT_YET_VALID, {"time": xsd(since)}, "/" + names[0])
    if until is not None and now > until:
        return Finding(Outcome.FAILED, EXPIRED, {"time": xsd(until)}, "/" + names[1])
    if since is None and until is None:
        return Finding(Outcome.NOT_APPLICABLE, PERIOD_NOT_STATED, {})
    if until is None:
        return _OPEN
    return Finding(Outcome.PASSED, PERIOD_CURRENT, {"until": xsd(until)})
