"""A record as others get it: with the parts that its holder left out gone, and never with a proof that is for her alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from openler.credentials import sdjwt
from openler.credentials.model import Credential, read_credential
from openler.credentials.proofs import sd_holder
from openler.errors import Misused, declare
from openler.holding.parts import parts
from openler.holding.record import Record
from openler.linkeddata.jcs import jcs

PART_UNKNOWN = declare("holding.part_unknown", by=__name__)
TOO_LITTLE = declare("holding.too_little_shown", by=__name__)


@dataclass(frozen=True, slots=True)
class Cut:
    """A record for others; ``left_out`` counts the parts that are not in it."""

    record: Record
    left_out: int


def cut(record: Record, hidden: Collection[str] = ()) -> Cut:
    """A record without the parts at ``hidden``, which are pointers of :class:`openler.holding.parts.Part`.

    :raises Misused: ``holding.part_unknown``: it has no such part, or not one that may be left out;
        ``holding.too_little_shown``: what would be left is no record any more
    :raises Malformed: as :func:`openler.credentials.proofs.sd_holder.copied`
    """
    if not hidden and not _for_her_alone(record):
        return Cut(record, 0)
    found = parts(record)
    unknown = sorted(set(hidden) - {each.pointer for each in found.free})
    if unknown:
        raise Misused(PART_UNKNOWN, place="parts", seen=unknown[0][:80])
    shown = [each.pointer for each in found.free if each.pointer not in hidden]
    credential = record.credential
    if isinstance(credential, str):
        made = replace(record, received=sdjwt.present(credential, shown))
    else:
        pointers = shown if hidden else sd_holder.EVERYTHING
        made = replace(record, received=jcs(sd_holder.copied(credential or {}, pointers)).decode())
    if hidden and _sound(record) and not _sound(made):
        raise Misused(TOO_LITTLE, place="parts")
    # A part is there too where one inside it is.
    return Cut(made, sum(1 for each in hidden if not any(one.startswith(each + "/") for one in shown)))


def _for_her_alone(record: Record) -> bool:
    credential = record.credential
    return isinstance(credential, dict) and sd_holder.base_of(credential) is not None


def whole(record: Record) -> Record:
    """A record as others may have all of it."""
    return cut(record).record


def _sound(made: Record) -> bool:
    document = made.document
    read = read_credential(document) if document is not None else None
    return isinstance(read, Credential) and not read.faults
