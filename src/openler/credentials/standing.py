"""The checks of schema, validity period and status."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import jsonschema_rs

from openler.credentials import status as status_lists
from openler.credentials.evidence import Evidence, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential, read_credential
from openler.credentials.proofcheck import Finding, found_by
from openler.credentials.report import Outcome, Report
from openler.credentials.shapes import pointer, types_of
from openler.credentials.times import xsd
from openler.errors import OpenlerError, declare

SCHEMA_NONE = declare("credentials.schema_none", by=__name__)
SCHEMA_MET = declare("credentials.schema_met", by=__name__)
SCHEMA_NOT_MET = declare("credentials.schema_not_met", by=__name__)
SCHEMA_KIND_UNKNOWN = declare("credentials.schema_kind_unknown", by=__name__)
SCHEMA_UNUSABLE = declare("credentials.schema_unusable", by=__name__)
PERIOD_CURRENT = declare("credentials.period_current", by=__name__)
PERIOD_OPEN = declare("credentials.period_open", by=__name__)
PERIOD_NOT_STATED = declare("credentials.period_not_stated", by=__name__)
EXPIRED = declare("credentials.period_expired", by=__name__)
NOT_YET_VALID = declare("credentials.period_not_yet", by=__name__)
STATUS_NONE = declare("credentials.status_none", by=__name__)
STATUS_GOOD = declare("credentials.status_good", by=__name__)
REVOKED = declare("credentials.status_revoked", by=__name__)
SUSPENDED = declare("credentials.status_suspended", by=__name__)
STATUS_KIND_UNKNOWN = declare("credentials.status_kind_unknown", by=__name__)
STATUS_PURPOSE_UNKNOWN = declare("credentials.status_purpose_unknown", by=__name__)
STATUS_ENTRY_MALFORMED = declare("credentials.status_entry_malformed", by=__name__)
LIST_UNTRUSTED = declare("credentials.status_list_untrusted", by=__name__)
LIST_UNBOUND = declare("credentials.status_list_unbound", by=__name__)

SCHEMA_TYPES = frozenset({"JsonSchema", "1EdTechJsonSchemaValidator2019"})
_INDEX = re.compile(r"\d{1,12}", re.ASCII)
_SET = {"revocation": REVOKED, "suspension": SUSPENDED}


def schema(credential: Credential, evidence: Evidence) -> Finding:
    """Whether the credential meets every schema that it names."""
    is_list = isinstance(credential.document.get("credentialSchema"), list)
    found: list[Finding] = []
    for number, named in enumerate(credential.schemas):
        path = pointer("credentialSchema", number) if is_list else "/credentialSchema"
        found.append(_meets(credential, named, path, evidence))
    return _worst(found) or Finding(Outcome.NOT_APPLICABLE, SCHEMA_NONE, {})


def _meets(credential: Credential, named: Mapping[str, Any], path: str, evidence: Evidence) -> Finding:
    url = str(named.get("id"))[:200]
    if SCHEMA_TYPES.isdisjoint(types_of(named)):
        return Finding(Outcome.UNKNOWN, SCHEMA_KIND_UNKNOWN, {"seen": ", ".join(types_of(named))[:80]}, path)
    try:
        text = evidence.json(Kind.SCHEMA, str(named.get("id")))
    except OpenlerError as error:
        return found_by(error, path)
    try:
        validator = jsonschema_rs.validator_for(text, retriever=_no_retrieval)
        first = next(iter(validator.iter_errors(dict(credential.document))), None)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        return Finding(Outcome.UNKNOWN, SCHEMA_UNUSABLE, {"url": url, "reason": str(error)[:120]}, path)
    if first is not None:
        place = pointer(*first.instance_path)
        return Finding(Outcome.FAILED, SCHEMA_NOT_MET, {"url": url, "place": place or "/"}, place)
    return Finding(Outcome.PASSED, SCHEMA_MET, {"url": url}, path)


def _no_retrieval(uri: str) -> Any:
    """Nothing is fetched while judging."""
    raise ValueError(uri)


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
        return Finding(Outcome.PASSED, PERIOD_OPEN, {})
    return Finding(Outcome.PASSED, PERIOD_CURRENT, {"until": xsd(until)})


def status(credential: Credential, evidence: Evidence, judge: Callable[[Mapping[str, Any]], Report]) -> Finding:
    """Whether the issuer has revoked or suspended it. ``judge`` verifies a status list's own proof, key and period."""
    is_list = isinstance(credential.document.get("credentialStatus"), list)
    found = []
    for number, entry in enumerate(credential.statuses):
        path = pointer("credentialStatus", number) if is_list else "/credentialStatus"
        try:
            found.append(_standing(credential, entry, path, evidence, judge))
        except OpenlerError as error:
            # A list or entry that makes no sense tells nothing either way.
            found.append(Finding(Outcome.UNKNOWN, error.code, error.parameters, path))
    return _worst(found) or Finding(Outcome.NOT_APPLICABLE, STATUS_NONE, {})


def _standing(
    credential: Credential, entry: Mapping[str, Any], path: str, evidence: Evidence, judge: Callable[[Mapping[str, Any]], Report]
) -> Finding:
    if "BitstringStatusListEntry" not in types_of(entry):
        raise CannotCheck(STATUS_KIND_UNKNOWN, seen=", ".join(types_of(entry))[:80])
    url, index, purpose = (entry.get(name) for name in ("statusListCredential", "statusListIndex", "statusPurpose"))
    size = entry.get("statusSize", 1)
    if not isinstance(url, str) or not isinstance(index, str) or not _INDEX.fullmatch(index) or size != 1:
        raise CannotCheck(STATUS_ENTRY_MALFORMED)
    if purpose not in _SET:
        raise CannotCheck(STATUS_PURPOSE_UNKNOWN, seen=str(purpose)[:80])
    document = evidence.json(Kind.STATUS_LIST, url)
    found = read_credential(document)
    if "BitstringStatusListCredential" not in found.types or len(found.subjects) != 1:
        raise CannotCheck(status_lists.LIST_MALFORMED)
    report = judge(document)
    if report.verdict != "valid":
        raise CannotCheck(LIST_UNTRUSTED, url=url[:200], reason=report.reasons[0].code)
    if status_lists.read(found.subjects[0], index=int(index), purpose=str(purpose)):
        return Finding(Outcome.FAILED, _SET[str(purpose)], {"issuer": credential.issuer_name or credential.issuer or "?"}, path)
    # Bad news is believed from any list that the issuer points to; good news only from one that is the issuer's own or
    # was signed for this very address, so that no other list can be slipped in its place.
    if found.issuer != credential.issuer and found.id != url:
        raise CannotCheck(LIST_UNBOUND, url=url[:200])
    return Finding(Outcome.PASSED, STATUS_GOOD, {}, path)


def _worst(found: list[Finding]) -> Finding | None:
    order = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED)
    return next((each for outcome in order for each in found if each.outcome is outcome), None)
