"""The workspace as JSON and back. Reading believes nothing: what is not of the right form is refused with its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar, cast

from openler.errors import Code, Malformed, OpenlerError, declare
from openler.ids import Digest
from openler.initiative.standing import Assessment, Attestation, CriterionResult, Figure, Standing, StepResult
from openler.initiative.workspace import Decision, Measured, UseCase, Workspace
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json

WORKSPACE_MALFORMED = declare("initiative.workspace_malformed", by=__name__)

FORMAT: Final = 1
"""The version of the form; another one is refused."""
MAX_BYTES: Final = 64 * 1024 * 1024
"""Largest workspace read, in bytes: some thousands of assessments."""

T = TypeVar("T")


def dump(workspace: Workspace) -> bytes:
    """The workspace as JSON in its canonical form (RFC 8785): the same workspace gives the same bytes."""
    return jcs({"format": FORMAT, "workspace": _plain(workspace)})


def load(content: bytes) -> Workspace:
    """Read a workspace. :raises Malformed: ``initiative.workspace_malformed`` or no strict JSON :raises TooLarge:"""
    value = parse_json(content, max_bytes=MAX_BYTES)
    reader = _Reader(value, "")
    if reader.number("format") != FORMAT:
        raise Malformed(WORKSPACE_MALFORMED, place="/format")
    return _workspace(reader.inside("workspace"))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    return value


class _Reader:
    """One JSON object and where it stands."""

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            raise Malformed(WORKSPACE_MALFORMED, place=place)
        self._value = cast("dict[str, Any]", value)
        self._place = place

    def at(self, name: str) -> str:
        """The place of a member."""
        return f"{self._place}/{name}"

    def _get(self, name: str, kind: type[T]) -> T:
        found = self._value.get(name)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise Malformed(WORKSPACE_MALFORMED, place=self.at(name))
        return found

    def text(self, name: str) -> str:
        """A string."""
        return self._get(name, str)

    def number(self, name: str) -> int:
        """A whole number."""
        return self._get(name, int)

    def flag(self, name: str) -> bool:
        """True or false."""
        return self._get(name, bool)

    def count(self, name: str) -> int | None:
        """A whole number or nothing."""
        return None if self._value.get(name) is None else self.number(name)

    def inside(self, name: str) -> _Reader:
        """An object."""
        return _Reader(self._value.get(name), self.at(name))

    def maybe(self, name: str, read: Callable[[_Reader], T]) -> T | None:
        """An object or nothing."""
        return None if self._value.get(name) is None else read(self.inside(name))

    def many(self, name: str, read: Callable[[_Reader], T]) -> tuple[T, ...]:
        """A list of objects."""
        entries: list[Any] = self._get(name, list)
        return tuple(read(_Reader(entry, f"{self.at(name)}/{position}")) for position, entry in enumerate(entries))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        entries: list[Any] = self._get(name, list)
        if not all(isinstance(entry, str) for entry in entries):
            raise Malformed(WORKSPACE_MALFORMED, place=self.at(name))
        return tuple(entries)

    def table(self, name: str) -> dict[str, Any]:
        """An object whose members are strings or whole numbers."""
        found: dict[str, Any] = self._get(name, dict)
        if not all(isinstance(entry, str | int) and not isinstance(entry, bool) for entry in found.values()):
            raise Malformed(WORKSPACE_MALFORMED, place=self.at(name))
        return found

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """A list of pairs of strings."""
        entries: list[Any] = self._get(name, list)
        for entry in entries:
            if not isinstance(entry, list) or len(entry) != 2 or not all(isinstance(each, str) for each in entry):  # noqa: PLR2004 - a pair
                raise Malformed(WORKSPACE_MALFORMED, place=self.at(name))
        return tuple((entry[0], entry[1]) for entry in entries)

    def made(self, name: str, make: Callable[[str], T]) -> T:
        """A string that must parse."""
        try:
            return make(self.text(name))
        except (ValueError, OpenlerError) as error:
            raise Malformed(WORKSPACE_MALFORMED, place=self.at(name)) from error

    def moment(self, name: str) -> datetime:
        """A time with its zone."""
        found = self.made(name, datetime.fromisoformat)
        if found.tzinfo is None:
            raise Malformed(WORKSPACE_MALFORMED, place=self.at(name))
        return found


def _workspace(reader: _Reader) -> Workspace:
    holders = reader.table("holders")
    return Workspace(
        name=reader.text("name"),
        region=reader.text("region"),
        started=reader.moment("started"),
        cycle=reader.number("cycle"),
        goals=reader.texts("goals"),
        stakeholders=reader.texts("stakeholders"),
        holders={role: str(who) for role, who in holders.items()},
        use_cases=reader.many(
            "use_cases", lambda each: UseCase(each.text("title"), each.text("story"), each.texts("goals"), each.texts("data"))
        ),
        attestations=reader.many("attestations", _attestation),
        decisions=reader.many("decisions", _decision),
        measured=reader.many("measured", _measured),
        history=reader.many("history", _assessment),
    )


def _attestation(reader: _Reader) -> Attestation:
    return Attestation(
        criterion=reader.text("criterion"),
        statement=reader.text("statement"),
        by=reader.text("by"),
        dated=reader.made("dated", date.fromisoformat),
        recorded=reader.moment("recorded"),
        cycle=reader.number("cycle"),
        link=reader.text("link"),
        holds=reader.flag("holds"),
    )


def _decision(reader: _Reader) -> Decision:
    return Decision(reader.text("title"), reader.text("reason"), reader.text("by"), reader.made("dated", date.fromisoformat))


def _measured(reader: _Reader) -> Measured:
    return Measured(reader.text("figure"), reader.number("value"), reader.count("of"), reader.moment("recorded"), reader.text("told_by"))


def _figure(reader: _Reader) -> Figure:
    return Figure(reader.text("id"), reader.number("value"), reader.count("of"), reader.text("source"))


def _assessment(reader: _Reader) -> Assessment:
    return Assessment(
        cycle=reader.number("cycle"),
        steps=reader.many(
            "steps", lambda step: StepResult(step.text("step"), step.made("standing", Standing), step.many("criteria", _result))
        ),
        figures=reader.many("figures", _figure),
        digest=reader.made("digest", Digest.parse),
        at=reader.moment("at"),
    )


def _result(reader: _Reader) -> CriterionResult:
    return CriterionResult(
        criterion=reader.text("criterion"),
        standing=reader.made("standing", Standing),
        figure=reader.maybe("figure", _figure),
        attestation=reader.maybe("attestation", _attestation),
        code=Code(reader.text("code")),
        parameters=reader.pairs("parameters"),
    )
