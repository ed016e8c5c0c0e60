"""Reading the guide's data files, once."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import yaml

from openler.initiative.guide.model import Criterion, Duty, FigureDefinition, Guide, Phase, Resource, Role, Step, Text
from openler.resources import read_text

PHASES: Final = ("understand", "engage", "analyze", "implement", "sustain")


@cache
def guide() -> Guide:
    """The guide."""
    figures = {entry["id"]: _figure(entry) for entry in _read("figures")}
    roles = {entry["id"]: _role(entry) for entry in _read("roles")}
    phases = tuple(_phase(_read(name)) for name in PHASES)
    steps = {step.id: step for phase in phases for step in phase.steps}
    criteria = {criterion.id: criterion for step in steps.values() for criterion in step.criteria}
    return Guide(
        phases=phases,
        roles=MappingProxyType(roles),
        figures=MappingProxyType(figures),
        steps=MappingProxyType(steps),
        criteria=MappingProxyType(criteria),
    )


def _read(name: str) -> Any:
    return yaml.safe_load(read_text("openler.initiative.guide", "data", f"{name}.yaml"))


def _text(entry: Mapping[str, str]) -> Text:
    return Text(en=entry["en"], es=entry["es"])


def _figure(entry: Mapping[str, Any]) -> FigureDefinition:
    return FigureDefinition(id=entry["id"], title=_text(entry["title"]), is_share=entry["of"], source=entry["source"])


def _role(entry: Mapping[str, Any]) -> Role:
    duties = tuple(Duty(text=duty["text"], asks=tuple(duty["asks"])) for duty in entry["duties"])
    return Role(id=entry["id"], title=_text(entry["title"]), duties=duties)


def _phase(entry: Mapping[str, Any]) -> Phase:
    return Phase(
        id=entry["id"],
        number=entry["number"],
        title=_text(entry["title"]),
        purpose=entry["purpose"],
        resources=tuple(Resource(title=each["title"], by=each["by"]) for each in entry["resources"]),
        steps=tuple(_step(step, entry["id"]) for step in entry["steps"]),
    )


def _step(entry: Mapping[str, Any], phase: str) -> Step:
    return Step(
        id=entry["id"],
        phase=phase,
        title=_text(entry["title"]),
        about=entry["about"].strip(),
        asks=tuple(entry["asks"]),
        role=entry["role"],
        supporting=tuple(entry["with"]),
        after=tuple(entry["after"]),
        criteria=tuple(_criterion(criterion, entry) for criterion in entry["criteria"]),
    )


def _criterion(entry: Mapping[str, Any], step: Mapping[str, Any]) -> Criterion:
    at_least = Fraction(str(entry.get("at_least", 1)))
    return Criterion(
        id=f"{step['id']}.{entry['id']}",
        step=step["id"],
        figure=entry["figure"] if entry["kind"] == "figure" else None,
        at_least=at_least,
        partly_from=Fraction(str(entry.get("partly_from", at_least))),
        reason=entry["reason"],
        action=entry["action"],
        role=entry.get("role", step["role"]),
    )
