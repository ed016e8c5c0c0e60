"""A holder with a record that she can show in parts, in each of the two forms that allow it; and one that she cannot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openler.actions.holding import hold
from openler.actions.issuing import identity
from openler.actions.issuing.signing import Form
from openler.holding.parts import Part, parts
from openler.holding.record import Record
from tests.support.holding import Holder, holder
from tests.support.issuing import COLLEGE, World, a_row, world

SECRETS = {
    "name": "Ana Ruiz",
    "gpa": "2.1",
    "final-grade": "Passed at the third attempt",
    "evidence": "A bent rod",
    "evidence-2": "evidence.example/two",
}
"""What only one part says, by the part's name."""
ROW = {
    "results": f"GPA (GradePointAverage)={SECRETS['gpa']}; Final grade={SECRETS['final-grade']}",
    "evidence": "https://evidence.example/one; https://evidence.example/two",
    "evidence_narrative": SECRETS["evidence"],
}


def parted() -> World:
    """The small world, its college signing with a P-256 key."""
    made = world()
    made.keys.create("parts", "P-256", at=made.clock.now())
    identity.link(made.ports, COLLEGE, key="memory:parts", form="web", actor="test")
    return made


def ana() -> Holder:
    """A holder in that world."""
    return holder(of=parted())


def earns(who: Holder, secured: Form, number: int = 2, **cells: str) -> Record:
    """The college issues her something in one of the forms, and she takes it in."""
    report = who.world.issue(a_row(number, holder=who.handle, **{**ROW, **cells}), secured=secured)
    assert not report.refused, report.refused
    (taken,) = hold.take_in(who.ports, who.key)
    return taken


def part(record: Record, name: str) -> Part:
    """A part by its name."""
    return next(each for each in parts(record).parts if each.name == name)


def pointers(record: Record, names: Iterable[str]) -> frozenset[str]:
    """Where parts of those names stand."""
    return frozenset(part(record, name).pointer for name in names)


def document(record: Record) -> dict[str, Any]:
    """A record's JSON."""
    assert isinstance(record.credential, dict)
    return record.credential
