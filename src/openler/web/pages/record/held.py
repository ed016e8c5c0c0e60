"""A held credential as its holder's pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openler.actions.ports import Ports
from openler.actions.verifying.standing import of_record
from openler.actions.verifying.verify import Summary
from openler.credentials.report import Report
from openler.holding.record import Record

UNNAMED = "A record without a name"


@dataclass(frozen=True, slots=True)
class Held:
    """A credential with its standing now."""

    record: Record
    report: Report
    summary: Summary | None

    @property
    def name(self) -> str:
        """What it is called."""
        return (self.summary.name if self.summary else "") or name_of(self.record)

    @property
    def issuer(self) -> str:
        """Who gave it, as it says; empty where it does not."""
        return self.summary.issuer_name if self.summary else ""

    @property
    def since(self) -> datetime | None:
        """From when it holds."""
        return self.summary.valid_from if self.summary else None


def name_of(record: Record) -> str:
    """What a record is called, without looking into its standing."""
    return record.name or UNNAMED


def held(ports: Ports, record: Record) -> Held | None:
    """A credential as it stands now; None for self-asserted experience."""
    found = of_record(ports, record, serving=True)
    return None if found is None else Held(record, found.report, found.summary)
