"""The log of disclosures: who was shown what, when, for what purpose (34 CFR 99.32 asks schools for as much)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from openler.holding.form import read_form, write_form

LONGEST_OPENER: Final = 300


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One opening of a share. ``opener`` is what the reader said of herself, or how she came; nobody checked it."""

    share_id: str
    time: datetime
    opener: str
    audience: str
    purpose: str
    records: tuple[str, ...]


def write(disclosure: Disclosure) -> bytes:
    """A disclosure as bytes for the vault."""
    return write_form(
        {
            "share": disclosure.share_id,
            "time": disclosure.time.isoformat(),
            "opener": disclosure.opener[:LONGEST_OPENER],
            "audience": disclosure.audience,
            "purpose": disclosure.purpose,
            "records": list(disclosure.records),
        }
    )


def read(content: bytes) -> Disclosure:
    """The disclosure that :func:`write` wrote."""
    form = read_form(content)
    return Disclosure(
        share_id=form["share"],
        time=datetime.fromisoformat(form["time"]),
        opener=form["opener"],
        audience=form["audience"],
        purpose=form["purpose"],
        records=tuple(form["records"]),
    )
