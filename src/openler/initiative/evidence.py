"""Evidence: figures with where they come from. What was not measured is absent, and absent is not known, never 0."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from openler.initiative.guide import guide
from openler.initiative.standing import Figure
from openler.initiative.workspace import Workspace
from openler.insight.census import Census, Share
from openler.insight.facts import Kind

OWN_HISTORY: Final = "workspace.assessments"
"""The one figure that keeping an assessment changes; it says nothing about whether the evidence did."""


Evidence = Mapping[str, Figure]


def evidence(*groups: Iterable[Figure]) -> Evidence:
    """Figures by id, in the guide's order; of two with one id the later stands."""
    found = {figure.id: figure for group in groups for figure in group}
    return MappingProxyType({name: found[name] for name in guide().figures if name in found})


def figure(name: str, value: int, of: int | None = None, *, source: str = "") -> Figure:
    """A figure with its source from the guide, unless it is told more exactly. :raises KeyError: no such figure"""
    return Figure(id=name, value=value, of=of, source=source or guide().figures[name].source)


_COUNTS: Final[Mapping[str, Kind]] = {
    "census.credentials": Kind.CREDENTIAL,
    "census.learning_opportunities": Kind.LEARNING_OPPORTUNITY,
    "census.competencies": Kind.COMPETENCY,
    "census.occupations": Kind.OCCUPATION,
    "census.jobs": Kind.JOB,
    "census.support_services": Kind.SUPPORT_SERVICE,
    "census.outcomes": Kind.OUTCOMES,
}

_SHARES: Final[Mapping[str, str]] = {
    "share.ctid": "credential_ctid",
    "share.owned": "credential_owned",
    "share.minimum": "credential_minimum",
    "share.minimum_learning": "learning_opportunity_minimum",
    "share.benchmark": "learning_opportunity_benchmark",
    "share.taught": "learning_opportunity_taught",
    "share.cost": "learning_opportunity_cost",
    "share.outcomes": "learning_opportunity_outcomes",
    "share.occupation": "learning_opportunity_occupation",
    "share.supports": "learning_opportunity_supports",
    "share.jobs_described": "job_described",
}


def of_census(census: Census, *, national: Collection[str] | None = None) -> tuple[Figure, ...]:
    """What the census shows. ``national`` are the CTIDs that the national Registry knows; without them that share is not known."""
    providers = {
        cell.key[0]
        for kind in (Kind.CREDENTIAL, Kind.LEARNING_OPPORTUNITY)
        for cell in census.table(f"{kind.value}_by_provider").cells
        if cell.key[0]
    }
    found = [figure(name, census.total(kind)) for name, kind in _COUNTS.items()]
    found.append(figure("census.providers", len(providers)))
    found += [_of_share(name, census.share(share)) for name, share in _SHARES.items()]
    if national is not None:
        known = frozenset(national)
        ours = census.share("credential_ctid").have
        found.append(figure("share.national", sum(1 for ctid in ours if ctid in known), len(ours)))
    return tuple(found)


def of_workspace(workspace: Workspace) -> tuple[Figure, ...]:
    """What the workspace itself shows, and what runs told it."""
    cases = workspace.use_cases
    found = [
        figure("workspace.goals", len(workspace.goals)),
        figure("workspace.roles", sum(1 for role in guide().roles if role in workspace.holders), len(guide().roles)),
        figure("workspace.stakeholders", len(workspace.stakeholders)),
        figure("workspace.use_cases", len(cases)),
        figure("workspace.use_cases_with_data", sum(1 for case in cases if case.data), len(cases)),
        figure("workspace.use_cases_for_goals", sum(1 for case in cases if case.goals), len(cases)),
        figure("workspace.decisions", len(workspace.decisions)),
        figure(OWN_HISTORY, len(workspace.history)),
    ]
    found += [figure(each.figure, each.value, each.of, source=each.told_by) for each in workspace.measured]
    return tuple(found)


def _of_share(name: str, share: Share) -> Figure:
    return figure(name, len(share.have), share.of)
