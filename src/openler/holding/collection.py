"""All that a holder holds, and what she chooses from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from openler.errors import Misused, NotFound, declare
from openler.holding.record import Record

RECORD_UNKNOWN = declare("holding.record_unknown", by=__name__)
NOTHING_CHOSEN = declare("holding.nothing_chosen", by=__name__)


@dataclass(frozen=True, slots=True)
class Collection:
    """A holder's records in the order she got them."""

    records: tuple[Record, ...] = ()

    @property
    def credentials(self) -> tuple[Record, ...]:
        """What others issued to her."""
        return tuple(record for record in self.records if record.kind == "credential")

    @property
    def self_asserted(self) -> tuple[Record, ...]:
        """What she states herself."""
        return tuple(record for record in self.records if record.kind == "self_asserted")

    def choose(self, record_ids: Iterable[str]) -> tuple[Record, ...]:
        """The records of those ids, each once, in the collection's order.

        :raises NotFound: ``holding.record_unknown``: a choice that names a record she does not hold is not narrowed silently
        :raises Misused: ``holding.nothing_chosen``
        """
        wanted = set(record_ids)
        unknown = sorted(wanted - {record.record_id for record in self.records})
        if unknown:
            raise NotFound(RECORD_UNKNOWN, place="records", record=unknown[0][:100])
        if not wanted:
            raise Misused(NOTHING_CHOSEN, place="records")
        return tuple(record for record in self.records if record.record_id in wanted)
