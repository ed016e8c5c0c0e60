"""How a held or shown record stands today, for lists: the verdict and the few words that say what it is, whatever happens.

A list of records must not be lost because one of them cannot be judged, so that here a failure becomes a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from openler.actions.ports import Ports
from openler.actions.verifying.verify import Summary, verify
from openler.credentials.envelopes import opened
from openler.credentials.report import CheckResult, Outcome, Report, Weight
from openler.errors import OpenlerError
from openler.holding.cutting import whole
from openler.holding.record import Record
from openler.linkeddata.canonical import jcs

_ENVELOPED: Final = "EnvelopedVerifiableCredential"


@dataclass(frozen=True, slots=True)
class Standing:
    """``summary`` and ``document`` (what it says, out of any envelope) are None for a record in a form that is not read here."""

    report: Report
    summary: Summary | None
    document: Mapping[str, Any] | None = field(default=None, repr=False)


def of_record(ports: Ports, record: Record, *, serving: bool = False) -> Standing | None:
    """A record's standing now; None for what its holder says of herself, which nobody can verify.

    Of a record that she can show in parts it is the standing of a copy from which nothing is left out.
    """
    if record.received is None:
        return None
    try:
        shown = whole(record).received or ""
    except OpenlerError as error:
        return _unreadable(error)
    return _judged(ports, shown.encode(), serving=serving)


def of_shown(ports: Ports, entry: Any, *, serving: bool = False) -> Standing:
    """The standing of one entry of a presentation's ``verifiableCredential`` (VC Data Model 2.0, sections 4.13 and 4.13.1)."""
    if isinstance(entry, dict) and entry.get("type") == _ENVELOPED:
        return _judged(ports, str(entry.get("id", "")).partition(",")[2].encode(), serving=serving)
    return _judged(ports, jcs(entry), serving=serving)


def document_of(entry: Any) -> Mapping[str, Any] | None:
    """What one entry of a presentation says, out of its envelope; None for what cannot be read."""
    try:
        envelope = opened(entry)
    except OpenlerError:
        return None
    return envelope.read.document if envelope is not None else entry if isinstance(entry, Mapping) else None


def _judged(ports: Ports, data: bytes, *, serving: bool) -> Standing:
    try:
        found = verify(ports, data, serving=serving)
    except OpenlerError as error:
        return _unreadable(error)
    return Standing(found.report, next(iter(found.summaries), None), found.document)


def _unreadable(error: OpenlerError) -> Standing:
    return Standing(Report((CheckResult("shape", Weight.DECIDING, Outcome.UNKNOWN, error.code, error.parameters, error.place),)), None)
