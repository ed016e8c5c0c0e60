"""Employment records as verifiable credentials: an employer's word on a job, or a service's on somebody's years in it.

The words are those of HR Open's EmployerHistoryType, PositionHistoryType and MilitaryServiceType (LER-RS 4.4), given a
meaning in linked data by a context of our own, which is pinned like every other: HR Open publishes none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openler.credentials.badge_results import alignments
from openler.credentials.badge_shapes import identities, profile
from openler.credentials.openbadges import CONTEXTS as BADGE_CONTEXTS
from openler.credentials.openbadges import Issuer
from openler.credentials.shapes import MISSING, WRONG_KIND, Shape, listed, pointer, types_of
from openler.credentials.times import xsd
from openler.errors import declare

CONTEXT = "urn:openler:context:employment:1"
CONTEXTS = (*BADGE_CONTEXTS, CONTEXT)
RELATIONSHIPS = ("Employment", "Contract", "Volunteering")
"""HR Open's WorkRelationshipCodeList."""

DATE_MALFORMED = declare("credentials.employment_date_malformed", by=__name__)
DATES_REVERSED = declare("credentials.employment_dates_reversed", by=__name__)
STILL_AND_ENDED = declare("credentials.employment_current_and_ended", by=__name__)
RELATIONSHIP_UNKNOWN = declare("credentials.employment_relationship_unknown", by=__name__)

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_SERVICE_TEXTS = ("countryCode", "branch", "startingRank", "endingRank", "dischargeStatus")


@dataclass(frozen=True, slots=True)
class Position:
    """One position somebody held. Dates are as exact as is known: ``2019``, ``2019-04`` or ``2019-04-30``."""

    title: str
    started: str = ""
    ended: str = ""
    current: bool = False
    relationship: str = ""
    description: str = ""
    occupation_code: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """Military service, as far as it is to be shown."""

    branch: str
    started: str = ""
    ended: str = ""
    starting_rank: str = ""
    ending_rank: str = ""
    discharge: str = ""
    country: str = ""
    specialties: tuple[str, ...] = ()
    honors: tuple[str, ...] = ()


def is_employment(document: Mapping[str, Any]) -> bool:
    """Whether a credential claims to be an employment record of this kind: others use the word in contexts of their own."""
    return "EmploymentCredential" in types_of(document) and CONTEXT in listed(document.get("@context"))


def employment(
    *, credential_id: str | None, issuer: Issuer, subject: str | None, organization: str, name: str, valid_from: datetime,
    positions: Sequence[Position] = (), service: Service | None = None, organization_ctid: str | None = None,
    identifiers: Sequence[Mapping[str, Any]] = (), skills: Sequence[Mapping[str, Any]] = (), statuses: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:  # fmt: skip
    """An unsigned EmploymentCredential. ``skills`` are Alignments to competencies that the work asked for."""
    holder: dict[str, Any] = _kept(
        type=["EmploymentSubject"],
        id=subject,
        identifier=[dict(each) for each in identifiers],
        employmentHistory=_kept(
            type="EmploymentHistory",
            organization=_kept(type="EmploymentOrganization", name=organization, ctid=organization_ctid),
            positionHistories=[_position(each) for each in positions],
        )
        if positions
        else None,
        militaryService=_service(service) if service is not None else None,
        alignment=[dict(each) for each in skills],
    )
    return _kept(
        id=credential_id,
        type=["VerifiableCredential", "EmploymentCredential"],
        name=name,
        issuer=issuer.profile(),
        validFrom=xsd(valid_from),
        credentialSubject=holder,
        credentialStatus=[dict(each) for each in statuses],
    ) | {"@context": list(CONTEXTS)}


def _position(each: Position) -> dict[str, Any]:
    return _kept(
        type="PositionHistory", title=each.title, start=each.started, end=each.ended, current=each.current or None,
        workRelationshipTypeCode=each.relationship, occupationCode=each.occupation_code,
        descriptions=[each.description] if each.description else [],
    )  # fmt: skip


def _service(each: Service) -> dict[str, Any]:
    return _kept(
        type="MilitaryService", countryCode=each.country, branch=each.branch, startingRank=each.starting_rank, endingRank=each.ending_rank,
        start=each.started, end=each.ended, dischargeStatus=each.discharge, specialties=list(each.specialties), honors=list(each.honors),
    )  # fmt: skip


def _kept(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", [])}


def check(shape: Shape, document: Mapping[str, Any]) -> None:
    """Note what an employment record lacks or says wrongly."""
    shape.identifier(document, "", required=True)
    if isinstance(document.get("issuer"), Mapping):
        profile(shape, document["issuer"], "/issuer", named=False)
    for path, subject in shape.objects(document, "credentialSubject"):
        shape.types(subject, path, required=("EmploymentSubject",))
        identities(shape, subject, path)
        alignments(shape, subject, path)
        if "employmentHistory" not in subject and "militaryService" not in subject:
            shape.fault(MISSING, path + "/employmentHistory", name="employmentHistory / militaryService")
        for place, history in shape.objects(subject, "employmentHistory", at=path):
            _history(shape, history, place)
        for place, service in shape.objects(subject, "militaryService", at=path):
            shape.types(service, place, required=("MilitaryService",))
            for name in _SERVICE_TEXTS:
                shape.text(service, name, place, required=name == "branch")
            _dates(shape, service, place)


def _history(shape: Shape, history: Mapping[str, Any], path: str) -> None:
    shape.types(history, path, required=("EmploymentHistory",))
    organization = history.get("organization")
    if isinstance(organization, Mapping):
        shape.types(organization, path + "/organization", required=("EmploymentOrganization",))
        shape.text(organization, "name", path + "/organization", required=True)
    else:
        shape.fault(MISSING, path + "/organization", name="organization")
    if not listed(history.get("positionHistories")):
        shape.fault(MISSING, path + "/positionHistories", name="positionHistories")
    for place, position in shape.objects(history, "positionHistories", at=path):
        shape.types(position, place, required=("PositionHistory",))
        shape.text(position, "title", place, required=True)
        relationship = position.get("workRelationshipTypeCode")
        if relationship is not None and relationship not in RELATIONSHIPS:
            shape.fault(RELATIONSHIP_UNKNOWN, place + "/workRelationshipTypeCode", seen=str(relationship)[:80])
        if not isinstance(position.get("current", False), bool):
            shape.fault(WRONG_KIND, place + "/current", wanted="true / false")
        elif position.get("current") and "end" in position:
            shape.fault(STILL_AND_ENDED, place + "/current")
        _dates(shape, position, place)


def _dates(shape: Shape, node: Mapping[str, Any], path: str) -> None:
    found: dict[str, str] = {}
    for name in ("start", "end"):
        value = node.get(name)
        if value is None:
            continue
        if isinstance(value, str) and _DATE.fullmatch(value):
            found[name] = value
        else:
            shape.fault(DATE_MALFORMED, path + pointer(name), seen=str(value)[:40])
    start, end = found.get("start"), found.get("end")
    # Compared as far as both are told: 2019 to 2019-04 is in order.
    if start and end and end[: len(start)] < start[: len(end)]:
        shape.fault(DATES_REVERSED, path + "/end", start=start, end=end)
