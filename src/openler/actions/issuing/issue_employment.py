"""Issuing employment records: an employer's table of positions, or a service's of years served, each row a signed record."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openler.access.audit import AuditEvent
from openler.actions.issuing.identity import identity
from openler.actions.issuing.issue import RowIssued, RowRefused, issue_one
from openler.actions.issuing.issue_learner import Learner, learner
from openler.actions.issuing.issue_rows import CELL_MISSING, CELL_TOO_LONG, MAX_CELL, MAX_LONG_CELL
from openler.actions.ports import Ports
from openler.credentials import openbadges
from openler.credentials.employment import Position, Service, employment
from openler.errors import Malformed, OpenlerError, declare
from openler.ids import Ctid, Digest
from openler.linkeddata.canonical import jcs

NOTHING_STATED = declare("issue.employment_nothing", by=__name__)
CURRENT_UNCLEAR = declare("issue.employment_current_unclear", by=__name__)

COLUMNS = ("learner_name", "learner_id", "start")
"""Columns that a table of employment must have; a row states a ``title``, or a ``branch`` of military service."""
OPTIONAL = (
    "title", "organization", "end", "current", "relationship", "description", "occupation", "holder", "branch", "starting_rank",
    "ending_rank", "discharge", "country", "specialties", "honors",
)  # fmt: skip
_TRUE, _FALSE = frozenset({"yes", "true", "1"}), frozenset({"", "no", "false", "0"})
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class EmploymentReport:
    """Every row accounted for: ``rows == len(records) + len(refused)``; ``existing`` of the records had been issued before."""

    rows: int
    issued: int
    existing: int
    records: tuple[RowIssued, ...]
    refused: tuple[RowRefused, ...]


def read_rows(ports: Ports, location: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a CSV, TSV or XLSX table. :raises Misused: the file is missing or lacks one of :data:`COLUMNS`"""
    yield from ports.tables.rows(location, columns=COLUMNS)


def issue_employment(
    ports: Ports,
    rows: Iterable[tuple[int, Mapping[str, str]]],
    *,
    issuer: Ctid,
    actor: str,
    progress: Callable[[int], None] | None = None,
) -> EmploymentReport:
    """Issue an employment record for each row; the same person, position and start are one record, however often asked for.

    :raises NotFound: the issuer or its key is not known
    :raises Refused: the organization may not issue
    """
    by = identity(ports, issuer)
    records: list[RowIssued] = []
    refused: list[RowRefused] = []
    for number, cells in rows:
        try:
            records.append(_one(ports, number, cells, issuer, actor, by.organisation.name, str(by.did)))
        except OpenlerError as error:
            refused.append(RowRefused(number, error.code, error.place or f"row {number}", dict(error.parameters)))
        if progress is not None:
            progress(len(records) + len(refused))
    existing = sum(1 for each in records if each.existing)
    return EmploymentReport(len(records) + len(refused), len(records) - existing, existing, tuple(records), tuple(refused))


def _one(ports: Ports, number: int, given: Mapping[str, str], issuer: Ctid, actor: str, employer: str, did: str) -> RowIssued:
    cells = _cells(number, given)
    who = learner(ports, cells["holder"], f"row {number}, holder")
    where = f"row {number}, "
    if not cells["title"] and not cells["branch"]:
        raise Malformed(NOTHING_STATED, place=where + "title")
    organization = cells["organization"] or employer
    positions = [_position(cells, where)] if cells["title"] else []
    service = _service(cells) if cells["branch"] else None
    kind = "emailAddress" if "@" in cells["learner_id"] else "sourcedId"
    what = cells["title"] or f"Service in the {cells['branch']}"
    key = Digest.of(jcs(["openler-employment-1", cells["learner_id"].casefold(), organization, what, cells["start"]]))
    salt = base64.urlsafe_b64encode(ports.entropy.token(_SALT_BYTES)).decode().rstrip("=")
    document = employment(
        credential_id=None,
        issuer=openbadges.Issuer(did, employer, f"{ports.base_url}/resources/{issuer}", issuer),
        subject=who.subject,
        organization=organization,
        organization_ctid=str(issuer) if organization == employer else None,
        name=f"{what}, {organization}",
        valid_from=ports.clock.now(),
        positions=positions,
        service=service,
        identifiers=[
            openbadges.hashed_identity(cells["learner_id"], kind=kind, salt=salt),
            {"type": "IdentityObject", "hashed": False, "identityHash": cells["learner_name"], "identityType": "name"},
        ],
    )
    made = issue_one(ports, document, issuer=issuer, actor=actor, with_status=True, request_key=key)
    return RowIssued(number, made.credential_id, made.existing, _delivered(ports, who, made.credential_id, made.credential, actor))


def _delivered(ports: Ports, who: Learner, credential_id: str, credential: Mapping[str, Any], actor: str) -> bool:
    if who.wallet is None:
        return False
    now = ports.clock.now()
    event = AuditEvent("issue:credential:deliver", actor, now, {"credential": credential_id})
    ports.vault.deposit(who.wallet, jcs(dict(credential)), at=now, event=event)
    return True


def _cells(number: int, given: Mapping[str, str]) -> dict[str, str]:
    cells = {name: str(given.get(name, "")).strip() for name in (*COLUMNS, *OPTIONAL)}
    for name, text in cells.items():
        limit = MAX_LONG_CELL if name == "description" else MAX_CELL
        if name in COLUMNS and not text:
            raise Malformed(CELL_MISSING, place=f"row {number}, {name}", column=name)
        if len(text) > limit:
            raise Malformed(CELL_TOO_LONG, place=f"row {number}, {name}", column=name, limit=limit)
    return cells


def _position(cells: Mapping[str, str], where: str) -> Position:
    stated = cells["current"].casefold()
    if stated not in _TRUE | _FALSE:
        raise Malformed(CURRENT_UNCLEAR, place=where + "current", seen=cells["current"][:40])
    return Position(
        title=cells["title"],
        started=cells["start"],
        ended=cells["end"],
        current=stated in _TRUE,
        relationship=cells["relationship"],
        description=cells["description"],
        occupation_code=cells["occupation"],
    )


def _service(cells: Mapping[str, str]) -> Service:
    return Service(
        branch=cells["branch"],
        started=cells["start"],
        ended=cells["end"],
        starting_rank=cells["starting_rank"],
        ending_rank=cells["ending_rank"],
        discharge=cells["discharge"],
        country=cells["country"],
        specialties=_parts(cells["specialties"]),
        honors=_parts(cells["honors"]),
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
